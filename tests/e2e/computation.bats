#!/usr/bin/env bats
# runs in: vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A long computation in an application WPAR is stored, and goes on from there: the power may have failed meanwhile. Where Debian's CRIU
# cannot work on the machine's kernel, CORRAL_CRIU names a program for namespace beds:
# CORRAL_CRIU=/usr/local/sbin/criu CORRAL_BUILD=build tests/e2e/run-bats tests/e2e/computation.bats

load helper

prepare_bed() {
    is_vm || copy_to_bed "$CORRAL_CRIU" /usr/local/sbin/criu
    first_wpar
    in_bed mkdir /srv/chkpt
    # An emulated machine takes longer to store it.
    pace=$(is_vm && echo 0.2 || echo 0.05)
    in_bed sh -c "echo $pace >/srv/pace"
    # Counts up to $1, in a file that it holds open, tells each tenth number, and ends with status 7.
    in_bed sh -c 'cat >/srv/compute; chmod +x /srv/compute' <<'SCRIPT'
#!/bin/bash
exec 7>"${2:-/srv/numbers}"
for ((number = 1; number <= $1; number++)); do
    echo "$number" >&7
    ((number % 10)) || echo "at $number"
    sleep "$(cat /srv/pace)"
done
exit 7
SCRIPT
}

setup() { mark_clean; }
teardown() {
    in_bed sh -c 'for one in $(lswpar -qca name); do rmwpar -F $one; done; rm -rf /srv/chkpt/* /srv/numbers /srv/said* /var/lib/wpars/.checkpoints' </dev/null >/dev/null 2>&1 || true
    wait
}

state_is() { [ "$(in_bed lswpar -qca state job 2>/dev/null </dev/null)" = "$1" ]; }
is_gone() { refute in_bed lswpar job </dev/null 2>/dev/null >/dev/null; }
# In the background; its status comes into /srv/said.status.
begin() {
    in_bed bash -c '"$@" </dev/null >/srv/said 2>&1; echo $? >/srv/said.status' begin "$@" 3>&- &
    begun=$!
}
chkpt() { in_bed chkptwpar "$@" </dev/null >/dev/null 2>&1; }
last_number() { in_bed tail -n 1 /srv/numbers 2>/dev/null </dev/null || echo 0; }
has_counted() { [ "$(last_number)" -gt "$1" ] 2>/dev/null; }
counted_to() { in_bed sh -c "seq 1 $1 | cmp - /srv/numbers" </dev/null; }
has_checkpoint() { in_bed test -e "/var/lib/wpars/.checkpoints/job/$1/seal"; }

@test "stored and ended, it goes on elsewhere: its numbers, its words, its status" {
    begin wparexec -c -n job /srv/compute 100
    eventually has_counted 10
    wpar_run chkptwpar -n job
    assert_output "chkptwpar: workload partition job can be checkpointed."
    chkpt -k -d /srv/chkpt/1 job
    wait
    [ "$(in_bed cat /srv/said.status)" = 137 ]
    is_gone
    local stood
    stood=$(last_number)
    [ "$stood" -lt 100 ]
    refused 1 "it is of workload partition job" restartwpar -d /srv/chkpt/1 another
    wpar_run restartwpar -d /srv/chkpt/1 job
    assert_status 7
    assert_no_line "at 10"
    assert_line "at 100"
    counted_to 100
    is_gone
    # each word once
    diff <(in_bed sh -c 'grep ^at /srv/said'; grep ^at <<<"$output") <(seq -f 'at %g' 10 10 100) >&2
}

@test "it runs on, stands still, goes on, and ends as it is stored" {
    begin wparexec -c -n job /srv/compute 10000
    eventually has_counted 3
    chkpt -d /srv/chkpt/1 job
    eventually has_counted "$(last_number)"
    chkpt -p -d /srv/chkpt/2 job
    state_is P
    in_bed resumewpar job >/dev/null
    eventually has_counted "$(last_number)"
    chkpt -p -d /srv/chkpt/3 job
    in_bed killwpar job >/dev/null
    wait
    is_gone
    refused 1 "has grown by" restartwpar -d /srv/chkpt/1 job
    begin restartwpar -p -d /srv/chkpt/3 job
    eventually state_is P
    local stood
    stood=$(last_number)
    in_bed resumewpar job >/dev/null
    eventually has_counted "$stood"
    in_bed stopwpar job >/dev/null
    wait
    begin restartwpar -F -d /srv/chkpt/1 job
    eventually state_is A
    in_bed sh -c 'killall -q -9 restartwpar || kill -9 $(pgrep -x restartwpar)'
    wait
}

@test "what it reads goes on where it was: a file, and what was on its way in a pipe" {
    in_bed sh -c 'seq 1 60 >/srv/numbers.in'
    begin sh -c 'wparexec -c -n job /bin/sh -c "while read n; do echo got \$n; sleep \$(cat /srv/pace); done" </srv/numbers.in'
    eventually in_bed grep -q 'got 5$' /srv/said
    chkpt -k -d /srv/chkpt/1 job
    wait
    wpar_run restartwpar -d /srv/chkpt/1 job
    assert_status 0
    diff <(in_bed grep ^got /srv/said; grep ^got <<<"$output") <(seq -f 'got %g' 1 60) >&2
    in_bed rm /srv/numbers.in
    # the pipe ends with its writer, and has been read by wparexec
    begin sh -c '{ seq 1 25; sleep 600; } | wparexec -c -n job /bin/sh -c "while read n; do echo got \$n; sleep \$(cat /srv/pace); done"'
    eventually in_bed grep -q 'got 5$' /srv/said
    chkpt -p -d /srv/chkpt/2 job
    in_bed sh -c 'killwpar job; kill $(pgrep -x sleep -a | grep 600 | cut -d" " -f1)' >/dev/null
    wait
    run --separate-stderr in_bed sh -c 'echo more | restartwpar -d /srv/chkpt/2 job'
    assert_status 0
    diff <(in_bed grep ^got /srv/said; grep ^got <<<"$output") <(seq -f 'got %g' 1 25; echo got more) >&2
}

@test "a reader who does not read holds up no restart, and misses nothing" {
    begin sh -c 'wparexec -c -n job /bin/sh -c "seq 1 60000; exec sleep 600" | { read first; sleep 700; }'
    # all pipes are full
    eventually in_bed sh -c 'grep -q "^State:.S" /proc/$(pgrep -x seq)/status' </dev/null
    chkpt -d /srv/chkpt/1 job
    in_bed stopwpar job >/dev/null
    in_bed sh -c 'kill $(pgrep -fx "sleep 700")' >/dev/null
    wait
    in_bed mkfifo /srv/go
    begin sh -c '{ head -c 60000 /dev/zero; restartwpar -d /srv/chkpt/1 job; } | { read go </srv/go; cat >/srv/said.late; }'
    eventually state_is A
    in_bed sh -c 'echo >/srv/go; rm /srv/go'
    eventually in_bed sh -c '[ "$(tail -n 1 /srv/said.late)" = 60000 ]' </dev/null
    in_bed stopwpar job >/dev/null
    wait
    in_bed sh -c 'tr -d "\0" </srv/said.late | grep -x "[0-9]*" >/srv/said; seq 1 60000 | tail -c "$(stat -c %s /srv/said)" | cmp - /srv/said' </dev/null
}

@test "with --checkpoint-every and --resume it outlives a kill and a power cut; at its end nothing is left of it" {
    local line=(wparexec --checkpoint-every 1s --resume -n job /srv/compute 150)
    begin "${line[@]}"
    eventually has_checkpoint 1
    in_bed sh -c 'kill -9 $(pgrep -x wparexec)'
    wait
    in_bed grep -qF "There is no checkpoint of job in '/var/lib/wpars/.checkpoints/job': it starts from the beginning." /srv/said
    begin "${line[@]}"
    eventually has_checkpoint 3
    in_bed grep -qF "Going on from the checkpoint of" /srv/said
    # the older one gives way to what comes next
    refute has_checkpoint 1
    if is_vm; then
        cut_power
        kill "$begun" 2>/dev/null || true  # the connection may have ended with the machine
        wait
        power_on
    else
        in_bed sh -c 'kill -9 $(pgrep -x wparexec)'
        wait
    fi
    # a half one is passed over
    in_bed sh -c 'cp -a /var/lib/wpars/.checkpoints/job/3 /var/lib/wpars/.checkpoints/job/99; rm /var/lib/wpars/.checkpoints/job/99/seal'
    wpar_run "${line[@]}"
    assert_status 7
    assert_error "checkpoint '/var/lib/wpars/.checkpoints/job/99': it has no seal: no checkpoint was completed there; it is passed over"
    assert_match "Going on from the checkpoint of .*job/[3-9]'"
    counted_to 150
    refute in_bed test -e /var/lib/wpars/.checkpoints/job
    is_gone
}

@test "another command of that name starts from the beginning; what is stored of one that was stopped stays" {
    begin wparexec --checkpoint-every 1s --checkpoint-dir /srv/chkpt -n job /srv/compute 10000
    eventually in_bed test -e /srv/chkpt/job/1/seal
    in_bed stopwpar job >/dev/null
    wait
    in_bed test -e /srv/chkpt/job/1/seal
    refused 1 "is a checkpoint of an earlier job; go on from it with --resume, or remove '/srv/chkpt/job'" \
        wparexec --checkpoint-every 1h --checkpoint-dir /srv/chkpt -n job /srv/compute 5
    # nothing older is taken in the place of one that is damaged
    in_bed sh -c 'cp -a /srv/chkpt/job/1 /srv/chkpt/job/77; echo >>/srv/chkpt/job/77/record'
    refused 1 "only once '/srv/chkpt/job/77' is removed" \
        wparexec --checkpoint-every 1h --checkpoint-dir /srv/chkpt --resume -n job /srv/compute 10000
    in_bed rm -r /srv/chkpt/job/77
    wpar_run wparexec --checkpoint-every 1h --checkpoint-dir /srv/chkpt --resume -n job /srv/compute 5
    assert_status 7
    assert_error "it is of another command, /srv/compute 10000; it is passed over"
    counted_to 5
}

@test "what it writes in a directory of the global environment under another name goes on, too" {
    in_bed mkdir -p /srv/elsewhere
    local line=(wparexec --checkpoint-every 1s --resume -n job -M directory=/data dev=/srv/elsewhere vfs=namefs -- /srv/compute 60 /data/numbers)
    begin "${line[@]}"
    eventually has_checkpoint 1
    in_bed sh -c 'kill -9 $(pgrep -x wparexec)'
    wait
    wpar_run "${line[@]}"
    assert_status 7
    assert_match "Going on from the checkpoint of"
    in_bed sh -c 'seq 1 60 | cmp - /srv/elsewhere/numbers' </dev/null
}

@test "of two that take the same place at once one has it, and it is whole" {
    begin wparexec -c -n job /srv/compute 10000
    eventually has_counted 1
    in_bed bash -c 'wparexec -c -n other /bin/sleep 600 </dev/null >/dev/null 2>&1' 3>&- &
    eventually in_bed sh -c '[ "$(lswpar -qca state other)" = A ]' </dev/null
    wpar_run bash -c 'for one in job other; do chkptwpar -d /srv/chkpt/same $one >/dev/null & done; wait -n; first=$?; wait -n; echo $((first + $?))'
    assert_output 1
    assert_error "is not empty"
    in_bed test -e /srv/chkpt/same/seal
    in_bed sh -c 'stopwpar job; stopwpar other' >/dev/null 2>&1
}

@test "what makes no sense is refused" {
    refused 2 "needs --checkpoint-every" wparexec --resume -n job /bin/true
    refused 2 "'1x' is no interval" wparexec --checkpoint-every 1x -n job /bin/true
    refused 2 "needs -n" wparexec --checkpoint-every 1m /bin/true
    refused 2 "leave out -x or -c" wparexec -c -x -n job /bin/true
    refused 1 "a workload partition reaches or Corral clears" wparexec --checkpoint-every 1m --checkpoint-dir /wpars/x -n job /bin/true
    begin wparexec -n job /bin/sleep 600
    eventually state_is A
    refused 1 "was not started as a checkpointable one; run it again with wparexec -c" chkptwpar -d /srv/chkpt/1 job
    in_bed lswpar --blockers job | grep -qF 'run it again with wparexec -c'
    in_bed stopwpar job >/dev/null
    wait
}
