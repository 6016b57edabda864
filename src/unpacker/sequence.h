// The order in which a backup's members come, which savewpar never leaves: each name once, after the names before it, and
// below a directory that came as one. So no member can lie behind a link, replace another one, or be two things.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace unpacker {

class Sequence {
  public:
    /// `path` is one of tar/path.h; "" is the top. Kind::invalid when it may not come now.
    Result<void> take(const std::string& path, bool directory);
    /// Whether the present place is below that name.
    bool is_below(const std::string& path) const;

  private:
    std::string last_ = {};
    bool begun_ = false;
    std::vector<std::string> open_ = {};  // directories that the last name lies in
};

}  // namespace unpacker
