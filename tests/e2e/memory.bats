#!/usr/bin/env bats
# runs in: namespace vm
# vm in ci
# shellcheck disable=SC2154,SC2016,SC2030,SC2031,SC2317  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Memory that -R limits, against loads that try to exceed it, on whatever cgroups the bed has; and who was killed for want of
# it. What only cgroup v2 can is told where it is tested: a virtual machine's is pure v2.

load helper
load limits

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
    neighbour
    set_limits memory=8%-100%,100%
    # less than the two want, so that the group above is short of memory
    all_together 300M
    inside 'head -c 100M /dev/zero >/tmp/kept'
    in_bed timeout 120 clogin near 'head -c 400M /dev/zero >/tmp/taken' </dev/null
    [ "$(counted memory_bytes)" -gt $((100 << 20)) ]
    # shares_memory is kept in the same way
    drop_limits memory
    set_limits shares_memory=50
    in_bed timeout 120 clogin near 'head -c 400M /dev/zero >/tmp/taken' </dev/null
    [ "$(counted memory_bytes)" -gt $((100 << 20)) ]
    # and without either the neighbour takes of it
    drop_limits shares_memory
    before=$(counted memory_bytes)
    in_bed timeout 120 clogin near 'head -c 400M /dev/zero >/tmp/taken' </dev/null
    [ "$(counted memory_bytes)" -lt $((before - (8 << 20))) ]
    all_together infinity
    inside rm /tmp/kept
    wpar=near inside rm /tmp/taken
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
    local before beside kills
    neighbour
    in_background near 'exec sleep 1000'
    set_limits totalVirtMem=200M
    before=$(told) beside=$(told near) kills=$(counted oom_kill)
    run fill 400
    assert_failure
    eventually told_more_than "$before"
    [ "$(counted oom_kill)" = $((kills + 1)) ]
    run last_told
    assert_match "^W .* oom lim out of memory: process [0-9]+.* 'perl' of user 0 was killed; it had (1[5-9]|20)[0-9]\.[0-9] MB in memory; .*\(totalVirtMem=200M\)\$"
    # the rest of the WPAR, its neighbour and the global environment go on
    inside true
    in_bed timeout 60 clogin near pgrep -x sleep </dev/null >/dev/null
    in_bed true
    # once for each
    run fill 400
    assert_failure
    eventually told_more_than $((before + 1))
    [ "$(told)" = $((before + 2)) ]
    [ "$(told near)" = "$beside" ]
    wpar=near inside pkill -x sleep
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
    local before kills
    neighbour
    in_bed chwpar -R totalVirtMem=100M near
    before=$(told near) kills=$(counted oom_kill near)
    in_background near 'until [ -e /tmp/go ]; do sleep 0.1; done; exec perl -e "push @x, chr(1) x 1048576 for 1..200"'
    in_bed sh -c 'kill -KILL $(cut -d" " -f1 /run/wpars/near/keeper)'
    in_bed touch /wpars/near/tmp/go
    eventually killed_more_than "$kills" near
    [ "$(told near)" = "$before" ]
    in_bed chwpar -R totalVirtMem=110M near  # a changing command finds the init without a keeper
    eventually told_more_than "$before" near
    # and goes on watching
    wpar=near run fill 200
    assert_failure
    eventually told_more_than $((before + 1)) near
    in_bed sh -c 'rm /wpars/near/tmp/go; chwpar -K -R totalVirtMem near'
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
    in_bed sh -c 'umask 077 && head -c 200M /dev/zero >/swapfile && mkswap /swapfile >/dev/null && swapon /swapfile'
    set_limits totalVirtMem=150M memory=0%-4%,4%
    run fill 110
    assert_output 110
    run fill 200
    assert_failure
    set_limits totalVirtMem=300M
    run fill 200
    assert_output 200
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

@test "nothing of all that is left" {
    in_bed sh -c 'if lswpar near >/dev/null 2>&1; then rmwpar -F near; fi' </dev/null >/dev/null
    assert_clean
}
