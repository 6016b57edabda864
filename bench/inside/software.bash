#!/bin/bash
# Software of its own for a WPAR: a generation of a root of 300 MB beside plain copies, and a detached WPAR over it
# beside copies and snapshots that others make; and clones of both.
# shellcheck source=bench/inside/common.bash
source "$(dirname "$0")/common.bash"

wanted_kilobytes=290000 # another copy comes on top of what is less

# What the bed's /usr lacks of 300 MB, as copies of what is in it: some large files, most small, and as compressible.
fill_usr() {
    local copy
    mkdir /usr/share/bench
    for ((copy = 0; $(du -sxk /usr | cut -f1) < wanted_kilobytes; ++copy)); do
        mkdir "/usr/share/bench/$copy"
        cp -a --reflink=never /usr/bin /usr/sbin /usr/lib "/usr/share/bench/$copy/"
    done
    sync
}

# As durable as a generation is when it is made.
copy_of_root() {
    mkdir "$bench/copy"
    cp -a "$@" /usr /opt /etc "$bench/copy"
    sync -f "$bench/copy"
}

remove_copy() { rm -rf "$bench/copy"; }

kilobytes_of() { du -sk "$@" 2>/dev/null | awk '{ sum += $1 } END { print sum }'; }
newest_kilobytes() { kilobytes_of "/var/lib/wpars/.generations/$(cat /var/lib/wpars/.generations/last)"; }

measure_generations() {
    local round
    for ((round = 0; round < 3; round++)); do
        timed generation reflink corral generation create -f -k reflink
        timed generation erofs corral generation create -f -k erofs
        [ "$round" != 0 ] || sample generation-disk erofs "$(newest_kilobytes)"
        timed generation cp copy_of_root --reflink=never
        [ "$round" != 0 ] || sample generation-disk cp "$(kilobytes_of "$bench/copy")"
        remove_copy
        timed generation cp-reflink copy_of_root --reflink=always
        remove_copy
        corral generation remove --unused >/dev/null </dev/null
    done
}

lxc_base() {
    mkdir -p "$bench/lxc" /var/lib/lxc/base/rootfs
    cp -a --reflink=auto /usr /opt /etc /bin /sbin /lib* /var/lib/lxc/base/rootfs/
    mkdir -p /var/lib/lxc/base/rootfs/{dev,proc,sys,run,tmp,var,root}
    printf 'lxc.uts.name = base\nlxc.rootfs.path = dir:/var/lib/lxc/base/rootfs\nlxc.net.0.type = empty\n' \
        >/var/lib/lxc/base/config
}

forget_lxc() { rm -rf "/var/lib/lxc/$1"; }

measure_detached() {
    local round
    corral generation create </dev/null >/dev/null
    lxc_base
    for ((round = 0; round < 5; round++)); do
        timed detached mkwpar-l mkwpar -l -n made
        sample views mkwpar-l "$(kilobytes_of /var/lib/wpars/made)"
        sample root mkwpar-l "$(kilobytes_of /wpars/made)"
        rmwpar -F made >/dev/null </dev/null
        timed detached mkwpar mkwpar -n made
        rmwpar -F made >/dev/null </dev/null
        timed detached lxc-copy-overlay lxc-copy -n base -N made -s -B overlay
        forget_lxc made
    done
    for ((round = 0; round < 2; round++)); do
        timed detached mkwpar-copy mkwpar -n made -M directory=/usr vfs=directory -M directory=/opt vfs=directory
        rmwpar -F made >/dev/null </dev/null
        timed detached lxc-copy-directory lxc-copy -n base -N made
        forget_lxc made
    done
    corral generation remove --unused </dev/null >/dev/null
}

# As durable as a clone is when it is made.
copy_of_container() {
    cp -a "$@" /var/lib/lxc/base/rootfs "$bench/copy"
    sync -f "$bench/copy"
}

clone_of() {
    timed clone "$1" clonewpar "$2" twin
    rmwpar -F twin >/dev/null </dev/null
}

# "own" has views over a generation, "full" copies.
measure_clones() {
    local round
    mkwpar -l -n own </dev/null >/dev/null
    mkwpar -n full -M directory=/usr vfs=directory -M directory=/opt vfs=directory </dev/null >/dev/null
    for ((round = 0; round < 5; round++)); do
        clone_of clonewpar own
        timed clone lxc-copy-overlay lxc-copy -n base -N made -s -B overlay
        forget_lxc made
    done
    for ((round = 0; round < 2; round++)); do
        clone_of clonewpar-copies full
        timed clone cp-reflink copy_of_container --reflink=always
        remove_copy
        timed clone lxc-copy-directory lxc-copy -n base -N made
        forget_lxc made
        timed clone cp copy_of_container --reflink=never
        remove_copy
    done
    startwpar own </dev/null >/dev/null
    for ((round = 0; round < 3; round++)); do clone_of clonewpar-active own; done
    stopwpar -F own </dev/null >/dev/null
}

fill_usr
measure_generations
measure_detached
measure_clones
