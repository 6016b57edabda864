#!/usr/bin/env bats
# runs in: vm
# vm in ci
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# The virtual machine itself: what its stories stand on.

load helper

prepare_bed() {
    new_bed_as_told "$bed-n" --address 192.168.21.11/16 --address6 fd00:21::11/64
}

# path_without PROGRAM...: a directory with all programs but these.
path_without() {
    local directory=$BATS_TEST_TMPDIR/programs program
    mkdir "$directory"
    find /usr/sbin /usr/bin /sbin /bin -maxdepth 1 -not -type d -exec ln -sft "$directory" {} +
    for program in "$@"; do rm "$directory/$program"; done
    echo "$directory"
}

@test "it is a stock Debian: its kernel, systemd as the first process, cgroups of version 2 alone, and nothing failed" {
    wpar_run sh -c 'cat /proc/1/comm; stat -f -c %T /sys/fs/cgroup; grep -c cgroup /proc/mounts; systemctl is-system-running'
    assert_output $'systemd\ncgroup2fs\n1\nrunning'
    wpar_run uname -rv
    assert_match '^6\.1\..*-cloud-amd64 .*Debian'
    wpar_run findmnt --noheadings --output FSTYPE /
    assert_output ext4
    wpar_run systemctl is-active systemd-journald dbus systemd-logind ssh
    assert_output $'active\nactive\nactive\nactive'
}

@test "its clock is right" {
    local here there
    there=$(in_bed date +%s)
    here=$(date +%s)
    [ $((here - there)) -lt 60 ]
    [ $((there - here)) -lt 60 ]
}

@test "status, standard input and arguments pass through" {
    run in_bed sh -c 'cat; echo "$1"; exit 7' sh $'two  words\nand \'lines\'' <<<hello
    assert_status 7
    assert_output $'hello\ntwo  words\nand \'lines\''
    run in_bed sh -c 'kill -TERM $$'
    assert_status 143
    wpar_run sh -c 'pwd; echo out; echo err >&2'
    assert_output $'/root\nout'
    [ "$stderr" = err ]
}

@test "an open standard input that nobody reads holds up nothing" {
    sleep 1000 3>&- | in_bed true &
    local command=$!
    eventually refute kill -0 "$command" 2>/dev/null
    pkill -P $$ -xf 'sleep 1000'
}

@test "machines, namespace beds and the other host share the LAN, over IPv4 and IPv6; no packet leaves it" {
    local address
    for address in 192.168.21.2 fd00:21::2 192.168.21.11 fd00:21::11; do in_bed ping -q -c 1 -W 20 "$address"; done
    for address in 192.168.21.10 fd00:21::10; do
        on_lan ping -q -c 1 -W 20 "$address"
        on "$bed-n" ping -q -c 1 -W 20 "$address"
    done
    wpar_run ip route get 1.1.1.1
    assert_failure
    # what QEMU would translate
    wpar_run sh -c 'ip route add default via 10.0.2.2 && nc -z -w 3 1.1.1.1 80; nc -z -w 3 10.0.2.2 22'
    assert_failure
    in_bed ip route delete default
}

@test "two machines share the LAN" {
    new_bed_as_told "$bed-2" --vm --address 192.168.21.12/16 --address6 fd00:21::12/64
    in_bed ping -q -c 1 -W 20 192.168.21.12
    on "$bed-2" ping -q -c 1 -W 20 fd00:21::10
    "$bed_tool" down "$bed-2" 3>&-
    sed -i "/^$bed-2\$/d" "$BATS_FILE_TMPDIR/beds"
}

@test "after a loss of power it boots with what was on its disk, and without what was not" {
    in_bed sh -ec 'echo kept >/srv/kept; sync /srv/kept /srv; echo lost >/srv/lost'
    cut_power
    run in_bed true
    assert_failure
    power_on
    wpar_run cat /srv/kept
    assert_output kept
    wpar_run cat /srv/lost
    refute grep -qx lost <<<"$output"
    in_bed rm -f /srv/kept /srv/lost
}

# fails_to_come_up REASON: as a bed of its own, which then is gone again.
fails_to_come_up() {
    run "$bed_tool" up "$bed-3" --vm --lan "$lan" 3>&-
    assert_status 1
    assert_line "bed: $bed-3 $1"
    assert_line "bed: the last lines of $bed-3's console:"
    AUDIT_BEDS=$bed-3 audit_machine
    refute grep -F "$bed-3" "$BATS_TEST_TMPDIR/left"
}
audit_machine() { "$support/audit" machine >"$BATS_TEST_TMPDIR/left"; }

@test "a machine that does not come up shows its console's last lines, and leaves nothing" {
    CORRAL_VM_KERNEL_OPTIONS=init=/bin/false fails_to_come_up 'does not come up: its kernel panicked'
    assert_match 'Kernel panic - not syncing: Attempted to kill init!'
}

@test "a machine that takes too long is not waited for" {
    CORRAL_VM_PATIENCE=1 fails_to_come_up 'was not up within 1 seconds'
}

@test "a missing emulator is named with its package and the remedy" {
    run env PATH="$(path_without qemu-system-x86_64)" bash -c '
        bed_parts=$1; bed_state=$2
        for part in common vm-store; do source "$bed_parts/$part.bash"; done
        PATH=$3 vm_need_programs' bash "$project/tools/bed.d" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/programs"
    assert_status 1
    assert_output "bed: qemu-system-x86_64 is missing: it is in Debian's package qemu-system-x86; tools/setup --test installs it"
}

# store WORDS...: a function of the machines' image, with a cache and a state of the test's own.
store() {
    bash -c '
        bed_parts=$1 bed_state=$2 && mkdir -p "$2/beds"
        export CORRAL_BED_CACHE=$2/cache
        for part in common store vm-store; do source "$bed_parts/$part.bash"; done
        bed_state=$2
        # making one is another test'"'"'s business: this one copies what the machine has
        make_vm_image() { echo made; rm -rf "$1"; mkdir -p "$1"; cp --reflink=auto "$good"/{kernel,initrd,sums,disk.qcow2} "$1/"; }
        good=$3
        shift 3
        "$@"' bash "$project/tools/bed.d" "$BATS_TEST_TMPDIR/store" "$("$bed_tool" cache --vm 3>&-)" "$@"
}

@test "a damaged image is noticed and made again, a good one is used" {
    local image
    run store ensure_vm_image
    assert_status 0
    [ "${lines[0]}" = made ]
    image=${lines[-1]}
    run store ensure_vm_image
    assert_output "$image"
    printf x | dd of="$image/disk.qcow2" bs=1 seek=100000000 conv=notrunc status=none
    run store ensure_vm_image
    assert_line "bed: $image is damaged, it is made again"
    assert_line made
    truncate -s -1 "$image/initrd"
    run store ensure_vm_image
    assert_line made
    rm "$image/kernel"
    run store ensure_vm_image
    assert_line made
    run store ensure_vm_image
    assert_output "$image"
}

@test "a making that is killed leaves nothing that the next one does not remove" {
    local name=$bed-4 delay
    for delay in 0.05 0.2 0.5 1; do
        timeout --foreground --signal=KILL "$delay" "$bed_tool" up "$name" --vm --lan "$name" 3>&- || true
        if "$bed_tool" list | grep -q "^$name "; then "$bed_tool" down "$name" 3>&-; fi
        AUDIT_BEDS=$name audit_machine
        refute grep -F "$name" "$BATS_TEST_TMPDIR/left"
    done
}
