#include "session/handshake.h"

#include "os/packet.h"

namespace session {

Result<Link> make_link() {
    auto ends = TRY(os::make_packet_ends());
    return Link{std::move(ends.one), std::move(ends.other)};
}

void tell_failure(int link, const Error& error) { os::send_error(link, error); }

Result<void> tell_terminal(int link, int master, const std::string& line) {
    return os::send_packet(link, {.text = line, .carried = master});
}

Result<Told> hear(int link) {
    auto packet = TRY(os::receive_packet(link));
    Told told;
    if (!packet) return told;
    told.what = packet->error ? Told::What::failure : Told::What::terminal;
    told.master = std::move(packet->carried);
    told.line = std::move(packet->text);
    if (packet->error) told.error = *std::move(packet->error);
    return told;
}

}  // namespace session
