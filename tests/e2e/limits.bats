#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016,SC2030,SC2031,SC2317  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Every control of -R but memory, against a load that tries to exceed it, on whatever cgroups the bed has.

load helper
load limits

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
    local start lim near
    neighbour
    in_bed chwpar -R rset=0 shares_CPU=10 near
    set_limits rset=0 shares_CPU=40
    [ "$(shown 'Resource Set')" = 0 ]
    [ "$(shown 'CPU Shares')" = 40 ]
    [ "$(inside nproc)" = 1 ]
    start=$(uptime_ms) lim=$(counted cpu_microseconds lim) near=$(counted cpu_microseconds near)
    contest lim near 1000 >/dev/null
    lim=$((($(counted cpu_microseconds lim) - lim) / 1000)) near=$((($(counted cpu_microseconds near) - near) / 1000))
    # both together no more than one gives
    [ $((lim + near)) -le $((($(uptime_ms) - start) * 105 / 100)) ]
    in_bed chwpar -K -R rset shares_CPU near
    drop_limits rset shares_CPU
    [ "$(inside nproc)" = "$(in_bed nproc)" ]
}

@test "CPU: what both want is divided by their shares, minima and soft maxima" {
    local got
    neighbour
    in_bed chwpar -R rset=0 shares_CPU=20 near
    set_limits rset=0 shares_CPU=80
    read -ra got < <(contest lim near 1500)
    [ "${got[0]}" -gt $((got[1] * 2)) ]
    [ "${got[0]}" -lt $((got[1] * 8)) ]
    # at once, also to what runs
    in_bed chwpar -R shares_CPU=80 near
    set_limits shares_CPU=20
    read -ra got < <(contest near lim 1500)
    [ "${got[0]}" -gt $((got[1] * 2)) ]
    # a minimum wins over shares, and what it takes is the others'
    set_limits CPU=75%-100%,100%
    read -ra got < <(contest lim near 1500)
    [ "${got[0]}" -gt $((got[1] * 3 / 2)) ]
    # a soft maximum yields while somebody else wants more, and only then
    drop_limits CPU
    in_bed chwpar -R CPU=0%-20%,100% near
    read -ra got < <(contest lim near 1500)
    [ "${got[0]}" -gt $((got[1] * 2)) ]
    in_bed chwpar -K -R rset shares_CPU CPU near
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
    in_bed mkwpar -n born -R totalVirtMem=200M totalProcesses=50 procVirtMem=1G totalPTYs=5 CPU=0%-50%,50% pct_shmIDs=10% >/dev/null
    in_bed startwpar born >/dev/null
    for _ in started restarted; do
        # the console is not one of the five
        wpar=born inside '[ "$(ulimit -v)" = 1048576 ] && grep -q max=6 /proc/self/mountinfo'
        wpar=born run processes 80
        [ "${output:-0}" -lt 50 ]
        wpar=born run fill 300
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
    neighbour
    wpar_run chwpar -R CPU=50%-100%,100% near
    assert_failure
    wpar_run chwpar -R memory=50%-100%,100% near
    assert_failure
    in_bed chwpar -R CPU=40%-100%,100% memory=30%-100%,100% near
    in_bed chwpar -K -R CPU memory near
    drop_limits CPU memory
}

@test "nothing of all that is left" {
    in_bed sh -c 'if lswpar near >/dev/null 2>&1; then rmwpar -F near; fi' </dev/null >/dev/null
    assert_clean
}
