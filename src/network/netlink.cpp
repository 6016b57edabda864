#include "network/netlink.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace network::netlink {
namespace {

std::string explanation(const nlmsghdr* message, const nlmsgerr* failure) {
    if ((message->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
    auto header = sizeof(nlmsgerr);
    if ((message->nlmsg_flags & NLM_F_CAPPED) == 0) header += failure->msg.nlmsg_len - NLMSG_HDRLEN;
    return text(attribute(message, header, NLMSGERR_ATTR_MSG));
}

}  // namespace

Message::Message(int type, int flags) : message_(::nlmsg_alloc_simple(type, flags), &::nlmsg_free) {
    if (!message_) throw std::bad_alloc();
}

Message& Message::raw(int type, std::span<const std::uint8_t> bytes) {
    if (::nla_put(message_.get(), type, static_cast<int>(bytes.size()), bytes.data()) != 0)
        throw std::bad_alloc();  // messages have a page; ours are far smaller
    return *this;
}

Message& Message::u8(int type, std::uint8_t value) { return raw(type, {&value, 1}); }

Message& Message::u32(int type, std::uint32_t value) {
    return raw(type, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
}

Message& Message::text(int type, std::string_view value) {
    const std::string ended(value);
    return raw(type, {reinterpret_cast<const std::uint8_t*>(ended.c_str()), ended.size() + 1});
}

Message& Message::ip(int type, const Ip& value) {
    return raw(type, {value.bytes.data(), value.size()});
}

Message& Message::nested(int type, const std::function<void()>& fill) {
    auto* const start = ::nla_nest_start(message_.get(), type);
    if (start == nullptr) throw std::bad_alloc();
    fill();
    ::nla_nest_end(message_.get(), start);
    return *this;
}

Socket::Socket(Handle handle) : handle_(std::move(handle)), buffer_(65536) {}

Result<Socket> Socket::open(int protocol) {
    Handle handle(::nl_socket_alloc(), &::nl_socket_free);
    if (!handle) throw std::bad_alloc();
    if (::nl_connect(handle.get(), protocol) != 0)
        return Error::os(errno, "open netlink socket", cat(protocol));
    const int fd = ::nl_socket_get_fd(handle.get());
    const int on = 1;
    // both only improve answers: words for a refusal, dumps that honour their filter
    (void)::setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    (void)::setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
    (void)::setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    return Socket(std::move(handle));
}

Error Socket::Refusal::error(const std::string& what) const {
    const char* words = ::strerrordesc_np(number);
    const char* name = ::strerrorname_np(number);
    return {kind_of(number),
            cat(what, ": ", words != nullptr ? words : "unknown error", " (",
                name != nullptr ? name : "?", ")", said.empty() ? "" : ": ", printable(said)),
            number,
            {}};
}

Socket::Refusal Socket::send(std::span<const std::uint8_t> bytes) {
    const int fd = ::nl_socket_get_fd(handle_.get());
    for (;;) {
        const auto sent = ::send(fd, bytes.data(), bytes.size(), 0);
        if (sent >= 0) return {};
        if (errno != EINTR) return {errno, {}};
    }
}

Socket::Refusal Socket::exchange(nlmsghdr* request, const Take* take) {
    request->nlmsg_flags |= NLM_F_REQUEST;
    if (take == nullptr || (request->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
        request->nlmsg_flags |= NLM_F_ACK;
    request->nlmsg_seq = ++sequence_;
    request->nlmsg_pid = 0;
    if (auto failed = send({reinterpret_cast<const std::uint8_t*>(request), request->nlmsg_len});
        failed.number != 0)
        return failed;
    return receive(sequence_, take);
}

Socket::Refusal Socket::receive(std::uint32_t sequence, const Take* take, std::uint32_t begin) {
    const int fd = ::nl_socket_get_fd(handle_.get());
    for (;;) {
        const auto got = ::recv(fd, buffer_.data(), buffer_.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return {errno, {}};
        int left = static_cast<int>(got);
        for (auto* message = reinterpret_cast<nlmsghdr*>(buffer_.data()); ::nlmsg_ok(message, left);
             message = ::nlmsg_next(message, &left)) {
            const bool error = message->nlmsg_type == NLMSG_ERROR;
            // others are of a question given up earlier; a batch refused as a whole is answered at its begin
            if (message->nlmsg_seq != sequence && (!error || message->nlmsg_seq != begin)) continue;
            if (message->nlmsg_type == NLMSG_DONE) return {};
            if (error) {
                const auto* failure = static_cast<const nlmsgerr*>(::nlmsg_data(message));
                return {-failure->error, explanation(message, failure)};
            }
            if (take != nullptr) (*take)(message);
        }
    }
}

Result<void> Socket::transaction(std::span<Message> messages, std::string_view what) {
    std::vector<std::uint8_t> bytes;
    const auto add = [&](nlmsghdr* message) {
        message->nlmsg_flags |= NLM_F_REQUEST;
        message->nlmsg_seq = ++sequence_;
        const auto* from = reinterpret_cast<const std::uint8_t*>(message);
        bytes.insert(bytes.end(), from, from + message->nlmsg_len);
        bytes.resize(NLMSG_ALIGN(bytes.size()));
    };
    nfgenmsg bounds = {};
    bounds.nfgen_family = AF_UNSPEC;
    bounds.version = NFNETLINK_V0;
    bounds.res_id = htons(NFNL_SUBSYS_NFTABLES);
    Message begin(NFNL_MSG_BATCH_BEGIN, 0);
    Message end(NFNL_MSG_BATCH_END, 0);
    add(begin.header(bounds).get());
    const auto start = sequence_;
    for (auto& message : messages) {
        message.get()->nlmsg_flags |= NLM_F_ACK;
        add(message.get());
    }
    add(end.header(bounds).get());
    if (const auto failed = send(bytes); failed.number != 0) return failed.error(std::string(what));
    for (std::size_t i = 1; i <= messages.size(); ++i)
        if (const auto refusal = receive(start + static_cast<std::uint32_t>(i), nullptr, start);
            refusal.number != 0)
            return refusal.error(std::string(what));
    return {};
}

std::span<const std::uint8_t> attribute(const nlmsghdr* answer, std::size_t header, int type) {
    auto* const found =
        ::nlmsg_find_attr(const_cast<nlmsghdr*>(answer), static_cast<int>(header), type);
    if (found == nullptr) return {};
    return {static_cast<const std::uint8_t*>(::nla_data(found)),
            static_cast<std::size_t>(::nla_len(found))};
}

std::span<const std::uint8_t> attribute_of(std::span<const std::uint8_t> nest, int type) {
    if (nest.empty()) return {};
    const auto* found = ::nla_find(reinterpret_cast<const nlattr*>(nest.data()),
                                   static_cast<int>(nest.size()), type);
    if (found == nullptr) return {};
    return {static_cast<const std::uint8_t*>(::nla_data(found)),
            static_cast<std::size_t>(::nla_len(found))};
}

std::uint32_t number(std::span<const std::uint8_t> attribute) {
    std::uint32_t value = 0;
    if (attribute.size() >= sizeof value) std::memcpy(&value, attribute.data(), sizeof value);
    return value;
}

std::string text(std::span<const std::uint8_t> attribute) {
    if (attribute.empty()) return {};
    const auto* start = reinterpret_cast<const char*>(attribute.data());
    return {start, ::strnlen(start, attribute.size())};
}

Ip ip(int family, std::span<const std::uint8_t> attribute) {
    Ip value;
    value.family = family;
    std::copy_n(attribute.begin(), std::min(attribute.size(), value.size()), value.bytes.begin());
    return value;
}

}  // namespace network::netlink
