#include "network/guard.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <net/if.h>

#include <cerrno>
#include <cstring>

#include "network/nft.h"
#include "os/process.h"

namespace network {
namespace {

using netlink::Message;

constexpr std::string_view table_name = "corral";
using Key = std::vector<std::uint8_t>;

std::uint8_t family_of(bool bridge) { return bridge ? NFPROTO_BRIDGE : NFPROTO_INET; }

// A set's key as nft writes it: every part padded to four bytes, interface names to their full length.
Key key_of(std::string_view link) {
    Key key(IFNAMSIZ);
    std::memcpy(key.data(), link.data(), std::min<std::size_t>(link.size(), IFNAMSIZ - 1));
    return key;
}

Key with(Key key, std::span<const std::uint8_t> bytes) {
    key.insert(key.end(), bytes.begin(), bytes.end());
    key.resize((key.size() + 3) / 4 * 4);
    return key;
}

Message element(int type, std::uint8_t family, std::string_view set, const Key& key) {
    auto message = nft_message(type, type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0, family);
    message.text(NFTA_SET_ELEM_LIST_TABLE, table_name).text(NFTA_SET_ELEM_LIST_SET, set);
    message.nested(NFTA_SET_ELEM_LIST_ELEMENTS, [&] {
        message.nested(NFTA_LIST_ELEM, [&] {
            message.nested(NFTA_SET_ELEM_KEY, [&] { message.raw(NFTA_DATA_VALUE, key); });
        });
    });
    return message;
}

std::vector<Message> elements(int type, const std::vector<Source>& sources) {
    std::vector<Message> messages;
    for (const auto& source : sources) {
        const auto link = key_of(source.link);
        messages.push_back(element(type, family_of(source.port),
                                   source.ip.four() ? "sources4" : "sources6",
                                   with(link, {source.ip.bytes.data(), source.ip.size()})));
        if (source.port)
            messages.push_back(element(type, NFPROTO_BRIDGE, "macs", with(link, source.mac)));
    }
    return messages;
}

}  // namespace

Result<void> run_nft(const std::string& script) {
    auto ran = os::run_ok({.arguments = {"nft", "-f", "-"}, .input = script});
    if (ran) return {};
    if (ran.error().kind == Kind::missing)
        return Error{Kind::missing, "the program nft is missing; install the package nftables",
                     ENOENT}
            .explained_by(checks::programs);
    return ran.error().within("guard").explained_by(checks::firewall);
}

Result<Guard> Guard::open() {
    auto socket = netlink::Socket::open(NETLINK_NETFILTER);
    if (!socket && socket.error().os_number == EPROTONOSUPPORT)
        return Error{Kind::unsupported,
                     "this kernel has no nftables (nf_tables), which guards addresses"}
            .explained_by(checks::firewall);
    if (!socket) return socket.error();
    return Guard(*std::move(socket));
}

Result<bool> Guard::present(bool bridge) {
    auto question = nft_message(NFT_MSG_GETTABLE, 0, family_of(bridge));
    question.text(NFTA_TABLE_NAME, table_name);
    auto asked = socket_.answers(
        question, [](const nlmsghdr*) {}, "guard table");
    if (asked) return true;
    if (is_gone(asked.error())) return false;
    return asked.error();
}

Result<bool> Guard::ensure(bool bridge) {
    if (TRY(present(bridge))) return false;
    TRY(run_nft(bridge ? bridge_rules() : guard_rules()));
    return true;
}

Result<void> Guard::admit(const std::vector<Source>& sources) {
    if (sources.empty()) return {};
    auto messages = elements(NFT_MSG_NEWSETELEM, sources);
    return socket_.transaction(messages, "guard: admit addresses");
}

// One by one: a transaction fails as a whole when one element is gone already.
Result<void> Guard::dismiss(const std::vector<Source>& sources) {
    Result<void> first;
    for (auto& message : elements(NFT_MSG_DELSETELEM, sources)) {
        auto done = socket_.transaction({&message, 1}, "guard: dismiss an address");
        if (!done && !is_gone(done.error()) && first) first = std::move(done);
    }
    return first;
}

Result<void> Guard::close(const Opened& opened) {
    std::vector<Message> messages;
    // both sets are emptied first: a message that names no elements means all
    for (const auto* set : {"opened4", "opened"}) {
        auto flush = nft_message(NFT_MSG_DELSETELEM, 0, NFPROTO_INET);
        messages.push_back(std::move(
            flush.text(NFTA_SET_ELEM_LIST_TABLE, table_name).text(NFTA_SET_ELEM_LIST_SET, set)));
    }
    for (const auto& interface : opened.four)
        messages.push_back(element(NFT_MSG_NEWSETELEM, NFPROTO_INET, "opened4", key_of(interface)));
    if (opened.six)
        messages.push_back(element(NFT_MSG_NEWSETELEM, NFPROTO_INET, "opened", {NFPROTO_IPV6}));
    return socket_.transaction(messages, "guard: close forwarding to others");
}

Result<void> Guard::remove() {
    Result<void> first;
    for (const bool bridge : {false, true}) {
        // a transaction that fails costs the kernel 10 ms, a question nothing
        const auto there = present(bridge);
        if (there && !*there) continue;
        auto message = nft_message(NFT_MSG_DELTABLE, 0, family_of(bridge));
        message.text(NFTA_TABLE_NAME, table_name);
        auto done = socket_.transaction({&message, 1}, "remove guard table");
        if (!done && !is_gone(done.error()) && first) first = std::move(done);
    }
    return first;
}

}  // namespace network
