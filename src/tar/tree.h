// The directory that is filled. Every path here is one of tar/path.h; every step down to it stays below the root, whatever
// links lie there, and the last name is never followed.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace tar {

class Tree {
  public:
    explicit Tree(const os::Dir& root) : root_(root) {}

    /// The directory that holds the path; what is missing on the way is made, root's and mode 755.
    Result<const os::Dir*> parent(const std::string& path);
    /// The same, for who needs it longer than until the next call.
    Result<std::shared_ptr<const os::Dir>> held_parent(const std::string& path);
    /// An open directory. Kind::missing when it is not there, or is none.
    Result<os::Dir> directory(const std::string& path);
    /// Removes what is there, with all below it; a mount point is Kind::busy, with words about it.
    Result<void> remove(const std::string& path);
    /// What is in a directory; nothing when it is missing.
    Result<std::vector<std::string>> entries(const std::string& path);

    Result<void> make_directory(const std::string& path);  // one that is there already is kept
    Result<UniqueFd> make_file(const std::string& path);   // for writing; replaces
    Result<void> make_symlink(const std::string& path, const std::string& leads_to);
    Result<void> make_fifo(const std::string& path);
    Result<void> make_hard_link(const std::string& path, const std::string& to);

  private:
    Result<os::Dir> open(const std::string& path);
    Result<os::Dir> make_way(const std::string& path);
    void forget();  // what was open may not be what its path leads to any more

    const os::Dir& root_;
    std::string open_path_ = {};
    std::shared_ptr<const os::Dir> open_ = {};
};

/// A new file for writing, in the directory that holds it; replaces. By any thread.
Result<UniqueFd> make_file(const os::Dir& above, const std::string& path);

}  // namespace tar
