#include "unpacker/sequence.h"

#include <algorithm>

#include "backup/order.h"
#include "backup/walk.h"
#include "tar/path.h"
#include "tar/unpack.h"

namespace unpacker {
namespace {

bool holds(const std::string& directory, const std::string& path) {
    return directory.empty() || (path.size() > directory.size() && path[directory.size()] == '/' &&
                                 path.starts_with(directory));
}

static_assert(backup::most_levels <= tar::most_levels &&
                  backup::longest_path <= tar::longest_path &&
                  backup::largest_file <= static_cast<off_t>(tar::Bounds().file_size),
              "what is written can be read");

Error refused(const std::string& path, std::string_view why) {
    return {Kind::invalid, cat("'/", printable(path), "' ", why, ": no savewpar wrote this")};
}

}  // namespace

Result<void> Sequence::take(const std::string& path, bool directory) {
    if (!begun_) {
        if (!path.empty() || !directory) return refused(path, "comes before the top directory");
        begun_ = true;
        open_ = {""};
        return {};
    }
    if (path.empty()) return refused(path, "comes twice");
    if (path == last_) return refused(path, "comes twice");
    if (!last_.empty() && !backup::walks_before(last_, path))
        return refused(path, cat("comes after '/", printable(last_), "'"));
    while (!holds(open_.back(), path)) open_.pop_back();  // the top holds all
    if (tar::parent_of(path) != open_.back())
        return refused(path, "is in no directory of the backup");
    last_ = path;
    if (directory) open_.push_back(path);
    return {};
}

bool Sequence::is_below(const std::string& path) const {
    return std::find(open_.begin(), open_.end(), path) != open_.end();
}

}  // namespace unpacker
