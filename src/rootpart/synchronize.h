// Bringing the root part of a WPAR that shares /usr level with what a fresh one would get. One path of code makes what is
// wanted: populate_root_part fills a tree beside, and three surveys (delivered, inside, wanted) decide path by path
// (rootpart/decide.h). Accounts and dpkg's and debconf's databases are merged (rootpart/merge_accounts.h). It is safe
// against a root inside who interferes, and may be killed at any moment: what was done is done, the next run does the rest.
#pragma once
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/manifest.h"

namespace rootpart {

struct Synchronization {
    const os::Dir& global;  // its /usr is the WPAR's
    const os::Dir& wanted;  // a root part populated from it
    const os::Dir& target;  // the WPAR's root, with its file systems mounted
    const std::optional<Manifest>& delivered;
    std::vector<std::string> left_out = {};  // directories of others: "var/shared"
    bool only_add = false;
    bool force = false;
    bool preview = false;
    const std::atomic<bool>* stop = nullptr;
    std::function<Result<void>()> step = {};  // between two parts of the work
};

struct Change {
    enum class What : std::uint8_t {
        added,
        replaced,
        removed,
        nature,
        kept,
        stays_away,
        account,
        clash,
        failed
    };
    What what = What::added;
    std::string path = {};  // "/etc/hosts"; empty for accounts
    std::string note = {};
    /// Something that the administrator has to know.
    bool to_be_told() const { return what >= What::kept && what != What::account; }
};

/// What a path that is placed takes on disk, at most.
struct PathNeed {
    std::string path = {};  // "etc/hosts"
    std::uint64_t bytes = 0;
};
struct Synchronized {
    std::vector<Change> changes = {};
    std::vector<PathNeed> needs = {};  // of a preview
    Manifest delivered = {};           // to be kept for the next time
};
Result<Synchronized> synchronize(const Synchronization& call);

}  // namespace rootpart
