// Messages to nftables. For this folder only.
#pragma once
#include <cstdint>

#include "network/netlink.h"

namespace network {

/// `type` is NFT_MSG_..., `family` NFPROTO_...
netlink::Message nft_message(int type, int flags, std::uint8_t family);
/// There is no such table: ENOENT, or EOPNOTSUPP when nf_tables is not even loaded.
bool is_gone(const Error& error);

}  // namespace network
