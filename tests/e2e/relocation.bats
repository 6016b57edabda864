#!/usr/bin/env bats
# runs in: vm
# shellcheck disable=SC2034,SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A WPAR goes to another host while it runs: its processes, and a connection from a third host, go on there. Where Debian's CRIU
# cannot work on the machine's kernel, CORRAL_CRIU names a program for namespace beds:
# CORRAL_CRIU=/usr/local/sbin/criu CORRAL_BUILD=build tests/e2e/run-bats tests/e2e/relocation.bats

load helper
load hosts
load talk

prepare_bed() {
    second_host
    bring_criu "$bed"
    bring_criu "$there"
    in_bed mkwpar -c -n web -N interface=en0 address=$address netmask=255.255.0.0 </dev/null >/dev/null 2>&1
}

# And a file system on which it finds what is watched.
bring_criu() {
    is_vm && return
    "$bed_tool" copy "$1" "$CORRAL_CRIU" /usr/local/sbin/criu
    on "$1" sh -ec '
        truncate -s 1G /srv/wpars.img && mkfs.ext4 -q /srv/wpars.img
        mkdir -p /wpars && mount -o loop /srv/wpars.img /wpars && chmod 700 /wpars' </dev/null
}

start_here() { in_bed sh -c 'startwpar web; quick-init web' </dev/null >/dev/null 2>&1 || in_bed startwpar web </dev/null >/dev/null 2>&1 || true; }
inside_of() { on "$1" clogin web -l root "$2" </dev/null; }

@test "its processes and a connection from a third host go on there" {
    start_here
    serve_echo web $address
    inside_of "$bed" 'setsid sh -c "number=0; while :; do number=\$((number + 1)); echo \$number >/tmp/count; sleep 0.05; done" >/dev/null 2>&1 </dev/null &'
    talk $address
    wpar_run movewpar -n web $goal
    assert_status 0
    local before
    before=$(in_bed cat /wpars/web/tmp/count)
    wpar_run movewpar web $goal
    assert_status 0
    assert_match "it was down for"
    [ "$(state "$there" web)" = A ]
    refute in_bed test -e /etc/wpars/web.cf
    all_came_back
    [ "$(on "$there" cat /wpars/web/tmp/count)" -gt "$before" ]
    echoes $address
    in_bed sh -c '! ls -A /var/lib/wpars/.moving | grep .'
    on "$there" sh -c '! ls -A /var/lib/wpars/.arriving | grep .'
    bring_back
}

# Its kernel notes which pages are written, so that memory may go while it runs.
tracks() { in_bed criu check --feature mem_dirty_track </dev/null >/dev/null 2>&1; }
# A process that has 64 MB in memory, and tells the sum of them when it ends, and what it was at first.
hold_memory() {
    inside_of "$bed" 'rm -f /tmp/first /tmp/last /tmp/end; mkfifo /tmp/end; cat >/root/hold <<"SCRIPT"
{ head -c 64M /dev/urandom | tee /tmp/bytes; read -r word </tmp/end; } | tail -c 64M | sha256sum >/tmp/last
SCRIPT
        setsid sh /root/hold </dev/null >/dev/null 2>&1 &'
    eventually is_held
    in_bed sh -c 'sha256sum </wpars/web/tmp/bytes >/srv/first && rm /wpars/web/tmp/bytes'
}
is_held() { [ "$(in_bed stat -c %s /wpars/web/tmp/bytes)" = 67108864 ]; }
is_what_it_was() {
    inside_of "$1" 'echo end >/tmp/end'
    eventually on "$1" test -s /wpars/web/tmp/last
    [ "$(on "$1" cat /wpars/web/tmp/last)" = "$(in_bed cat /srv/first)" ]
}

@test "memory goes while it runs, and is what it was" {
    tracks || skip "its kernel does not note which pages are written"
    start_here
    hold_memory
    serve_echo web $address
    talk $address
    wpar_run movewpar web $goal
    assert_status 0
    assert_match "round 1 of its memory"
    assert_match "pre-copy: it will be down for about"
    all_came_back
    is_what_it_was "$there"
    in_bed sh -c '! ls -A /run/wpars/.moving | grep .'
    on "$there" sh -c '! ls -A /run/wpars/.moving | grep .'
    bring_back
}

@test "what would be down for too long stays, and nothing is changed" {
    start_here
    wpar_run movewpar --max-downtime 1ms web $goal
    assert_status 1
    assert_error "would be down for about"
    assert_error "--max-downtime"
    [ "$(state "$bed" web)" = A ]
    refute on "$there" test -e /var/lib/wpars/.arriving/web
    wpar_run movewpar -n --json --max-downtime 60s web $goal
    assert_status 0
    assert_match '"predicted": [0-9]+'
    wpar_run movewpar --max-downtime 60s web $goal
    assert_status 0
    assert_match "predicted"
    bring_back
}

@test "a move that is killed while its memory goes leaves it running, and nothing of it behind" {
    tracks || skip "its kernel does not note which pages are written"
    start_here
    hold_memory
    in_bed bash -c 'movewpar web "$1" >/srv/said 2>&1 & mover=$!
        until grep -q "round 1" /srv/said; do kill -0 "$mover" || exit; done
        kill -KILL "$mover"' kill "$goal" </dev/null
    eventually refute in_bed pgrep -x criu
    settle
    [ "$(state "$bed" web)" = A ]
    in_bed sh -c '! ls -A /run/wpars/.moving | grep .'
    on "$there" sh -c '! ls -A /run/wpars/.moving | grep .'
    is_what_it_was "$bed"
    in_bed stopwpar -F web </dev/null >/dev/null 2>&1
}

@test "a host that cannot build it again leaves it running here, with its connections" {
    start_here
    serve_echo web $address
    talk $address
    on "$there" sh -c 'mv $(command -v criu) /srv/criu; printf "#!/bin/sh\n[ \$1 != --version ] || echo \"Version: $(/srv/criu --version | sed -n s/Version:.//p)\"; [ \$1 = --version ]\n" >/usr/sbin/criu.new; chmod +x /usr/sbin/criu.new; mv /usr/sbin/criu.new /usr/local/sbin/criu'
    wpar_run movewpar web $goal
    on "$there" sh -c 'rm /usr/local/sbin/criu; mv /srv/criu /usr/local/sbin/criu'
    assert_status 1
    [ "$(state "$bed" web)" = A ]
    refute on "$there" test -e /etc/wpars/web.cf
    all_came_back
    in_bed stopwpar -F web </dev/null >/dev/null 2>&1
}

@test "killed at any step on either side there is one live copy" {
    make_crash_ssh
    local side step status
    for side in ${CORRAL_SIDES:-here there}; do
        step=0 status=1
        until [ "$status" = 0 ]; do
            step=$((step + 1))
            [ "$step" -lt 150 ]
            start_here
            if tracks; then hold_memory; fi
            [ "$(state "$bed" web)" = A ]
            if [ "$side" = here ]; then
                wpar_run env CORRAL_CRASH_AT_STEP=$step movewpar web $goal
            else
                in_bed sh -c "echo $step >/tmp/step"
                wpar_run movewpar -e crash-ssh web $goal
            fi
            echo "$side, step $step: $status" >&2
            settle
            is_one_copy
            refute in_bed test -e /var/lib/wpars/.journal/web
            refute on "$there" test -e /var/lib/wpars/.journal/web
            if [ "$(state "$there" web)" = A ]; then bring_back; fi
        done
    done
}
