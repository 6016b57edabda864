#!/usr/bin/env bats
# runs in: vm
# shellcheck disable=SC2034,SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A WPAR goes to another host while it runs: its processes, and a connection from a third host, go on there. Where Debian's CRIU
# cannot work on the machine's kernel, CORRAL_CRIU names a program for namespace beds:
# CORRAL_CRIU=/usr/local/sbin/criu CORRAL_BUILD=build tests/e2e/run-bats tests/e2e/relocation.bats

load helper

there=$bed-b
address=192.168.21.60

prepare_bed() {
    first_wpar
    new_bed "$there" --address 192.168.21.11/16 --address6 fd00:21::11/64
    local host
    for host in "$bed" "$there"; do
        on "$host" rm /usr/sbin/init
        "$bed_tool" copy "$host" "$support/quick-init" /usr/sbin/init
        bring_criu "$host"
    done
    trust_one_another
    on "$there" sh -c 'mkdir -p /run/sshd; pgrep -x sshd >/dev/null || /usr/sbin/sshd'
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

# A key of the test's own, and the other one's host key.
trust_one_another() {
    on "$there" sh -ec 'mkdir -p -m 700 /root/.ssh; ssh-keygen -A >/dev/null'
    in_bed sh -ec 'mkdir -p -m 700 /root/.ssh; ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519'
    in_bed cat /root/.ssh/id_ed25519.pub | on "$there" sh -c 'cat >/root/.ssh/authorized_keys; chmod 600 /root/.ssh/authorized_keys'
    on "$there" cat /etc/ssh/ssh_host_ed25519_key.pub | sed 's/^/192.168.21.11 /' | in_bed sh -c 'cat >/root/.ssh/known_hosts'
}

goal=root@192.168.21.11
state() { on "$1" lswpar -cq "$2" 2>/dev/null </dev/null | cut -d: -f2; }
bring_back() {
    on "$there" stopwpar -F web </dev/null >/dev/null 2>&1 || true
    on "$there" savewpar -f - web </dev/null 2>/dev/null | in_bed restwpar -f - >/dev/null 2>&1
    on "$there" rmwpar -F web </dev/null >/dev/null 2>&1
}
# Neither two that live nor none that does.
is_one_copy() {
    local here other
    here=$(state "$bed" web) other=$(state "$there" web)
    [[ "$here$other" == A || "$here$other" == DA || "$here$other" == MA ]] || {
        echo "here '$here', there '$other'" >&2
        false
    }
}

# What an administrator does next: any command that changes something, then --resolve.
settle() {
    local host
    for host in "$bed" "$there"; do on "$host" sh -c 'mkwpar -n any; rmwpar any' </dev/null >/dev/null 2>&1 || true; done
    if [ "$(state "$bed" web)" = M ]; then
        in_bed sh -c '! startwpar web' </dev/null >/dev/null 2>&1
        in_bed movewpar --resolve web </dev/null >&2
    fi
    if [ "$(state "$bed$(state "$there" web)" web)" = D ]; then in_bed startwpar web </dev/null >/dev/null 2>&1; fi
    if [ "$(state "$there" web)" = D ]; then on "$there" startwpar web </dev/null >/dev/null 2>&1; fi
}

start_here() { in_bed sh -c 'startwpar web; quick-init web' </dev/null >/dev/null 2>&1 || in_bed startwpar web </dev/null >/dev/null 2>&1 || true; }
inside_of() { on "$1" clogin web -l root "$2" </dev/null; }
serve_echo() {
    inside_of "$bed" 'setsid busybox nc -ll -p 7 -e /bin/cat </dev/null >/dev/null 2>&1 &'
    eventually echoes
}
echoes() { [ "$(on_lan sh -c "echo hello | nc -N -w 5 $address 7")" = hello ]; }
talk() {
    talk_dir=$BATS_TEST_TMPDIR
    rm -f "$talk_dir"/{back,go}
    on_lan bash -c '
        exec 3<>"/dev/tcp/$1/7"
        { seq 1 50000; until [ -e "$2/go" ]; do sleep 0.05; done; seq 50001 100000; } >&3 &
        exec stdbuf -o0 head -c "$(seq 1 100000 | wc -c)" <&3 >"$2/back"' talk "$address" "$talk_dir" 3>&- &
    talker=$!
    eventually half_is_back
}
half_is_back() { [ "$(stat -c %s "$talk_dir/back" 2>/dev/null || echo 0)" -eq "$(seq 1 50000 | wc -c)" ]; }
all_came_back() {
    touch "$talk_dir/go"
    wait "$talker"
    cmp <(seq 1 100000) "$talk_dir/back"
}

@test "its processes and a connection from a third host go on there" {
    start_here
    serve_echo
    inside_of "$bed" 'setsid sh -c "number=0; while :; do number=\$((number + 1)); echo \$number >/tmp/count; sleep 0.05; done" >/dev/null 2>&1 </dev/null &'
    talk
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
    echoes
    in_bed sh -c '! ls -A /var/lib/wpars/.moving | grep .'
    on "$there" sh -c '! ls -A /var/lib/wpars/.arriving | grep .'
    bring_back
}

@test "a host that cannot build it again leaves it running here, with its connections" {
    start_here
    serve_echo
    talk
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
    in_bed sh -c 'printf "#!/bin/sh\nhost=\$1; shift\nexec ssh \"\$host\" CORRAL_CRASH_AT_STEP=\$(cat /tmp/step) \"\$@\"\n" >/usr/local/bin/crash-ssh; chmod +x /usr/local/bin/crash-ssh'
    local side step status
    for side in ${CORRAL_SIDES:-here there}; do
        step=0 status=1
        until [ "$status" = 0 ]; do
            step=$((step + 1))
            [ "$step" -lt 150 ]
            start_here
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
