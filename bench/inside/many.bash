#!/bin/bash
# A thousand WPARs, all of them active: what the keepers of a hundred need, how long a start takes as the first and as
# the thousandth, how long a look at all of them.
# shellcheck source=bench/inside/common.bash
source "$(dirname "$0")/common.bash"
all=1000

# pss PID...: the kilobytes that each needs on average, shared pages divided among those who share them.
pss() {
    local pid files=()
    for pid in "$@"; do files+=("/proc/$pid/smaps_rollup"); done
    cat "${files[@]}" | awk -v count=$# '$1 == "Pss:" { sum += $2 } END { printf "%.1f", sum / count }'
}

keepers() {
    local name pids=()
    for name in "$@"; do pids+=("$(cut -d" " -f1 "/run/wpars/$name/keeper")"); done
    pss "${pids[@]}"
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
    local number pids=()
    make_tiny_root "$bench/roots/lxc"
    { lxc_ids && echo 'lxc.net.0.type = empty'; } | write_lxc many "$bench/roots/lxc" /sbin/init
    for ((number = 0; number < 100; number++)); do
        lxc-start -d -n "many$number" -f /var/lib/lxc/many/config </dev/null >/dev/null 2>&1
    done
    mapfile -t pids < <(pgrep --full '^\[lxc monitor\]')
    sample memory lxc-monitor "$(pss "${pids[@]}")"
    for ((number = 0; number < 100; number++)); do lxc-stop -k -n "many$number"; done
}

mapfile -t names < <(printf 'w%04d\n' $(seq "$all"))
last=${names[-1]}
monitors
make_all "$last"
start_last first "$last"
unset 'names[-1]'
make_all "${names[@]}"
start_all "${names[@]:0:100}"
sample memory keeper "$(keepers "${names[@]:0:100}")"
start_all "${names[@]:100}"
start_last thousandth "$last"
start_all "$last"
subject lswpar lswpar
compare list 5
