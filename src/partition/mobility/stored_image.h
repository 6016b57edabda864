// A checkpoint that is to go on: sealed by this server, and not changed since.
#pragma once
#include <string>

#include "base/result.h"
#include "checkpoint/image.h"
#include "os/dir.h"
#include "spec/definition.h"

namespace partition::mobility {

struct StoredImage {
    os::Dir directory;
    checkpoint::Record record;
    spec::Definition definition;  // as it was loaded then
};
Result<StoredImage> open_image(const std::string& path);
/// The same of one whose seal need not be looked at.
Result<StoredImage> read_image(const std::string& path, os::Dir directory);

Error does_not_fit(const std::string& directory, const std::string& why);
/// Programs are of one kind of processor.
Result<void> check_machine(const StoredImage& image, const std::string& directory);

}  // namespace partition::mobility
