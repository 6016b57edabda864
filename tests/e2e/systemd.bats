#!/usr/bin/env bats
# runs in: vm
# vm in ci
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Where systemd is PID 1: each WPAR is a delegated unit of its own, whose keeper no session's end touches, and what
# Corral and the WPAR's console say is in the journal.

load helper

prepare_bed() {
    in_bed sh -ec 'mkwpar -n web1; mkwpar -n web2 -R shares_CPU=10' </dev/null >/dev/null
    in_bed startwpar web1 </dev/null >/dev/null
}

unit_property() { in_bed systemctl show --value -p "$2" "$1"; }
state_is() { [ "$(in_bed lswpar -qca state "$1")" = "$2" ]; }
keeper_of() { in_bed cut -d' ' -f1 "/run/wpars/$1/keeper"; }
no_unit() { [ "$(in_bed systemctl show --value -p LoadState "wpar-$1.scope")" = not-found ]; }
# grep -q would end first, and journalctl complain of the pipe
journal_has() { in_bed journalctl --quiet --no-pager -o cat "$1" | grep -E -- "$2" >/dev/null; }

@test "an active WPAR is a delegated scope with its name" {
    [ "$(unit_property wpar-web1.scope Description)" = "Workload partition web1" ]
    [ "$(unit_property wpar-web1.scope Delegate)" = yes ]
    [ "$(unit_property wpar-web1.scope Slice)" = corral.slice ]
    [ "$(unit_property wpar-web1.scope TasksMax)" = infinity ]
    run in_bed systemd-cgls --no-pager /corral.slice
    assert_match 'wpar-web1\.scope'
    assert_match 'cor_web1'
    assert_match '/sbin/init'
}

@test "its init, its services and its logins are in the scope" {
    run in_bed sh -c 'cat /proc/$(cut -d" " -f1 /run/wpars/web1/init)/cgroup'
    assert_match '^0::/corral.slice/wpar-web1.scope/limits/wpar/init.scope$'
    run in_bed clogin web1 "cat /proc/1/cgroup /proc/self/cgroup" </dev/null
    assert_match '^0::/init.scope$'
    in_bed sh -c 'clogin web1 sleep 250 </dev/null >/dev/null 2>&1 &'
    login_is_inside() { in_bed sh -c 'grep -h . /proc/$(pgrep -xf "sleep 250")/cgroup' | grep '^0::/corral.slice/wpar-web1.scope/limits/wpar/'; }
    eventually login_is_inside
    in_bed pkill -xf 'sleep 250'
}

@test "the end of the session that started it leaves it alone" {
    in_bed systemd-run --quiet --wait --collect -p KillMode=control-group startwpar web2
    state_is web2 A
    [ "$(in_bed cat "/proc/$(keeper_of web2)/cgroup")" = 0::/corral.slice/wpar-web2.scope/keeper ]
}

@test "shares are settings of the units, and a daemon-reload keeps them" {
    in_bed chwpar -R shares_CPU=30 web1
    [ "$(unit_property wpar-web1.scope CPUWeight)" = 150 ]
    [ "$(unit_property wpar-web2.scope CPUWeight)" = 50 ]
    in_bed systemctl daemon-reload
    run in_bed sh -c 'cat /sys/fs/cgroup/corral.slice/wpar-web[12].scope/cpu.weight'
    assert_output $'150\n50'
    state_is web1 A
    in_bed clogin web1 true </dev/null
}

@test "a reboot from inside stays in the same unit" {
    local before
    before=$(in_bed cat /run/wpars/web2/init)
    in_bed clogin web2 reboot </dev/null
    rebooted() { in_bed sh -c 'now=$(cat /run/wpars/web2/init) && [ "$now" != "$1" ] && journalctl -q WPAR=web2 -o cat -n 1 SYSLOG_IDENTIFIER=corral | grep started' sh "$before" 2>/dev/null; }
    eventually rebooted
    [ "$(in_bed cat "/proc/$(keeper_of web2)/cgroup")" = 0::/corral.slice/wpar-web2.scope/keeper ]
}

@test "a killed keeper's successor is in the unit, too" {
    in_bed kill -KILL "$(keeper_of web2)"
    state_is web2 A
    in_bed clogin web2 true </dev/null
    [ "$(in_bed cat "/proc/$(keeper_of web2)/cgroup")" = 0::/corral.slice/wpar-web2.scope/keeper ]
}

@test "systemctl stop stops it in order" {
    in_bed systemctl stop wpar-web2.scope
    eventually state_is web2 D
    journal_has WPAR=web2 'workload partition web2: stopped'
    eventually no_unit web2
}

@test "systemctl stop while it loads is heeded as soon as it can be" {
    in_bed sh -c 'startwpar web2 >/dev/null 2>&1 &
        until [ -d /sys/fs/cgroup/corral.slice/wpar-web2.scope/keeper ]; do :; done
        systemctl stop wpar-web2.scope; wait'
    eventually state_is web2 D
    eventually no_unit web2
    refute journal_has UNIT=wpar-web2.scope 'timed out'
}

@test "systemctl stop while an application WPAR loads ends it" {
    in_bed sh -c 'wparexec -n job /bin/sleep 300 >/dev/null 2>&1 &
        until [ -d /sys/fs/cgroup/corral.slice/wpar-job.scope ]; do :; done
        systemctl stop wpar-job.scope; wait'
    wpar_run lswpar job
    assert_failure
    eventually no_unit job
    refute journal_has UNIT=wpar-job.scope 'timed out'
}

@test "a command that is killed while it loads leaves no unit" {
    in_bed sh -c 'for pause in 0.2 0.3 0.4; do
            startwpar web2 >/dev/null 2>&1 & sleep $pause; kill -KILL $!; wait
        done 2>/dev/null; startwpar web2 2>&1 | grep "no unit" && exit 1; stopwpar -F web2' </dev/null >/dev/null
    eventually no_unit web2
}

@test "an application WPAR is a unit while it runs, and systemctl stop ends its command" {
    in_bed sh -c 'wparexec -n job /bin/sleep 300 >/dev/null 2>&1 &'
    eventually state_is job A
    [ "$(unit_property wpar-job.scope Delegate)" = yes ]
    in_bed systemctl stop wpar-job.scope
    job_gone() { [ -z "$(in_bed lswpar -qca name job 2>/dev/null)" ]; }
    eventually job_gone
    eventually no_unit job
    wpar_run wparexec -n job /bin/sh -c 'exit 7'
    assert_status 7
}

@test "the journal has what Corral did and what the console showed, by WPAR" {
    journal_has WPAR=web1 'workload partition web1: started'
    in_bed clogin web1 sh -c "'printf \"a \\033[1mline\\033[0m of text\\n\" >/dev/console'" </dev/null
    eventually journal_has WPAR=web1 '^a line of text$'
    refute journal_has WPAR=web2 'a line of text'
    run in_bed journalctl --no-pager -o json -n 1 WPAR=web1 SYSLOG_IDENTIFIER=web1
    assert_match '"_COMM":"cor_web1"'
}

@test "a flood on the console does not become one in the journal" {
    in_bed clogin web1 'seq 30000 >/dev/console' </dev/null
    told() { in_bed clogin web1 'echo and then >/dev/console' </dev/null; journal_has WPAR=web1 '^[0-9]+ lines of the console left out$'; }
    eventually told
    [ "$(in_bed journalctl --quiet --no-pager -o cat WPAR=web1 | grep -cE '^[0-9]+$')" -lt 5000 ]
}

@test "systemd's helper that is missing is a warning, not the end of a start" {
    in_bed sh -c 'mv /usr/libexec/corral/scope /root/'
    run in_bed startwpar web2
    [ "$status" -eq 0 ]
    assert_match 'no unit for workload partition web2'
    state_is web2 A
    in_bed sh -ec 'mv /root/scope /usr/libexec/corral/; stopwpar -N web2 >/dev/null; test ! -d /sys/fs/cgroup/corral'
}

@test "nothing is left of a WPAR that was stopped" {
    in_bed stopwpar -N web1 </dev/null >/dev/null
    eventually no_unit web1
    run in_bed sh -c 'find /sys/fs/cgroup/corral.slice -mindepth 1 -type d; find /run/systemd/transient -name "wpar-*"'
    assert_output ""
}
