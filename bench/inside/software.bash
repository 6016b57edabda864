#!/bin/bash
# Software of its own for a WPAR: a generation of a root of 300 MB beside plain copies, and a detached WPAR over it
# beside copies and snapshots that others make.
# shellcheck source=bench/inside/common.bash
source "$(dirname "$0")/common.bash"

wanted_kilobytes=307200

# What the bed's /usr lacks of 300 MB, as files like those of a system: some large, most small.
fill_usr() {
    local have file
    have=$(du -sxk /usr | cut -f1)
    mkdir -p /usr/share/bench
    for ((file = 0; have < wanted_kilobytes; ++file)); do
        head -c $((file % 10 == 0 ? 2048000 : 20480)) /dev/urandom >"/usr/share/bench/$file"
        have=$((have + (file % 10 == 0 ? 2000 : 20)))
    done
    sync
}

# timed MEASURE SUBJECT COMMAND...: one sample, or why there is none.
timed() {
    local measure=$1 subject=$2 begin
    shift 2
    begin=${EPOCHREALTIME/./}
    if "$@" >"$bench/said" 2>&1 </dev/null; then
        sample "$measure" "$subject" "$(((${EPOCHREALTIME/./} - begin) / 1000))"
    else
        no_sample "$measure" "$subject" "$(tail -n 1 "$bench/said")"
    fi
}

# As durable as a generation is when it is made.
copy_of_root() {
    mkdir "$bench/copy"
    cp -a "$@" /usr /opt /etc "$bench/copy"
    sync -f "$bench/copy"
}

remove_copy() { rm -rf "$bench/copy"; }

measure_generations() {
    local round
    for ((round = 0; round < 3; round++)); do
        timed generation reflink corral generation create -f -k reflink
        timed generation erofs corral generation create -f -k erofs
        timed generation copy corral generation create -f -k copy
        timed generation cp copy_of_root --reflink=never
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

kilobytes_of() { du -sk "$@" 2>/dev/null | awk '{ sum += $1 } END { print sum }'; }

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

fill_usr
measure_generations
measure_detached
