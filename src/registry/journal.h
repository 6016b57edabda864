// What would have to be undone. The reverse of each step is written before the step is done, so that whoever finds the
// journal of a killed command can roll it back; the same records serve an error and ctrl-C.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace registry {

enum class Lifetime : std::uint8_t {
    persistent,  // traces outlive a reboot: synced to disk
    boot         // a reboot undoes the steps by itself
};

struct Record {
    std::string reverse = {};  // a verb of partition/reverse.h
    std::vector<std::string> arguments = {};
};

class Journal {
  public:
    static Result<Journal> begin(const std::string& name, Lifetime lifetime);
    /// The next step may be done once this returns. Kind::interrupted when a signal asked to stop.
    Result<void> will(const Record& record);
    /// Between two steps whose reverse is written already.
    Result<void> step();
    /// The operation is complete: nothing is to be undone any more.
    Result<void> done();
    /// Recovery failed for this reason: state B.
    Result<void> broken(std::string_view reason);

  private:
    Journal(UniqueFd fd, std::string path, Lifetime lifetime)
        : fd_(std::move(fd)), path_(std::move(path)), lifetime_(lifetime) {}
    Result<void> append(const Record& record);
    UniqueFd fd_;
    std::string path_;
    Lifetime lifetime_;
};

/// Between two steps of what needs no journal, because all it leaves half-made is known by its name.
Result<void> pause_point();

/// The records in the order they were written; nothing when there is no journal.
Result<std::optional<std::vector<Record>>> read_journal(const std::string& path);
Result<void> remove_journal(const std::string& path);
/// Of all WPARs that have one.
std::vector<std::string> journal_names();
/// The reason of state B, from either journal of the WPAR.
std::optional<std::string> broken_reason(const std::string& name);
Result<void> mark_broken(const std::string& name, std::string_view reason);

}  // namespace registry
