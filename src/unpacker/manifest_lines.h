// A backup's manifest, line by line from a file: checked for its order, in which it and the tree are walked together.
#pragma once
#include <stdio.h>
#include <stdlib.h>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "backup/manifest.h"

namespace unpacker {

class ManifestLines {
  public:
    /// From the file's beginning. The descriptor is duplicated.
    static Result<ManifestLines> open(int file);
    /// Nothing at the end. Its `path` is one of tar/path.h: "" is the top.
    Result<std::optional<backup::Listed>> next();
    /// The next one whose content or name lies in this very backup.
    Result<std::optional<backup::Listed>> next_stored();
    /// Whether any of the rest is of a file that lies in another backup; the lines are not looked at more closely.
    bool any_unchanged();

  private:
    struct Close {
        void operator()(FILE* file) const { (void)::fclose(file); }
    };
    struct Free {
        void operator()(char* line) const { ::free(line); }
    };
    Result<std::optional<std::string_view>> raw();

    std::unique_ptr<FILE, Close> file_ = {};
    std::unique_ptr<char, Free> room_ = {};  // of the present line
    std::size_t size_of_room_ = 0;
    std::string last_ = {};
    bool begun_ = false;
};

}  // namespace unpacker
