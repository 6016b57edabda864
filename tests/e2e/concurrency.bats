#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Two commands at once on one WPAR, many at once on many, and commands that are asked to end half-way.

load helper

prepare_bed() {
    bring_crash_walk
    use_quick_init
    in_bed sh -ec '
        mkwpar -n other -N interface=en0 address=192.168.21.99 netmask=255.255.0.0 </dev/null >/dev/null
        startwpar other </dev/null >/dev/null'
}

teardown() { in_bed rmwpar -F web </dev/null >/dev/null 2>&1 || true; }

made='mkwpar -n web -N interface=en0 address=192.168.21.50 netmask=255.255.0.0'
started="$made && startwpar web && quick-init web"
state_of() { in_bed lswpar -qca state "$1" 2>/dev/null </dev/null; }
state_is() { [ "$(state_of "$1")" = "$2" ]; }
quietly() { in_bed sh -c "$1" </dev/null >/dev/null; }

# stand_still COMMAND: it stops at its first step and holds the lock; go_on lets it end.
stand_still() {
    in_bed sh -c "CORRAL_CRASH_AT_STEP=1 CORRAL_CRASH_SIGNAL=19 setsid $1 </dev/null >/srv/said 2>&1 3>&- &" 3>&-
    eventually in_bed sh -c 'grep -qs . /run/wpars/.lock/web && grep -qs "^State:.*stopped" /proc/$(cut -d" " -f1 /run/wpars/.lock/web)/status'
    holder=$(in_bed cut -d' ' -f1 /run/wpars/.lock/web)
}
go_on() { in_bed sh -c "kill -CONT $holder; while kill -0 $holder 2>/dev/null; do sleep 0.02; done"; }

@test "each command waits for the one before it" {
    local first second
    for first in 'startwpar web' 'stopwpar -F web' 'chwpar -h www web' 'rebootwpar -F web' 'rmwpar -F web'; do
        for second in 'startwpar web' 'stopwpar -F web' 'chwpar -A web' 'rebootwpar -F web' 'rmwpar -F web'; do
            case $first in
                startwpar*) quietly "$made" ;;
                *) quietly "$started" ;;
            esac
            stand_still "$first"
            in_bed sh -c "$second </dev/null >/srv/second 2>&1; echo \$? >>/srv/second" 3>&- &
            sleep 0.2
            go_on
            wait $!
            run in_bed tail -n 1 /srv/second
            echo "# $first, $second: $output, $(state_of web)" >&3
            # what it says is about the WPAR the first one left
            if [ "$output" != 0 ]; then
                run in_bed cat /srv/second
                assert_match 'Could not find|is not active|is active already'
            fi
            case $(state_of web) in D | A | '') ;; *) return 1 ;; esac
            quietly 'rmwpar -F web 2>/dev/null || true; rm -f /srv/said /srv/second'
            assert_clean
        done
    done
}

@test "all at once, ten rounds: nothing is left, and the WPAR is defined, active or gone" {
    local round
    for round in 1 2 3 4 5 6 7 8 9 10; do
        quietly "$started"
        in_bed sh -c 'for command in "startwpar web" "stopwpar -F web" "chwpar -h www web" "rebootwpar -F web" "startwpar web" \
                "stopwpar -N web" "lswpar" "clogin web true"; do $command </dev/null >/dev/null 2>&1 & done; wait' 3>&-
        case $(state_of web) in D | A) ;; *) return 1 ;; esac
        quietly 'rmwpar -F web'
        assert_clean
    done
}

@test "one that waits in vain says who holds the lock and since when; lswpar -T says it, too" {
    quietly "$started"
    stand_still 'chwpar -h www web'
    state_is web T
    wpar_run lswpar -T web
    assert_match "change"
    assert_match "$holder"
    wpar_run startwpar web
    assert_failure
    assert_error "workload partition web is held by operation 'change' (process $holder, since $(in_bed date +%F)"
    # the lock of a killed process never sticks
    in_bed kill -KILL "$holder"
    wpar_run chwpar -A web
    assert_status 0
    quietly 'rmwpar -F web; rm /srv/said'
    assert_clean
}

@test "ten mkwpar at once, ten startwpar at once: all work, each with an id of its own" {
    in_bed sh -c 'for n in 60 61 62 63 64 65 66 67 68 69; do
            mkwpar -n many$n -N interface=en0 address=192.168.21.$n netmask=255.255.0.0 </dev/null >/dev/null 2>/srv/many$n & done; wait
        cat /srv/many*; for n in 60 61 62 63 64 65 66 67 68 69; do startwpar many$n </dev/null >/dev/null & done; wait; rm /srv/many*' 3>&-
    wpar_run lswpar -qca name,state
    [ "$(grep -c '^many.*:A$' <<<"$output")" -eq 10 ]
    wpar_run sh -c 'grep -h "idbase\|key" /etc/wpars/*.cf | sort | uniq -d'
    assert_output ''
    in_bed sh -c 'for n in 60 61 62 63 64 65 66 67 68 69; do ping -q -c 1 -W 5 192.168.21.$n || echo no $n; done' >/dev/null
    in_bed sh -c 'for n in 60 61 62 63 64 65 66 67 68 69; do rmwpar -F many$n </dev/null >/dev/null & done; wait' 3>&-
    assert_clean
}

@test "one name, two mkwpar at once: one of them gets it" {
    in_bed sh -c "$made </dev/null >/dev/null 2>/srv/one & $made </dev/null >/dev/null 2>/srv/two & wait" 3>&-
    wpar_run sh -c 'cat /srv/one /srv/two; rm /srv/one /srv/two'
    assert_match 'exists already|in use by'
    state_is web D
    quietly 'startwpar web && rmwpar -F web'
    assert_clean
}

@test "thirty wparexec at once" {
    in_bed sh -c 'for n in $(seq 30); do wparexec /bin/sh -c "exit $n" </dev/null >/dev/null 2>&1; echo $? $n >>/srv/ends & done; wait' 3>&-
    wpar_run sh -c 'wc -l </srv/ends; awk "\$1 != \$2" /srv/ends; rm /srv/ends'
    assert_output 30
    assert_clean
}

@test "SIGINT and SIGTERM at each step take everything back" {
    local signal said own='mkwpar -n web -M directory=/ vfs=jfs2 size=200M -M vfs=directory directory=/var'
    for signal in INT TERM; do
        while IFS='@' read -r setup command next; do
            said=$(in_bed env CRASH_SIGNAL=$signal crash-walk "$setup" "$command" "$next" </dev/null)
            echo "# $signal: $said" >&3
        done <<TEXT
true@exec $made@true
true@exec $own@true
$made@exec startwpar web@true
$own@exec startwpar -m web@true
$made@exec chwpar -n www web@true
$started@exec chwpar -h www -N address=192.168.21.51 netmask=255.255.0.0 web@true
$started@exec stopwpar -F web@startwpar web || true
$started@exec rmwpar -s web@true
TEXT
    done
}

@test "a stop while the WPAR shuts down, or boots again, by itself" {
    local inside
    for inside in poweroff reboot; do
        quietly "$started"
        in_bed sh -c "clogin web busybox $inside -f" </dev/null >/dev/null 2>&1 || true
        in_bed sh -c 'stopwpar -F web' </dev/null >/dev/null 2>&1 || true
        settled() { [ -z "$(in_bed pgrep -f -- --ended)" ] && case $(state_of web) in D | A) ;; *) return 1 ;; esac; }
        eventually settled
        quietly 'rmwpar -F web'
        assert_clean
    done
}

@test "a poweroff inside, followed at once by startwpar" {
    quietly "$started"
    in_bed sh -c 'clogin web busybox poweroff -f; while [ "$(lswpar -qca state web)" = A ]; do :; done; startwpar web' </dev/null >/dev/null 2>&1
    state_is web A
    quietly 'quick-init web; stopwpar -N web; rmwpar web'
    assert_clean
}

@test "a reboot inside is not lost to a change that comes at the same time" {
    local round
    quietly "$started"
    for round in 1 2 3 4 5; do
        in_bed sh -c "quick-init web; clogin web busybox reboot -f; chwpar -h www$round web" </dev/null >/dev/null 2>&1 || true
        eventually state_is web A
    done
    quietly 'rmwpar -F web'
    assert_clean
}
