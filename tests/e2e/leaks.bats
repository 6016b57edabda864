#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Two hundred of everything leave the machine as it was.

load helper

prepare_bed() {
    bring_crash_walk
    use_quick_init
    in_bed sh -ec '
        mkwpar -n other -N interface=en0 address=192.168.21.99 netmask=255.255.0.0 </dev/null >/dev/null
        mkwpar -n web -M directory=/ vfs=jfs2 size=200M -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 </dev/null >/dev/null
        startwpar other </dev/null >/dev/null
        startwpar web </dev/null >/dev/null
        quick-init web
        stopwpar -N web </dev/null >/dev/null'
}

# What no audit lists. The kernel takes its time with dead cgroups and namespaces.
counts() {
    in_bed sh -c '
        keeper=$(cut -d" " -f1 /run/wpars/other/keeper)
        echo "open files of a keeper $(ls /proc/$keeper/fd | wc -l)"
        echo "own memory of a keeper $(awk "/^Anonymous/ { print \$2 }" /proc/$keeper/smaps_rollup)"
        echo "namespaces $(lsns -n -o NS | wc -l)"
        echo "network interfaces $(ls /sys/class/net | wc -l)"
        for group in /sys/fs/cgroup/cgroup.stat /sys/fs/cgroup/unified/cgroup.stat; do
            [ ! -e $group ] || grep nr_descendants $group
        done
        echo "groups $(find /sys/fs/cgroup -type d | wc -l)"
        echo "unix sockets $(grep -c wpars /proc/net/unix)"'
}
# Kept by the whole machine, where others work as well: a leak of every cycle would show.
machine_counts() {
    cut -f1 /proc/sys/fs/file-nr
    awk '$1 == "memory" { print $3 }' /proc/cgroups
    losetup -a | wc -l
}

unchanged() {
    counts >"$BATS_TEST_TMPDIR/now"
    diff "$BATS_TEST_TMPDIR/counts" "$BATS_TEST_TMPDIR/now" >&2
}

note_counts() {
    mark_clean
    counts >"$BATS_TEST_TMPDIR/counts"
    mapfile -t machine_before < <(machine_counts)
}

assert_unchanged() {
    local at
    assert_clean
    eventually unchanged
    mapfile -t machine_after < <(machine_counts)
    echo "# machine before: ${machine_before[*]}, after: ${machine_after[*]}" >&3
    for at in "${!machine_before[@]}"; do
        # others come and go; a leak of each of 200 cycles would be no less than 200, of most things thousands
        [ $((machine_after[at] - machine_before[at])) -lt "$1" ]
    done
}

@test "200 starts and stops" {
    note_counts
    in_bed sh -ec 'for round in $(seq 200); do
            startwpar web; quick-init web
            case $((round % 4)) in 0) stopwpar -F web ;; 1) rebootwpar -F web; stopwpar -F web ;; *) stopwpar -N web ;; esac
        done' </dev/null >/dev/null
    assert_unchanged 2000
}

@test "200 wparexec" {
    note_counts
    in_bed sh -ec 'for round in $(seq 190); do wparexec /bin/true; done
        for round in $(seq 10); do
            wparexec -n job -N interface=en0 address=192.168.21.51 netmask=255.255.0.0 -R totalProcesses=20 /bin/true
        done' </dev/null >/dev/null
    assert_unchanged 2000
}

@test "200 logins" {
    in_bed sh -c 'startwpar web && clogin web true' </dev/null >/dev/null
    note_counts
    in_bed sh -ec 'for round in $(seq 200); do clogin web true; done' </dev/null
    assert_unchanged 2000
    in_bed stopwpar -F web </dev/null >/dev/null
}

@test "20 made and removed" {
    note_counts
    in_bed sh -ec 'for round in $(seq 20); do
            mkwpar -n made -M directory=/ vfs=jfs2 size=200M; chwpar -n renamed made; rmwpar renamed
        done' </dev/null >/dev/null
    assert_unchanged 2000
}
