#include "network/network.h"

namespace network {

Result<Mode> parse_mode(std::string_view text) {
    if (text.empty()) return Mode::routed;
    for (const auto mode : {Mode::routed, Mode::macvlan, Mode::ipvlan, Mode::bridge})
        if (text == show(mode)) return mode;
    return Error{Kind::invalid, cat("network mode '", printable(text),
                                    "' is not one of routed, macvlan, ipvlan, bridge")};
}

std::string_view show(Mode mode) {
    switch (mode) {
        case Mode::macvlan:
            return "macvlan";
        case Mode::ipvlan:
            return "ipvlan";
        case Mode::bridge:
            return "bridge";
        case Mode::routed:
            break;
    }
    return "routed";
}

}  // namespace network
