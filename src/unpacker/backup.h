// What is asked of the program about backups: to describe one, to verify one, to restore a chain.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"

namespace unpacker {

/// "NAME VALUE" for unpack/backup.cpp, which knows the names.
using Tell = std::function<Result<void>(std::string_view name, std::string_view value)>;
using TellProgress = std::function<void(std::uint64_t names, std::uint64_t bytes)>;
using TellMend = std::function<Result<void>(std::string_view text)>;

struct Told {
    Tell fact;
    TellProgress progress;
    TellMend mend;
};

unsigned threads_for_backups();
unsigned threads_that_restore();  // besides the first one
/// The descriptors are those of unpack/protocol.h. Each is to be called in confinement.
Result<void> describe_backup(const Told& told);
Result<void> verify_backup(const Told& told);
/// `wish`: "all" or "plain" (without attributes); `files`: how many backups the chain has, from chain_fd on.
/// `over`: the first of them, too, adds to what is in the root already.
struct Chain {
    unsigned files = 0;
    bool over = false;
};
Result<void> restore_backups(const os::Dir& root, std::string_view wish, const Chain& chain,
                             const Told& told);

}  // namespace unpacker
