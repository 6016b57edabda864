#!/usr/bin/env bats
# runs in: vm
# vm in ci
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# The power fails while commands are at work. Many are under way at once, each standing at another of its steps, so that
# one boot tells about all of them. CORRAL_POWERLOSS=all walks every step; otherwise some of each kind are taken.

load helper

own='-M directory=/ vfs=jfs2 size=150M'
data='-M directory=/data vfs=jfs2 size=20M'

prepare_bed() {
    copy_to_bed "$support/stand-still" /usr/local/bin/
    in_bed systemctl --quiet enable --now corral.service
    in_bed mkwpar -n first -A -N interface=en0 address=192.168.21.99 netmask=255.255.0.0 >/dev/null
    in_bed startwpar first >/dev/null
    has_settled first
}

# steps_of KIND COUNT CHOSEN...: which steps of that kind of command are walked.
steps_of() {
    local count=$1
    shift
    if [ "${CORRAL_POWERLOSS:-}" = all ]; then seq 1 "$count"; else printf '%s\n' "$@"; fi
}

# Each line: what has to be there before, the step, the command. "-" is nothing.
cases() {
    local step
    for step in $(steps_of 5 2 3 5); do echo "- | $step mkwpar -n make$step"; done
    for step in $(steps_of 6 4); do echo "- | $step mkwpar -n own$step $own"; done
    for step in $(steps_of 8 3 6 8); do echo "mkwpar -n start$step $data | $step startwpar start$step"; done
    for step in $(steps_of 5 2 4); do echo "mkwpar -n host$step | $step chwpar -h changed host$step"; done
    for step in $(steps_of 10 4 8); do echo "mkwpar -n old$step $data | $step chwpar -n new$step old$step"; done
    for step in $(steps_of 6 3 5); do echo "mkwpar -n data$step | $step chwpar $data data$step"; done
    for step in $(steps_of 3 1 2 3); do echo "mkwpar -n gone$step $data | $step rmwpar gone$step"; done
}

# What is made before must not be what a power loss takes.
prepare_cases() {
    cases | sed -n 's/ | .*//; /^-$/d; p' >"$BATS_TEST_TMPDIR/before"
    in_bed sh -ec 'xargs -P 4 -d "\n" -n 1 sh -c "\$0 </dev/null >/dev/null"; sync' <"$BATS_TEST_TMPDIR/before"
}

# What the next command on it, or the one after that, would find; names with a dot are Corral's own.
is_whole() {
    in_bed sh -c '
        for name in $(lswpar -qca name); do
            lswpar -L "$name" >/dev/null || echo "$name: unreadable"
            [ -d "/wpars/$name" ] || echo "$name: no base directory"
        done
        for path in /wpars/* /var/lib/wpars/*; do
            [ ! -e "$path" ] || [ -e "/etc/wpars/${path##*/}.cf" ] || echo "$path: of none"
        done
        find /run/wpars/.journal /var/lib/wpars/.journal -mindepth 1 2>/dev/null
        find /etc/wpars -type f -not -name "*.cf" -not -name secattrs -not -name devmap -not -name devexports -not -name defaults
        for name in $(lswpar -qca name,state | grep -v :D); do echo "$name"; done'
}

@test "all kinds of commands are under way when the power fails, and others had just returned" {
    prepare_cases
    cases | sed 's/.* | //' >"$BATS_TEST_TMPDIR/commands"
    run in_bed stand-still <"$BATS_TEST_TMPDIR/commands"
    assert_status 0
    [ "$(grep -c '^stands' <<<"$output")" -eq "$(cases | wc -l)" ]
    in_bed sh -ec 'mkwpar -n durable >/dev/null; chwpar -h lasting durable; mkwpar -n removed >/dev/null; rmwpar removed >/dev/null'
    cut_power
    power_on
}

@test "after the boot each is defined or gone, every definition is whole, and the one with -A is active" {
    run is_whole
    assert_output first:A
}

@test "what a command had done when it returned is there: every file, every change" {
    wpar_run lswpar -qca hostname durable
    assert_output lasting
    wpar_run lswpar removed
    assert_failure
    in_bed mkwpar -n reference -h durable >/dev/null
    wpar_run diff -r --no-dereference --exclude=machine-id --exclude='ssh_host_*' /wpars/reference /wpars/durable
    assert_output ""
    in_bed rmwpar reference
}

@test "a change was made or was not" {
    local name
    for name in $(in_bed lswpar -qca name | grep ^host); do
        run in_bed lswpar -qca hostname "$name"
        assert_match "^(changed|$name)\$"
    done
    run in_bed lswpar -qca name
    for name in $(cases | sed -n 's/.*chwpar -n new\([0-9]*\) .*/\1/p'); do
        [ "$(grep -cxE "(old|new)$name" <<<"$output")" -eq 1 ]
    done
}

@test "those whose start was cut short start" {
    local names name
    names=$(in_bed lswpar -qca name | grep -E '^(start|data)' | head -n 2)
    in_bed xargs -P 2 -n 1 startwpar <<<"$names" >/dev/null
    for name in $names; do in_bed clogin "$name" true </dev/null; done
}

@test "the doctor is content" {
    wpar_run corral doctor journals operations leftovers definitions keepers ids
    assert_status 0
    wpar_run corral doctor
    [ "$status" -lt 2 ] || { show_result; false; }
}

@test "once they are removed nothing is left" {
    in_bed sh -c 'for name in $(lswpar -qca name); do [ "$name" = first ] || rmwpar -s -F "$name" || exit; done' >/dev/null
    has_settled first  # its first login makes a group, as before the file began
    assert_clean
}
