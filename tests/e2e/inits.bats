#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Init is what the WPAR's root brings: here busybox's and sysvinit's, each with a private /usr to be it in.

load helper

prepare_bed() {
    first_wpar
    make_busybox
    make_sysvinit
}

make() { in_bed mkwpar -n "$1" -M directory=/usr vfs=directory -N interface=en0 address="$2" netmask=255.255.0.0 >/dev/null; }
inside() { in_bed clogin "$@" </dev/null; }
state_is() { [ "$(in_bed lswpar -qca state "$1")" = "$2" ]; }
init_of() { in_bed cut -d' ' -f1 "/run/wpars/$1/init"; }

make_busybox() {
    make box 192.168.21.81
    in_bed sh -c 'cd /wpars/box; ln -sfn /usr/bin/busybox usr/sbin/init; cat >etc/inittab' <<'TEXT'
::sysinit:/bin/sh -c 'echo up >>/root/story'
::respawn:/bin/busybox nc -l -p 7 -e /bin/cat
::shutdown:/bin/sh -c 'echo down >>/root/story'
TEXT
}

# Installed as an administrator would: from inside, in place of systemd's own links.
make_sysvinit() {
    make sysv 192.168.21.82
    in_bed startwpar sysv >/dev/null
    in_bed tar -C /srv/debs -c sysvinit-core | in_bed clogin sysv tar -C /root -x
    inside sysv 'export DEBIAN_FRONTEND=noninteractive
        { dpkg --force-all --purge systemd-sysv; dpkg --force-all -i /root/sysvinit-core/*.deb; } >/root/log 2>&1 || { cat /root/log; exit 1; }' >&2
    in_bed stopwpar -N sysv >/dev/null
}

within() {
    local seconds=$1 from=$SECONDS
    shift
    wpar_run "$@"
    assert_status 0
    [ $((SECONDS - from)) -le "$seconds" ] || { echo "took $((SECONDS - from)) seconds: $*"; return 1; } >&2
}

starts_and_logs_in() {
    within 10 startwpar "$1"
    state_is "$1" A
    [ "$(inside "$1" cat /proc/1/comm)" = "$2" ]
    [ "$(inside "$1" hostname)" = "$1" ]
}

# A first process that was asked, not killed.
restarts_alone() {
    local name=$1 before
    shift
    before=$(init_of "$name")
    inside "$name" "$@" || true
    another_init() { local now; now=$(init_of "$name" 2>/dev/null) && [ -n "$now" ] && [ "$now" != "$before" ]; }
    local end=$((SECONDS + 30))
    until another_init; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.1; done
    eventually state_is "$name" A
}

ends_alone() {
    local name=$1 end=$((SECONDS + 30))
    shift
    inside "$name" "$@" || true
    until state_is "$name" D; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.1; done
}

@test "busybox: start, login, network" {
    starts_and_logs_in box init
    [ "$(inside box readlink /proc/1/exe)" = /usr/bin/busybox ]
    echo_works() { [ "$(on_lan sh -c 'echo hello | nc -N -w 3 192.168.21.81 7')" = hello ]; }
    eventually echo_works
}

@test "busybox: stopwpar runs its shutdown actions" {
    within 15 stopwpar box
    assert_line "stopwpar: 0960-242 Waiting for workload partition to halt."
    [ "$(in_bed tail -n 1 /wpars/box/root/story)" = down ]
}

@test "busybox: reboot and poweroff inside" {
    in_bed startwpar box >/dev/null
    restarts_alone box busybox reboot
    [ "$(in_bed tail -n 2 /wpars/box/root/story)" = $'down\nup' ]
    ends_alone box busybox poweroff
    [ "$(in_bed tail -n 1 /wpars/box/root/story)" = down ]
}

@test "busybox: rebootwpar, and stopwpar -h and -F" {
    in_bed startwpar box >/dev/null
    within 20 rebootwpar box
    state_is box A
    within 10 stopwpar -h -t 5 box
    state_is box D
    in_bed startwpar box >/dev/null
    within 10 stopwpar -F box
    state_is box D
}

@test "sysvinit: start, login, services" {
    starts_and_logs_in sysv init
    inside sysv 'readlink /proc/1/exe' | grep -q 'sbin/init$'
    sshd_answers() { on_lan sh -c 'nc -w 3 192.168.21.82 22 </dev/null' | grep -q '^SSH-2.0-'; }
    eventually sshd_answers
    eventually in_bed sh -c 'clogin sysv runlevel </dev/null | grep -q "N 2"'
}

@test "sysvinit: stopwpar goes through runlevel 0 in bounded time" {
    in_bed clogin sysv 'cat >/etc/init.d/story; chmod 755 /etc/init.d/story; update-rc.d story defaults' <<'TEXT'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          story
# Required-Start:
# Required-Stop:
# Default-Start:     2
# Default-Stop:      0 6
# Short-Description: tells what it was called with
### END INIT INFO
echo "$1" >>/root/story
TEXT
    within 30 stopwpar sysv
    [ "$(in_bed cat /wpars/sysv/root/story)" = stop ]
    state_is sysv D
}

@test "sysvinit: reboot and poweroff inside" {
    in_bed startwpar sysv >/dev/null
    restarts_alone sysv shutdown -r now
    ends_alone sysv poweroff
}

# No systemd: nobody may take them for one.
starts_checkpointable() {
    in_bed chwpar -c "$1"
    starts_and_logs_in "$1" init
    refute inside "$1" unshare -u true 2>/dev/null
    inside "$1" unshare -m true
    refute inside "$1" test -e /run/systemd/system
    in_bed stopwpar -F "$1" >/dev/null
    in_bed chwpar -K -c "$1"
}

@test "busybox and sysvinit start as checkpointable ones, too" {
    starts_checkpointable box
    starts_checkpointable sysv
}

@test "systemd: stopwpar -h, rebootwpar -h and -F do not wait for services" {
    in_bed mkwpar -n slow >/dev/null
    in_bed sh -c 'cat >/wpars/slow/etc/systemd/system/slow.service; ln -s ../slow.service /wpars/slow/etc/systemd/system/multi-user.target.wants/' <<'TEXT'
[Service]
ExecStart=/bin/sleep infinity
ExecStop=/bin/sleep 1000
TimeoutStopSec=1000
TEXT
    in_bed startwpar slow >/dev/null
    within 20 rebootwpar -h slow
    state_is slow A
    within 20 stopwpar -h slow
    state_is slow D
    in_bed startwpar slow >/dev/null
    within 10 rebootwpar -F slow
    within 10 stopwpar -F slow
    in_bed startwpar -m slow >/dev/null
    within 5 stopwpar slow
    in_bed rmwpar slow >/dev/null
}

@test "an init that does not end is told of, and ended by force" {
    in_bed mkwpar -n mute -M directory=/usr vfs=directory >/dev/null
    in_bed sh -c 'cd /wpars/mute; rm usr/sbin/init; cat >usr/sbin/init; chmod 755 usr/sbin/init' <<'TEXT'
#!/bin/sh
trap '' TERM INT PWR
while :; do sleep 1000; done
TEXT
    within 10 startwpar mute
    wpar_run stopwpar -t 1 mute
    assert_status 1
    assert_error "stopwpar: Workload partition mute did not halt within 1 seconds and is still shutting down; wait, or end it with stopwpar -F mute"
    state_is mute A
    within 10 stopwpar -h -t 1 mute
    state_is mute D
    in_bed startwpar mute >/dev/null
    within 10 stopwpar -F mute
    in_bed rmwpar mute >/dev/null
}

@test "an init that ends at once, or is missing, is told of and leaves nothing running" {
    in_bed mkwpar -n short -M directory=/usr vfs=directory >/dev/null
    in_bed sh -c 'cd /wpars/short; rm usr/sbin/init; printf "#!/bin/sh\necho last words\nexit 3\n" >usr/sbin/init; chmod 755 usr/sbin/init'
    wpar_run startwpar short
    eventually state_is short D
    in_bed rm /wpars/short/usr/sbin/init
    wpar_run startwpar short
    assert_status 1
    assert_error "/sbin/init"
    state_is short D
    in_bed rmwpar short >/dev/null
}

@test "nothing is left" {
    in_bed rmwpar -F box >/dev/null
    in_bed rmwpar -F sysv >/dev/null
    wpar_run lswpar
    assert_output ""
    wpar_run ls -A /wpars /var/lib/wpars
    assert_output $'/var/lib/wpars:\n.journal\n\n/wpars:'
}
