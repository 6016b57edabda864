#include "network/kinds.h"

#include <linux/rtnetlink.h>
#include <sched.h>

#include "network/link.h"
#include "os/namespace.h"

namespace network {
namespace {

Result<void> make_bridge(netlink::Socket& socket) {
    netlink::Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    ifinfomsg header = {};
    header.ifi_family = AF_UNSPEC;
    message.header(header).text(IFLA_IFNAME, "bridge");
    message.nested(IFLA_LINKINFO, [&] { message.text(IFLA_INFO_KIND, "bridge"); });
    return socket.ask(message, "make interface 'bridge'");
}

Result<void> make_all(std::vector<TriedKind>& tried) {
    TRY(os::leave_namespaces(CLONE_NEWNET));
    const auto home = TRY(os::open_namespace(0, "net"));
    auto socket = TRY(netlink::Socket::open(NETLINK_ROUTE));
    const auto note = [&](const std::string& kind, const Result<void>& made) {
        tried.push_back({kind, made ? std::nullopt : std::optional(made.error())});
    };
    const VethCall veth = {.outer = "one",
                           .outer_mac = {2, 0, 0, 0, 0, 1},
                           .inner = "two",
                           .inner_mac = {2, 0, 0, 0, 0, 2},
                           .inner_netns = home.get()};
    note("veth", make_veth(socket, veth));
    note("bridge", make_bridge(socket));
    const auto parent = find_link(socket, "one");
    for (const std::string kind : {"macvlan", "ipvlan"}) {
        const auto on = parent ? find_link(socket, kind == "macvlan" ? "one" : "two") : parent;
        ChildCall child = {.name = kind, .kind = kind, .mac = {2, 0, 0, 0, 0, 3}};
        child.netns = home.get();
        child.parent = on ? on->index : 0;
        note(kind, on ? make_child(socket, child) : on.error());
    }
    return {};
}

}  // namespace

Result<std::vector<TriedKind>> try_kinds() {
    std::vector<TriedKind> tried;
    TRY(os::in_child([&] { return make_all(tried); }));
    return tried;
}

}  // namespace network
