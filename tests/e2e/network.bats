#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016,SC2030,SC2031,SC2046,SC2086  # words of ping_of are wanted; helper.bash sets the names; scripts in single quotes are the bed's to expand
# Addresses of WPARs as the LAN, another global environment, the own one and other WPARs see them.

load helper

lan4=192.168.21.2 lan6=fd00:21::2
own4=192.168.21.10 own6=fd00:21::10
far4=192.168.21.11 far6=fd00:21::11
one4=192.168.21.70 one6=fd00:21::70 also4=192.168.21.71
two4=192.168.21.72 two6=fd00:21::72

prepare_bed() {
    new_bed "$bed-2" --address $far4/16 --address6 $far6/64
    first_wpar
    switches >"$BATS_FILE_TMPDIR/switches"
    audit >"$BATS_FILE_TMPDIR/empty"
    in_bed mkwpar -n one -N interface=en0 address=$one4 netmask=255.255.0.0 -N interface=en0 address=$also4 netmask=255.255.0.0 \
        -N interface=en0 address6=$one6 prefixlen=64 >/dev/null
    in_bed mkwpar -n two -N interface=en0 address=$two4 netmask=255.255.0.0 -N interface=en0 address6=$two6 prefixlen=64 >/dev/null
    in_bed sh -c 'startwpar one && startwpar two' >/dev/null
    in_bed clogin one true </dev/null
    in_bed clogin two true </dev/null
}

# The settings of the machine's network that WPARs could need changed.
switches() { in_bed sh -c 'sysctl -a 2>/dev/null | grep -E "^net\.ipv[46]\.(conf|neigh)\.(all|default|en0)\.|ip_forward"'; }

inside() {
    local name=$1
    shift
    in_bed timeout 30 clogin "$name" "$@" </dev/null
}
ping_of() { echo "ping -n -q -c 1 -W $((patience / 10)) $*"; }
reaches() { inside "$1" "$(ping_of "$2")" >/dev/null; }
cannot_reach() { refute inside "$1" "ping -n -q -c 1 -W 1 $2" >/dev/null; }

# --- routed, the default

@test "routed: the LAN, its other global environment and the own one reach every address" {
    local address
    for address in $one4 $also4 $one6 $two4 $two6; do
        on_lan $(ping_of $address)
        on "$bed-2" $(ping_of $address)
        in_bed $(ping_of $address)
    done
}

@test "routed: they are reached from inside" {
    local address
    for address in $lan4 $lan6 $own4 $own6 $far4 $far6; do reaches one $address; done
}

@test "routed: WPARs reach each other" {
    reaches one $two4
    reaches one $two6
    reaches two $one4
    reaches two $also4
    reaches two $one6
}

@test "each packet bears the WPAR's own address" {
    inside two 'setsid perl -MIO::Socket::INET -e "
        my \$l = IO::Socket::INET->new(Listen => 5, LocalPort => 7001, ReuseAddr => 1) or die;
        while (my \$c = \$l->accept) { print \$c \$c->peerhost, qq(\n); close \$c }" >/dev/null 2>&1 </dev/null &'
    asked() { [ "$("$@" perl -MIO::Socket::INET -e "print IO::Socket::INET->new(q($two4:7001))->getline")" = "$expected" ]; }
    from_one() { [ "$(inside one "perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(q($two4:7001))->getline'")" = $one4 ]; }
    eventually from_one
    expected=$lan4 asked on_lan
    expected=$own4 asked in_bed
    expected=$far4 asked on "$bed-2"
}

@test "sshd of a WPAR answers the LAN over IPv4 and IPv6" {
    banner() { on_lan timeout 5 bash -c "read -r line </dev/tcp/$1/22; echo \"\$line\"" | grep -q ^SSH-2.0; }
    eventually banner $one4
    eventually banner $one6
}

@test "lswpar -N shows them" {
    wpar_run lswpar -N one
    assert_match "$one4"
    assert_match "$also4"
    assert_match "$one6"
}

# --- theft

@test "without the privilege nobody inside changes addresses" {
    run inside one "ip address add $two4/32 dev en0 2>&1; ip link set en0 address 02:00:00:00:00:01 2>&1; ip link add dummy0 type dummy 2>&1"
    [ "$(grep -ci 'not permitted' <<<"$output")" -eq 3 ]
}

@test "with the privilege a stolen address serves nothing" {
    in_bed mkwpar -n thief -S privs+=PV_NET_CONFIG,PV_NET_CNTL,PV_NET_RAWSOCK -N interface=en0 address=192.168.21.79 netmask=255.255.0.0 \
        -N interface=en0 address6=fd00:21::79 prefixlen=64 >/dev/null
    in_bed startwpar thief >/dev/null
    local stolen
    for stolen in $two4 $lan4 $own4 192.168.21.200; do
        inside thief "ip address add $stolen/32 dev en0"
        refute inside thief "ping -n -q -c 1 -W 1 -I $stolen $far4"
        inside thief "ip address del $stolen/32 dev en0"
    done
    for stolen in $two6 $lan6 $own6 fd00:21::200; do
        inside thief "ip address add $stolen/128 dev en0 nodad"
        refute inside thief "ping -n -q -c 1 -W 1 -I $stolen $far6"
        inside thief "ip address del $stolen/128 dev en0"
    done
    reaches thief $far4
    reaches thief $far6
    # neither does the rightful owner lose anything
    inside thief "ip address add $two4/32 dev en0; ip neighbour flush all; ip link set en0 address 02:00:00:00:00:01"
    on_lan $(ping_of $two4)
    in_bed $(ping_of $two4)
    reaches one $two4
    in_bed rmwpar -F thief >/dev/null
}

@test "a WPAR is no router, and announces itself as none" {
    # a packet for somebody else that is sent to a WPAR goes nowhere
    on_lan ip route add 10.77.0.0/24 via $one4
    refute on_lan ping -n -q -c 1 -W 1 10.77.0.1
    on_lan ip route del 10.77.0.0/24
}

# --- routes, names

@test "-I: an own route is used, the global environment's are not" {
    on_lan ip address add 10.9.0.1/32 dev lo
    cannot_reach one 10.9.0.1
    in_bed mkwpar -n routed -i -N interface=en0 address=192.168.21.80 netmask=255.255.0.0 -I rtdest=10.9.0.0 rtnetmask=255.255.0.0 rtgateway=$lan4 >/dev/null
    in_bed startwpar routed >/dev/null
    reaches routed 10.9.0.1
    reaches routed $far4
    refute in_bed ping -n -q -c 1 -W 1 10.9.0.1
    in_bed ip route add 10.10.0.0/16 via $lan4
    on_lan ip address add 10.10.0.1/32 dev lo
    reaches one 10.10.0.1
    cannot_reach routed 10.10.0.1
    # changed while it runs
    in_bed chwpar -I rtdest=10.10.0.0 rtprefixlen=16 rtgateway=$lan4 routed
    reaches routed 10.10.0.1
    in_bed ip route del 10.10.0.0/16 via $lan4
    on_lan ip address del 10.10.0.1/32 dev lo
    on_lan ip address del 10.9.0.1/32 dev lo
    in_bed rmwpar -s routed >/dev/null
}

@test "-r: the name resolution of the global environment, kept up to the start" {
    in_bed sh -c 'cp /etc/resolv.conf /etc/resolv.saved 2>/dev/null; echo "nameserver 192.168.21.53" >/etc/resolv.conf'
    in_bed mkwpar -n resolving -r >/dev/null
    [ "$(in_bed cat /wpars/resolving/etc/resolv.conf)" = "nameserver 192.168.21.53" ]
    in_bed rmwpar resolving >/dev/null
    in_bed sh -c 'rm /etc/resolv.conf; mv /etc/resolv.saved /etc/resolv.conf 2>/dev/null || true'
}

@test "no -N: the address its name stands for; a name that stands for none has loopback alone" {
    in_bed sh -c 'cp /etc/hosts /etc/hosts.saved; echo "192.168.21.81 named" >>/etc/hosts; echo "10.99.0.1 elsewhere" >>/etc/hosts'
    in_bed mkwpar -n named >/dev/null
    in_bed mkwpar -n elsewhere >/dev/null
    in_bed sh -c 'startwpar named; startwpar elsewhere' >/dev/null
    on_lan $(ping_of 192.168.21.81)
    reaches elsewhere 127.0.0.1
    [ "$(inside elsewhere 'ls /sys/class/net')" = lo ]
    cannot_reach elsewhere $own4
    in_bed sh -c 'rmwpar -s named; rmwpar -s elsewhere; mv /etc/hosts.saved /etc/hosts' >/dev/null
}

# --- other modes, other interfaces

mode_of() {
    in_bed rmwpar -F moded >/dev/null 2>&1 || true  # of a check that failed
    in_bed mkwpar -n moded -N "mode=$1" "interface=$2" "address=$3" netmask=255.255.0.0 "${@:4}" >/dev/null
    in_bed startwpar moded >/dev/null
}
end_mode() { in_bed rmwpar -s moded >/dev/null; }

@test "mode=macvlan" {
    mode_of macvlan en0 192.168.21.82
    on_lan $(ping_of 192.168.21.82)
    on "$bed-2" $(ping_of 192.168.21.82)
    reaches moded $lan4
    end_mode
}

@test "mode=ipvlan" {
    in_bed sh -c 'ip link add ipv9 link en0 type ipvlan mode l2 && ip link delete ipv9' || skip_check ipvlan "this kernel has no ipvlan"
    mode_of ipvlan en0 192.168.21.83
    on_lan $(ping_of 192.168.21.83)
    reaches moded $far4
    end_mode
}

@test "mode=bridge" {
    in_bed sh -ec 'ip link add br9 type bridge forward_delay 0; ip address add 10.20.0.1/16 dev br9; ip link set br9 up'
    mode_of bridge br9 10.20.0.2 -S privs+=PV_NET_CONFIG,PV_NET_CNTL
    in_bed $(ping_of 10.20.0.2)
    reaches moded 10.20.0.1
    # a port of a bridge is guarded as well, with its MAC
    inside moded 'ip address add 10.20.0.50/16 dev br9'
    refute inside moded 'ping -n -q -c 1 -W 1 -I 10.20.0.50 10.20.0.1'
    inside moded 'nft flush ruleset; ip link set br9 address 02:00:00:00:00:01'
    cannot_reach moded 10.20.0.1
    end_mode
    in_bed ip link delete br9
}

@test "two interfaces: each address on its own" {
    in_bed sh -ec 'ip netns add far; ip link add en1 type veth peer name en1 netns far; ip address add 10.30.0.1/16 dev en1; ip link set en1 up
        ip -n far link set en1 up; ip -n far address add 10.30.0.2/16 dev en1'
    in_bed mkwpar -n both -N interface=en0 address=192.168.21.84 netmask=255.255.0.0 -N interface=en1 address=10.30.0.9 netmask=255.255.0.0 >/dev/null
    in_bed startwpar both >/dev/null
    on_lan $(ping_of 192.168.21.84)
    in_bed ip netns exec far $(ping_of 10.30.0.9)
    reaches both $lan4
    reaches both 10.30.0.2
    in_bed rmwpar -s both >/dev/null
    in_bed sh -ec 'ip link delete en1; ip netns delete far; umount /run/netns; rmdir /run/netns'
}

# --- an address that somebody has

@test "an address in use is refused: the own machine's, another WPAR's, another host's" {
    local taken
    for taken in $own4 $one4 $also4 $lan4 $far4; do
        wpar_run mkwpar -n never -N interface=en0 "address=$taken" netmask=255.255.0.0
        [ "$status" -ne 0 ] || { echo "taken twice: $taken" >&2; return 1; }
        assert_error "$taken"
    done
    for taken in $own6 $one6 $lan6 $far6; do
        wpar_run mkwpar -n never -N interface=en0 "address6=$taken" prefixlen=64
        [ "$status" -ne 0 ] || { echo "taken twice: $taken" >&2; return 1; }
        assert_error "$taken"
    done
    wpar_run chwpar -N interface=en0 address=$lan4 netmask=255.255.0.0 one
    assert_failure
    refute in_bed test -e /etc/wpars/never.cf
    on_lan $(ping_of $one4)
}

# --- changes while it runs

@test "chwpar -N adds and takes addresses; an open connection goes on" {
    inside one 'setsid perl -MIO::Socket::INET -e "
        my \$l = IO::Socket::INET->new(Listen => 5, LocalPort => 7002, ReuseAddr => 1) or die;
        while (my \$c = \$l->accept) { \$c->autoflush(1); print \$c \$_ while <\$c> }" >/dev/null 2>&1 </dev/null &'
    eventually inside one "ss -Hltn sport = 7002 | grep -q ."
    on_lan timeout 60 perl -MIO::Socket::INET -e "
        my \$s = IO::Socket::INET->new(q($one4:7002)) or die; \$s->autoflush(1); \$| = 1;
        for (1..60) { print \$s qq(\$_\n); my \$back = <\$s>; die qq(lost\n) unless defined \$back; select undef, undef, undef, 0.1 }
        print qq(all 60 came back\n)" >"$BATS_TEST_TMPDIR/talk" 2>&1 3>&- &
    local talk=$!
    sleep 0.5
    in_bed chwpar -N interface=en0 address=192.168.21.75 netmask=255.255.0.0 one
    on_lan $(ping_of 192.168.21.75)
    in_bed chwpar -N interface=en0 address6=fd00:21::75 prefixlen=64 one
    on_lan $(ping_of fd00:21::75)
    in_bed chwpar -K -N address=192.168.21.75 one
    in_bed chwpar -K -N address6=fd00:21::75 one
    refute on_lan ping -n -q -c 1 -W 1 192.168.21.75
    in_bed chwpar -h renamed one
    in_bed chwpar -h one one
    wait $talk
    [ "$(cat "$BATS_TEST_TMPDIR/talk")" = "all 60 came back" ]
}

# --- what others do to the firewall

@test "nft flush ruleset: the next command brings the guard back, and a stop is clean" {
    in_bed nft flush ruleset
    in_bed mkwpar -n last -N interface=en0 address=192.168.21.85 netmask=255.255.0.0 >/dev/null
    in_bed startwpar last >/dev/null
    on_lan $(ping_of 192.168.21.85)
    on_lan $(ping_of $one4)
    reaches one $two4
    wpar_run nft list table inet corral
    assert_status 0
    assert_match "$one4"
    in_bed nft flush ruleset
    in_bed rmwpar -s last >/dev/null
}

@test "nft flush ruleset: any command that changes something brings the guard back" {
    in_bed nft flush ruleset
    in_bed chwpar -A two
    in_bed chwpar -K -A two
    wpar_run nft list table inet corral
    assert_status 0
    assert_match "$two4"
}

@test "a flood of new connections from a WPAR does not keep others out" {
    inside two 'perl -MSocket -e "socket my \$s, PF_INET, SOCK_DGRAM, 0; my \$end = time + 2; while (time < \$end) { send \$s, q(x) x 1000, 0, pack_sockaddr_in(9, inet_aton(q('$lan4'))) for 1..100 }" || true'
    on_lan $(ping_of $one4)
}

@test "stopped, nothing of them is left: no rule, route, proxy entry or setting" {
    in_bed sh -c 'rmwpar -s one; rmwpar -s two' >/dev/null
    cp "$BATS_FILE_TMPDIR/empty" "$BATS_FILE_TMPDIR/audit"
    refute in_bed nft list table inet corral
    [ -z "$(in_bed ip neighbour show proxy)" ]
    [ -z "$(in_bed ip -6 neighbour show proxy)" ]
    refute in_bed sh -c 'ip route show table all | grep -E "192\.168\.21\.(7|8)|fd00:21::7"'
    switches | diff "$BATS_FILE_TMPDIR/switches" -
    assert_clean
}
