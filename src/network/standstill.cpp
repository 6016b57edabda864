// Packets of a Paused WPAR. Made and removed through netlink, not by nft: in the way are nothing but five chains, and a
// ruleset that belongs to the WPAR's root is better not read.
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include <array>
#include <functional>

#include "network/link.h"
#include "network/namespace.h"
#include "network/network.h"
#include "network/nft.h"

namespace network {
namespace {

using netlink::Message;
using netlink::Socket;

constexpr std::string_view table_name = "corral_standstill";

struct Hook {
    std::string_view name;
    std::uint32_t number;
    std::uint32_t interface;  // what is asked of a packet there: where it came from, or goes to
};
constexpr std::array hooks = {Hook{"prerouting", NF_INET_PRE_ROUTING, NFT_META_IIF},
                              Hook{"input", NF_INET_LOCAL_IN, NFT_META_IIF},
                              Hook{"forward", NF_INET_FORWARD, NFT_META_IIF},
                              Hook{"output", NF_INET_LOCAL_OUT, NFT_META_OIF},
                              Hook{"postrouting", NF_INET_POST_ROUTING, NFT_META_OIF}};
// before connection tracking and whatever the WPAR's own tables do
constexpr std::int32_t before_all = -1000000;

Message table(int type, int flags) {
    auto message = nft_message(type, flags, NFPROTO_INET);
    message.text(NFTA_TABLE_NAME, table_name);
    return message;
}

Message chain(const Hook& hook) {
    auto message = nft_message(NFT_MSG_NEWCHAIN, NLM_F_CREATE, NFPROTO_INET);
    message.text(NFTA_CHAIN_TABLE, table_name).text(NFTA_CHAIN_NAME, hook.name);
    message.nested(NFTA_CHAIN_HOOK, [&] {
        message.u32(NFTA_HOOK_HOOKNUM, htonl(hook.number))
            .u32(NFTA_HOOK_PRIORITY, htonl(static_cast<std::uint32_t>(before_all)));
    });
    message.u32(NFTA_CHAIN_POLICY, htonl(NF_DROP)).text(NFTA_CHAIN_TYPE, "filter");
    return message;
}

void expression(Message& message, std::string_view name, const std::function<void()>& fill) {
    message.nested(NFTA_LIST_ELEM,
                   [&] { message.text(NFTA_EXPR_NAME, name).nested(NFTA_EXPR_DATA, fill); });
}

// Goes on only if the packet has that value.
void expect(Message& message, std::uint32_t key, std::uint32_t value) {
    expression(message, "meta", [&] {
        message.u32(NFTA_META_DREG, htonl(NFT_REG_1)).u32(NFTA_META_KEY, htonl(key));
    });
    expression(message, "cmp", [&] {
        message.u32(NFTA_CMP_SREG, htonl(NFT_REG_1)).u32(NFTA_CMP_OP, htonl(NFT_CMP_EQ));
        message.nested(NFTA_CMP_DATA, [&] { message.u32(NFTA_DATA_VALUE, value); });
    });
}

void accept(Message& message) {
    expression(message, "immediate", [&] {
        message.u32(NFTA_IMMEDIATE_DREG, htonl(NFT_REG_VERDICT));
        message.nested(NFTA_IMMEDIATE_DATA, [&] {
            message.nested(NFTA_DATA_VERDICT,
                           [&] { message.u32(NFTA_VERDICT_CODE, htonl(NF_ACCEPT)); });
        });
    });
}

// To build a connection of which one side is closed, CRIU sends it the other end's FIN, with a mark of its own. Root inside may
// mark his sockets alike, but to nobody else: such packets never leave the namespace.
Message criu_passes(const Hook& hook) {
    constexpr std::uint32_t mark_of_criu = 0xC114;
    constexpr std::uint32_t loopback = 1;  // in every namespace
    auto message = nft_message(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, NFPROTO_INET);
    message.text(NFTA_RULE_TABLE, table_name).text(NFTA_RULE_CHAIN, hook.name);
    message.nested(NFTA_RULE_EXPRESSIONS, [&] {
        expect(message, NFT_META_MARK, mark_of_criu);
        expect(message, hook.interface, loopback);
        accept(message);
    });
    return message;
}

// The socket stays in the namespace that it was opened in.
Result<Socket> open_inside(int netns_fd, int protocol) {
    std::optional<Socket> socket;
    TRY(inside(netns_fd, [&]() -> Result<void> {
        socket = TRY(Socket::open(protocol));
        return {};
    }));
    return *std::move(socket);
}

// Without nftables nothing could hold the packets.
Error without_tables(const Error& error) {
    if (error.os_number != EPROTONOSUPPORT && error.os_number != EOPNOTSUPP)
        return error.within("standstill of its network");
    return Error{Kind::unsupported,
                 "this kernel has no nftables (nf_tables), which holds the packets of a paused "
                 "workload partition",
                 error.os_number}
        .explained_by(checks::firewall);
}

Result<void> remove_links() {
    auto socket = TRY(Socket::open(NETLINK_ROUTE));
    Result<void> first;
    for (const auto& link : TRY(list_links(socket))) {
        if (link.loopback) continue;
        auto removed = remove_link(socket, link.name);
        if (!removed && first) first = std::move(removed);
    }
    return first;
}

}  // namespace

Result<void> still(int netns_fd) {
    auto socket = open_inside(netns_fd, NETLINK_NETFILTER);
    if (!socket) return without_tables(socket.error());
    std::vector<Message> messages;
    // one of that name, whatever is in it, makes place in the same transaction
    messages.push_back(table(NFT_MSG_NEWTABLE, NLM_F_CREATE));
    messages.push_back(table(NFT_MSG_DELTABLE, 0));
    messages.push_back(table(NFT_MSG_NEWTABLE, NLM_F_CREATE));
    for (const auto& hook : hooks) {
        messages.push_back(chain(hook));
        messages.push_back(criu_passes(hook));
    }
    auto done = socket->transaction(messages, "table corral_standstill");
    if (!done) return without_tables(done.error());
    return {};
}

Result<bool> is_still(int netns_fd) {
    auto socket = open_inside(netns_fd, NETLINK_NETFILTER);
    if (!socket && socket.error().os_number == EPROTONOSUPPORT) return false;
    if (!socket) return socket.error();
    auto question = table(NFT_MSG_GETTABLE, 0);
    const auto asked = socket->answers(
        question, [](const nlmsghdr*) {}, "standstill of its network");
    if (asked) return true;
    if (is_gone(asked.error())) return false;
    return asked.error();
}

Result<void> unstill(int netns_fd) {
    if (!TRY(is_still(netns_fd))) return {};
    auto socket = TRY(open_inside(netns_fd, NETLINK_NETFILTER));
    auto message = table(NFT_MSG_DELTABLE, 0);
    auto done = socket.transaction({&message, 1}, "remove table corral_standstill");
    if (!done && !is_gone(done.error())) return done;
    return {};
}

Result<void> abandon(int netns_fd) {
    return inside(netns_fd, [] {
        // a connection without its process lives on for minutes, and its namespace with it; without IPv4 there is no
        // such file
        (void)write_parameter("sys/net/ipv4/tcp_orphan_retries", "1");
        return remove_links();
    });
}

}  // namespace network
