#include "pack/pack.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "base/escape.h"
#include "os/companion.h"
#include "os/write_all.h"
#include "pack/protocol.h"

namespace pack {
namespace {

constexpr auto program = CORRAL_PACK;
constexpr std::size_t most_named = 100;

Result<UniqueFd> file_of(const std::string& text) {
    UniqueFd file(::memfd_create("request", MFD_CLOEXEC));
    if (!file) return Error::os(errno, "memfd_create", "request");
    TRY(os::write_all(file.get(), text, "request"));
    return file;
}

struct Pair {
    std::uint64_t one = 0;
    std::uint64_t other = 0;
};
Pair numbers(const std::string& text) {
    const auto parts = words(text);
    const auto at = [&](std::size_t part) {
        return parts.size() > part ? to_number(parts[part]).value_or(0) : 0;
    };
    return {at(0), at(1)};
}

void take_fact(Packed& packed, const std::string& text) {
    const auto parts = words(text);
    if (parts.size() != 2) return;
    const auto number = to_number(parts[1]).value_or(0);
    if (parts[0] == "files") packed.files = number;
    if (parts[0] == "bytes") packed.bytes = number;
    if (parts[0] == "written") packed.written = number;
    if (parts[0] == "unchanged") packed.unchanged = number;
    if (parts[0] == "sockets") packed.sockets = number;
    if (parts[0] == "changed") packed.all_changed = number;
    if (parts[0] == "unfit") packed.unfit = number;
    if (parts[0] == "unfit-in") packed.first_unfit = unescaped(parts[1]).value_or("");
    if (parts[0] == "digest") packed.digest = parts[1];
}

void take_changed(Packed& packed, const std::string& text) {
    auto path = unescaped(text);
    if (path && packed.changed.size() < most_named) packed.changed.push_back(*std::move(path));
}

Result<Packed> follow(os::CompanionProcess& process, const Watch& watch) {
    Packed packed;
    for (;;) {
        const auto packet = TRY(process.listen());
        const auto [one, other] = numbers(packet.text);
        switch (static_cast<Say>(packet.what)) {
            case Say::counted:
                packed.names = one;
                if (watch.counted) watch.counted(one);
                break;
            case Say::progress:
                if (watch.progress) watch.progress(one, other);
                break;
            case Say::stored:
                if (auto path = unescaped(packet.text); path && watch.stored) watch.stored(*path);
                break;
            case Say::changed:
                take_changed(packed, packet.text);
                break;
            case Say::fact:
                take_fact(packed, packet.text);
                break;
            case Say::done:
                return packed;
            default:
                break;
        }
    }
}

}  // namespace

Result<Packed> pack(const Call& call, const Watch& watch) {
    const auto request = TRY(file_of(write(call.request)));
    auto process =
        TRY(os::CompanionProcess::start({.program = program,
                                         .descriptors = {call.root, call.output, request.get(),
                                                         call.spool, call.base, call.witness}}));
    return follow(process, watch);
}

}  // namespace pack
