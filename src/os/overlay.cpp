#include "os/overlay.h"

#include <cerrno>

#include "os/superblock.h"

namespace os {
namespace {

Error explained(Error error) {
    if (error.os_number == EBUSY) error.text += "; its store is in use by another mount of it";
    if (error.os_number == ESTALE)
        error.text += "; its store was written over another tree than this one, and fits no other";
    return error;
}

}  // namespace

// index keeps hard links whole when one of their names is written to, and holds a store to its lower tree and to one
// mount; redirect_dir lets directories of the lower tree be renamed. No metacopy: a change of owner or mode of a large
// file copies it, but no file in the store ever depends on a name that its owner inside could choose.
Result<UniqueFd> mount_overlay(const OverlayCall& call) {
    const auto lower = cat("/proc/self/fd/", call.lower);
    const auto store = cat("/proc/self/fd/", call.store);
    auto mounted = mount_detached(
        {.type = "overlay",
         .source = "overlay",
         .options = cat("lowerdir=", lower, ",upperdir=", store, "/upper,workdir=", store,
                        "/work,redirect_dir=on,index=on,metacopy=off,xino=auto"),
         .attributes = call.attributes});
    if (!mounted) return explained(mounted.error().within(call.shown));
    return mounted;
}

Result<UniqueFd> mount_overlay_view(const OverlayCall& call) {
    return mount_detached(
               {.type = "overlay",
                .source = "overlay",
                .options = cat("lowerdir=/proc/self/fd/", call.store, "/upper:/proc/self/fd/",
                               call.lower, ",redirect_dir=follow,index=off,metacopy=off,xino=auto"),
                .attributes = call.attributes})
        .within(call.shown);
}

}  // namespace os
