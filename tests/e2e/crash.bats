#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2016  # variables are named by other variables; scripts in single quotes are the bed's to expand
# No command can be left half-done: each is killed at each of its steps, and the next one finds a WPAR that is defined,
# active or gone, and a machine on which nothing is left.

load helper

# All WPARs share the bed's /usr, and its init; "other" has a view over a generation of it.
prepare_bed() {
    bring_crash_walk
    use_quick_init
    in_bed mkdir /srv/tree
    in_bed sh -ec 'mkdir -p /srv/box/bin /srv/box/sbin && cp /usr/bin/busybox /srv/box/bin && ln -s ../bin/busybox /srv/box/sbin/init && tar -C /srv/box -cf /srv/box.tar .'
    in_bed sh -ec '
        mkwpar -l -n other -N interface=en0 address=192.168.21.99 netmask=255.255.0.0 </dev/null >/dev/null
        startwpar other </dev/null >/dev/null'
}

# walk SETUP COMMAND NEXT...: the walk once for each command that may come next.
walk() {
    local setup=$1 command=$2 next said
    shift 2
    for next in "$@"; do
        said=$(in_bed crash-walk "$setup" "$command" "$next")
        echo "# $said" >&3
    done
}

made='mkwpar -n web -N interface=en0 address=192.168.21.50 netmask=255.255.0.0'
started="$made && startwpar web && quick-init web"
detached='mkwpar -l -n web'
limited='mkwpar -l -n web -M directory=/usr vfs=overlay size=40M'
image='mkwpar -n web -C -B /srv/box.tar'
copy='mkwpar -n web -t'
own='mkwpar -n web -M directory=/ vfs=jfs2 size=200M -M vfs=directory directory=/var'

teardown() { in_bed rmwpar -F web </dev/null >/dev/null 2>&1 || true; }

@test "mkwpar" { walk true "$made" 'mkwpar -n web' 'startwpar web' 'rmwpar web' 'mkwpar -n another'; }
@test "mkwpar with file systems of its own" { walk true "$own" 'mkwpar -n web' 'rmwpar web' 'mkwpar -n another'; }
@test "mkwpar -l and what follows" {
    walk true "$detached" "$detached" 'startwpar web' 'rmwpar web' 'mkwpar -n another'
    walk "$detached" 'startwpar web' 'startwpar web' 'quick-init web; stopwpar web'
    walk "$detached" 'rmwpar web' 'rmwpar web' 'mkwpar -n another'
}
@test "mkwpar -l with a hard size for what is written" {
    walk true "$limited" 'startwpar web' 'rmwpar web' 'mkwpar -n another'
    walk "$limited" 'startwpar web' 'startwpar web' 'quick-init web; rmwpar -s web'
    walk "$limited" 'rmwpar web' 'rmwpar web' 'mkwpar -n another'
    walk "$limited" 'chwpar -M directory=/usr size=60M web' 'startwpar web' 'rmwpar web'
    walk "$made" 'chwpar -M directory=/opt/own vfs=overlay dev=/srv/tree size=20M web' 'startwpar web' 'rmwpar web'
}
@test "savewpar from a snapshot" {
    walk "$started" 'savewpar -T -f /srv/web.bak web' 'stopwpar web' 'savewpar -T -f /srv/web.bak web'
    in_bed rm /srv/web.bak
}
@test "mkwpar of an image, and of a directory" {
    walk true "$image" "$image" 'rmwpar web' 'mkwpar -n another'
    walk true "$image -M directory=/ vfs=jfs2 size=200M" "$image" 'mkwpar -n another'
    walk true 'mkwpar -n web -C -B /srv/box' 'mkwpar -n web' 'mkwpar -n another'
}
@test "mkwpar as a copy of the system" {
    walk true "$copy" 'mkwpar -n web' 'mkwpar -n another'
    walk true "$copy -M directory=/ vfs=jfs2 size=900M" 'rmwpar web'
}
@test "syncwpar -D with a hard size for what is written" {
    walk "$limited; corral generation create -f" 'syncwpar -D web' \
        'startwpar web && quick-init web && rmwpar -F web; corral generation remove --unused' \
        'syncwpar -D web; rmwpar web; corral generation remove --unused'
}
@test "corral generation" {
    walk true 'corral generation create -f' 'corral generation remove --unused'
    walk true 'corral generation create -f -k erofs' 'corral generation remove --unused'
    walk 'corral generation create -f' 'corral generation remove --unused' 'corral generation remove --unused'
}
@test "mkwpar -s" { walk true "$made -s" 'startwpar web' 'quick-init web; stopwpar web'; }
@test "startwpar" { walk "$made" 'startwpar web' 'startwpar web' 'quick-init web; stopwpar web' 'rmwpar web' 'chwpar -h www web'; }
@test "startwpar with file systems of its own" { walk "$own" 'startwpar web' 'startwpar web' 'quick-init web; rmwpar -s web'; }
@test "startwpar -m" { walk "$made" 'startwpar -m web' 'startwpar web' 'stopwpar -F web'; }
@test "stopwpar" { walk "$started" 'stopwpar -N web' 'startwpar web' 'quick-init web; stopwpar web' 'rmwpar web'; }
@test "stopwpar -F" { walk "$started" 'stopwpar -F web' 'startwpar web' 'rmwpar -F web'; }
@test "rebootwpar" { walk "$started" 'rebootwpar -N web' 'startwpar web' 'quick-init web; stopwpar web'; }
@test "rmwpar" { walk "$own" 'rmwpar web' 'rmwpar web' "$made" 'lswpar; mkwpar -n another'; }
@test "rmwpar -s" { walk "$started" 'quick-init web; rmwpar -s web' 'rmwpar -F web' 'startwpar web'; }
@test "rmwpar -p" { walk "$made" 'rmwpar -p web' 'rmwpar web; rm -rf /wpars/web' 'mkwpar -n web; mkwpar -p -n web'; }
@test "chwpar of one that is stopped" { walk "$made" 'chwpar -h www -A web' 'startwpar web' 'chwpar -h third web'; }
@test "chwpar -n" {
    walk "$made" 'chwpar -n www web' 'startwpar web' 'startwpar www' 'mkwpar -n web' 'mkwpar -n www' 'rmwpar web' 'rmwpar www'
    walk "$own" 'chwpar -n www web' 'startwpar www' 'startwpar web'
}
@test "chwpar -d" { walk "$made" 'chwpar -d /wpars/moved web' 'startwpar web' 'rmwpar web'; }
@test "chwpar -M" {
    walk "$made" 'chwpar -M directory=/data vfs=jfs2 size=50M web' 'startwpar web' 'rmwpar web'
    walk "$made -M directory=/data vfs=jfs2 size=50M" 'chwpar -K -M directory=/data web' 'startwpar web' 'rmwpar web'
}
@test "chwpar of one that runs" {
    walk "$started" 'chwpar -h www -N address=192.168.21.51 netmask=255.255.0.0 -R totalProcesses=50 web' 'quick-init web; stopwpar web' 'chwpar -h third web'
}
@test "chwpar -M of one that runs" {
    local with="$made -M directory=/data vfs=xfs size=300M && startwpar web && quick-init web"
    walk "$started" 'chwpar -M directory=/data vfs=jfs2 size=50M -M directory=/mem vfs=tmpfs web' 'quick-init web; stopwpar web'
    walk "$with" 'chwpar -K -M directory=/data web' 'quick-init web; rebootwpar -N web'
    walk "$with" 'chwpar -M directory=/data size=400M web' 'quick-init web; chwpar -M directory=/data size=500M web'
}
@test "clonewpar" {
    walk "$detached" 'clonewpar web twin' 'clonewpar web twin' 'startwpar twin' 'rmwpar web' 'mkwpar -n another'
    walk "$limited -M directory=/data vfs=jfs2 size=20M" 'clonewpar -M "-M directory=/data size=30M" web twin' 'mkwpar -n another'
}
@test "clonewpar of one that runs" {
    walk "$limited -M directory=/data vfs=jfs2 size=20M && startwpar web && quick-init web" 'clonewpar web twin' \
        'quick-init web; stopwpar web' 'mkwpar -n another'
}
@test "wparexec" { walk true 'wparexec -n job /bin/sleep 0.2' 'wparexec -n job /bin/true' 'mkwpar -n another'; }
@test "wparexec -N" {
    walk true 'wparexec -n job -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 /bin/sleep 0.2' \
        'wparexec -n job /bin/true' "$made"
}

@test "chwpar of an application" {
    walk 'setsid wparexec -n job /bin/sleep 10 >/dev/null 2>&1 & until [ "$(lswpar -qca state job 2>/dev/null)" = A ]; do :; done' \
        'chwpar -R totalProcesses=20 job' 'stopwpar job' 'kill -KILL $(cut -d" " -f1 /run/wpars/job/keeper); sleep 0.1; mkwpar -n another'
}

@test "anywhere: a process is killed at a random system call" {
    local web="$made" any='mkwpar -n another' said
    while read -r rounds setup command next; do
        said=$(in_bed crash-anywhere "$rounds" "${!setup}" "${!command}" "${!next}" </dev/null)
        echo "# $said" >&3
    done <<TEXT
10 nothing web any
10 nothing own any
10 nothing detached any
20 nothing image any
4 nothing copy any
20 web start start
10 own start any
10 started stop start
10 started remove any
15 web rename again
10 nothing execute any
TEXT
}
nothing=true start='startwpar web' stop='stopwpar -F web' remove='rmwpar -F web'
rename='chwpar -n www web' again='startwpar www' execute="wparexec -n job -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 /bin/true"

make_web() {
    mark_clean
    in_bed sh -c "$started" >/dev/null </dev/null
}
state_is() { [ "$(in_bed lswpar -qca state "$1" 2>/dev/null </dev/null)" = "$2" ]; }
in_run() { in_bed cut -d' ' -f1 "/run/wpars/web/$1" 2>/dev/null; }
kill_in_bed() { in_bed kill -KILL "$@"; }
another_keeper() { local now; now=$(in_run keeper) && [ -n "$now" ] && [ "$now" != "$1" ] && in_bed kill -0 "$now"; }
remove_web() { in_bed rmwpar -F web </dev/null >/dev/null; }

@test "a keeper that is killed: the WPAR goes on, the next command gives it a new one" {
    local keeper init
    make_web
    init=$(in_run init)
    for next in 'clogin web true' 'chwpar -h www web' 'startwpar web'; do
        keeper=$(in_run keeper)
        kill_in_bed "$keeper"
        state_is web A
        in_bed kill -0 "$init"
        in_bed sh -c "$next" </dev/null >/dev/null 2>&1 || [ "$next" = 'startwpar web' ]
        another_keeper "$keeper"
        [ "$(in_run init)" = "$init" ]
        in_bed clogin web true </dev/null
    done
    kill_in_bed "$(in_run keeper)"
    in_bed stopwpar -N web </dev/null >/dev/null
    state_is web D
    remove_web
    assert_clean
}

# Only the parent of an init is told that it was a reboot: what is down then stays down.
@test "a reboot and a poweroff inside, with the keeper that took over" {
    local how
    make_web
    for how in reboot poweroff; do
        kill_in_bed "$(in_run keeper)"
        in_bed clogin web true </dev/null
        in_bed clogin web busybox "$how" -f </dev/null || true
        eventually state_is web D
        in_bed sh -c 'startwpar web && quick-init web' </dev/null >/dev/null
    done
    remove_web
    assert_clean
}

@test "an init that is killed: the WPAR is stopped, and nothing is left" {
    in_bed sh -c "$made" >/dev/null </dev/null
    mark_clean
    in_bed sh -c 'startwpar web && quick-init web' </dev/null >/dev/null
    kill_in_bed "$(in_run init)"
    eventually state_is web D
    assert_clean
    in_bed sh -c 'startwpar web && quick-init web' </dev/null >/dev/null
    kill_in_bed "$(in_run keeper)" "$(in_run init)"
    state_is web D
    in_bed sh -c 'startwpar web && stopwpar -F web' </dev/null >/dev/null
    assert_clean
    remove_web
}

@test "what cleans up after an init is killed, too" {
    in_bed sh -c "$made" >/dev/null </dev/null
    mark_clean
    in_bed sh -c 'startwpar web && quick-init web' </dev/null >/dev/null
    # a change that stands still holds the lock, so the keeper's heir has to wait
    in_bed sh -c 'CORRAL_CRASH_AT_STEP=1 CORRAL_CRASH_SIGNAL=19 setsid chwpar -h www web </dev/null >/dev/null 2>&1 3>&- &' 3>&-
    eventually in_bed sh -c 'lswpar -T web | grep -q change'
    local change keeper
    change=$(in_bed cut -d' ' -f1 /run/wpars/.lock/web)
    keeper=$(in_run keeper)
    kill_in_bed "$(in_run init)"
    eventually in_bed grep -q ended "/proc/$keeper/cmdline"
    kill_in_bed "$keeper" "$change"
    in_bed chwpar -h web web </dev/null
    state_is web D
    assert_clean
    remove_web
}

@test "a wparexec that is killed: the application is gone at once, the rest with the next command" {
    mark_clean
    in_bed sh -c 'setsid wparexec -n job -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 /bin/sleep 77 </dev/null >/dev/null 2>&1 3>&- &' 3>&-
    eventually in_bed sh -c 'lswpar -qca state job | grep -q A && pgrep -xf "/bin/sleep 77" >/dev/null'
    kill_in_bed "$(in_bed cut -d' ' -f1 /run/wpars/job/keeper)"
    refute_running() { ! in_bed pgrep -xf '/bin/sleep 77' >/dev/null; }
    eventually refute_running
    wpar_run lswpar -qca name
    assert_output other
    in_bed sh -c 'mkwpar -n another -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 && rmwpar another' </dev/null >/dev/null
    assert_clean
    in_bed sh -c 'setsid wparexec /bin/sleep 77 </dev/null >/dev/null 2>&1 3>&- &' 3>&-
    eventually in_bed pgrep -xf '/bin/sleep 77' >/dev/null
    kill_in_bed "$(in_bed cut -d' ' -f1 /run/wpars/sleep/keeper)"
    eventually refute_running
    # it takes the name again
    wpar_run wparexec /bin/sleep 0
    assert_line "Starting workload partition 'sleep'."
    assert_clean
}

@test "the child that loads a WPAR is killed: the start says so and leaves nothing" {
    in_bed sh -c "$made" >/dev/null </dev/null
    mark_clean
    local call
    for call in setns:2 mount_setattr:3 clone3:1 socketpair:2 prlimit64:1 bind:2 unshare:1 pivot_root:1 sethostname:1; do
        # strace follows the WPAR's processes too, and must not hold our output open for that
        run in_bed sh -c 'strace -D -f -qq -o /dev/null -e trace="$1" -e "inject=$1:signal=KILL:when=$2" \
                startwpar web </dev/null >/srv/said 2>&1 3>&-; status=$?
            while pgrep -x strace | xargs -r kill -KILL 2>/dev/null; pgrep -x strace >/dev/null; do sleep 0.01; done
            tail -n 1 /srv/said; rm /srv/said; exit $status' sh "${call%:*}" "${call#*:}"
        echo "# $call: status $status, $output" >&3
        [ "$status" -ne 0 ] || in_bed stopwpar -F web </dev/null >/dev/null
        in_bed chwpar -h web web </dev/null
        state_is web D
        assert_clean
    done
    remove_web
}
