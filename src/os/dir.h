// Directories and files by descriptor. Everything below a WPAR's root is reached through `beneath`, which no link
// that its owner placed can lead outside.
#pragma once
#include <sys/stat.h>
#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace os {

/// How openat2 follows the path: openat2(2), RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS.
struct OpenCall {
    std::string path = {};
    int flags = 0;  // O_CLOEXEC is always added
    mode_t mode = 0;
    bool in_root = false;      // links and ".." stay below the directory (RESOLVE_IN_ROOT)
    bool no_symlinks = false;  // any link on the way is an error (RESOLVE_NO_SYMLINKS)
};

class Dir {
  public:
    Dir() = default;
    static Result<Dir> open(const std::string& path);    // a trusted, global path
    Result<Dir> beneath(const std::string& path) const;  // RESOLVE_IN_ROOT
    Result<UniqueFd> open_file(const OpenCall& call) const;
    Result<std::string> read(const std::string& name,
                             std::size_t limit = 1 << 20) const;  // in_root
    /// An existing file of the kernel's, in one write. Not for a WPAR's own: a FIFO would hold us.
    Result<void> write(const std::string& name, std::string_view text) const;
    Result<void> make_dir(const std::string& name, mode_t mode) const;  // exists is an error
    Result<struct stat> stat(const std::string& name) const;            // of a link itself
    bool has(const std::string& name) const;
    Result<std::vector<std::string>> entries() const;  // sorted, without . and ..
    Result<void> unlink(const std::string& name, int flags = 0) const;
    /// What a name stands for, with all below it, as remove_tree() does; a name only, no path.
    Result<void> remove(const std::string& name) const;
    int fd() const { return fd_.get(); }
    const std::string& path() const { return path_; }  // for messages
    explicit operator bool() const { return static_cast<bool>(fd_); }
    Dir(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  private:
    UniqueFd fd_;
    std::string path_;
};

/// A whole file by global path, at most `limit` bytes (more is Kind::invalid).
Result<std::string> read_file(const std::string& path, std::size_t limit = 1 << 20);
/// An existing file (of /proc, /sys, a cgroup) by global path, in one write.
Result<void> write_existing(const std::string& path, std::string_view text);
/// New content or none: written beside, synced, renamed, directory synced.
struct Replacement {
    std::string path = {};
    std::string text = {};
    mode_t mode = 0644;
    bool sync = true;  // false where a reboot forgets it anyway (tmpfs)
};
Result<void> replace_file(const Replacement& file);
/// Makes a directory with just that mode, whatever the mask; that it exists is an error.
Result<void> make_dir(const std::string& path, mode_t mode);
/// Makes a directory and its missing parents; what exists already is fine.
Result<void> make_dirs(const std::string& path, mode_t mode);
/// A tree and all in it, never following links; a mount point in it is Kind::busy. Missing is fine.
Result<void> remove_tree(const std::string& path);
/// The same, but the directory itself stays.
Result<void> empty_directory(const std::string& path);
bool exists(const std::string& path);

}  // namespace os
