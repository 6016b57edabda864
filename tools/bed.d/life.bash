# shellcheck shell=bash disable=SC2154,SC2013  # bed_* come from common.bash and tools/bed; words are wanted
# The life of a bed: up, list, down. Each step of "up" leaves a trace that "down" understands, so "down" also removes
# what a killed "up" left.

bed_directory() { echo "$bed_state/beds/$1"; }

# A pid alone may have been given to somebody else since.
process_start() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# Prints the pid of the bed's first process (of a virtual machine: QEMU), as the machine sees it, if it lives.
first_process() {
    local pid start
    read -r pid start 2>/dev/null <"$(bed_directory "$1")/first" || return 1
    [ "$(process_start "$pid")" = "$start" ] || return 1
    echo "$pid"
}

# Each bed has a cable of its own into the switch; interface names have at most 15 characters.
port_of() { echo "p$(sha256sum <<<"$1" | cut -c1-12)"; }

read_up_options() {
    bed_lan=lan bed_address=192.168.21.10/16 bed_address6=fd00:21::10/64 bed_kind=namespace
    while [ $# -gt 0 ]; do
        if [ "$1" = --vm ]; then
            bed_kind=vm
            shift
            continue
        fi
        [ $# -ge 2 ] || fail "$1 needs a value"
        case $1 in
            --lan) bed_lan=$2 ;;
            --address) bed_address=$2 ;;
            --address6) bed_address6=$2 ;;
            *) fail "unknown option '$1'; see bed --help" ;;
        esac
        shift 2
    done
    check_name "$bed_lan" LAN
    [[ $bed_address == */* && $bed_address6 == */* ]] || fail "write an address with its prefix, as 192.168.21.10/16"
}

make_bed_network() {
    local name=$1 bed=$2
    ensure_lan "$bed_lan"
    new_network "$bed/net"
    plug "$bed_state/lans/$bed_lan/switch" "$(port_of "$name")" "$bed/net"
    give_addresses "$bed/net" "$bed_address" "$bed_address6"
}

# The first process must hold nothing of this script's: no terminal, no lock, no descriptor of a test harness.
start_first_process() {
    local name=$1 bed=$2 root=$3 answer
    mkfifo "$bed/answer"
    (
        join_cgroups "$name" ROOT
        exec setsid nsenter --net="$bed/net" unshare --mount --propagation private --uts --ipc --pid --cgroup \
            --fork "$bed_parts/first" "$name" "$root" "$bed"
    ) {bed_lock}>&- </dev/null >"$bed/log" 2>&1 &
    read -r answer <"$bed/answer" || true
    if [ "${answer:-}" != ready ]; then
        cat "$bed/log" >&2
        fail "$name did not start; the reason stands above"
    fi
    rm "$bed/answer"
}

make_namespace_bed() {
    local name=$1 bed=$2 store
    store=$(ensure_store)
    echo "$store" >"$bed/store"
    btrfs subvolume snapshot "$store/root" "$store/beds/$name" >/dev/null
    make_cgroups "$name"
    make_bed_network "$name" "$bed"
    start_first_process "$name" "$bed" "$store/beds/$name"
    settle_cgroups "$name"
}

# A virtual machine boots while others may make and remove beds.
make_bed() {
    local name=$1 bed=$2
    mkdir "$bed"
    echo "$bed_lan" >"$bed/lan"
    echo "$bed_address $bed_address6" >"$bed/addresses"
    if [ "$bed_kind" = vm ]; then
        make_vm "$name" "$bed"
        drop_lock
        wait_for_boot "$name"
    else
        make_namespace_bed "$name" "$bed"
    fi
}

need_kind() {
    if [ "$1" = vm ]; then vm_need_programs; else need_programs btrfs; fi
    need_programs nsenter unshare ip losetup
}

take_back_bed() {
    trap '' INT TERM HUP
    [ -e "/proc/self/fd/$bed_lock" ] || take_lock
    remove_bed "$1" || true
}

bed_up() {
    local name=${1:-} bed
    [ $# -ge 1 ] || fail "usage: bed up NAME [OPTION...]"
    shift
    check_name "$name" bed
    read_up_options "$@"
    need_kind "$bed_kind"
    take_lock
    bed=$(bed_directory "$name")
    [ ! -e "$bed" ] || fail "there is a bed '$name' already: tools/bed down $name removes it"
    trap 'take_back_bed "$name"' EXIT
    trap 'exit 130' INT TERM HUP
    make_bed "$name" "$bed"
    trap - EXIT INT TERM HUP
}

bed_list() {
    local bed name pid
    printf '%-20s %-10s %-6s %-8s %-10s %s\n' NAME KIND STATE PID LAN ADDRESSES
    for bed in "$bed_state"/beds/*/; do
        [ -d "$bed" ] || continue
        name=$(basename "$bed")
        pid=$(first_process "$name") || pid=-
        printf '%-20s %-10s %-6s %-8s %-10s %s\n' "$name" "$(is_vm "$name" && echo vm || echo namespace)" \
            "$([ "$pid" = - ] && echo dead || echo up)" "$pid" \
            "$(cat "$bed/lan" 2>/dev/null)" "$(cat "$bed/addresses" 2>/dev/null)"
    done
}

is_gone() { [ ! -e "/proc/$1" ]; }

# With the first process of its pid namespace, the kernel kills all others.
kill_bed() {
    local pid
    pid=$(first_process "$1") || return 0
    kill -KILL "$pid"
    retry 10 is_gone "$pid" || echo "bed: process $pid of $1 does not end" >&2
}

remove_bed_network() {
    local name=$1 bed=$2 lan
    lan=$(cat "$bed/lan" 2>/dev/null) || return 0
    in_network "$bed_state/lans/$lan/switch" ip link delete "$(port_of "$name")" 2>/dev/null || true
    [ ! -e "$bed/net" ] || drop_network "$bed/net"
    rm -f "$bed/lan"
    [ ! -e "$bed_state/lans/$lan" ] || release_lan "$lan"
}

remove_bed_root() {
    local name=$1 store
    store=$(cat "$2/store" 2>/dev/null) || return 0
    if [ -d "$store/beds/$name" ]; then
        detach_loops_below "$store/beds/$name"
        remove_snapshot "$store/beds/$name"
    fi
    [ ! -d "$store" ] || release_store "$store"
}

remove_bed() {
    local name=$1 bed
    bed=$(bed_directory "$name")
    [ -d "$bed" ] || return 0
    kill_bed "$name"
    vm_disconnect "$bed"
    remove_bed_network "$name" "$bed"
    remove_cgroups "$name" || echo "bed: some cgroup of $name is still in use" >&2
    remove_bed_root "$name" "$bed"
    remove_vm_disk "$bed"
    rm -rf "$bed"
    [ -n "$(ls -A "$bed_state/beds")" ] || release_cgroups
}

bed_down() {
    local names=("$@") name
    [ $# -ge 1 ] || fail "usage: bed down NAME... | --all"
    take_lock
    if [ "$1" = --all ]; then mapfile -t names < <(ls "$bed_state/beds"); fi
    for name in "${names[@]}"; do
        check_name "$name" bed
        [ -e "$(bed_directory "$name")" ] || fail "there is no bed '$name'; tools/bed list shows those there are"
        remove_bed "$name"
    done
}
