// A generation as one compressed, read-only file: mkfs.erofs(1).
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace generation {

/// Whether mkfs.erofs is installed and this kernel can mount what it makes; the error says what to do about it.
Result<void> check_image_support();

struct ImageWish {
    std::string tree = {};  // what goes in, with empty directories where others are to be laid over
    std::vector<std::pair<std::string, std::string>> bound = {};  // "/usr" over "usr"
    std::string image = {};                                       // the file to make
};
/// Reads the tree where it is: nothing is copied twice.
Result<void> make_image(const ImageWish& wish);

}  // namespace generation
