#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A start in two phases: Loaded with startwpar -1, Active with startwpar -2.

load helper

prepare_bed() {
    bring_crash_walk
    use_quick_init
    in_bed sh -ec '
        mkwpar -n web -N interface=en0 address=192.168.21.50 netmask=255.255.0.0
        mkwpar -l -n own -M directory=/ vfs=jfs2 size=200M
        mkwpar -n other' </dev/null >/dev/null
    first_wpar
}

setup() { mark_clean; }
teardown() { in_bed sh -c 'stopwpar -F web; stopwpar -F own' </dev/null >/dev/null 2>&1 || true; }

state_is() { [ "$(in_bed lswpar -qca state "$1" </dev/null)" = "$2" ]; }
pid_of_init() { in_bed cut -d' ' -f1 "/run/wpars/$1/init"; }

@test "-1 loads without a process, -2 starts init with the variables it is given" {
    wpar_run startwpar -1 web
    assert_status 0
    assert_line "Loading workload partition."
    assert_no_match "Subsystem has been started"
    state_is web L
    refute in_bed test -e /run/wpars/web/init
    refused 1 "is not active" clogin web true
    wpar_run startwpar -2 -e 'COLOUR="dark blue" SIZE=3' web
    assert_status 0
    assert_match 'The cor_web Subsystem has been started. Subsystem PID is [0-9]+\.'
    state_is web A
    in_bed sh -c "tr '\\0' '\\n' </proc/$(pid_of_init web)/environ" | grep -qx 'COLOUR=dark blue'
    in_bed quick-init web
    [ "$(inside web hostname)" = web ]
    on_lan ping -c 1 -W 5 192.168.21.50 >/dev/null
    in_bed stopwpar web </dev/null >/dev/null
    state_is web D
    assert_clean
}

@test "with file systems and a view over software of its own" {
    in_bed startwpar -1 own >/dev/null
    state_is own L
    in_bed startwpar -2 own >/dev/null
    in_bed quick-init own
    inside own 'touch /usr/written && test -e /usr/bin/env'
    in_bed stopwpar own </dev/null >/dev/null
    in_bed sh -c 'rmwpar own && mkwpar -l -n own -M directory=/ vfs=jfs2 size=200M' </dev/null >/dev/null
}

@test "a Loaded one is stopped, and nothing else but started" {
    in_bed startwpar -1 web >/dev/null
    refused 1 "is Loaded; start its first process with startwpar -2 web, or stop it with stopwpar web" startwpar web
    refused 1 "is Loaded; start its first process with startwpar -2 web" chwpar -R totalProcesses=100 web
    refused 1 "is not active" corral freeze web
    refused 1 "is Loaded, not Paused; end it with stopwpar web" resumewpar web
    in_bed stopwpar web </dev/null >/dev/null
    state_is web D
    assert_clean
}

@test "phases that do not fit are refused" {
    refused 1 "is not Loaded; load it first with startwpar -1 web" startwpar -2 web
    in_bed startwpar -m web >/dev/null
    refused 1 "is Loaded for maintenance" startwpar -2 web
    in_bed stopwpar web </dev/null >/dev/null
    refused 2 "exclude each other" startwpar -1 -2 web
    refused 2 "makes sense only with -2" startwpar -1 -e A=1 web
    refused 2 "is not like NAME=value" startwpar -2 -e novalue web
    in_bed startwpar --dry-run -1 web | grep -qF "would load workload partition web"
    refused 1 "is not Loaded" startwpar --dry-run -2 web
    state_is web D
    assert_clean
}

@test "an application WPAR is defined with wparexec -1, and run with startwpar" {
    wpar_run wparexec -1 -n job /bin/sh -c 'echo I am $$; exit 3'
    assert_status 0
    assert_line "Workload partition job is defined; run it with startwpar job"
    state_is job D
    refused 1 "is only defined yet" chwpar -h other job
    refused 1 "exists already" wparexec -1 -n job /bin/true
    wpar_run startwpar --dry-run job
    assert_match "would run .* in workload partition job"
    wpar_run startwpar job
    assert_status 3
    assert_line "I am 2"
    refute in_bed lswpar job
    in_bed wparexec -1 -n job /bin/true >/dev/null
    in_bed rmwpar job </dev/null >/dev/null
    refute in_bed lswpar job
    assert_clean
}

@test "one that is stopped while it runs is gone as well" {
    in_bed wparexec -1 -n job -N interface=en0 address=192.168.21.52 netmask=255.255.0.0 -- /usr/bin/sleep 1000 >/dev/null
    in_bed sh -c 'startwpar job >/srv/said 2>&1 </dev/null' 3>&- &
    eventually state_is job A
    in_bed stopwpar job </dev/null >/dev/null
    wait || true
    refute in_bed lswpar job
    in_bed rm /srv/said
    assert_clean
}

@test "killed at any step, it is Defined, Loaded or Active" {
    local made='mkwpar -n web -N interface=en0 address=192.168.21.50 netmask=255.255.0.0'
    in_bed sh -c 'rmwpar web; rmwpar own; startwpar other; quick-init other' </dev/null >/dev/null
    in_bed crash-walk "$made" 'startwpar -1 web' 'startwpar -2 web; startwpar web; quick-init web'
    in_bed crash-walk "$made && startwpar -1 web" 'startwpar -2 web' 'startwpar -2 web; quick-init web'
    in_bed crash-walk "$made && startwpar -1 web" 'startwpar -2 web' 'mkwpar -n another'
    in_bed crash-walk "$made && startwpar -1 web" 'stopwpar web' 'startwpar web'
    in_bed crash-walk 'wparexec -1 -n job /bin/true' 'startwpar job' 'startwpar job'
}
