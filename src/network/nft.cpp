#include "network/nft.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cerrno>

namespace network {

netlink::Message nft_message(int type, int flags, std::uint8_t family) {
    nfgenmsg header = {};
    header.nfgen_family = family;
    header.version = NFNETLINK_V0;
    netlink::Message message((NFNL_SUBSYS_NFTABLES << 8) | type, flags);
    message.header(header);
    return message;
}

bool is_gone(const Error& error) {
    return error.os_number == ENOENT || error.os_number == EOPNOTSUPP;
}

}  // namespace network
