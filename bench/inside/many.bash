#!/bin/bash
# A thousand WPARs, all of them active: what a hundred that do nothing cost, how long a start takes as the first and as the
# thousandth, how long a look at all of them.
# shellcheck source=bench/inside/common.bash
source "$(dirname "$0")/common.bash"
all=1000

# pss PID...: the kilobytes that each needs on average, shared pages divided among those who share them.
pss() {
    local pid files=()
    for pid in "$@"; do files+=("/proc/$pid/smaps_rollup"); done
    cat "${files[@]}" | awk -v count=$# '$1 == "Pss:" { sum += $2 } END { printf "%.1f", sum / count }'
}

# wakeups PID...: how often each of them woke in ten seconds, on average.
wakeups() {
    local pid files=() before after
    for pid in "$@"; do files+=("/proc/$pid/status"); done
    before=$(switches "${files[@]}")
    sleep 10
    after=$(switches "${files[@]}")
    awk -v all=$((after - before)) -v count=$# 'BEGIN { printf "%.2f", all / count }'
}
switches() { cat "$@" | awk '/^voluntary_ctxt_switches/ { sum += $2 } END { print sum }'; }

# What the kernel cannot have back by dropping caches.
in_use() { awk '/^(AnonPages|SUnreclaim|KernelStack|PageTables|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo; }

# idle SUBJECT KILOBYTES PID...: what a hundred cost, before which so much was in use, and which these hold.
idle() {
    local subject=$1 before=$2
    sample idle-memory "$subject" $((($(in_use) - before) / 100))
    shift 2
    sample memory "$subject" "$(pss "$@")"
    sample idle-wakeups "$subject" "$(wakeups "$@")"
}

keepers() {
    local name
    for name in "$@"; do cut -d" " -f1 "/run/wpars/$name/keeper"; done
}

start_last() {
    local subject=$1 name=$2 count
    for ((count = 0; count < rounds; count++)); do
        sample thousand "$subject" "$(best_start "/wpars/$name/stamp" startwpar "$name" -- stopwpar -F "$name")"
    done
}

make_all() {
    local name
    for name in "$@"; do make_tiny "$name"; done
}

start_all() {
    local name
    for name in "$@"; do startwpar "$name" >/dev/null </dev/null; done
}

monitors() {
    local number pids=() before
    make_tiny_root "$bench/roots/lxc"
    { lxc_ids && echo 'lxc.net.0.type = empty'; } | write_lxc many "$bench/roots/lxc" /sbin/init
    before=$(in_use)
    for ((number = 0; number < 100; number++)); do
        lxc-start -d -n "many$number" -f /var/lib/lxc/many/config </dev/null >/dev/null 2>&1
    done
    mapfile -t pids < <(pgrep --full '^\[lxc monitor\]')
    idle lxc-monitor "$before" "${pids[@]}"
    for ((number = 0; number < 100; number++)); do lxc-stop -k -n "many$number"; done
}

mapfile -t names < <(printf 'w%04d\n' $(seq "$all"))
last=${names[-1]}
monitors
make_all "$last"
start_last first "$last"
unset 'names[-1]'
make_all "${names[@]}"
before=$(in_use)
start_all "${names[@]:0:100}"
mapfile -t pids < <(keepers "${names[@]:0:100}")
idle keeper "$before" "${pids[@]}"
start_all "${names[@]:100}"
start_last thousandth "$last"
start_all "$last"
subject lswpar lswpar
compare list 5
