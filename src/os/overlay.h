// overlayfs: a tree that is read, and a store for what is written over it. Kernel documentation, filesystems/overlayfs.
#pragma once
#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace os {

/// Directories by descriptor (O_PATH will do), both attached in the caller's mount namespace. The kernel refuses a store
/// that is in use already (Kind::busy) or was used over another tree.
struct OverlayCall {
    int lower = -1;
    int store = -1;                // holds `upper` and `work`, on one file system
    std::string shown = {};        // for messages
    std::uint64_t attributes = 0;  // MOUNT_ATTR_*
};
Result<UniqueFd> mount_overlay(const OverlayCall& call);
/// The same to be read only, also while the store is in use: what is written there meanwhile may or may not be seen.
Result<UniqueFd> mount_overlay_view(const OverlayCall& call);

}  // namespace os
