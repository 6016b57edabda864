#include "backup/base_list.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "backup/order.h"

namespace backup {
namespace {

bool same(const Listed& before, const Listed& now) {
    return before.type == 'f' && now.type == 'f' && before.how != How::changed &&
           before.size == now.size && before.mtime == now.mtime && before.ctime == now.ctime &&
           before.inode == now.inode && before.uid == now.uid && before.gid == now.gid &&
           before.mode == now.mode;
}

}  // namespace

Result<BaseList> BaseList::open(int manifest) {
    BaseList list;
    if (manifest < 0) return list;
    const int own = ::dup(manifest);
    if (own < 0) return Error::os(errno, "dup", "manifest");
    list.file_.reset(::fdopen(own, "r"));
    TRY(list.advance());
    return list;
}

Result<void> BaseList::advance() {
    char* line = nullptr;
    std::size_t room = 0;
    const auto size = ::getline(&line, &room, file_.get());
    const std::unique_ptr<char, decltype(&std::free)> owned(line, &std::free);
    next_.reset();
    if (size <= 0) return {};
    next_ = TRY(parse_line(trim(std::string_view(line, static_cast<std::size_t>(size)))));
    return {};
}

Result<std::optional<Listed>> BaseList::unchanged(const Entry& entry) {
    if (!file_) return std::optional<Listed>();
    const auto now = listed(entry, {.size = static_cast<std::uint64_t>(entry.found.st_size)});
    while (next_ && walks_before(next_->path, now.path)) TRY(advance());
    if (!next_ || next_->path != now.path || !same(*next_, now)) return std::optional<Listed>();
    return std::optional(*next_);
}

}  // namespace backup
