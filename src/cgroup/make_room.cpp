#include "cgroup/make_room.h"

#include "os/dir.h"

namespace cgroup {
namespace {

Result<std::uint64_t> in_use(const std::string& group) {
    const auto text = TRY(os::read_file(cat(group, "/memory.current")));
    const auto number = to_number(trim(text));
    if (!number) return Error{Kind::other, cat("'", group, "/memory.current' holds no number")};
    return *number;
}

std::string megabytes(std::uint64_t bytes) { return cat((bytes + (1 << 20) - 1) >> 20, " MB"); }

}  // namespace

Result<void> make_room(const std::string& group, std::uint64_t bytes) {
    const auto before = in_use(group);
    if (!before && before.error().kind == Kind::missing) return {};  // not accounted yet: empty
    if (!before) return before.error();
    if (*before <= bytes) return {};
    const auto high = cat(group, "/memory.high");
    const auto usual = TRY(os::read_file(high));
    // returns when nothing more can be reclaimed, or enough is
    auto reclaimed = os::write_existing(high, cat(bytes, "\n"));
    const auto after = in_use(group);
    TRY(os::write_existing(high, usual));
    TRY(std::move(reclaimed));
    if (TRY(after) <= bytes) return {};
    return Error{Kind::busy, cat("more memory is in use now (", megabytes(*after),
                                 ") than the new limit allows (", megabytes(bytes),
                                 "), and the kernel would kill for it; end something inside first, "
                                 "or set a soft maximum of memory, which slows down instead")};
}

}  // namespace cgroup
