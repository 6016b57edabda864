#!/bin/bash
# From the call to the first instruction of init, which stays. Everybody gets the same tiny init, a root of its own,
# all namespaces with a user namespace over idmapped mounts (crun and runc: without), and a private network: either
# with loopback alone, or with one veth pair, an address and its route.
# shellcheck source=bench/inside/common.bash
source "$(dirname "$0")/common.bash"

network=(-N interface=en0 address=192.168.21.77 netmask=255.255.0.0)

lxc_network() {
    cat <<TEXT
lxc.net.0.type = veth
lxc.net.0.veth.mode = router
lxc.net.0.flags = up
lxc.net.0.ipv4.address = 192.168.77.2/32
TEXT
}

prepare() {
    make_tiny tiny
    make_tiny tinynet "${network[@]}"
    make_tiny_root "$bench/roots/lxc"
    make_tiny_root "$bench/roots/oci"
    { lxc_ids && echo 'lxc.net.0.type = empty'; } | write_lxc tiny "$bench/roots/lxc" /sbin/init
    { lxc_ids && lxc_network; } | write_lxc tinynet "$bench/roots/lxc" /sbin/init
    write_bundle "$bench/start" "$bench/roots/oci" /sbin/init
}

# once SUBJECT STAMP START... -- STOP...: one sample.
once() {
    local name=$1 time
    shift
    [ -z "${failed[$name]:-}" ] || return 0
    if time=$(best_start "$@"); then
        sample start "$name" "$time"
    else
        no_sample start "$name" "$(tail -n 1 "$bench/said")"
        failed[$name]=yes
    fi
}

# In the background by a shell; it ends with its init.
nspawn_start=(sh -c "systemd-nspawn --quiet --register=no --keep-unit --private-network --private-users=2000000:65536 \
    --private-users-ownership=map --as-pid2 -D $bench/roots/oci /sbin/init >/dev/null 2>&1 & echo \$! >$bench/nspawn.pid")
# shellcheck disable=SC2016
nspawn_stop=(sh -c 'kill -TERM $(cat /srv/bench/nspawn.pid); while kill -0 $(cat /srv/bench/nspawn.pid); do sleep 0.01; done')

round() {
    local view
    once startwpar /wpars/tiny/stamp startwpar tiny -- stopwpar -F tiny
    once lxc-start "$bench/roots/lxc/stamp" lxc-start -d -n tiny -- lxc-stop -k -n tiny
    once startwpar-address /wpars/tinynet/stamp startwpar tinynet -- stopwpar -F tinynet
    once lxc-start-address "$bench/roots/lxc/stamp" lxc-start -d -n tinynet -- lxc-stop -k -n tinynet
    view=$(legacy_view)
    # shellcheck disable=SC2086  # a prefix of several words
    once crun "$bench/roots/oci/stamp" $view crun --cgroup-manager=disabled run -d -b "$bench/start" bench -- \
        $view crun --cgroup-manager=disabled delete -f bench
    once runc "$bench/roots/oci/stamp" runc run -d -b "$bench/start" bench -- runc delete -f bench
}

declare -A failed
prepare
for ((count = 0; count < rounds; count++)); do round; done
for ((count = 0; count < 3; count++)); do
    once systemd-nspawn "$bench/roots/oci/stamp" "${nspawn_start[@]}" -- "${nspawn_stop[@]}"
done
for name in tiny tinynet; do rmwpar "$name" >/dev/null; done
