# shellcheck shell=bash disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# What the stories of -R have in common: a WPAR lim that is active, and loads that try to exceed its limits.

prepare_bed() {
    in_bed mkwpar -n lim >/dev/null
    in_bed startwpar lim >/dev/null
    has_settled lim
    # its groups stay as long as it is active
    in_bed chwpar -R totalProcesses=999 totalVirtMem=4G CPU=0%-90%,90% memory=1%-100%,100% rset=0 lim
    # and so does the note of what was told
    in_bed chwpar -R totalVirtMem=200M lim
    fill 300 >/dev/null 2>&1 || true
    eventually in_bed test -e /run/wpars/lim/oom
    in_bed chwpar -K -R totalProcesses totalVirtMem CPU memory rset lim
}

inside() { in_bed timeout 60 clogin "${wpar:-lim}" "$@" </dev/null; }
# A second WPAR, for all who need a neighbour: the last test removes it.
neighbour() {
    in_bed sh -c 'lswpar near >/dev/null 2>&1 || { mkwpar -n near && startwpar near; } >/dev/null' </dev/null
}
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
        in_bed sh -ec 'cd /run/systemd/system.control; rm corral.slice.d/50-MemoryMax.conf
            rmdir --ignore-fail-on-non-empty corral.slice.d; cd ..; rmdir --ignore-fail-on-non-empty system.control'
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

# told_kills LINES: of how many kills the log tells after so many lines about lim.
told_kills() {
    in_bed grep ' oom lim ' /var/adm/wpars/event.log | tail -n "+$(($1 + 1))" |
        sed -E -e 's/.*: ([0-9]+) (more )?process(es)? (was|were) killed$/\1/' -e 't' -e 's/.*/1/' | awk '{ sum += $1 } END { print sum + 0 }'
}
