#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A WPAR made with -c: all that could never be saved is denied to it, and what runs inside does not mind. What stands in the
# way of a checkpoint nevertheless is named.

load helper

prepare_bed() {
    # on btrfs, where namespace beds lie, a watched symbolic link could not be saved
    is_vm || in_bed sh -ec '
        truncate -s 1G /srv/wpars.img && mkfs.ext4 -q /srv/wpars.img
        mkdir -p /wpars && mount -o loop /srv/wpars.img /wpars && chmod 700 /wpars' </dev/null
    first_wpar
    "$bed_tool" copy "$bed" "$support/make-deb" /usr/local/bin/make-deb
    in_bed sh -ec '
        cd /srv && make-deb --daemon herald 1 etc/herald.conf=first && make-deb --daemon herald 2 etc/herald.conf=second
        mkwpar -c -l -n mover >/dev/null && startwpar mover >/dev/null
        mkwpar -n plain >/dev/null && startwpar plain >/dev/null'
}

# Its number, and the error: "ENOSYS".
call_inside() { inside "$1" "perl -MErrno -e 'syscall($2, 0, 0, 0) == -1 and print grep { \$!{\$_} } keys %!'"; }
socket_inside() { inside "$1" "perl -MErrno -e 'socket(S, $2, $3, $4) or print grep { \$!{\$_} } keys %!'"; }
unshared() { inside "$1" "unshare $2 true 2>/dev/null && echo yes || echo no"; }
blockers() { in_bed lswpar --blockers -qca what "$@"; }
# Of nothing but what runs inside: a moment later, the session that asked is gone.
nothing_in_the_way() { [ -z "$(blockers mover)" ]; }

@test "its systemd is up, with every service, and does without what it asks for in vain" {
    [ "$(inside mover systemctl is-system-running --wait)" = running ]
    [ -z "$(inside mover systemctl --failed --no-legend)" ]
    inside mover systemctl start systemd-hostnamed systemd-localed
    [ "$(inside mover 'cat /proc/*/comm >/dev/null; readlink /proc/[0-9]*/ns/uts | sort -u | wc -l')" = 1 ]
    [ "$(inside mover 'readlink /proc/[0-9]*/ns/mnt | sort -u | wc -l')" -gt 1 ]
    refute inside mover "journalctl -b --no-pager -q | grep -E 'ProtectHostname|PrivateUsers|PrivateIPC|Unknown key'"
}

@test "namespaces that cannot be saved are denied, the others are not" {
    local kind
    for kind in -u -i -U -C -T -n '-f -p'; do
        [ "$(unshared mover "$kind")" = no ]
    done
    [ "$(unshared mover -m)" = yes ]
    for kind in -u -i -p; do [ "$(unshared plain "$kind")" = yes ]; done
}

@test "calls that cannot be saved answer as those of an old kernel" {
    local number
    # clone3 fanotify_init landlock_create_ruleset keyctl io_uring_setup
    for number in 435 300 444 250 425; do
        [ "$(call_inside mover "$number")" = ENOSYS ]
    done
    [ "$(call_inside plain 435)" = EINVAL ]
    [ "$(call_inside mover 434)" = EINVAL ] # pidfd_open: newer systemds cannot be without
    [ "$(socket_inside mover 2 1 262)" = EPROTONOSUPPORT ] # MPTCP
    [ -z "$(socket_inside mover 2 1 6)" ]
    [ -z "$(socket_inside mover 10 2 0)" ]
}

@test "no controller reaches its cgroups, so that its root can hold a task" {
    [ -z "$(inside mover cat /sys/fs/cgroup/cgroup.controllers)" ]
    refute inside mover 'echo +memory >/sys/fs/cgroup/cgroup.subtree_control' 2>/dev/null
    in_bed chwpar -R memory=0%-20%,25% totalProcesses=300 mover
    [ -z "$(inside mover cat /sys/fs/cgroup/cgroup.controllers)" ]
    in_bed chwpar -K -R mover
}

@test "packages are installed and upgraded inside, with their services" {
    in_bed tar -C /srv -c herald_1.deb herald_2.deb | in_bed clogin mover tar -C /root -x
    local version
    for version in 1 2; do
        inside mover "dpkg -i /root/herald_$version.deb >/root/log 2>&1 || { cat /root/log; exit 1; }"
        inside mover systemctl start herald
    done
    [ "$(inside mover 'dpkg-query --show --showformat="\${Version}" herald')" = 2 ]
    [ "$(inside mover systemctl is-system-running)" = running ]
}

@test "nothing but services in the usual way runs in it, and so nothing stands in the way" {
    eventually nothing_in_the_way
    [ "$(in_bed lswpar -qca checkpointable mover)" = yes ]
    wpar_run lswpar --blockers --json mover
    assert_match '"checkpointable": true'
    assert_match '"blockers": \[\]'
}

@test "what stands in the way is named with its process" {
    inside mover 'systemd-run -q --unit=holds sh -c "truncate --size=300M /root/large; exec 5</root/large; rm /root/large; exec sleep infinity"
        systemd-run -q --unit=traced strace -o /dev/null sleep infinity'
    is_named() { in_bed lswpar --blockers -qca inner_pid,command,what mover | grep -qE "$1"; }
    eventually is_named '^[0-9]+:sleep:descriptor 5\\: a deleted file of 300M, '"'"'/root/large \(deleted\)'
    eventually is_named '^[0-9]+:sleep:it is being traced by process [0-9]+'
    in_bed sh -c 'mkfifo /srv/hold; clogin mover sleep 1000 >/dev/null 2>&1 </srv/hold & echo $! >/srv/session'
    in_bed sh -c 'exec 9>/srv/hold; until lswpar --blockers -qca what mover | grep -q "came from outside, by clogin"; do sleep 0.1; done'
    in_bed sh -c 'kill "$(cat /srv/session)"; rm /srv/hold /srv/session'
    inside mover systemctl stop holds traced
    eventually nothing_in_the_way
}

@test "one without -c says so, and is shown what its services do" {
    wpar_run lswpar --blockers plain
    assert_match 'it was not started as a checkpointable one +chwpar -c plain'
    wpar_run chwpar -c plain
    assert_status 0
    assert_error 'checkpointable at the next start'
    [ "$(in_bed lswpar -qca checkpointable plain)" = yes ]
    blockers plain | grep -q '^it was not started as a checkpointable one'
    in_bed chwpar -K -c plain
    refute inside plain test -e /run/systemd/system/service.d
    refused 2 'excludes other modes' lswpar --blockers -N
}

@test "its own files know nothing of it, and without -c the next start is as before" {
    refute in_bed grep -rlqs corral-checkpoint /wpars/mover/etc /wpars/mover/var/lib
    inside mover test -e /run/systemd/system/service.d/zz-corral-checkpoint.conf
    in_bed chwpar -K -c mover
    [ "$(unshared mover -u)" = no ] # until then
    in_bed rebootwpar mover >/dev/null
    [ "$(unshared mover -u)" = yes ]
    refute inside mover test -e /run/systemd/system/service.d
}

@test "wparexec -c: a session of its own, an interrupt, the status" {
    # the session of the one who runs it, as the WPAR numbers it, and fanotify_init
    local script='printf "session %s\n" "$(cut -d" " -f6 /proc/$$/stat)"; perl -e "syscall(300, 0, 0) == -1 and \$!{ENOSYS} and print \"none\n\""; exit 7'
    wpar_run wparexec -c -n app -- /bin/sh -c "$script"
    assert_status 7
    assert_match '^session [1-9]'
    assert_line none
    wpar_run wparexec -n app -- /bin/sh -c "$script"
    assert_status 7
    assert_no_line none
    wpar_run timeout --signal=INT 3 wparexec -c -n app -- /bin/sh -c 'trap "echo interrupted; exit 9" INT; while :; do sleep 0.1; done'
    assert_line interrupted
}
