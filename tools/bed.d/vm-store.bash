# shellcheck shell=bash disable=SC2154  # bed_* and cache_directory come from the other parts
# The machines' image: the root of beds with Debian's kernel, as kernel, initrd and disk.qcow2 in one directory of the
# cache. Each machine writes to an overlay of its own.

vm_recipe_digest() {
    (cd "$bed_parts" && cat make-vm && find vm-root -type f -print -exec cat {} + && recipe_digest) |
        sha256sum | cut -c1-16
}
vm_image() { echo "$cache_directory/vm-$(vm_recipe_digest)"; }
vm_overlay_directory() { echo "$cache_directory/vm-overlays/$1"; }

vm_need_programs() {
    local program package
    while read -r program package; do
        command -v "$program" >/dev/null ||
            fail "$program is missing: it is in Debian's package $package; tools/setup --test installs it"
    done <<'TEXT'
qemu-system-x86_64 qemu-system-x86
qemu-img qemu-utils
mke2fs e2fsprogs
ssh openssh-client
ssh-keygen openssh-client
TEXT
}

# Made beside its place and renamed into it: killed at any moment, it leaves only a *.partial directory.
make_vm_image() {
    local image=$1 partial=$1.partial store
    echo "bed: making the image of virtual machines, once: $image" >&2
    store=$(ensure_store)
    rm -rf --one-file-system "$cache_directory"/vm-*.partial
    find "$cache_directory" -maxdepth 1 -name 'vm-????????????????' -mtime +30 -exec rm -rf {} +
    mkdir -p "$partial"
    if ! unshare --mount --propagation private --net "$bed_parts/make-vm" "$store/root" "$partial" >"$partial/log" 2>&1; then
        tail -n 30 "$partial/log" >&2
        fail "the image of virtual machines could not be made; the reason stands above"
    fi
    rm -rf "$image"
    mv "$partial" "$image"
    release_store "$store"
}

# What tells a file that was read and found good from one that was written to since.
vm_image_mark() { (cd "$1" && stat -c '%n %i %s %.Y %.Z' kernel initrd disk.qcow2 sums) 2>/dev/null; }

# Reading all of it takes seconds, so it is done once, and again when a file has changed.
vm_image_is_good() {
    local image=$1 mark seen
    mark=$(vm_image_mark "$image") || return 1
    seen=$bed_state/${image##*/}.seen
    [ "$(cat "$seen" 2>/dev/null)" != "$mark" ] || return 0
    (cd "$image" && sha256sum --quiet --check sums) >/dev/null 2>&1 || return 1
    echo "$mark" >"$seen"
}

# Prints the directory of the image.
ensure_vm_image() {
    local image
    image=$(vm_image)
    if ! vm_image_is_good "$image"; then
        [ ! -e "$image" ] || echo "bed: $image is damaged, it is made again" >&2
        make_vm_image "$image"
        vm_image_is_good "$image" || fail "$image was made, but reads back wrong: is the disk all right?"
    fi
    touch "$image"
    drop_stray_overlays
    echo "$image"
}

# Overlays that no state tells of were left by a machine that went down.
drop_stray_overlays() {
    local overlay
    for overlay in "$cache_directory"/vm-overlays/*/; do
        [ ! -d "$overlay" ] || [ -e "$bed_state/beds/$(basename "$overlay")" ] || rm -rf "$overlay"
    done
}

remove_vm_disk() {
    local directory
    directory=$(cat "$1/disk" 2>/dev/null) || return 0
    rm -rf "$directory"
    rmdir "${directory%/*}" 2>/dev/null || true
}
