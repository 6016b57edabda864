#!/bin/bash
# A process of 64 MB that looks at the clock all the time is stored while it runs on, and is then stored, ended and built again.
# Everybody has the same CRIU, the same program as init, the same namespaces but for the user namespace, which the others
# cannot store. How long it stood still, the process says itself.
# shellcheck source=bench/inside/common.bash disable=SC2046
source "$(dirname "$0")/common.bash"
place=/var/tmp/bench
declare -A root_of=([chkptwpar]=/wpars/ticker [runc]=$bench/roots/runc [lxc-checkpoint]=$bench/roots/lxc)
declare -A failed

make_ticking_root() {
    make_tiny_root "$1"
    cp "$bench/ticker" "$1/sbin/init"
}

# CRIU stops packets of the others by iptables, which is only unpacked here.
link_iptables() {
    local name
    for name in iptables-restore iptables-save ip6tables-restore ip6tables-save; do
        command -v "$name" >/dev/null || ln -s xtables-nft-multi "/usr/sbin/$name"
    done
}

prepare() {
    link_iptables
    mkdir -p "$place"
    make_ticking_root /wpars/ticker
    mkwpar -c -p -n ticker -M directory=/usr vfs=directory -M directory=/opt vfs=directory >/dev/null </dev/null
    make_ticking_root "${root_of[runc]}"
    write_bundle "$bench/ticking" "${root_of[runc]}" /sbin/init
    make_ticking_root "${root_of[lxc-checkpoint]}"
    write_lxc ticker "${root_of[lxc-checkpoint]}" /sbin/init <<'TEXT'
lxc.net.0.type = empty
lxc.console.path = none
lxc.tty.max = 0
lxc.pty.max = 1
TEXT
}

start_chkptwpar() { startwpar ticker; }
# what it says goes into its process's hands, who is to have nothing from outside
start_runc() { runc run -d -b "$bench/ticking" ticker >/dev/null 2>&1; }
# LXC gives up where version 2 of cgroups has controllers beside version 1.
in_view() { $(legacy_view) "$@"; }
start_lxc-checkpoint() { in_view lxc-start -d -n ticker; }
stop_chkptwpar() { stopwpar -F ticker; }
stop_runc() { runc delete -f ticker; }
stop_lxc-checkpoint() { in_view lxc-stop -k -n ticker; }
store_chkptwpar() { chkptwpar -d "$place/$1" ticker; }
store_runc() { runc checkpoint --leave-running --image-path "$place/$1" --work-path "$place/$1.work" ticker; }
store_lxc-checkpoint() { in_view lxc-checkpoint -n ticker -D "$place/$1"; }
end_chkptwpar() { chkptwpar -k -d "$place/$1" ticker; }
end_runc() { runc checkpoint --image-path "$place/$1" --work-path "$place/$1.work" ticker; }
end_lxc-checkpoint() { in_view lxc-checkpoint -s -n ticker -D "$place/$1"; }
build_chkptwpar() { restartwpar -d "$place/$1" ticker; }
build_runc() { runc delete -f ticker 2>/dev/null || true; runc restore -d -b "$bench/ticking" --image-path "$place/$1" --work-path "$place/$1.work" ticker >/dev/null 2>&1; }
build_lxc-checkpoint() { in_view lxc-checkpoint -r -d -n ticker -D "$place/$1"; }

gap_of() { od -An -tu8 -N8 "${root_of[$1]}/gap" | tr -d ' '; }
forget_gap() { head -c 8 /dev/zero | dd of="${root_of[$1]}/gap" conv=notrunc status=none; }
# It has filled its memory, and looks at the clock.
await_ticks() {
    local count
    for ((count = 0; count < 1000; count++)); do
        [ ! -s "${root_of[$1]}/gap" ] || [ "$(gap_of "$1")" = 0 ] || return 0
        sleep 0.02
    done
    return 1
}

# timed_act MEASURE SUBJECT ACT: one sample, or the end of that subject.
timed_act() {
    local subject=$2 line
    line=$(timed "$1" "$2" "$3_$2" image)
    echo "$line"
    [[ $line != *$'\t-\t'* ]] || failed[$subject]=yes
}

once() {
    local subject=$1
    [ -z "${failed[$subject]:-}" ] || return 0
    rm -rf "${place:?}"/* "${root_of[$subject]}/gap"
    if ! "start_$subject" >"$bench/said" 2>&1 </dev/null || ! await_ticks "$subject"; then
        no_sample frozen "$subject" "$(tail -n 1 "$bench/said")"
        failed[$subject]=yes
        return
    fi
    forget_gap "$subject"
    timed_act checkpoint "$subject" store
    if [ -z "${failed[$subject]:-}" ]; then
        await_ticks "$subject"
        sample frozen "$subject" "$(awk -v gap="$(gap_of "$subject")" 'BEGIN { printf "%.1f", gap / 1000000 }')"
        rm -rf "${place:?}"/*
        timed_act checkpoint-end "$subject" end
    fi
    [ -n "${failed[$subject]:-}" ] || timed_act rebuild "$subject" build
    "stop_$subject" >/dev/null 2>&1 </dev/null || true
    settle
}

if ! command -v criu >/dev/null || ! criu check >"$bench/said" 2>&1; then
    for subject in chkptwpar runc lxc-checkpoint; do
        no_sample checkpoint "$subject" "CRIU does not work here: $(tail -n 1 "$bench/said")"
    done
    exit 0
fi
prepare
for ((count = 0; count < rounds; count++)); do
    for subject in chkptwpar runc lxc-checkpoint; do once "$subject"; done
done
rmwpar ticker >/dev/null
rm -r "$place"
