#include "os/journal.h"

#include <endian.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <cstdint>

#include "base/fd.h"

namespace os {
namespace {

constexpr char journal_socket[] = "/run/systemd/journal/socket";

iovec piece(const void* bytes, std::size_t count) { return {const_cast<void*>(bytes), count}; }

}  // namespace

bool send_to_journal(std::span<const JournalField> fields) {
    if (fields.size() > journal_fields_most) return false;
    const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return false;
    sockaddr_un address = {AF_UNIX, {}};
    std::string_view(journal_socket).copy(address.sun_path, sizeof address.sun_path - 1);
    // "NAME\n", the value's length, the value, "\n": a newline in a value begins no field of its own
    std::uint64_t lengths[journal_fields_most] = {};
    iovec pieces[5 * journal_fields_most] = {};
    std::size_t count = 0;
    for (std::size_t at = 0; at < fields.size(); ++at) {
        const auto& field = fields[at];
        lengths[at] = htole64(field.value.size());
        pieces[count++] = piece(field.name.data(), field.name.size());
        pieces[count++] = piece("\n", 1);
        pieces[count++] = piece(&lengths[at], sizeof lengths[at]);
        pieces[count++] = piece(field.value.data(), field.value.size());
        pieces[count++] = piece("\n", 1);
    }
    msghdr message = {};
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = pieces;
    message.msg_iovlen = count;
    return ::sendmsg(socket.get(), &message, MSG_NOSIGNAL) >= 0;
}

}  // namespace os
