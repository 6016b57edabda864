#!/usr/bin/env bats
# runs in: vm
# vm in ci
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# What runs in a WPAR is stored, and goes on from there. Debian's own CRIU does it on Debian's own kernel.

load helper
load talk

prepare_bed() {
    in_bed sh -ec '
        mkwpar -c -n web -N interface=en0 address=192.168.21.50 netmask=255.255.0.0
        mkwpar -n plain' </dev/null >/dev/null
    in_bed mkdir /srv/chkpt
    first_wpar
}

setup() { mark_clean; }
teardown() {
    hang_up
    in_bed sh -c 'for one in web plain; do stopwpar -F $one; done; rm -rf /srv/chkpt/*' </dev/null >/dev/null 2>&1 || true
}

state_is() { [ "$(in_bed lswpar -qca state "$1" </dev/null)" = "$2" ]; }
start() { in_bed sh -c "startwpar $1 && clogin $1 systemctl is-system-running --wait" </dev/null >/dev/null; }
chkpt() { in_bed chkptwpar "$@" </dev/null >/dev/null; }
restart() { in_bed restartwpar "$@" </dev/null >/dev/null; }
# A shell that counts, with a file that was deleted while it is open, and a pipe.
count_inside() {
    inside web 'cat >/root/counter <<"SCRIPT"
#!/bin/bash
exec 5>/tmp/gone && rm /tmp/gone
coproc cat
for ((number = 0; ; number++)); do
    echo "$number" >&5
    echo "$number" >&"${COPROC[1]}" && read -r back <&"${COPROC[0]}" && [ "$back" = "$number" ] || exit 1
    echo "$number" >/tmp/count
    sleep 0.05
done
SCRIPT
chmod +x /root/counter; systemd-run -q --unit counter /root/counter'
}
counted() { in_bed cat /wpars/web/tmp/count 2>/dev/null </dev/null; }
counts_on() { local was; was=$(counted || echo 0) && eventually has_counted "$was"; }
has_counted() { [ "$(counted || echo 0)" -gt "$1" ]; }
processes_inside() { inside web 'ps -eo pid,user,cgroup,comm --no-headers' | grep -v -E ' (ps|bash|sh|login|sleep)$' | sort; }

# By a daemon as of old: whoever started it, the leader of its session, has ended.
serve_echo() {
    inside web 'systemd-run -q --unit echo -p Type=forking sh -c "busybox nc -ll -p 7 -e /bin/cat &"'
    eventually echoes 192.168.21.50
}

@test "a whole system goes on after it was paused, and after it was ended: processes, open files, connections" {
    start web
    count_inside
    serve_echo
    counts_on
    talk 192.168.21.50
    wpar_run chkptwpar -n web
    assert_status 0
    assert_output "chkptwpar: workload partition web can be checkpointed."
    local before
    before=$(processes_inside)

    chkpt -p -d /srv/chkpt/1 web
    state_is web P
    in_bed resumewpar web >/dev/null
    state_is web A
    counts_on

    local generation
    for generation in 2 3; do
        chkpt -k -d /srv/chkpt/$generation web
        state_is web D
        restart -d /srv/chkpt/$generation web
        state_is web A
    done
    counts_on
    [ "$(inside web 'readlink /proc/1/ns/time /proc/self/ns/time | uniq | wc -l')" = 1 ] # else the next verdict would name us
    diff <(echo "$before") <(processes_inside) >&2
    all_came_back
    [ "$(inside web systemctl is-system-running)" = running ]
    inside web systemctl restart ssh
    echoes 192.168.21.50
    in_bed sh -c 'corral freeze web && corral thaw web && stopwpar web' >/dev/null
    state_is web D
}

@test "a checkpoint outlives a reboot of the machine" {
    start web
    count_inside
    counts_on
    chkpt -k -d /var/tmp/kept web
    local stood
    stood=$(counted)
    reboot_bed
    restart -d /var/tmp/kept web
    eventually has_counted "$stood"
    [ "$(inside web systemctl is-system-running)" = running ]
    in_bed rm -r /var/tmp/kept
}

@test "restartwpar -p ends Paused; killed again, it still fits" {
    start web
    count_inside
    counts_on
    chkpt -p -d /srv/chkpt/1 web
    in_bed killwpar web >/dev/null
    restart -p -d /srv/chkpt/1 web
    state_is web P
    in_bed killwpar web >/dev/null
    state_is web D
    restart -d /srv/chkpt/1 web
    counts_on
}

@test "a checkpoint that does not fit, was changed or comes from elsewhere is refused before anything happens" {
    start web
    chkpt -d /srv/chkpt/1 web
    state_is web A
    refused 1 "Workload partition web runs" restartwpar -d /srv/chkpt/1 web
    in_bed stopwpar -F web >/dev/null
    refused 1 "the files of web have been used since" restartwpar -d /srv/chkpt/1 web
    refused 1 "it is of workload partition web" restartwpar -F -d /srv/chkpt/1 plain
    in_bed sh -ec 'cp -a /srv/chkpt/1 /srv/chkpt/2; printf x >>/srv/chkpt/2/criu/inventory.img'
    refused 1 "'criu/inventory.img' is not what was stored" restartwpar -F -d /srv/chkpt/2 web
    in_bed sh -ec 'mv /var/lib/wpars/.checkpoint-key /srv/key'
    refused 1 "its seal is not this server's" restartwpar -F -d /srv/chkpt/1 web
    in_bed sh -ec 'mv /srv/key /var/lib/wpars/.checkpoint-key; rm /srv/chkpt/2/seal'
    refused 1 "no checkpoint was completed there" restartwpar -F -d /srv/chkpt/2 web
    refused 1 "name a directory that chkptwpar made" restartwpar -F -d /srv/chkpt/9 web
    refused 2 "is not the absolute path" restartwpar -F -d chkpt/1 web
    restart -F -d /srv/chkpt/1 web
    [ "$(inside web systemctl is-system-running)" = running ]
}

@test "what cannot be stored is said before anything stands still" {
    in_bed startwpar plain >/dev/null
    refused 1 "was not started as a checkpointable one" chkptwpar -d /srv/chkpt/1 plain
    refused 1 "0960-254 Workload partition web is not active" chkptwpar -d /srv/chkpt/1 web
    start web
    in_bed sh -ec 'mkdir /srv/chkpt/full; touch /srv/chkpt/full/x'
    refused 1 "is not empty" chkptwpar -d /srv/chkpt/full web
    refused 1 "does not exist" chkptwpar -d /srv/none/x web
    refused 2 "flag -d is missing" chkptwpar web
    in_bed sh -c 'clogin web -l root sleep 600 </dev/null >/dev/null 2>&1 & echo $! >/srv/session'
    eventually inside web pgrep -x sleep
    wpar_run chkptwpar -d /srv/chkpt/1 web
    assert_status 1
    assert_error sleep
    assert_error clogin
    state_is web A
    refute in_bed test -e /srv/chkpt/1
    in_bed sh -c 'kill "$(cat /srv/session)"; rm /srv/session'
    eventually refute inside web pgrep -x sleep
    inside web mount --bind /usr /usr
    refused 1 "is mounted over '/usr', which comes from the global environment" chkptwpar -d /srv/chkpt/1 web
    inside web umount --lazy /usr
    chkpt -d /srv/chkpt/1 web
}
