#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Application WPARs: what wparexec's flags do, how its command's end is told, and what others may do to it meanwhile.

load helper

prepare_bed() { first_wpar; }

banner() {
    echo "Starting workload partition '$1'.
Mounting all workload partition file systems.
Loading workload partition."
}

# runs STATUS NAME OUTPUT COMMAND...: with the banner of NAME before the command's own output.
runs() {
    local expected=$1 name=$2 text=$3
    shift 3
    wpar_run "$@" </dev/null
    assert_status "$expected"
    [ -z "$stderr" ] || { show_result; return 1; }
    assert_output "$(banner "$name")${text:+$'\n'$text}"
}

# A WPAR called "long" that runs until it is told to end.
long() {
    in_bed sh -c 'wparexec -n long "$@" /bin/sleep 1000 >/dev/null 2>&1 </dev/null & echo $! >/run/long.pid' sh "$@" 3>&-
    eventually in_bed sh -c '[ "$(lswpar -qca state long 2>/dev/null)" = A ]'
}
end_long() { in_bed stopwpar -F long >/dev/null; in_bed rm -f /run/long.pid; }
gone() { ! in_bed lswpar -q "$1" >/dev/null 2>&1; }

@test "the command's status is wparexec's own" {
    runs 0 true "" wparexec /bin/true
    runs 1 false "" wparexec /bin/false
    runs 137 sh "" wparexec /bin/sh -c 'kill -9 $$'
    runs 5 sh "" wparexec /bin/sh -c 'exit 5'
    assert_clean
}

@test "its standard input and output pass through" {
    run in_bed wparexec /usr/bin/tr a-z A-Z <<<hello
    assert_status 0
    assert_output "$(banner tr)
HELLO"
}

@test "name, host name, variables, arguments, directory" {
    runs 0 job $'job.host\n1\ntwo words\n/root' wparexec -n job -h job.host -- A=1 /bin/sh -c 'hostname; echo "$A"; echo "$1"; pwd' sh 'two words'
    assert_clean
}

@test "processes of the global environment and of others are out of sight" {
    runs 0 ps $'vinit\nps' wparexec /bin/ps -e -o comm=
    long
    runs 0 ps $'vinit\nps' wparexec /bin/ps -e -o comm=
    end_long
}

@test "it ends with its last process, not its first" {
    in_bed sh -c 'rm -f /tmp/late'
    runs 3 sh "" wparexec /bin/sh -c '(sleep 0.5; echo late >/tmp/late) & exit 3'
    [ "$(in_bed cat /tmp/late)" = late ]
    in_bed rm /tmp/late
    assert_clean
}

@test "an address of its own" {
    wpar_run wparexec -N interface=en0 address=192.168.21.90 netmask=255.255.0.0 /usr/bin/ip -o -4 address
    assert_status 0
    assert_match 'lo +inet 127.0.0.1/8 '
    assert_match 'en0 +inet 192.168.21.90/16 '
    long -N interface=en0 address=192.168.21.90 netmask=255.255.0.0
    eventually on_lan ping -q -c 1 -W 2 192.168.21.90 >/dev/null
    [ "$(in_bed lswpar -Nqc -a address long | head -n 1)" = 192.168.21.90 ]
    in_bed chwpar -N interface=en0 address=192.168.21.91 netmask=255.255.0.0 long
    eventually on_lan ping -q -c 1 -W 2 192.168.21.91 >/dev/null
    end_long
    assert_clean
}

@test "file systems of its own" {
    in_bed sh -c 'mkdir -p /srv/data; echo in >/srv/data/file'
    runs 0 cat in wparexec -M directory=/mnt vfs=namefs dev=/srv/data mountopts=ro /bin/cat /mnt/file
    wpar_run wparexec -M directory=/mnt vfs=namefs dev=/srv/data mountopts=ro /usr/bin/touch /mnt/file
    assert_status 1
    assert_error 'Read-only file system'
    wpar_run wparexec -M directory=/mnt vfs=tmpfs /bin/df --output=fstype /mnt
    assert_line tmpfs
    in_bed rm -r /srv/data
    assert_clean
}

@test "limits" {
    wpar_run wparexec -R totalProcesses=10 /bin/sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1 & done; wait'
    assert_error 'fork'
    assert_clean
}

@test "specification files" {
    wpar_run wparexec -w -o /tmp/job.spec -n job /bin/echo 'two words'
    assert_status 0
    assert_output ""
    runs 0 job 'two words' wparexec -f /tmp/job.spec
    runs 0 other 'two words' wparexec -f /tmp/job.spec -n other
    in_bed rm /tmp/job.spec
    assert_clean
}

@test "the same command twice: each has a name of its own" {
    # shellcheck disable=SC2034  # only counts
    for each in 1 2 3; do in_bed wparexec /bin/sleep 1 >/dev/null </dev/null 3>&- & done
    eventually in_bed sh -c '[ "$(lswpar -qc -a name | paste -sd,)" = sleep,sleep1,sleep2 ]'
    wait
    refused_name() { wpar_run wparexec -n long /bin/true; }
    long
    refused_name
    assert_status 1
    [ "$stderr" = "wparexec: A workload partition called long exists already; choose another name with -n" ]
    end_long
    assert_clean
}

@test "chwpar changes a running one at once" {
    long
    in_bed chwpar -h new.host -R totalProcesses=50 long
    [ "$(in_bed lswpar -qca hostname long)" = new.host ]
    [ "$(in_bed lswpar -Rqc -a totalProcesses long)" = 50 ]
    [ "$(in_bed sh -c 'nsenter --uts --target "$(cut -d" " -f1 /run/wpars/long/init)" hostname')" = new.host ]
    refute in_bed test -e /etc/wpars/long.cf
    end_long
    assert_clean
}

@test "what an application WPAR cannot be given" {
    long
    local shadow
    shadow=$(in_bed md5sum /etc/shadow)
    expect() {
        local text=$1
        shift
        wpar_run "$@" </dev/null
        assert_failure
        [ "$stderr" = "$text" ] || { show_result; echo "expected: $text"; return 1; } >&2
    }
    expect "chwpar: auto (-A) is not possible for an application workload partition" chwpar -A long
    expect "chwpar: long is an application workload partition: it was started in the global network; give it an address from the start with wparexec -N" \
        chwpar -N interface=en0 address=192.168.21.91 netmask=255.255.0.0 long
    expect "chwpar: long is an application workload partition: what it shares (-x) is settled when it starts; use wparexec -x" \
        chwpar -x long
    expect "clogin: long is an application workload partition; only system workload partitions have users to log in as" \
        clogin long hostname
    expect "rebootwpar: long is an application workload partition and ends with its command; only system workload partitions can be rebooted" \
        rebootwpar long
    expect "stopwpar: long is an application workload partition and ends with its command; only system workload partitions can be rebooted" \
        stopwpar -r long
    run typed "chwpar -P long" "Root password of long: " 'geheim\n' "Enter it again: " 'geheim\n'
    assert_match 'long is an application workload partition: it has no root password of its own \(-P\)'
    [ "$(in_bed md5sum /etc/shadow)" = "$shadow" ]
    end_long
    assert_clean
}

@test "stopwpar and rmwpar -s end it" {
    long
    wpar_run stopwpar long
    assert_status 0
    assert_output "Stopping workload partition 'long'.
Shutting down all workload partition processes."
    gone long
    in_bed rm /run/long.pid
    long
    wpar_run rmwpar long
    assert_status 1
    assert_error "rmwpar: Workload partition long is Active; stop it first with stopwpar long, or use rmwpar -s"
    in_bed rmwpar -s long >/dev/null
    gone long
    in_bed rm /run/long.pid
    assert_clean
}

@test "a signal to wparexec ends all of it" {
    local signal
    for signal in TERM HUP KILL; do
        long
        in_bed sh -c 'kill -'$signal' "$(cat /run/long.pid)"'
        eventually gone long
        refute in_bed pgrep -f 'sleep 1000' >/dev/null
        in_bed rm /run/long.pid
    done
    in_bed wparexec -n long /bin/true >/dev/null  # first sweeps up after the killed one
    assert_clean
}

@test "ctrl-C at the terminal ends the command, which ends it" {
    run typed "wparexec -n long /bin/sh -c 'echo begin | tr a-z A-Z; exec sleep 1000'" BEGIN '\003'
    assert_status 130
    assert_clean
}

@test "scripts at its events" {
    in_bed sh -c 'printf "#!/bin/sh\necho \"\$*\" >>/tmp/events\n" >/tmp/hook; chmod 755 /tmp/hook'
    in_bed wparexec -u /tmp/hook /bin/true >/dev/null
    run in_bed cat /tmp/events
    assert_line "WPARPRESTART true"
    assert_line "WPARPOSTSTART true"
    in_bed rm /tmp/hook /tmp/events
    assert_clean
}
