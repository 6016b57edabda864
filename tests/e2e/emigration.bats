#!/usr/bin/env bats
# runs in: vm
# shellcheck disable=SC2034,SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# An application WPAR goes to another host while it runs. Where Debian's CRIU cannot work on the machine's kernel, CORRAL_CRIU names
# a program for namespace beds: CORRAL_CRIU=/usr/local/sbin/criu CORRAL_BUILD=build tests/e2e/run-bats tests/e2e/emigration.bats

load helper
load hosts
load talk

prepare_bed() {
    second_host
    local host
    for host in "$bed" "$there"; do
        is_vm || "$bed_tool" copy "$host" "$CORRAL_CRIU" /usr/local/sbin/criu
        # Writes numbers into a file that it holds open, says each tenth, and ends with status 7 when it reads a word.
        on "$host" sh -c 'cat >/srv/compute; chmod 755 /srv/compute; touch -d 2026-01-01 /srv/compute; mkdir -p /srv/own' <<'SCRIPT'
#!/bin/bash
exec 7>"$1/numbers"
for ((number = 1; ; number++)); do
    echo "$number" >&7
    ((number % 10)) || echo "at $number"
    [ ! -e "$1/end" ] || exit 7
    sleep 0.05
done
SCRIPT
    done
}

setup() { mark_clean; }
teardown() {
    local host
    for host in "$bed" "$there"; do
        on "$host" sh -c 'stopwpar -F web; rm -f /srv/said* /var/adm/wpars/web.out /srv/own/* /srv/elsewhere' </dev/null >/dev/null 2>&1 || true
    done
    wait
}

# In the background; its status comes into /srv/said.status.
begin() {
    in_bed bash -c '"$@" </dev/null >/srv/said 2>/srv/said.errors; echo $? >/srv/said.status' begin "$@" 3>&- &
}
in_memory=(-M directory=/srv/own vfs=tmpfs)
# Its own file system as only its processes see it.
own_file() { on "$1" sh -c 'cat "/proc/$(pgrep -f "^/bin/bash /srv/compute" | head -n 1)/root/srv/own/numbers"' </dev/null; }
has_counted() { [ "$(own_file "$1" 2>/dev/null | tail -n 1)" -gt "$2" ] 2>/dev/null; }
is_active() { [ "$(state "$1" web)" = A ]; }
is_gone() { [ -z "$(state "$1" web)" ]; }
wait_for_end_here() { eventually in_bed test -s /srv/said.status; }
has_nothing_in() { on "$1" sh -c "! ls -A $2 2>/dev/null | grep ." </dev/null; }
no_state_is_left() {
    has_nothing_in "$bed" /run/wpars/.moving
    has_nothing_in "$bed" /var/lib/wpars/.moving
    has_nothing_in "$there" /run/wpars/.moving
}
nothing_on_its_way() {
    no_state_is_left
    has_nothing_in "$there" /var/lib/wpars/.arriving
}

@test "it goes on there, with its file system in memory and what it has to say; who waited for it here is told" {
    begin wparexec -c -n web "${in_memory[@]}" -- /srv/compute /srv/own
    eventually has_counted "$bed" 20
    wpar_run movewpar -n web $goal
    assert_status 0
    assert_match "web can move to"
    wpar_run movewpar web $goal
    assert_status 0
    assert_match "what it says goes to '/var/adm/wpars/web.out' there"
    assert_match "it was down for"
    wait_for_end_here
    is_gone "$bed"
    [ "$(in_bed cat /srv/said.status)" = 137 ]
    in_bed grep -qF "web was moved to root@192.168.21.11 and goes on there" /srv/said.errors
    is_active "$there"
    local stood
    stood=$(own_file "$there" | tail -n 1)
    eventually has_counted "$there" $((stood + 20))
    own_file "$there" | awk '$1 != NR { exit 1 }'
    # each word once, and none is missing
    { in_bed grep ^at /srv/said; on "$there" cat /var/adm/wpars/web.out; } </dev/null >"$BATS_TEST_TMPDIR/words"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/words")" -ge 4 ]
    awk '$2 != NR * 10 { exit 1 }' "$BATS_TEST_TMPDIR/words"
    nothing_on_its_way
    on "$there" sh -c 'touch "/proc/$(pgrep -f "^/bin/bash /srv/compute" | head -n 1)/root/srv/own/end"' </dev/null
    eventually is_gone "$there"
    eventually on "$there" grep -q "movewpar web its command has ended with status 7" /var/adm/wpars/event.log
}

@test "its address goes along, and a connection from a third host" {
    begin wparexec -c -n web -N interface=en0 address=$address netmask=255.255.0.0 -- /bin/busybox nc -ll -p 7 -e /bin/cat
    eventually echoes $address
    talk $address
    wpar_run movewpar web $goal
    assert_status 0
    wait_for_end_here
    all_came_back
    echoes $address
    on "$there" stopwpar -F web </dev/null >/dev/null 2>&1
    nothing_on_its_way
}

@test "what stands in the way is told at once, and it runs on here" {
    begin wparexec -c -n web -- /srv/compute /srv/own
    eventually is_active "$bed"
    on "$there" sh -c 'echo "# another" >>/srv/compute; mv /srv/own /srv/owned'
    wpar_run movewpar web $goal
    on "$there" sh -c 'mv /srv/owned /srv/own; sed -i "\$d" /srv/compute'
    assert_status 1
    assert_error "'/srv/own/numbers', which it has open to write to, is on storage that the other host has not got under that name"
    assert_error "'/srv/compute', which it runs or reads, is another file there: install the same version, or copy it"
    wpar_run movewpar -n web $goal
    assert_status 1
    assert_match "stops it: '/srv/own/numbers', which it has open to write to"
    assert_no_match "/srv/compute"
    is_active "$bed"
    in_bed touch /srv/own/end
    wait_for_end_here
    [ "$(in_bed cat /srv/said.status)" = 7 ]
    refute on "$there" test -e /var/adm/wpars/web.out
}

@test "ways in which it cannot move are refused with what to do instead" {
    begin wparexec -c -n web -- /bin/sleep 600
    eventually is_active "$bed"
    refused 2 "which ends when it is stopped: leave out -s" movewpar -s web $goal
    refused 2 "leave out -k" movewpar -k web $goal
    in_bed stopwpar -F web </dev/null >/dev/null 2>&1
    wait_for_end_here
    begin wparexec -n web -- /bin/sleep 600
    eventually is_active "$bed"
    refused 1 "run its command there, or here again with wparexec -c, and move it then" movewpar web $goal
    in_bed stopwpar -F web </dev/null >/dev/null 2>&1
    wait_for_end_here
    in_bed wparexec -1 -c -n web -- /bin/true </dev/null >/dev/null
    refused 1 "that does not run: define it there with wparexec -1" movewpar web $goal
    in_bed rmwpar web </dev/null >/dev/null
    begin wparexec -c -n web -- /bin/sleep 600
    on "$there" wparexec -1 -n web -- /bin/true </dev/null >/dev/null
    eventually is_active "$bed"
    wpar_run movewpar web $goal
    on "$there" rmwpar web </dev/null >/dev/null
    assert_status 1
    assert_error "a workload partition called web exists already"
    in_bed stopwpar -F web </dev/null >/dev/null 2>&1
    wait_for_end_here
}

@test "a host that cannot build it again leaves it running here" {
    begin wparexec -c -n web "${in_memory[@]}" -- /srv/compute /srv/own
    eventually has_counted "$bed" 5
    on "$there" sh -c 'mv $(command -v criu) /srv/criu; printf "#!/bin/sh\n[ \$1 != --version ] || echo \"Version: $(/srv/criu --version | sed -n s/Version:.//p)\"; [ \$1 = --version ]\n" >/usr/sbin/criu.new; chmod +x /usr/sbin/criu.new; mv /usr/sbin/criu.new /usr/local/sbin/criu'
    wpar_run movewpar web $goal
    on "$there" sh -c 'rm /usr/local/sbin/criu; mv /srv/criu /usr/local/sbin/criu'
    assert_status 1
    is_active "$bed"
    is_gone "$there"
    refute on "$there" test -s /var/adm/wpars/web.out
    local stood
    stood=$(own_file "$bed" | tail -n 1)
    eventually has_counted "$bed" "$stood"
    in_bed stopwpar -F web </dev/null >/dev/null 2>&1
    wait_for_end_here
    nothing_on_its_way
}

@test "one that came and is resumed by hand is known to have run, whatever becomes of it" {
    begin wparexec -c -n web -- /bin/sleep 600
    eventually is_active "$bed"
    in_bed chkptwpar -p -d /srv/paused web </dev/null >/dev/null 2>&1
    in_bed sh -c 'mkdir -p /var/lib/wpars/.arriving/web; echo token >/var/lib/wpars/.arriving/web/record'
    wpar_run resumewpar web
    assert_status 0
    in_bed stopwpar -F web </dev/null >/dev/null 2>&1
    wait_for_end_here
    [ "$(in_bed cat /var/lib/wpars/.arriving/web/run)" = token ]
    wpar_run movewpar --confirm web
    assert_status 0
    in_bed rm -r /srv/paused
}

@test "killed at any step on either side there is one live copy" {
    make_crash_ssh
    local side step status
    for side in ${CORRAL_SIDES:-here there}; do
        step=0 status=1
        until [ "$status" = 0 ]; do
            step=$((step + 1))
            [ "$step" -lt 100 ]
            begin wparexec -c -n web "${in_memory[@]}" -- /srv/compute /srv/own
            eventually has_counted "$bed" 1
            if [ "$side" = here ]; then
                wpar_run env CORRAL_CRASH_AT_STEP=$step movewpar web $goal
            else
                in_bed sh -c "echo $step >/tmp/step"
                wpar_run movewpar -e crash-ssh web $goal
            fi
            echo "$side, step $step: $status" >&2
            settle
            eventually is_one_copy
            no_state_is_left
            refute in_bed test -e /var/lib/wpars/.journal/web
            refute on "$there" test -e /var/lib/wpars/.journal/web
            local host
            for host in "$bed" "$there"; do on "$host" sh -c '[ "$(lswpar -qca state web)" != A ] || stopwpar -F web' </dev/null >/dev/null 2>&1; done
            # killed before it could tell that it does not ask any more
            on "$there" sh -c '! test -e /var/lib/wpars/.arriving/web/record || movewpar --confirm web' </dev/null >/dev/null
            wait
        done
    done
}
