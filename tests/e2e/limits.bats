#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016,SC2030,SC2031,SC2317  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Every control of -R against a load that tries to exceed it, on whatever cgroups the bed has. What only cgroup v2 can is
# told where it is tested: a virtual machine's is pure v2.

load helper

prepare_bed() {
    first_wpar
    in_bed mkwpar -n lim >/dev/null
    in_bed startwpar lim >/dev/null
    # its groups stay as long as it is active
    in_bed chwpar -R totalProcesses=999 totalVirtMem=4G CPU=0%-90%,90% memory=1%-100%,100% rset=0 lim
    # and so does the note of what was told
    in_bed chwpar -R totalVirtMem=200M lim
    fill 300 >/dev/null 2>&1 || true
    eventually in_bed test -e /run/wpars/lim/oom
    in_bed chwpar -K -R totalProcesses totalVirtMem CPU memory rset lim
}

inside() { in_bed timeout 60 clogin "${wpar:-lim}" "$@" </dev/null; }
set_limits() { in_bed chwpar -R "$@" lim; }
drop_limits() { in_bed chwpar -K -R "$@" lim; }
shown() { in_bed lswpar -R lim | sed -n "s/^$1: *//p"; }

# fill MB: touches that much memory.
fill() { inside "perl -e 'push @x, qq(\$_) . chr(1) x 1048576 for 1..$1; print scalar @x'"; }
total_mb() { in_bed awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo; }

# processes COUNT: how many of so many sleeping ones can be started at once.
processes() {
    inside "perl -e '
        my \$made = 0;
        for (1..$1) { my \$p = fork; last unless defined \$p; if (!\$p) { sleep 60; exit } push @all, \$p; \$made++ }
        kill 9, @all; print \$made'"
}

# counted KEY [WPAR]: a number of lswpar -R --json.
counted() { in_bed lswpar -R --json "${2:-lim}" </dev/null | sed -n "s/^ *\"$1\": \([0-9][0-9.]*\),*$/\1/p" | head -1; }
pure_v2() { in_bed test -e /sys/fs/cgroup/cgroup.controllers; }
# all_together MEMORY: what all WPARs may have together, on pure v2.
all_together() {
    if is_vm; then
        in_bed systemctl set-property --runtime corral.slice MemoryMax="$1"
        # once it is in force, no file is to tell of it
        in_bed sh -c 'rm -r /run/systemd/system.control/corral.slice.d; rmdir --ignore-fail-on-non-empty /run/systemd/system.control'
    else
        in_bed sh -c "echo ${1/infinity/max} >/sys/fs/cgroup/corral/memory.max"
    fi
}

# in_background WPAR COMMAND: runs on in the WPAR when the session has ended.
in_background() {
    # shellcheck disable=SC2016  # the WPAR's shell expands it
    in_bed timeout 60 clogin "$1" "setsid sh -c '$2' >/dev/null 2>&1 </dev/null &" </dev/null
}

told() { in_bed grep -c " oom ${1:-lim} " /var/adm/wpars/event.log || true; }
told_more_than() { [ "$(told "${2:-lim}")" -gt "$1" ]; }
last_told() { in_bed grep " oom ${1:-lim} " /var/adm/wpars/event.log | tail -1; }
killed_more_than() { [ "$(counted oom_kill "${2:-lim}")" -gt "$1" ]; }

used_more_than() { [ "$(counted cpu_microseconds "$2")" -gt "$1" ]; }

uptime_ms() { in_bed awk '{ print int($1 * 1000) }' /proc/uptime; }

# contest A B MILLISECONDS: both WPARs want every processor; what each got of so much processor time in all.
contest() {
    local one other first second
    for one in "$1" "$2"; do in_background "$one" 'for n in 1 2 3 4; do while :; do :; done & done; wait'; done
    first=$(counted cpu_microseconds "$1") second=$(counted cpu_microseconds "$2")
    eventually used_more_than $((first + 50000)) "$1"
    eventually used_more_than $((second + 10000)) "$2"
    first=$(counted cpu_microseconds "$1") second=$(counted cpu_microseconds "$2")
    one=0 other=0
    while [ $((one + other)) -lt "$3" ]; do
        one=$((($(counted cpu_microseconds "$1") - first) / 1000))
        other=$((($(counted cpu_microseconds "$2") - second) / 1000))
    done
    for first in "$1" "$2"; do in_bed timeout 60 clogin "$first" 'pkill -x sh' </dev/null || true; done
    echo "$1 $one ms, $2 $other ms" >&2
    echo "$one $other"
}

# --- memory

@test "memory: the hard limit kills inside, and only there" {
    local limit=$(($(total_mb) * 2 / 100))
    set_limits memory=0%-2%,2%
    [ "$(shown 'Memory Limits')" = "0%-2%,2%" ]
    run fill $((limit * 2))
    assert_failure
    run fill $((limit / 2))
    assert_output $((limit / 2))
    inside systemctl is-system-running --quiet || inside systemctl list-units --failed --no-legend >&2
    inside true
    set_limits memory=0%-100%,100%
    run fill $((limit * 2))
    assert_output $((limit * 2))
    drop_limits memory
}

@test "memory: at the soft maximum it is slowed down and reclaims, at the hard one it is killed" {
    pure_v2 || skip_check memory-high "version 1 of the memory controller has nothing that slows down"
    local soft=$(($(total_mb) / 10)) high kills
    set_limits memory=0%-10%,20%
    high=$(counted high) kills=$(counted oom_kill)
    # twice as much as the soft maximum, in caches that can be given back
    inside "head -c $((soft * 2))M /dev/zero >/tmp/grown"
    [ "$(counted high)" -gt "$high" ]
    [ "$(counted oom_kill)" = "$kills" ]
    [ "$(counted memory_bytes)" -lt $((soft * 5 / 4 << 20)) ]
    # and what cannot be given back is slowed down, not killed
    high=$(counted high)
    in_background lim "exec perl -e \"push @x, chr(1) x 1048576 for 1..$((soft * 2))\""
    slowed() { [ "$(counted high)" -gt "$((high + 10))" ] && in_bed pgrep -x perl >/dev/null; }
    eventually slowed
    [ "$(counted oom_kill)" = "$kills" ]
    in_bed pkill -x perl
    eventually refute in_bed pgrep -x perl
    inside 'rm /tmp/grown'
    set_limits memory=0%-5%,5%
    run fill "$soft"
    assert_failure
    killed_more_than "$kills"
    drop_limits memory
}

@test "memory: a minimum keeps what a greedy neighbour would take" {
    pure_v2 || skip_check memory-minimum "version 1 of the memory controller keeps nothing for anybody"
    local before
    in_bed mkwpar -n greedy >/dev/null
    in_bed startwpar greedy >/dev/null
    set_limits memory=8%-100%,100%
    # less than the two want, so that the group above is short of memory
    all_together 300M
    inside 'head -c 100M /dev/zero >/tmp/kept'
    in_bed timeout 120 clogin greedy 'head -c 400M /dev/zero >/tmp/taken' </dev/null
    [ "$(counted memory_bytes)" -gt $((100 << 20)) ]
    # shares_memory is kept in the same way
    drop_limits memory
    set_limits shares_memory=50
    in_bed timeout 120 clogin greedy 'head -c 400M /dev/zero >/tmp/taken' </dev/null
    [ "$(counted memory_bytes)" -gt $((100 << 20)) ]
    # and without either the neighbour takes of it
    drop_limits shares_memory
    before=$(counted memory_bytes)
    in_bed timeout 120 clogin greedy 'head -c 400M /dev/zero >/tmp/taken' </dev/null
    [ "$(counted memory_bytes)" -lt $((before - (8 << 20))) ]
    all_together infinity
    inside rm /tmp/kept
    in_bed rmwpar -s greedy >/dev/null
}

@test "a limit below what is in use is refused, kills nobody and changes nothing" {
    local before kills
    set_limits totalVirtMem=600M
    before=$(in_bed cat /etc/wpars/lim.cf)
    kills=$(counted oom_kill)
    in_background lim 'exec perl -e "push @x, chr(1) x 1048576 for 1..300; open F, q(>), q(/tmp/filled); sleep 1000"'
    eventually inside test -e /tmp/filled
    wpar_run chwpar -R totalVirtMem=150M lim
    assert_failure
    assert_error "more memory is in use now"
    wpar_run chwpar -R memory=0%-1%,1% lim
    assert_failure
    in_bed pgrep -x perl >/dev/null
    [ "$(counted oom_kill)" = "$kills" ]
    [ "$(in_bed cat /etc/wpars/lim.cf)" = "$before" ]
    # a soft one is taken: what is over it is slowed down
    set_limits memory=0%-10%,100%
    in_bed pgrep -x perl >/dev/null
    [ "$(counted oom_kill)" = "$kills" ]
    drop_limits memory
    in_bed pkill -x perl
    eventually refute in_bed pgrep -x perl
    # what can be given back is no hindrance
    inside 'rm /tmp/filled; head -c 250M /dev/zero >/tmp/cached'
    set_limits totalVirtMem=150M
    inside rm /tmp/cached
    drop_limits totalVirtMem
}

# --- killed for want of memory

@test "an out-of-memory kill stays inside, and is told with its victim" {
    local before kills
    in_bed mkwpar -n beside >/dev/null
    in_bed startwpar beside >/dev/null
    in_background beside 'exec sleep 1000'
    set_limits totalVirtMem=200M
    before=$(told) kills=$(counted oom_kill)
    run fill 400
    assert_failure
    eventually told_more_than "$before"
    [ "$(counted oom_kill)" = $((kills + 1)) ]
    run last_told
    assert_match "^W .* oom lim out of memory: process [0-9]+.* 'perl' of user 0 was killed; it had (1[5-9]|20)[0-9]\.[0-9] MB in memory; .*\(totalVirtMem=200M\)\$"
    # the rest of the WPAR, its neighbour and the global environment go on
    inside true
    in_bed timeout 60 clogin beside pgrep -x sleep </dev/null >/dev/null
    in_bed true
    # once for each
    run fill 400
    assert_failure
    eventually told_more_than $((before + 1))
    [ "$(told)" = $((before + 2)) ]
    [ "$(told beside)" = 0 ]
    in_bed rmwpar -F beside >/dev/null
    drop_limits totalVirtMem
}

@test "the victim is named as the global environment and as the WPAR number it" {
    is_vm || skip_check first-pid-namespace "the kernel's log numbers processes as the machine around the bed does"
    local before inner
    set_limits totalVirtMem=200M
    before=$(told)
    # its parent does not bury it
    in_background lim 'perl -e "push @x, chr(1) x 1048576 for 1..400" & exec sleep 1000'
    eventually told_more_than "$before"
    inner=$(inside 'ps -eo pid,stat,comm' | awk '$2 ~ /^Z/ && $3 == "perl" { print $1 }')
    run last_told
    assert_match "process [0-9]+, $inner inside, 'perl'"
    inside pkill -x sleep
    drop_limits totalVirtMem
}

@test "a victim's hostile name is a name and nothing else" {
    local before name
    set_limits totalVirtMem=200M
    before=$(told)
    for name in 'a,pid=1,uid=0' ',task=x,pid=1' '\"\$(reboot)' 'x\ny oom beside'; do
        # shellcheck disable=SC2016  # perl's own variable
        run inside 'perl -e "\$0 = qq('"$name"'); push @x, chr(1) x 1048576 for 1..400"'
        assert_failure
    done
    all_told() { [ "$(told_kills "$before")" -ge 4 ]; }
    eventually all_told
    refute in_bed grep -q ' oom beside .*y oom' /var/adm/wpars/event.log
    in_bed grep -F "'a,pid=1,uid=0' of user 0 was killed" /var/adm/wpars/event.log
    in_bed grep -F "',task=x,pid=1' of user 0 was killed" /var/adm/wpars/event.log
    refute in_bed grep -E "^y oom" /var/adm/wpars/event.log
    drop_limits totalVirtMem
}

@test "wparexec tells of a kill while its command goes on, and of one that ends it" {
    in_bed sh -c 'setsid wparexec -n goeson -R totalVirtMem=100M -- /bin/sh -c "perl -e \"push @x, chr(1) x 1048576 for 1..200\"; exec sleep 1000" >/dev/null 2>&1 </dev/null &'
    eventually in_bed grep -q " oom goeson .*'perl' of user 0 was killed.*(totalVirtMem=100M)$" /var/adm/wpars/event.log
    in_bed pgrep -x sleep >/dev/null
    in_bed stopwpar -F goeson >/dev/null
    wpar_run wparexec -n endsit -R totalVirtMem=100M -- /usr/bin/perl -e 'push @x, chr(1) x 1048576 for 1..200'
    assert_status 137
    in_bed grep -q " oom endsit .*'perl' of user 0 was killed" /var/adm/wpars/event.log
}

# told_kills LINES: of how many kills the log tells after so many lines about lim.
told_kills() {
    in_bed grep ' oom lim ' /var/adm/wpars/event.log | tail -n "+$(($1 + 1))" |
        sed -E -e 's/.*: ([0-9]+) (more )?process(es)? (was|were) killed$/\1/' -e 't' -e 's/.*/1/' | awk '{ sum += $1 } END { print sum + 0 }'
}

@test "of many kills at once the last few are named, and the others counted" {
    local before kills lines
    set_limits totalVirtMem=100M
    before=$(told) kills=$(counted oom_kill)
    inside "perl -e 'for (1..20) { if (!fork) { push @x, chr(1) x 1048576 for 1..200; exit } wait }'"
    kills=$(($(counted oom_kill) - kills))
    [ "$kills" -ge 20 ]
    all_told() { [ "$(told_kills "$before")" -ge "$kills" ]; }
    eventually all_told
    [ "$(told_kills "$before")" -eq "$kills" ]
    lines=$(($(told) - before))
    [ "$lines" -lt "$kills" ]
    drop_limits totalVirtMem
}

@test "a keeper that was killed misses no kill: the next one tells" {
    in_bed mkwpar -n held -R totalVirtMem=100M >/dev/null
    in_bed startwpar held >/dev/null
    in_background held 'until [ -e /tmp/go ]; do sleep 0.1; done; exec perl -e "push @x, chr(1) x 1048576 for 1..200"'
    in_bed sh -c 'kill -KILL $(cut -d" " -f1 /run/wpars/held/keeper)'
    in_bed touch /wpars/held/tmp/go
    eventually killed_more_than 0 held
    [ "$(told held)" = 0 ]
    in_bed chwpar -A held  # a changing command finds the init without a keeper
    eventually told_more_than 0 held
    # and goes on watching
    wpar=held run fill 200
    assert_failure
    eventually told_more_than 1 held
    in_bed rmwpar -F held >/dev/null
}

@test "totalVirtMem: exceeded, raised, lowered, taken back" {
    set_limits totalVirtMem=300M
    [ "$(shown 'Total Virtual Memory Limit')" = 300M ]
    run fill 500
    assert_failure
    set_limits totalVirtMem=900M
    run fill 500
    assert_output 500
    set_limits totalVirtMem=300M
    run fill 500
    assert_failure
    drop_limits totalVirtMem
    [ "$(shown 'Total Virtual Memory Limit')" = unlimited ]
    run fill 500
    assert_output 500
}

@test "totalVirtMem: swap counts" {
    is_vm || skip_check swap "swap belongs to the whole machine"
    in_bed sh -c 'umask 077 && head -c 400M /dev/zero >/swapfile && mkswap /swapfile >/dev/null && swapon /swapfile'
    set_limits totalVirtMem=200M memory=0%-5%,5%
    run fill 150
    assert_output 150
    run fill 250
    assert_failure
    set_limits totalVirtMem=400M
    run fill 250
    assert_output 250
    drop_limits totalVirtMem memory
    in_bed sh -c 'swapoff /swapfile && rm /swapfile'
}

@test "totalVirtMem: services count, sessions count, all together" {
    set_limits totalVirtMem=400M
    inside "setsid perl -e 'push @x, qq(\$_) . chr(1) x 1048576 for 1..250; open my \$f, q(>), q(/tmp/filled); sleep 60' >/dev/null 2>&1 </dev/null &"
    eventually inside test -e /tmp/filled
    run fill 250
    local first=$status
    inside 'pkill -x perl; rm /tmp/filled' || true
    drop_limits totalVirtMem
    # one of the two had to go
    [ "$first" -ne 0 ] || refute inside pgrep -x perl
}

@test "procVirtMem: one process cannot have more, two can together" {
    set_limits procVirtMem=300M
    [ "$(shown 'Per-Process Virtual Memory Limit')" = 300M ]
    run fill 400
    assert_failure
    inside "perl -e 'push @x, qq(\$_) . chr(1) x 1048576 for 1..120; if (!fork) { push @x, qq(\$_) . chr(1) x 1048576 for 1..120; exit } wait; exit \$?'"
    # not only sessions: what services start, too
    run inside "systemd-run --quiet --wait perl -e 'my \$x = chr(1) x (400 << 20)'"
    assert_failure
    set_limits procVirtMem=2G
    run fill 400
    assert_output 400
    drop_limits procVirtMem
    inside '[ "$(ulimit -v)" = unlimited ]'
    # the kernel lets nobody raise the limit of a process that runs without this capability, which some containers take
    in_bed grep -q '^CapBnd:.*[13579bdf]......$' /proc/1/status || skip_check raise-process-limits "root lacks CAP_SYS_RESOURCE here"
    inside 'systemd-run --quiet --wait sh -c "[ \$(ulimit -v) = unlimited ]"'
}

# --- processes and threads

@test "totalProcesses: exceeded, raised, lowered, taken back" {
    set_limits totalProcesses=40
    [ "$(shown 'Total Processes')" = 40 ]
    run processes 60
    [ "${output:-0}" -lt 40 ]
    set_limits totalProcesses=120
    run processes 60
    assert_output 60
    set_limits totalProcesses=40
    run processes 60
    [ "${output:-0}" -lt 40 ]
    drop_limits totalProcesses
    [ "$(shown 'Total Processes')" = unlimited ]
    run processes 200
    assert_output 200
}

@test "totalThreads: the tighter one counts" {
    set_limits totalProcesses=40 totalThreads=60
    run processes 100
    [ "${output:-0}" -lt 60 ]
    drop_limits totalProcesses totalThreads
}

@test "a WPAR that is full of processes says so at clogin, and can be stopped" {
    in_bed mkwpar -n full -R totalProcesses=60 >/dev/null
    in_bed startwpar full >/dev/null
    wpar=full inside 'setsid perl -e "1 while defined fork; sleep 100" >/dev/null 2>&1 </dev/null &'
    says_full() {
        run --separate-stderr in_bed timeout 30 clogin full 'true | true' </dev/null
        [ "$status" -ne 0 ] && grep -qiE 'limit of processes|fork' <<<"$stderr"
    }
    eventually says_full
    [ "$(counted refused_forks full)" -gt 0 ]
    # the global environment and the neighbours go on
    run processes 60
    assert_output 60
    in_bed sh -c 'for n in 1 2 3 4 5 6 7 8; do /bin/true & done; wait'
    wpar_run timeout 60 stopwpar -F full
    assert_status 0
    in_bed rmwpar full >/dev/null
}

# --- CPU

@test "CPU: the hard maximum holds on an idle machine, and no longer than wished" {
    local cpus first start throttled
    cpus=$(in_bed nproc)
    set_limits CPU=0%-10%,10%
    [ "$(shown 'CPU Limits')" = "0%-10%,10%" ]
    start=$(uptime_ms) first=$(counted cpu_microseconds)
    in_background lim 'for n in 1 2 3 4; do while :; do :; done & done; wait'
    eventually used_more_than $((first + 1000000)) lim
    first=$(($(counted cpu_microseconds) - first))
    # percent of one processor; a tenth of all, and a rest for who brought it about
    [ $((first / 10 / ($(uptime_ms) - start))) -le $((cpus * 14)) ]
    [ "$(counted cpu_throttled_microseconds)" -gt 0 ]
    # at once, also for what runs
    set_limits CPU=0%-100%,100%
    throttled=$(counted cpu_throttled_microseconds) first=$(counted cpu_microseconds)
    eventually used_more_than $((first + 1000000)) lim
    [ "$(counted cpu_throttled_microseconds)" = "$throttled" ]
    inside 'pkill -x sh' || true
    drop_limits CPU
}

@test "rset: two WPARs stay on one processor" {
    local start lim small
    in_bed mkwpar -n small -R rset=0 shares_CPU=10 >/dev/null
    in_bed startwpar small >/dev/null
    set_limits rset=0 shares_CPU=40
    [ "$(shown 'Resource Set')" = 0 ]
    [ "$(shown 'CPU Shares')" = 40 ]
    [ "$(inside nproc)" = 1 ]
    start=$(uptime_ms) lim=$(counted cpu_microseconds lim) small=$(counted cpu_microseconds small)
    contest lim small 2000 >/dev/null
    lim=$((($(counted cpu_microseconds lim) - lim) / 1000)) small=$((($(counted cpu_microseconds small) - small) / 1000))
    # both together no more than one gives
    [ $((lim + small)) -le $((($(uptime_ms) - start) * 105 / 100)) ]
    in_bed rmwpar -F small >/dev/null
    drop_limits rset shares_CPU
    [ "$(inside nproc)" = "$(in_bed nproc)" ]
}

@test "CPU: what both want is divided by their shares, minima and soft maxima" {
    local got
    in_bed mkwpar -n other -R rset=0 shares_CPU=20 >/dev/null
    in_bed startwpar other >/dev/null
    set_limits rset=0 shares_CPU=80
    read -ra got < <(contest lim other 3000)
    [ "${got[0]}" -gt $((got[1] * 2)) ]
    [ "${got[0]}" -lt $((got[1] * 8)) ]
    # at once, also to what runs
    in_bed chwpar -R shares_CPU=80 other
    set_limits shares_CPU=20
    read -ra got < <(contest other lim 3000)
    [ "${got[0]}" -gt $((got[1] * 2)) ]
    # a minimum wins over shares, and what it takes is the others'
    set_limits CPU=75%-100%,100%
    read -ra got < <(contest lim other 3000)
    [ "${got[0]}" -gt $((got[1] * 3 / 2)) ]
    # a soft maximum yields while somebody else wants more, and only then
    drop_limits CPU
    in_bed chwpar -R CPU=0%-20%,100% other
    read -ra got < <(contest lim other 3000)
    [ "${got[0]}" -gt $((got[1] * 2)) ]
    in_bed rmwpar -F other >/dev/null
    drop_limits rset shares_CPU
}

# --- what is seen

@test "lswpar -R --json: what it uses, what it met, how long it waited" {
    wpar_run lswpar -R --json lim
    assert_status 0
    grep -q '"usage": {' <<<"$output"
    [ "$(counted cpu_microseconds)" -gt 0 ]
    [ "$(counted tasks)" -gt 1 ]
    [ "$(counted memory_bytes)" -gt 1000000 ]
    [ "$(counted memory_peak_bytes)" -ge "$(counted memory_bytes)" ]
    if in_bed test -e /proc/pressure; then
        refute grep -q no_pressure <<<"$output"
        for resource in cpu memory io; do grep -A2 "^ *\"$resource\": {" <<<"$output" | grep -q '"some": {'; done
        [ "$(grep -c '"avg10": [0-9.]*,' <<<"$output")" -ge 5 ]
        # two loops on one processor wait for each other
        set_limits rset=0
        local before
        before=$(counted total_microseconds)
        in_background lim 'while :; do :; done & while :; do :; done'
        waited() { [ "$(counted total_microseconds)" -gt $((before + 100000)) ]; }
        eventually waited
        inside 'pkill -x sh' || true
        drop_limits rset
    else
        grep -q '"no_pressure": "' <<<"$output"
        grep -q '"cpu": null' <<<"$output"
    fi
    # people see AIX's fields
    wpar_run lswpar -R lim
    refute grep -qi pressure <<<"$output"
    wpar_run lswpar -R --json -a name,CPU lim
    refute grep -q usage <<<"$output"
}

@test "lswpar -R --json: a WPAR that is not active uses nothing" {
    in_bed mkwpar -n idle >/dev/null
    wpar_run lswpar -R --json idle
    assert_status 0
    refute grep -qE 'usage|pressure|memory_events' <<<"$output"
    in_bed rmwpar idle >/dev/null
}

# --- the rest

@test "totalLargePages: no more than its own" {
    is_vm || skip_check large-pages "large pages belong to the whole machine"
    large_pages() { inside "perl -e 'print syscall(9, 0, $1 << 21, 3, 0x40022, -1, 0) == -1 ? q(refused) : q(given)'"; }
    in_bed sh -c 'echo 16 >/proc/sys/vm/nr_hugepages'
    set_limits totalLargePages=4
    [ "$(shown 'Total Large Pages')" = 4 ]
    [ "$(large_pages 4)" = given ]
    [ "$(large_pages 5)" = refused ]
    set_limits totalLargePages=8
    [ "$(large_pages 5)" = given ]
    drop_limits totalLargePages
    [ "$(large_pages 12)" = given ]
    in_bed sh -c 'echo 0 >/proc/sys/vm/nr_hugepages'
}

@test "totalPTYs: exceeded, raised, taken back" {
    open_all() { inside "perl -e 'my \$n = 0; for (1..$1) { open my \$p, q(+<), q(/dev/ptmx) or last; push @all, \$p; \$n++ } print \$n'"; }
    set_limits totalPTYs=4
    [ "$(shown 'Total PTYs')" = 4 ]
    run open_all 20
    [ "${output:-0}" -le 4 ]
    set_limits totalPTYs=12
    run open_all 20
    [ "$output" -gt 4 ]
    [ "$output" -le 12 ]
    drop_limits totalPTYs
    run open_all 20
    assert_output 20
}

@test "pct_*IDs: parts of the system's, of this WPAR's own" {
    local whole
    whole=$(in_bed cat /proc/sys/kernel/msgmni)
    set_limits pct_msgIDs=10% pct_semIDs=10% pct_shmIDs=10%
    [ "$(shown 'Max Message Queue IDs')" = 10% ]
    [ "$(inside cat /proc/sys/kernel/msgmni)" = $((whole / 10)) ]
    [ "$(in_bed cat /proc/sys/kernel/msgmni)" = "$whole" ]
    [ "$(inside cut -f4 /proc/sys/kernel/sem)" = $(($(in_bed cut -f4 /proc/sys/kernel/sem) / 10)) ]
    [ "$(inside cat /proc/sys/kernel/shmmni)" = $(($(in_bed cat /proc/sys/kernel/shmmni) / 10)) ]
    # with the limit at one there is room for one
    set_limits pct_msgIDs=1%
    run inside "perl -e 'my \$n = 0; for (1..$whole) { defined msgget(0, 01600) or last; \$n++ } print \$n'"
    assert_output $((whole / 100))
    inside 'ipcrm --all=msg'
    drop_limits pct_msgIDs pct_semIDs pct_shmIDs
    [ "$(inside cat /proc/sys/kernel/msgmni)" = "$whole" ]
}

@test "pct_pinMem: what a process may lock" {
    set_limits pct_pinMem=1%
    local part=$(($(total_mb) * 1024 / 100))
    [ "$(inside 'ulimit -H -l')" -le $((part + 1024)) ]
    drop_limits pct_pinMem
}

@test "limits hold from the first moment of a start, and again after a restart" {
    in_bed mkwpar -n born -R totalVirtMem=500M totalProcesses=50 procVirtMem=1G totalPTYs=5 CPU=0%-50%,50% pct_shmIDs=10% >/dev/null
    in_bed startwpar born >/dev/null
    for _ in started restarted; do
        # the console is not one of the five
        wpar=born inside '[ "$(ulimit -v)" = 1048576 ] && grep -q max=6 /proc/self/mountinfo'
        wpar=born run processes 80
        [ "${output:-0}" -lt 50 ]
        wpar=born run fill 700
        assert_failure
        in_bed rebootwpar born >/dev/null
    done
    in_bed rmwpar -s born >/dev/null
}

@test "active=no: none is in force; back with active=yes" {
    set_limits totalProcesses=40 active=no
    run processes 60
    assert_output 60
    set_limits active=yes
    run processes 60
    [ "${output:-0}" -lt 40 ]
    drop_limits totalProcesses
}

# --- application WPARs

@test "wparexec: the same limits" {
    wpar_run wparexec -R totalProcesses=10 -- /usr/bin/perl -e 'my $n = 0; for (1..30) { my $p = fork; last unless defined $p; if (!$p) { sleep 60; exit } push @all, $p; $n++ } kill 9, @all; print "made $n\n"'
    assert_match '^made [0-9]$'
    wpar_run wparexec -R totalVirtMem=200M -- /usr/bin/perl -e 'my $x = chr(1) x (400 << 20); print "got it"'
    assert_failure
    refute grep -q 'got it' <<<"$output"
    wpar_run wparexec -R procVirtMem=200M -- /usr/bin/perl -e 'my $x = chr(1) x (400 << 20); print "got it"'
    assert_failure
    refute grep -q 'got it' <<<"$output"
    wpar_run wparexec -R rset=0 -- /usr/bin/nproc
    assert_line 1
}

# --- what is refused

@test "values that make no sense are refused and change nothing" {
    local before bad
    before=$(in_bed cat /etc/wpars/lim.cf)
    for bad in CPU=50%-10%,100% CPU=0%-101%,101% CPU=nonsense memory=20%-10%,5% totalProcesses=0 totalProcesses=-1 totalThreads=x \
        totalVirtMem=1X procVirtMem=-5M rset=999 rset=a-b shares_CPU=0 shares_CPU=65536 pct_msgIDs=0% pct_semIDs=101% \
        totalPTYs=0 nonsense=1 active=maybe; do
        wpar_run chwpar -R "$bad" lim
        [ "$status" -ne 0 ] || { echo "taken: $bad" >&2; return 1; }
        [ -n "$stderr" ]
    done
    [ "$(in_bed cat /etc/wpars/lim.cf)" = "$before" ]
    wpar_run mkwpar -n never -R totalThreads=5 totalProcesses=10
    assert_failure
    refute in_bed test -e /etc/wpars/never.cf
}

@test "minima of all WPARs together stay below 100 %" {
    set_limits CPU=60%-100%,100% memory=60%-100%,100%
    in_bed mkwpar -n more >/dev/null
    in_bed startwpar more >/dev/null
    wpar_run chwpar -R CPU=50%-100%,100% more
    assert_failure
    wpar_run chwpar -R memory=50%-100%,100% more
    assert_failure
    in_bed chwpar -R CPU=40%-100%,100% memory=30%-100%,100% more
    in_bed rmwpar -s more >/dev/null
    drop_limits CPU memory
}

@test "nothing of all that is left" { assert_clean; }
