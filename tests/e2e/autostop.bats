#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# corral autostop, what a shutdown runs: everything active is stopped in order, and whatever stands in the way, it ends.

load helper

prepare_bed() {
    in_bed sh -ec '
        for name in web1 web2; do mkwpar -n $name; done
        mkwpar -n disk1 -M directory=/srv vfs=ext4 size=16M' </dev/null >/dev/null
}

start() { in_bed startwpar "$1" </dev/null >/dev/null; }
state_is() { [ "$(in_bed lswpar -qca state "$1")" = "$2" ]; }
runs() { state_is "$1" A 2>/dev/null; }
init_of() { in_bed cut -d' ' -f1 "/run/wpars/$1/init"; }
is_gone() { ! in_bed test -e "/proc/$1"; }
# Well beyond the time it promises to need, on a slow machine, too: this is about a shutdown that hangs.
autostop() { wpar_run timeout 300 corral autostop "$@"; }

@test "nothing active is nothing to do" {
    autostop
    assert_status 0
    assert_output "0 stopped, 0 forced, 0 failed."
}

@test "system and application WPARs are stopped, a loaded one is unloaded" {
    start web1
    in_bed startwpar -m web2 </dev/null >/dev/null
    in_bed sh -c 'wparexec -n app1 /bin/sleep 1000 </dev/null >/dev/null 2>&1 &'
    eventually runs app1
    autostop
    assert_status 0
    assert_line "Workload partition app1 stopped."
    assert_line "Workload partition web1 stopped."
    assert_line "Workload partition web2 stopped."
    assert_line "3 stopped, 0 forced, 0 failed."
    state_is web1 D
    state_is web2 D
    run in_bed lswpar -q
    refute grep -q app1 <<<"$output"
}

@test "a dry run names what it would stop, and stops nothing" {
    start web1
    autostop --dry-run
    assert_status 0
    assert_output "corral autostop: would stop workload partition web1."
    state_is web1 A
}

@test "services are asked to end" {
    in_bed clogin web1 sh -c "'mkdir -p /run/systemd/system && cat >/run/systemd/system/last.service &&
        systemctl daemon-reload && systemctl start last'" <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\nExecStop=/bin/touch /var/in-order'
    autostop
    assert_status 0
    in_bed test -e /wpars/web1/var/in-order
}

@test "what does not halt in time is killed, and the status and the event log say so" {
    start web1
    start web2
    in_bed clogin web2 sh -c "'mkdir -p /run/systemd/system && cat >/run/systemd/system/deaf.service &&
        systemctl daemon-reload && systemctl start deaf'" <<<$'[Service]\nExecStart=/bin/sleep infinity\nExecStop=/bin/sleep infinity\nTimeoutStopSec=infinity'
    autostop -t "$((patience / 3))"
    assert_status 3
    assert_line "Workload partition web1 stopped."
    assert_line "Workload partition web2 stopped by force."
    assert_line "1 stopped, 1 forced, 0 failed."
    assert_error "workload partition web2 did not halt within $((patience / 3)) seconds"
    state_is web2 D
    in_bed grep -q "autostop web2 did not halt in time and was killed" /var/adm/wpars/event.log
}

@test "somebody who works on a WPAR and does not end is named, and its processes end all the same" {
    start web1
    local init holder
    init=$(init_of web1)
    in_bed sh -c 'CORRAL_CRASH_AT_STEP=1 CORRAL_CRASH_SIGNAL=19 chwpar -R totalProcesses=100 web1 </dev/null >/dev/null 2>&1 &'
    holds() { in_bed lswpar -qca state web1 | grep -x T >/dev/null; }
    eventually holds
    holder=$(in_bed cut -d' ' -f1 /run/wpars/.lock/web1)
    autostop -t 1
    assert_status 1
    assert_error "workload partition web1 could not be stopped: workload partition web1 is held by operation 'change' (process $holder"
    assert_error "did not stop: web1"
    eventually is_gone "$init"
    in_bed kill -KILL "$holder"
    eventually state_is web1 D
}

@test "a process that waits in the kernel does not hold it up" {
    start disk1
    start web1
    local stuck
    in_bed fsfreeze -f /wpars/disk1/srv
    in_bed sh -c 'clogin disk1 touch /srv/file </dev/null >/dev/null 2>&1 &'
    writes() { stuck=$(in_bed pgrep -xf 'touch /srv/file') && in_bed grep -q '^State:.*disk sleep' "/proc/$stuck/status"; }
    eventually writes
    autostop -t 1
    in_bed fsfreeze -u "/proc/$stuck/root/srv"
    assert_status 1
    state_is web1 D
    assert_error "workload partition disk1 could not be stopped"
    eventually is_gone "$stuck"
    autostop
    assert_status 0
    wpar_run stopwpar -F disk1
    state_is disk1 D
}
