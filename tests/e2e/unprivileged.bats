#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# What an ordinary user of the global environment sees, is refused, and can do nothing about.

load helper

# The careless umask of an administrator must not open anything; the strict one must not hide what users may see.
prepare_bed() {
    in_bed useradd --create-home --uid 1234 joe
    first_wpar
    in_bed sh -c 'umask 000; mkwpar -n web -N interface=en0 address=192.168.21.75 netmask=255.255.0.0 \
        -M directory=/data vfs=jfs2 size=32M && startwpar web' >/dev/null
    in_bed sh -c 'umask 077; mkwpar -n db && mkwpar -n maint && startwpar -m maint' >/dev/null
    in_bed sh -c 'mkfifo /run/hold; umask 000; setsid wparexec -n job /bin/cat /run/hold >/dev/null 2>&1 </dev/null &'
    eventually in_bed lswpar -q job >/dev/null 2>&1
}

as_joe() { in_bed setpriv --reuid=joe --regid=joe --init-groups --reset-env -- env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
joe_run() { run --separate-stderr as_joe "$@"; }

# Everything of ours, in the words of find.
ours='/etc/wpars /run/wpars /var/lib/wpars /var/adm/wpars /wpars /usr/libexec/corral /usr/sbin/corral'

@test "lswpar shows him the same WPARs, states and types" {
    local seen
    seen=$(in_bed lswpar)
    joe_run lswpar
    assert_status 0
    [ "$output" = "$seen" ]
    assert_match '^web +A +S'
    assert_match '^job +A +A'
    assert_match '^maint +L +S'
    assert_match '^db +D +S'
    [ "$stderr" = "" ]
}

@test "also as JSON and all about one" {
    local seen
    seen=$(in_bed lswpar --json | jq -S .)
    joe_run lswpar --json
    assert_status 0
    [ "$(jq -S . <<<"$output")" = "$seen" ]
    joe_run lswpar -L web
    assert_status 0
    assert_line "web - Active"
    joe_run lswpar -L --json web job
    assert_status 0
    [ "$(jq -r '[.[].name] | sort | join(" ")' <<<"$output")" = "job web" ]
    joe_run lswpar -qca name,state nosuch
    assert_status 1
}

@test "he sees an operation in progress, and a WPAR that is Broken" {
    in_bed sh -c 'CORRAL_CRASH_AT_STEP=2 CORRAL_CRASH_SIGNAL=19 startwpar db >/dev/null 2>&1 & echo $! >/run/pid'
    eventually in_bed sh -c '[ "$(lswpar -qca state db)" = T ]'
    joe_run lswpar -qca state db
    assert_output T
    joe_run lswpar -Tqc db
    assert_output "db:unknown::"
    in_bed sh -c 'kill -KILL "$(cat /run/pid)"; rm /run/pid; umask 077; startwpar -m db && stopwpar db' >/dev/null
    in_bed sh -c 'printf "broken\tit cannot be\n" >/run/x; install -D -m 644 /run/x /var/lib/wpars/.journal/db; rm /run/x'
    joe_run lswpar -qca state db
    assert_output B
    in_bed rm /var/lib/wpars/.journal/db
}

@test "every command that changes something is refused, in one line, before anything is done" {
    mark_clean
    local line
    while read -r line; do
        # shellcheck disable=SC2086  # words of a command line
        joe_run $line </dev/null
        assert_status 1
        assert_output ""
        [[ $stderr == *": only root may do this; become root, for example with sudo" ]] || { show_result; return 1; }
        [ "$(wc -l <<<"$stderr")" -eq 1 ]
    done <<'COMMANDS'
mkwpar -n joes
mkwpar -n joes --dry-run
mkwpar -w -o /tmp/joes.cf -n joes
chwpar -n webs web
chwpar -R CPU=1%-2%,3% web
startwpar db
startwpar -v db
stopwpar web
stopwpar -F web
rebootwpar web
rmwpar -F web
clogin web
clogin web -l root /bin/true
wparexec /bin/true
wparexec -n joes -- /bin/sh -c id
corral start db
corral stop -F web
corral remove -F web
corral autostart
corral autostop
COMMANDS
    assert_clean
}

@test "what is for our own programs does nothing for him either" {
    for internal in --ended --oom; do
        joe_run corral $internal web none 1
        assert_output ""
    done
    for program in keeper scope; do
        joe_run /usr/libexec/corral/$program
        assert_failure
    done
    [ "$(in_bed lswpar -qca state web)" = A ]
    assert_clean
}

@test "no file, directory, socket or fifo of ours can be written by him" {
    # shellcheck disable=SC2086
    run as_joe find $ours -writable ! -type l
    [ "$(grep -v 'Permission denied' <<<"$output")" = "" ] || { show_result; return 1; }
    # nor would it be to anybody who got further; below a base directory modes are the WPAR's own
    # shellcheck disable=SC2086
    run in_bed find $ours -path '/wpars/*/*' -prune -o -perm /022 ! -type l -print
    assert_output ""
}

@test "neither are the groups, whoever's umask made them" {
    # v1's cgroup.event_control is the kernel's, writable for all everywhere
    run as_joe find /sys/fs/cgroup -writable ! -type l ! -name cgroup.event_control
    [ "$(grep -vE 'Permission denied|user@1234' <<<"$output")" = "" ] || { show_result; return 1; }
}

@test "base directories are out of his reach" {
    for path in /wpars /wpars/web /wpars/web/etc/passwd /wpars/web/tmp; do
        joe_run ls $path
        assert_failure
        assert_error "Permission denied"
    done
}

@test "what he can read of a running WPAR is what lswpar shows" {
    run as_joe find /run/wpars -type f -readable
    output=$(grep -v 'Permission denied' <<<"$output" | grep -v /.lock/ | sort)
    for file in $output; do
        [[ ${file##*/} == definition || ${file##*/} == init ]] || { show_result; return 1; }
    done
    for file in keeper console confinement; do
        joe_run cat /run/wpars/web/$file
        assert_failure
        assert_error "Permission denied"
    done
    run as_joe find /var/lib/wpars /etc/wpars -type f -readable -name '*.img'
    [ "$(grep -v 'Permission denied' <<<"$output")" = "" ]
}

@test "the control socket does not answer him" {
    local connect='use Socket; socket(S, AF_UNIX, SOCK_SEQPACKET, 0) or die; connect(S, pack_sockaddr_un($ARGV[0])) or die "$!\n"'
    joe_run perl -e "$connect" /run/wpars/web/control
    assert_failure
    assert_error "Permission denied"
    in_bed perl -e "$connect" /run/wpars/web/control
}

@test "the keeper and init: no descriptor, no memory, no signal" {
    local pid
    for pid in $(in_bed sh -c 'cut -d " " -f 1 /run/wpars/web/keeper; cut -d " " -f 1 /run/wpars/web/init'); do
        joe_run ls /proc/"$pid"/fd/
        assert_failure
        joe_run sh -c ": <>/proc/$pid/mem"
        assert_failure
        joe_run ls /proc/"$pid"/root/
        assert_failure
        joe_run kill -CONT "$pid"
        assert_failure
        joe_run nsenter --all --target "$pid" true
        assert_failure
    done
    [ "$(in_bed lswpar -qca state web)" = A ]
}

@test "he cannot hold up an operation by a lock of his own" {
    in_bed sh -c 'ls -A /run/wpars/.lock /run/wpars/web' >/dev/null
    run as_joe find /run/wpars -name keeper -o -path '*/.lock/*' -type f
    for file in $(grep -v 'Permission denied' <<<"$output"); do
        joe_run flock --shared --nonblock "$file" true
        assert_failure
    done
    in_bed stopwpar -F web >/dev/null
    in_bed startwpar web >/dev/null
}

@test "completion tells him names and attributes, as lswpar would" {
    joe_run corral --complete 'lswpar w'
    assert_output web
}
