#include "partition/report.h"

#include "os/packet.h"

namespace partition {

Result<ReportEnds> make_report() {
    auto ends = TRY(os::make_packet_ends());
    return ReportEnds{std::move(ends.one), std::move(ends.other)};
}

void report(int writer, const Error& error) { os::send_error(writer, error); }

void report(int writer, const os::ProcessId& init, int attached) {
    // a reader that is gone learns nothing, and needs nothing
    (void)os::send_packet(writer, {.text = init.text(), .carried = attached});
}

Result<Report> read_report(int reader) {
    auto packet = TRY(os::receive_packet(reader));
    if (!packet) return Error{Kind::other, "the keeper died while it was loading; see dmesg"};
    if (packet->error) return *std::move(packet->error);
    Report found;
    found.init = os::ProcessId::parse(packet->text).value_or(os::ProcessId{});
    found.attached = std::move(packet->carried);
    return found;
}

Result<void> read_end(int reader) {
    auto packet = TRY(os::receive_packet(reader));
    if (!packet) return {};
    if (packet->error) return *std::move(packet->error);
    return Error{Kind::other, "the keeper reported twice"};
}

}  // namespace partition
