#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A WPAR goes to another host over ssh: one that was stopped, one that runs, with links that are cut and hosts that are
# killed. There is one live copy, whatever happens.

load helper
load hosts

prepare_bed() {
    second_host
    in_bed mkwpar -n web -h web.example.com -N interface=en0 address=$address netmask=255.255.0.0 </dev/null >/dev/null 2>&1
}

write_page() { in_bed sh -c "echo $1 >/wpars/web/home/page"; }
page() { on "$1" cat /wpars/web/home/page; }

@test "movewpar -n says all that stands in the way, and moves nothing" {
    on "$there" mkwpar -n other -N interface=en0 address=$address netmask=255.255.0.0 </dev/null >/dev/null 2>&1
    on "$there" mkdir -p /wpars/web/full
    wpar_run movewpar -n -N en0=none0 web $goal
    assert_status 1
    assert_match "none0"
    assert_match "/wpars/web"
    assert_match "cannot move"
    wpar_run movewpar -n --json web $goal
    assert_match '"movable": false'
    assert_match "$address"
    on "$there" rmwpar -F other </dev/null >/dev/null 2>&1
    on "$there" rm -r /wpars/web
    wpar_run movewpar -n web $goal
    assert_status 0
    [ "$(state "$bed" web)" = D ]
    refute on "$there" test -e /etc/wpars/web.cf
}

@test "one that is defined is defined there afterwards, with its files, and is gone here" {
    write_page first
    wpar_run movewpar web $goal
    assert_status 0
    [ "$(state "$there" web)" = D ]
    [ "$(page "$there")" = first ]
    refute in_bed test -e /etc/wpars/web.cf
    refute in_bed test -e /wpars/web
    in_bed sh -c '! ls -A /var/lib/wpars/.moving | grep .'
    on "$there" sh -c '! ls -A /var/lib/wpars/.arriving | grep .'
    bring_back
}

@test "one that runs is stopped here and started there, with what it wrote last" {
    write_page second
    in_bed startwpar web </dev/null >/dev/null
    wpar_run movewpar web $goal
    assert_status 1
    assert_error "-s stops it here"
    [ "$(state "$bed" web)" = A ]
    in_bed rm -f /wpars/web/home/gone
    wpar_run movewpar -s web $goal
    assert_status 0
    assert_match "it was down for"
    [ "$(state "$there" web)" = A ]
    [ "$(page "$there")" = second ]
    refute in_bed test -e /etc/wpars/web.cf
    on_lan ping -c 1 -W 5 $address >/dev/null
    bring_back
}

@test "a link that is cut costs no more than what was not there yet" {
    in_bed sh -c 'head -c 8000000 /dev/urandom >/wpars/web/home/large'
    in_bed sh -c 'printf "#!/bin/sh\nstdbuf -o0 head -c 4000000 | ssh \"\$@\"\n" >/usr/local/bin/short-ssh; chmod +x /usr/local/bin/short-ssh'
    wpar_run movewpar -e short-ssh web $goal
    assert_status 1
    assert_error "the link was cut"
    [ "$(state "$bed" web)" = D ]
    refute on "$there" test -e /etc/wpars/web.cf
    on "$there" sh -c 'ls /var/lib/wpars/.arriving/web/*.part' >/dev/null
    wpar_run movewpar web $goal
    assert_status 0
    assert_match "bytes were there already"
    [ "$(on "$there" stat -c %s /wpars/web/home/large)" = 8000000 ]
    bring_back
    in_bed rm /wpars/web/home/large
}

# Whoever is killed at whichever step: afterwards the one that lives is told, and is one.
@test "killed at any step on either side there is one live copy" {
    make_crash_ssh
    local side step status
    for side in here there; do
        step=0 status=1
        until [ "$status" = 0 ]; do
            step=$((step + 1))
            [ "$step" -lt 40 ]
            in_bed sh -c 'startwpar web || true' </dev/null >/dev/null 2>&1
            [ "$(state "$bed" web)" = A ]
            if [ "$side" = here ]; then
                wpar_run env CORRAL_CRASH_AT_STEP=$step movewpar -s web $goal
            else
                in_bed sh -c "echo $step >/tmp/step"
                wpar_run movewpar -s -e crash-ssh web $goal
            fi
            echo "$side, step $step: $status" >&2
            settle
            is_one_copy
            refute in_bed test -e /var/lib/wpars/.journal/web
            refute on "$there" test -e /var/lib/wpars/.journal/web
            # nor a word that a later one of that name would be taken for
            refute on "$there" test -e /var/lib/wpars/.arriving/web/record
            if [ "$(state "$there" web)" = A ]; then bring_back; fi
        done
    done
}

@test "a directory of the global environment is not copied, and is told to be another one there" {
    local host
    for host in "$bed" "$there"; do on "$host" sh -c 'mkdir -m 700 /srv/own; mkdir /srv/own/data'; done
    in_bed sh -c 'head -c 20M /dev/urandom >/srv/own/data/much
        chwpar -M directory=/data vfs=namefs dev=/srv/own/data web' </dev/null >/dev/null 2>&1
    wpar_run movewpar -n --trust web $goal
    assert_status 0
    assert_match "'/srv/own/data' is another directory there, and is not copied"
    in_bed sh -ec 'mount --bind /srv/own/data /srv/own/data; mount -o remount,bind,ro /srv/own/data'
    wpar_run movewpar -n --trust web $goal
    in_bed umount /srv/own/data
    assert_match "whether '/srv/own/data' is on storage that both hosts have is not known: .*Read-only file system"
    wpar_run movewpar --trust web $goal
    assert_status 0
    assert_match "copied: [0-9]+ ms, [0-9]{1,7} bytes"
    refute on "$there" test -e /srv/own/data/much
    for host in "$bed" "$there"; do on "$host" sh -c '! ls -A /srv/own/data | grep corral-move'; done
    on "$there" sh -c 'chwpar -K -M directory=/data web' </dev/null >/dev/null 2>&1
    bring_back
}

@test "what is kept here cannot be started until somebody says whose it is" {
    write_page kept
    wpar_run movewpar -k web $goal
    assert_status 0
    [ "$(state "$bed" web)" = M ]
    wpar_run startwpar web
    assert_status 1
    assert_error "--confirm"
    wpar_run movewpar --confirm --abort web
    assert_status 2
    wpar_run movewpar --confirm web
    assert_status 0
    refute in_bed test -e /etc/wpars/web.cf
    [ "$(page "$there")" = kept ]
    bring_back
    wpar_run movewpar -k web $goal
    assert_status 0
    on "$there" rmwpar -F web </dev/null >/dev/null 2>&1
    wpar_run movewpar --abort web
    assert_status 0
    [ "$(state "$bed" web)" = D ]
    [ "$(page "$bed")" = kept ]
    in_bed sh -c '! ls -A /var/lib/wpars/.moving | grep .'
    wpar_run movewpar --confirm web
    assert_status 2
}

# Killed when the other host has taken it, and does not know yet that it is not asked for any more.
kill_between() {
    local step=0
    until [ "$(state "$bed" web)$(state "$there" web)" = MD ]; do
        in_bed movewpar --resolve web </dev/null >/dev/null 2>&1 || true
        step=$((step + 1))
        [ "$step" -lt 40 ]
        wpar_run env CORRAL_CRASH_AT_STEP=$step movewpar web $goal
    done
}

@test "until both hosts know whose it is it keeps its name and does not move on" {
    local word
    for word in --resolve --confirm; do
        kill_between
        run on "$there" chwpar -n other web </dev/null
        assert_status 1
        assert_match "movewpar --resolve web there settles that"
        run on "$there" movewpar web root@192.168.21.10 </dev/null
        assert_status 1
        assert_match "may still ask for it by its name"
        in_bed movewpar $word web </dev/null >&2
        refute in_bed test -e /etc/wpars/web.cf
        if [ "$word" = --confirm ]; then on "$there" movewpar --confirm web </dev/null >&2; fi
        on "$there" sh -ec 'chwpar -n other web; chwpar -n web other' </dev/null >/dev/null
        bring_back
    done
}

@test "copies of a move that did not come about go with the name" {
    wpar_run env CORRAL_CRASH_AT_STEP=1 movewpar web $goal
    in_bed test -e /var/lib/wpars/.moving/web
    in_bed chwpar -n other web </dev/null >/dev/null
    refute in_bed test -e /var/lib/wpars/.moving/web
    in_bed chwpar -n web other </dev/null >/dev/null
}

# As a host that was killed in a move leaves it: remember HOST-BED FOLDER FILE LINE...
remember() {
    local host=$1 folder=/var/lib/wpars/.$2/other
    on "$host" sh -c "mkdir -p $folder; cat >$folder/$3" < <(printf '%s\n' "${@:4}")
}

@test "a move of an application that has ended is nothing to who has its name later" {
    local kind
    for kind in "system no" ""; do
        remember "$bed" moving record "token a" "host nowhere" "phase gone" "active yes" "boot b" ${kind:+"$kind"}
        if [ -n "$kind" ]; then wpar_run chwpar -n other web; else wpar_run mkwpar -n other; fi
        assert_error "an earlier other was being moved to nowhere when it ended here, and may run there"
        refute in_bed test -e /var/lib/wpars/.moving/other
        wpar_run movewpar --confirm other
        assert_error "no move of other"
        [ "$(state "$bed" other)" = D ]
        if [ -n "$kind" ]; then in_bed chwpar -n web other </dev/null >/dev/null; fi
    done
    # nor where an earlier version has made it
    remember "$bed" moving record "token a" "host nowhere" "phase gone" "active yes" "boot b" "system no"
    wpar_run movewpar --confirm other
    assert_status 0
    assert_match "other has ended here; it was moved to nowhere"
    [ "$(state "$bed" other)" = D ]
    in_bed rmwpar other </dev/null >/dev/null
}

@test "one that came and never ran is not taken for another that is made under its name" {
    remember "$bed" arriving record a
    in_bed mkwpar -n other </dev/null >/dev/null 2>&1
    refute in_bed test -e /var/lib/wpars/.arriving/other/record
    in_bed rmwpar other </dev/null >/dev/null
}

@test "while an application that came and has ended may be asked for, none of its name comes" {
    remember "$there" arriving record a
    remember "$there" arriving run a
    in_bed chwpar -n other web </dev/null >/dev/null 2>&1
    wpar_run movewpar other $goal
    assert_status 1
    assert_error "may still ask for it by its name"
    run on "$there" cat /var/lib/wpars/.arriving/other/record </dev/null
    assert_match "^a$"
    run on "$there" movewpar --confirm other </dev/null
    assert_status 0
    assert_match "other has ended here, and no host is to ask for it any more"
    refute on "$there" test -e /var/lib/wpars/.arriving/other
    in_bed chwpar -n web other </dev/null >/dev/null
}

@test "what is asked for that makes no sense is said, and nothing is changed" {
    wpar_run movewpar web
    assert_status 2
    wpar_run movewpar web -oProxyCommand=id
    assert_status 2
    wpar_run movewpar --max-downtime soon web $goal
    assert_status 2
    wpar_run movewpar -s --max-downtime 500ms web $goal
    assert_status 2
    wpar_run movewpar nobody $goal
    assert_error "0960-419"
    wpar_run movewpar web root@192.168.21.99
    assert_status 1
    wpar_run movewpar --resolve web
    assert_error "no move of web"
    wpar_run movewpar -e /bin/false web $goal
    assert_error "could not be made"
    wpar_run movewpar -e 'sh -c "echo corral-link 99 7.0"' web $goal
    assert_status 1
    [ "$(state "$bed" web)" = D ]
}
