# shellcheck shell=bash disable=SC2154,SC2013  # bed_* come from common.bash and tools/bed; words are wanted
# The roots of beds: one btrfs image, because an overlay cannot be idmapped and a copy would cost seconds. The image
# holds the read-only subvolume "root" and a snapshot of it for each bed.

cache_directory=${CORRAL_BED_CACHE:-/var/cache/corral}

recipe_digest() { cat "$bed_parts"/{make-root,fill-root,packages} | sha256sum | cut -c1-16; }
image_file() { echo "$cache_directory/bed-$(recipe_digest).btrfs"; }
store_of_image() { echo "$bed_state/stores/$(sha256sum <<<"$1" | cut -c1-12)"; }

# Nothing in a store has to survive a power cut (it is made again), so it need not wait for the disk.
mount_image() { mount -t btrfs -o loop,noatime,discard=async,nobarrier "$1" "$2"; }

# Makes the image in a mount namespace of its own: killed at any moment, it leaves only *.partial files.
make_image() {
    local image=$1 partial=$1.partial
    need_programs mmdebstrap mkfs.btrfs btrfs unshare
    echo "bed: making the root of beds, once: $image" >&2
    mkdir -p "$cache_directory"
    rm -rf --one-file-system "$cache_directory"/*.partial*
    find "$cache_directory" -maxdepth 1 -name 'bed-*.btrfs' -mtime +30 -delete
    truncate -s 64G "$partial"
    mkfs.btrfs -q --nodiscard "$partial" >/dev/null
    unshare --mount --propagation private "$bed_parts/make-image" "$partial" ||
        fail "the root of beds could not be made; the reason stands above"
    mv "$partial" "$image"
}

# An image is good when it mounts, is complete, and btrfs never met a wrong checksum in it.
open_image() {
    local image=$1 store=$2
    [ -e "$image" ] || return 1
    mkdir -p "$store"
    mount_image "$image" "$store" 2>/dev/null || return 1
    if [ -e "$store/root/sbin/init" ] && btrfs device stats --check "$store" >/dev/null; then return 0; fi
    unmount "$store"
    return 1
}

# Snapshots that no state tells of were left by a machine that went down.
drop_strays() {
    local store=$1 snapshot
    for snapshot in "$store"/beds/*/; do
        [ ! -d "$snapshot" ] || [ -e "$bed_state/beds/$(basename "$snapshot")" ] || remove_snapshot "$snapshot"
    done
}

mount_store() {
    local image=$1 store=$2
    if ! open_image "$image" "$store"; then
        [ ! -e "$image" ] || echo "bed: $image is damaged, it is made again" >&2
        rm -f "$image"
        make_image "$image"
        open_image "$image" "$store" || fail "$image cannot be mounted: does this kernel have btrfs and loop devices?"
    fi
    touch "$image"
    mkdir -p "$store/beds"
    drop_strays "$store"
}

# Prints the directory of the mounted store.
ensure_store() {
    local image store
    image=$(image_file)
    store=$(store_of_image "$image")
    is_mounted "$store" || mount_store "$image" "$store"
    echo "$store"
}

# systemd makes subvolumes of its own inside, which the outer one cannot be deleted with.
remove_snapshot() {
    local snapshot=${1%/} inner
    find "$snapshot" -xdev -mindepth 1 -type d -inum 256 2>/dev/null | sort -r | while read -r inner; do
        btrfs property set "$inner" ro false 2>/dev/null || true
        btrfs subvolume delete "$inner" >/dev/null
    done
    btrfs subvolume delete "$snapshot" >/dev/null
}

# Loop devices that a test left attached to files of this snapshot would keep the store busy.
detach_loops_below() {
    local device number
    device=$(stat -c '%Hd:%Ld' "$1")
    losetup --list --noheadings --output NAME,BACK-MAJ:MIN | while read -r name number; do
        [ "$number" != "$device" ] || losetup --detach "$name"
    done
}

release_store() {
    local store=$1
    [ -z "$(ls -A "$store/beds" 2>/dev/null)" ] || return 0
    unmount "$store"
    rmdir "$store"
}

bed_cache() {
    local store
    take_lock
    if [ "${1:-}" = --vm ]; then
        vm_need_programs
        ensure_vm_image
        return
    fi
    store=$(ensure_store)
    release_store "$store"
    image_file
}
