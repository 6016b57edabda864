# shellcheck shell=bash disable=SC2154,SC2013  # bed_* come from common.bash and tools/bed; words are wanted
# A LAN is two network namespaces of its own: a switch (one bridge), and another host on it. Beds are plugged into the
# switch by veth pairs whose ends are born inside the namespaces, so the machine's own list of interfaces never changes.

lan_host_address=192.168.21.2/16
lan_host_address6=fd00:21::2/64

in_network() {
    local namespace=$1
    shift
    nsenter --net="$namespace" "$@"
}

new_network() {
    : >"$1"
    unshare --net="$1" ip link set lo up
}

drop_network() {
    unmount "$1"
    rm -f "$1"
}

# plug SWITCH PORT NAMESPACE: en0 of the namespace gets a cable to the switch.
plug() {
    local switch=$1 port=$2 namespace=$3
    in_network "$switch" ip link add "$port" type veth peer name en0 netns "$namespace"
    in_network "$switch" ip link set "$port" master br0 up
}

# What to tell "ip -batch". Duplicate address detection would keep an IPv6 address unusable for a second or two.
address_batch() {
    cat <<TEXT
address add $1 dev en0
address add $2 dev en0 nodad
link set en0 up
TEXT
}

give_addresses() {
    local namespace=$1 address=$2 address6=$3
    address_batch "$address" "$address6" | in_network "$namespace" ip -batch -
}

make_lan() {
    local lan=$1
    mkdir -p "$lan"
    new_network "$lan/switch"
    new_network "$lan/host"
    in_network "$lan/switch" ip link add br0 up type bridge forward_delay 0 mcast_snooping 0
    plug "$lan/switch" host "$lan/host"
    give_addresses "$lan/host" "$lan_host_address" "$lan_host_address6"
    echo 1 >"$lan/complete"
}

ensure_lan() {
    local lan=$bed_state/lans/$1
    if [ -e "$lan/complete" ] && is_mounted "$lan/switch" && is_mounted "$lan/host"; then return; fi
    [ ! -e "$lan" ] || drop_lan "$1"
    make_lan "$lan"
}

drop_lan() {
    local lan=$bed_state/lans/$1
    # Destroying a namespace takes the kernel a moment; deleting the cables first makes it orderly.
    in_network "$lan/switch" ip link delete host 2>/dev/null || true
    drop_network "$lan/switch"
    drop_network "$lan/host"
    rm -rf "$lan"
}

release_lan() {
    local other
    for other in "$bed_state"/beds/*/lan; do
        if [ -e "$other" ] && [ "$(cat "$other")" = "$1" ]; then return; fi
    done
    drop_lan "$1"
}

bed_lan() {
    local lan=${1:-} verb=${2:-}
    if [ $# -lt 3 ] || [ "$verb" != run ]; then fail "usage: bed lan LAN run COMMAND [ARGUMENT...]"; fi
    shift 2
    check_name "$lan" LAN
    [ "$1" != -- ] || shift
    [ -e "$bed_state/lans/$lan/complete" ] || fail "there is no LAN '$lan': it exists while a bed is on it"
    exec nsenter --net="$bed_state/lans/$lan/host" "$@"
}
