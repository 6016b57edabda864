// Requests to the kernel's network side: libnl builds the messages, one call asks and brings the kernel's own words
// back when it refuses.
#pragma once
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "network/address.h"

namespace network::netlink {

class Message {
  public:
    Message(int type, int flags);
    /// The family header that follows the netlink header, and plain structures in attributes.
    template <class Header>
    Message& header(const Header& header) {
        static_assert(std::is_trivially_copyable_v<Header>);
        ::nlmsg_append(message_.get(), const_cast<Header*>(&header), sizeof header, NLMSG_ALIGNTO);
        return *this;
    }
    Message& raw(int type, std::span<const std::uint8_t> bytes);
    Message& u8(int type, std::uint8_t value);
    Message& u32(int type, std::uint32_t value);
    Message& text(int type, std::string_view value);  // with its NUL
    Message& ip(int type, const Ip& value);
    /// Everything that `fill` puts lies within one attribute.
    Message& nested(int type, const std::function<void()>& fill);
    nlmsghdr* get() const { return ::nlmsg_hdr(message_.get()); }

  private:
    std::unique_ptr<nl_msg, decltype(&::nlmsg_free)> message_;
};

class Socket {
  public:
    /// In the network namespace of the moment. Protocol: NETLINK_ROUTE, NETLINK_NETFILTER.
    static Result<Socket> open(int protocol);
    /// Sends it and waits for the kernel's yes. `what` is spelled out only in an error.
    template <class... Parts>
    Result<void> ask(Message& message, const Parts&... what) {
        if (const auto refusal = exchange(message.get(), nullptr); refusal.number != 0)
            return refusal.error(cat(what...));
        return {};
    }
    /// The same for a question: each answer is handed to `take`.
    using Take = std::function<void(const nlmsghdr*)>;
    template <class... Parts>
    Result<void> answers(Message& message, const Take& take, const Parts&... what) {
        if (const auto refusal = exchange(message.get(), &take); refusal.number != 0)
            return refusal.error(cat(what...));
        return {};
    }
    /// Several messages as one transaction of nftables (batch begin and end included).
    Result<void> transaction(std::span<Message> messages, std::string_view what);

  private:
    struct Refusal {
        int number = 0;
        std::string said = {};  // the kernel's explanation, when it gave one
        Error error(const std::string& what) const;
    };
    using Handle = std::unique_ptr<nl_sock, decltype(&::nl_socket_free)>;
    explicit Socket(Handle handle);
    Refusal exchange(nlmsghdr* request, const Take* take);
    Refusal receive(std::uint32_t sequence, const Take* take, std::uint32_t begin = 0);
    Refusal send(std::span<const std::uint8_t> bytes);
    Handle handle_;
    std::uint32_t sequence_ = 0;
    std::vector<std::uint8_t> buffer_;
};

/// One attribute of an answer, or nothing.
std::span<const std::uint8_t> attribute(const nlmsghdr* answer, std::size_t header, int type);
std::span<const std::uint8_t> attribute_of(std::span<const std::uint8_t> nest, int type);
std::uint32_t number(std::span<const std::uint8_t> attribute);  // 0 when it is missing
std::string text(std::span<const std::uint8_t> attribute);
Ip ip(int family, std::span<const std::uint8_t> attribute);

}  // namespace network::netlink
