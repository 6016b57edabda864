// Unpacking a tar stream into a directory: everything a member can say is restored (holes, hard links, attributes, access
// lists, times to the nanosecond), nothing is written outside, and what does not fit ends it early. What a certain kind of
// image means by its members is a Meaning's business.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tar/metadata.h"
#include "tar/reader.h"
#include "tar/room.h"
#include "tar/tree.h"

namespace tar {

struct Bounds {
    std::uint64_t members = 8'000'000;
    std::uint64_t file_size = std::uint64_t{16} << 40U;  // apparent: of a file with holes, too
    Reserve reserve = {};
    Taste taste = {};
};

/// Who looks on while members are made, and does what is not done here. All may be empty.
struct Hands {
    std::function<void(const Reader::Block&)> content = {};  // before it is written
    std::function<Result<bool>(::archive_entry*, const std::string&)> device =
        {};  // false: left out
    std::function<void(const std::string&, const Metadata&)> mend = {};
};

struct Totals {
    std::uint64_t members = 0;
    std::uint64_t bytes = 0;
    std::uint64_t devices =
        0;  // left out: the /dev of a WPAR is its own, and sockets are made anew
};

/// Sees each member first; false: it is no file to be made.
using Meaning = std::function<Result<bool>(const std::string& path)>;

class Unpacker {
  public:
    Unpacker(Tree& tree, const Bounds& bounds, Hands hands = {})
        : tree_(tree), bounds_(bounds), hands_(std::move(hands)) {}

    /// A whole stream, over what is there. `watch` hears of each member.
    Result<void> stream(Stream& from, const Meaning& meaning = {},
                        const std::function<void(const std::string&)>& watch = {});
    /// One member, whose header was just read.
    Result<void> member(Reader& reader, ::archive_entry* entry, const std::string& path);
    /// Default access lists of directories, and their times, which filling them changed: when no more streams come.
    Result<void> finish();
    const Totals& totals() const { return totals_; }

  private:
    Result<void> place(Reader& reader, ::archive_entry* entry, const std::string& path,
                       const Metadata& what);
    Result<void> hard_link(::archive_entry* entry, const std::string& path);
    Result<void> directory(const std::string& path, Metadata what);
    Result<void> file(Reader& reader, ::archive_entry* entry, const std::string& path,
                      const Metadata& what);
    Result<void> content(Reader& reader, int fd, const std::string& path);
    Result<void> named(const std::string& path, const Metadata& what, bool has_mode);

    Tree& tree_;
    Bounds bounds_;
    Hands hands_;
    Totals totals_ = {};
    std::uint64_t unchecked_ = 0;  // bytes since free space was looked at
    std::vector<std::pair<std::string, Metadata>> directories_ = {};
};

}  // namespace tar
