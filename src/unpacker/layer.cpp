#include "unpacker/layer.h"

#include "tar/path.h"

namespace unpacker {
namespace {

constexpr std::string_view mark = ".wh.";
constexpr std::string_view reserved = ".wh..wh.";
constexpr std::string_view opaque = ".wh..wh..opq";

std::string joined(const std::string& directory, std::string_view name) {
    return directory.empty() ? std::string(name) : cat(directory, "/", name);
}

}  // namespace

void Layer::note(const std::string& path) {
    for (auto each = path; !each.empty() && own_.insert(each).second; each = tar::parent_of(each)) {
    }
}

Result<bool> Layer::take(const std::string& path) {
    for (auto above = tar::parent_of(path); !above.empty(); above = tar::parent_of(above))
        if (tar::name_of(above).starts_with(mark))
            return Error{Kind::invalid,
                         cat("'", printable(path), "' lies below a mark that something is gone")};
    const auto name = tar::name_of(path);
    if (!name.starts_with(mark)) {
        note(path);
        return true;
    }
    const auto directory = tar::parent_of(path);
    if (name == opaque) TRY(remove_earlier(directory));
    if (name.starts_with(reserved)) return false;
    const auto gone = name.substr(mark.size());
    if (gone.empty() || gone == "." || gone == "..")
        return Error{Kind::invalid, cat("'", printable(path), "' marks nothing as gone")};
    const auto place = joined(directory, gone);
    if (!own_.contains(place)) TRY(tree_.remove(place));
    return false;
}

// What this layer has put there already stays: the mark may come late.
Result<void> Layer::remove_earlier(const std::string& directory) {
    for (const auto& name : TRY(tree_.entries(directory))) {
        const auto place = joined(directory, name);
        if (own_.contains(place))
            TRY(remove_earlier(place));
        else
            TRY(tree_.remove(place));
    }
    return {};
}

}  // namespace unpacker
