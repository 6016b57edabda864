// A WPAR's tree, whose root may change it at any moment and to anything: links, FIFOs, endless files. Nothing here
// follows a link, waits for a writer, or reads more than was to be expected; a race ends in an error or in his own tree.
#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "os/dir.h"
#include "rootpart/manifest.h"

namespace rootpart {

inline constexpr std::uint64_t any_size = UINT64_MAX;  // of what may be read: up to some megabytes

/// What is there. Nothing when there is none; Sort::other when a link leads to it or no file can be had. A file of a size
/// that is neither `one` nor `other` is not read: its content is then "?".
Result<std::optional<Entry>> look_inside(const os::Dir& root, const std::string& path,
                                         std::uint64_t one, std::uint64_t other);
/// The text of a regular file, of at most `limit` bytes. Kind::invalid when it is something else.
Result<std::string> read_inside(const os::Dir& root, const std::string& path, std::size_t limit);
/// No component may be a link.
Result<os::Dir> directory_inside(const os::Dir& root, const std::string& path);

/// A new file in the making, under the name that dpkg gives it; one that a killed predecessor left is replaced.
class NewInside {
  public:
    static Result<NewInside> create(const os::Dir& directory, const std::string& name);
    int fd() const { return fd_.get(); }
    enum class Over : bool { nothing, whatever };
    /// Gives it its name. Kind::exists with Over::nothing when something is there.
    Result<void> place(Over over);
    /// Gives it another.
    Result<void> place_as(const std::string& name);
    NewInside(NewInside&&) = default;
    NewInside& operator=(NewInside&&) = delete;
    ~NewInside();

  private:
    NewInside(const os::Dir& directory, const std::string& name, UniqueFd fd)
        : directory_(&directory), name_(name), fd_(std::move(fd)) {}
    const os::Dir* directory_;
    std::string name_;
    UniqueFd fd_;
};

}  // namespace rootpart
