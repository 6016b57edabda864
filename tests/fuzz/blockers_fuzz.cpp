// Any bytes as what /proc tells of a process, whose names are its own choice: nothing may crash, and what is told can be shown
// at a terminal.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/lines.h"
#include "checkpoint/descriptors.h"
#include "checkpoint/maps.h"
#include "checkpoint/process.h"
#include "checkpoint/watches.h"

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

void must_be_printable(const std::optional<checkpoint::Fault>& fault) {
    if (!fault) return;
    must(std::all_of(fault->what.begin(), fault->what.end(),
                     [](char each) { return each >= ' ' && each <= '~'; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto status = checkpoint::parse_status(text);
    must(status.parent >= 0 && status.tracer >= 0 && status.inner_pid >= 0);
    each_line(text, [](std::string_view line) {
        if (const auto mapping = checkpoint::parse_mapping(line))
            must_be_printable(checkpoint::judge(*mapping));
        if (const auto watch = checkpoint::parse_watch(line)) must(watch->handle.size() <= 128);
        for (const auto mode : {0U, 0020000U, 0060000U, 0100000U})
            must_be_printable(
                checkpoint::judge({.link = line, .mode = mode, .links = 0, .bytes = ~0ULL}, {}));
    });
    (void)checkpoint::is_32bit(text);
    std::vector<checkpoint::UnixSocket> sockets;
    (void)checkpoint::parse_unix_sockets(text, sockets);
    return 0;
}
