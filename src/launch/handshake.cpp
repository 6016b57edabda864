#include "launch/handshake.h"

#include "os/packet.h"

namespace launch {

Result<Channels> make_channels() {
    auto ends = TRY(os::make_packet_ends());
    return Channels{Channel(std::move(ends.one)), Channel(std::move(ends.other))};
}

Result<void> Channel::tell(Stage stage, int carried) const {
    return os::send_packet(fd(), {.what = static_cast<std::uint32_t>(stage), .carried = carried});
}

void Channel::fail(const Error& error) const { os::send_error(fd(), error); }

Result<UniqueFd> Channel::wait_for(Stage stage) const {
    auto packet = TRY(os::receive_packet(fd()));
    if (!packet)
        return Error{Kind::interrupted, "the process at the other end of the start was killed"};
    if (packet->error) return *std::move(packet->error);
    if (packet->what != static_cast<std::uint32_t>(stage))
        return Error{Kind::other, "the handshake is out of step"};
    return std::move(packet->carried);
}

Result<void> Channel::wait_closed() const {
    auto packet = TRY(os::receive_packet(fd()));
    if (!packet) return {};
    if (packet->error) return *std::move(packet->error);
    return Error{Kind::other, "the handshake is out of step"};
}

}  // namespace launch
