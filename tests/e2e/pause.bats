#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A WPAR that stands still: Frozen by hand, or Paused after its state was stored, when nobody may notice but by waiting.
# (tests/support/pause.cpp leaves it as chkptwpar -p does, on machines that can store nothing.)

load helper
load talk

prepare_bed() {
    bring_crash_walk
    copy_to_bed "$build/tests/e2e/pause" /usr/local/bin/
    use_quick_init
    in_bed sh -ec '
        mkwpar -n web -N interface=en0 address=192.168.21.50 netmask=255.255.0.0
        mkwpar -n mac -N interface=en0 address=192.168.21.51 netmask=255.255.0.0 mode=macvlan
        mkwpar -n other' </dev/null >/dev/null
    in_bed mkdir /srv/image
    first_wpar
}

setup() { mark_clean; }
teardown() { in_bed sh -c 'for one in web mac job; do stopwpar -F $one; done' </dev/null >/dev/null 2>&1 || true; }

state_of() { in_bed lswpar -qca state "$1" </dev/null; }
state_is() { [ "$(state_of "$1")" = "$2" ]; }
start() { in_bed sh -c "startwpar $1 && quick-init $1" </dev/null >/dev/null; }
pause() { in_bed pause "$1" /srv/image; }
# A process that counts, so that one sees whether it runs.
begin_to_count() { inside "$1" 'setsid sh -c "while :; do echo x >>/tmp/count; sleep 0.01; done" >/dev/null 2>&1 </dev/null &'; }
count_of() { in_bed stat -c %s "/wpars/$1/tmp/count" 2>/dev/null; }
counts_on() { local was; was=$(count_of "$1" || echo 0) && eventually has_counted "$1" "$was"; }
has_counted() { [ "$(count_of "$1" || echo 0)" -gt "$2" ]; }

# Its address, as the client sees the connection: state and what is not yet acknowledged.
connection_to() { on_lan ss -Htna dst "$1" dport = :7; }
is_established() { connection_to "$1" | grep -q '^ESTAB'; }
waits_for_acknowledgement() { connection_to "$1" | awk '$1 == "ESTAB" && $3 > 0 { found = 1 } END { exit !found }'; }

@test "freeze makes all processes stand still, thaw lets them go on" {
    start web
    begin_to_count web
    counts_on web
    wpar_run corral freeze web
    assert_status 0
    assert_output "Freezing workload partition 'web'."
    state_is web F
    in_bed corral doctor keepers | grep -qF "web is frozen: nothing in it runs"
    local stood
    stood=$(count_of web)
    wpar_run corral freeze web
    assert_status 0
    assert_output "Workload partition web is Frozen already."
    refused 1 "Workload partition web is Frozen; let it go on with corral thaw web" clogin web true
    in_bed lswpar -s F -qca name | grep -qx web
    [ "$(count_of web)" = "$stood" ]
    wpar_run corral thaw web
    assert_status 0
    state_is web A
    counts_on web
    wpar_run corral thaw web
    assert_status 0
    assert_output "Workload partition web is not Frozen."
    refused 1 "is not active" corral freeze other
    refused 1 "Could not find a workload partition called nobody" corral thaw nobody
}

@test "--dry-run of freeze, thaw, resumewpar and killwpar changes nothing" {
    start web
    in_bed corral freeze --dry-run web | grep -qF "would freeze workload partition web"
    state_is web A
    in_bed corral freeze web >/dev/null
    in_bed corral thaw --dry-run web | grep -qF "would let workload partition web go on"
    state_is web F
    pause web >/dev/null
    in_bed resumewpar --dry-run web | grep -qF "would resume workload partition web, which is stored in /srv/image"
    in_bed killwpar --dry-run web | grep -qF "would kill workload partition web"
    state_is web P
}

@test "a Frozen WPAR is stopped, rebooted, saved, changed and removed" {
    start web
    in_bed corral freeze web >/dev/null
    wpar_run stopwpar web
    assert_status 0
    assert_line "Workload partition web is Frozen: it goes on, so that it can shut down."
    state_is web D
    start web
    in_bed corral freeze web >/dev/null
    in_bed savewpar -T -f /tmp/web.bak web </dev/null >/dev/null
    in_bed clonewpar -a web copy </dev/null >/dev/null
    state_is web F
    in_bed chwpar -R totalProcesses=100 web
    in_bed rebootwpar web </dev/null >/dev/null
    state_is web A
    in_bed corral freeze web >/dev/null
    refused 1 "is Frozen; stop it first" rmwpar web
    wpar_run stopwpar -F web
    assert_status 0
    assert_no_match "Frozen"
    state_is web D
    in_bed sh -c 'rmwpar copy; chwpar -K -R totalProcesses web; rm /tmp/web.bak' </dev/null >/dev/null
    assert_clean
}

@test "a keeper that was killed is replaced while its WPAR stands still" {
    start web
    in_bed corral freeze web >/dev/null
    in_bed sh -c 'kill -9 $(cut -d" " -f1 /run/wpars/web/keeper)'
    in_bed corral thaw web >/dev/null
    [ "$(inside web hostname)" = web ]
}

@test "an application WPAR is frozen, paused and killed; its connections are the global environment's" {
    in_bed sh -c 'wparexec -n job /usr/bin/sleep 1000 >/srv/said 2>&1 </dev/null; echo $? >/srv/status' 3>&- &
    eventually state_is job A
    in_bed corral freeze job >/dev/null
    state_is job F
    in_bed corral thaw job >/dev/null
    state_is job A
    wpar_run pause job /srv/image
    assert_output "connections are not held"
    state_is job P
    in_bed resumewpar job >/dev/null
    state_is job A
    pause job >/dev/null
    in_bed killwpar job >/dev/null
    wait
    [ "$(in_bed cat /srv/status)" = 137 ]
    refute in_bed lswpar job
    in_bed rm /srv/said /srv/status
    assert_clean
}

@test "a Paused WPAR can be resumed or killed, and nothing else" {
    start web
    pause web >/dev/null
    state_is web P
    in_bed lswpar -L web | grep -qE '^Stored In: +/srv/image$'
    in_bed lswpar --json web | grep -qF '"image": "/srv/image"'
    refused 1 "is Paused; let it go on with resumewpar web, or end it with killwpar web" clogin web true
    refused 1 "is Paused" corral thaw web
    refused 1 "is Paused" chwpar -R totalProcesses=100 web
    refused 1 "is Paused" syncwpar web
    refused 1 "is Paused; stop it first" rmwpar web
    wpar_run corral freeze web
    assert_output "Workload partition web is Paused already."
    in_bed savewpar -f /tmp/web.bak web </dev/null >/dev/null
    in_bed rm /tmp/web.bak
    state_is web P
    in_bed resumewpar -o /tmp/log -l debug web >/dev/null
    in_bed grep -qF "resumewpar: Resuming workload partition 'web'." /tmp/log
    state_is web A
    refused 1 "Workload partition web is Active, not Paused" killwpar -o /tmp/log web
    in_bed grep -qF "killwpar: Workload partition web is Active, not Paused" /tmp/log
    refused 1 "is Defined, not Paused; start it with startwpar other" resumewpar other
    in_bed rm /tmp/log
    pause web >/dev/null
    wpar_run stopwpar web
    assert_status 0
    assert_line "Workload partition web is Paused: its processes end as they are stored."
    state_is web D
    assert_clean
}

@test "what is stored nowhere any more is not killed, and shut down in order" {
    start web
    in_bed pause web /srv/gone >/dev/null
    refused 1 "what was stored of workload partition web in '/srv/gone' is not there any more; let it go on with resumewpar web" killwpar web
    in_bed corral doctor keepers | grep -qF "web is paused, but what was stored of it in '/srv/gone' is not there any more"
    wpar_run stopwpar web
    assert_status 0
    assert_line "Workload partition web is Paused: it goes on, so that it can shut down."
    assert_clean
}

@test "a connection from the LAN survives a freeze and a pause, and no byte is lost" {
    start web
    serve_echo web 192.168.21.50
    talk 192.168.21.50 200000
    in_bed corral freeze web >/dev/null
    in_bed corral thaw web >/dev/null
    pause web >/dev/null
    go_on_talking
    # nothing acknowledges it now, so it is in no image and not lost
    eventually waits_for_acknowledgement 192.168.21.50
    half_is_back
    in_bed resumewpar web >/dev/null
    all_came_back
}

@test "the client of a killed WPAR does not learn of it" {
    start web
    serve_echo web 192.168.21.50
    talk 192.168.21.50 200000
    pause web >/dev/null
    in_bed killwpar web >/dev/null
    state_is web D
    # all that could say a last word is gone
    assert_clean
    go_on_talking
    eventually waits_for_acknowledgement 192.168.21.50
    is_established 192.168.21.50
    hang_up 192.168.21.50
}

@test "nor does that of one with an interface of its own on the wire, or of one that is stopped" {
    start mac
    serve_echo mac 192.168.21.51
    talk 192.168.21.51 200000
    pause mac >/dev/null
    in_bed stopwpar mac >/dev/null
    assert_clean
    go_on_talking
    eventually waits_for_acknowledgement 192.168.21.51
    is_established 192.168.21.51
    hang_up 192.168.21.51
}

@test "that of a WPAR killed without a pause does" {
    start web
    serve_echo web 192.168.21.50
    talk 192.168.21.50 200000
    in_bed stopwpar -F web >/dev/null
    refute_established() { ! is_established 192.168.21.50; }
    eventually refute_established
    hang_up 192.168.21.50
}

@test "killed at any step, it is Frozen or not, Paused, Active or Defined" {
    local started='startwpar web && quick-init web' made='mkwpar -n web -N interface=en0 address=192.168.21.50 netmask=255.255.0.0'
    in_bed sh -c 'rmwpar web; rmwpar mac; startwpar other; quick-init other' </dev/null >/dev/null
    walk() { in_bed env CRASH_STATES=DALFP crash-walk "$made && $started${1:+ && $1}" "$2" "$3"; }
    walk "" 'corral freeze web' 'corral thaw web'
    walk 'corral freeze web' 'corral thaw web' 'mkwpar -n another'
    walk "" 'pause web /srv/image' 'resumewpar web || quick-init web'
    walk 'pause web /srv/image' 'resumewpar web' 'mkwpar -n another'
    walk 'pause web /srv/image' 'killwpar web' 'startwpar web'
    walk 'pause web /srv/image' 'stopwpar web' 'mkwpar -n another'
}
