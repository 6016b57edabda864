#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# How a WPAR is stopped when it does not want to be.

load helper

prepare_bed() {
    "$bed_tool" copy "$bed" "$support/audit" /usr/local/bin/audit
    in_bed rm /usr/sbin/init
    "$bed_tool" copy "$bed" "$support/quick-init" /usr/sbin/init
    in_bed ln -s /usr/sbin/init /usr/local/bin/quick-init
    # "first" for the folders in /run that stay
    in_bed sh -ec 'mkwpar -n web
        mkwpar -n own -M directory=/ vfs=jfs2 size=200M
        mkwpar -n first -s -N interface=en0 address=192.168.21.50 netmask=255.255.0.0
        rmwpar -F first' </dev/null >/dev/null
}

setup() { mark_clean; }
teardown() { in_bed sh -c 'stopwpar -F web; stopwpar -F own' </dev/null >/dev/null 2>&1 || true; }

state_is() { [ "$(in_bed lswpar -qca state "$1" </dev/null)" = "$2" ]; }
init_of() { in_bed cut -d' ' -f1 "/run/wpars/$1/init"; }
start() { in_bed sh -c "startwpar $1 && quick-init $1" </dev/null >/dev/null; }

# Its init hears nothing any more, and its processes ignore what they can.
make_stubborn() {
    in_bed kill -STOP "$(init_of "$1")"
    in_bed sh -c "clogin $1 sh -c 'trap \"\" TERM INT HUP; setsid sh -c \"while :; do sleep 1; done\" </dev/null >/dev/null 2>&1 &'" </dev/null
}

@test "patience that ends fails, and the WPAR goes on" {
    start web
    make_stubborn web
    wpar_run stopwpar -t 1 web
    assert_failure
    assert_error "did not halt within 1 seconds"
    state_is web A
    wpar_run clogin web hostname
    assert_output web
    # once it listens again it does what it was asked
    in_bed kill -CONT "$(init_of web)"
    eventually state_is web D
    assert_clean
}

@test "-h kills what does not end" {
    start web
    make_stubborn web
    wpar_run stopwpar -h -t 1 web
    assert_status 0
    state_is web D
    assert_clean
}

@test "-F asks nobody" {
    start web
    make_stubborn web
    local from=$SECONDS
    wpar_run stopwpar -F web
    assert_status 0
    [ $((SECONDS - from)) -le 3 ]
    assert_clean
}

@test "a frozen WPAR can be stopped" {
    local kind
    for kind in -F '-h -t 1'; do
        start web
        in_bed sh -c 'echo 1 >"$(find /sys/fs/cgroup -path "*corral/web/cgroup.freeze" -o -path "*/wpar-web.scope/limits/cgroup.freeze" | head -n 1)"'
        # shellcheck disable=SC2086  # options and their values
        wpar_run timeout 30 stopwpar $kind web
        assert_status 0
        assert_clean
    done
}

@test "interrupted while it waits: the WPAR goes on" {
    start web
    make_stubborn web
    wpar_run timeout --signal=INT 1 stopwpar web
    assert_failure
    assert_error "interrupted"
    state_is web A
    in_bed stopwpar -F web </dev/null >/dev/null
    assert_clean
}

@test "somebody sits below the base directory: the stop names the mount, and the next command heals it" {
    start own
    in_bed sh -c 'cd /wpars/own/etc && exec setsid sleep 300 >/dev/null 2>&1 3>&- &' 3>&-
    eventually in_bed pgrep -xf 'sleep 300' >/dev/null
    wpar_run stopwpar -N own
    assert_failure
    assert_error "/wpars/own"
    assert_error "fuser -vm"
    state_is own B
    wpar_run lswpar -L own
    assert_match '/wpars/own'
    wpar_run startwpar own
    assert_failure
    assert_error Broken
    in_bed pkill -xf 'sleep 300'
    start own
    state_is own A
    in_bed stopwpar -F own </dev/null >/dev/null
    assert_clean
}

@test "stopwpar -F detaches what is busy" {
    start own
    in_bed sh -c 'cd /wpars/own/etc && exec setsid sleep 300 >/dev/null 2>&1 3>&- &' 3>&-
    eventually in_bed pgrep -xf 'sleep 300' >/dev/null
    wpar_run stopwpar -F own
    assert_status 0
    state_is own D
    in_bed pkill -xf 'sleep 300'
    assert_clean
    start own
    in_bed stopwpar -F own </dev/null >/dev/null
    assert_clean
}

@test "rmwpar -F ends with nothing left, whatever sits in it" {
    in_bed sh -c 'mkwpar -n doomed -M directory=/ vfs=jfs2 size=200M -N interface=en0 address=192.168.21.50 netmask=255.255.0.0
        startwpar doomed && quick-init doomed' </dev/null >/dev/null
    make_stubborn doomed
    in_bed sh -c 'cd /wpars/doomed/etc && exec setsid sleep 300 >/dev/null 2>&1 3>&- &' 3>&-
    eventually in_bed pgrep -xf 'sleep 300' >/dev/null
    in_bed sh -c 'stopwpar -h -t 1 doomed' </dev/null >/dev/null 2>&1 || true
    state_is doomed B
    wpar_run rmwpar -F doomed
    assert_status 0
    wpar_run lswpar doomed
    assert_failure
    in_bed pkill -xf 'sleep 300'
    assert_clean
}

@test "rmwpar -F of one that a killed mkwpar left, with somebody in it" {
    in_bed sh -c 'CORRAL_CRASH_AT_STEP=3 mkwpar -n doomed -M directory=/ vfs=jfs2 size=200M' </dev/null >/dev/null 2>&1 || true
    in_bed sh -c 'mount -o loop "$(find /var/lib/wpars/doomed -type f | head -n 1)" /wpars/doomed; cd /wpars/doomed
        exec setsid sleep 300 >/dev/null 2>&1 3>&- &' 3>&-
    eventually in_bed pgrep -xf 'sleep 300' >/dev/null
    wpar_run chwpar -A web
    assert_status 0
    wpar_run lswpar -qca name,state
    assert_line doomed:B
    wpar_run rmwpar -F doomed
    assert_status 0
    in_bed sh -c 'pkill -xf "sleep 300"; chwpar -K -A web' </dev/null >/dev/null
    assert_clean
}

@test "a full /run keeps nobody from stopping it" {
    local how
    in_bed mount -t tmpfs -o size=256k none /run/wpars
    for how in "" -F; do
        start web
        in_bed sh -c 'head -c 1M /dev/zero >/run/wpars/.full 2>/dev/null; head -c 1M /dev/zero >>/run/wpars/.full 2>/dev/null' || true
        wpar_run stopwpar $how web
        assert_status 0
        state_is web D
        in_bed rm /run/wpars/.full
    done
    in_bed umount /run/wpars
    assert_clean
}

@test "the record below /run/wpars was removed: nothing pretends that it is stopped" {
    in_bed mkwpar -n lost >/dev/null
    in_bed startwpar lost >/dev/null
    in_bed rm -r /run/wpars/lost
    [ "$(in_bed lswpar -qc -a state lost)" = B ]
    local command
    for command in startwpar stopwpar rebootwpar rmwpar; do
        wpar_run "$command" lost
        assert_status 1
        assert_error "Workload partition lost still has processes, but their record '/run/wpars/lost' was removed; end them with stopwpar -F lost"
    done
    in_bed stopwpar -F lost >/dev/null
    [ "$(in_bed lswpar -qc -a state lost)" = D ]
    in_bed startwpar lost >/dev/null
    in_bed rmwpar -s lost >/dev/null
}
