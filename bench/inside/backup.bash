#!/bin/bash
# Backups and restores of a WPAR with 300 MB of its own, beside tar and zstd on the same tree, at the same level.
# shellcheck source=bench/inside/common.bash
source "$(dirname "$0")/common.bash"

wanted_kilobytes=290000

# Some large files, most small, and as compressible as software is.
make_full() {
    local copy full=/wpars/full/srv
    mkwpar -n full </dev/null >/dev/null
    for ((copy = 0; $(du -sxk "$full" | cut -f1) < wanted_kilobytes; ++copy)); do
        mkdir "$full/$copy"
        cp -a --reflink=never /usr/bin /usr/sbin /usr/lib "$full/$copy/"
    done
    sync
}

# with_memory COMMAND...: what the largest of its processes had is kept for the sample.
with_memory() { command time --format %M --output "$bench/memory" "$@"; }
sample_memory() { sample "$1" "$2" "$(tail -n 1 "$bench/memory")"; }

# shellcheck disable=SC2016  # for the shell that runs them
# As durable as what savewpar and restwpar leave.
as_tar='tar --xattrs --acls -C /wpars/full -cf - . | zstd -q -T0 -3 -o "$1" && sync "$1"'
# shellcheck disable=SC2016
from_tar='zstd -q -dc "$1" | tar --xattrs --acls -C "$2" -xpf - && sync -f "$2"'

measure_backups() {
    local round
    for ((round = 0; round < 5; round++)); do
        rm -f "$bench"/*.bak
        timed backup savewpar with_memory savewpar -f "$bench/whole.bak" full
        sample_memory backup-memory savewpar
        timed backup tar-zstd bash -o pipefail -c "$as_tar" - "$bench/tar.bak"
        echo "$round" >>/wpars/full/etc/motd
        timed since savewpar savewpar --since "$bench/whole.bak" -f "$bench/next.bak" full
        [ "$round" != 0 ] || sample backup-disk savewpar "$(du -k "$bench/whole.bak" | cut -f1)"
        [ "$round" != 0 ] || sample backup-disk tar-zstd "$(du -k "$bench/tar.bak" | cut -f1)"
    done
}

measure_restores() {
    local round
    for ((round = 0; round < 5; round++)); do
        timed restore restwpar with_memory restwpar -n again -S n -f "$bench/whole.bak"
        sample_memory restore-memory restwpar
        rmwpar -F again >/dev/null </dev/null
        mkdir "$bench/out"
        timed restore zstd-tar bash -o pipefail -c "$from_tar" - "$bench/tar.bak" "$bench/out"
        rm -rf "$bench/out"
        timed verify corral-verify corral verify "$bench/whole.bak"
    done
}

make_full
measure_backups
measure_restores
