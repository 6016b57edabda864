#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016,SC2030,SC2031  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Every control of -R against a load that tries to exceed it. Nothing here asks which version of cgroups the host runs.

load helper

prepare_bed() {
    first_wpar
    in_bed mkwpar -n lim >/dev/null
    in_bed startwpar lim >/dev/null
    # its groups stay as long as it is active
    in_bed chwpar -R totalProcesses=999 totalVirtMem=4G CPU=0%-90%,90% rset=0 lim
    in_bed timeout 30 clogin lim true </dev/null
    in_bed chwpar -K -R totalProcesses totalVirtMem CPU rset lim
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

# burn WPAR SECONDS: the processor time in ms that eight busy loops get there. The clock starts when all run.
burn() {
    in_bed timeout 60 clogin "$1" "perl -e '
        my (@all, \$sum);
        for (1..8) { pipe my \$r, my \$w; if (!fork) { my \$end = time + $2 + 1; 1 while time < \$end - $2; my @b = times; 1 while time < \$end; my @t = times;
            syswrite \$w, sprintf(qq(%d\n), 1000 * (\$t[0] + \$t[1] - \$b[0] - \$b[1])); exit } close \$w; push @all, \$r }
        for my \$r (@all) { \$sum += <\$r> } print \$sum'" </dev/null
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
    # the global environment goes on
    in_bed sh -c 'for n in 1 2 3 4 5 6 7 8; do /bin/true & done; wait'
    wpar_run timeout 60 stopwpar -F full
    assert_status 0
    in_bed rmwpar full >/dev/null
}

# --- CPU

@test "CPU: the hard maximum holds on an idle machine" {
    local cpus
    cpus=$(in_bed nproc)
    set_limits CPU=0%-10%,10%
    [ "$(shown 'CPU Limits')" = "0%-10%,10%" ]
    run burn lim 2
    # a tenth of all, and a generous rest for a busy machine
    [ "$output" -le $((2000 * cpus * 14 / 100)) ]
    set_limits CPU=0%-100%,100%
    run burn lim 2
    [ "$output" -gt $((2000 * cpus * 14 / 100)) ]
    drop_limits CPU
}

@test "shares: two WPARs on one processor get theirs; rset keeps them there" {
    in_bed mkwpar -n small -R rset=0 shares_CPU=10 >/dev/null
    in_bed startwpar small >/dev/null
    set_limits rset=0 shares_CPU=40
    [ "$(shown 'Resource Set')" = 0 ]
    [ "$(shown 'CPU Shares')" = 40 ]
    [ "$(inside nproc)" = 1 ]
    burn small 4 >"$BATS_TEST_TMPDIR/small" 3>&- &
    run burn lim 4
    wait $!
    local large=$output small
    small=$(cat "$BATS_TEST_TMPDIR/small")
    echo "large $large ms, small $small ms" >&2
    # 4:1, measured not quite at the same moment and on a busy machine
    [ "$large" -gt $((small * 2)) ]
    [ $((large + small)) -le 5000 ]
    in_bed rmwpar -F small >/dev/null
    drop_limits rset shares_CPU
    [ "$(inside nproc)" = "$(in_bed nproc)" ]
}

# --- the rest

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
