#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# The bed itself: what every other story stands on.

load helper

prepare_bed() {
    "$bed_tool" copy "$bed" "$build/tests/e2e/idmapped" /usr/local/bin/
    new_bed "$bed-2" --address 192.168.21.11/16 --address6 fd00:21::11/64
}

@test "a bed has its own host name and a first process that reaps" {
    wpar_run sh -c 'hostname; cat /proc/1/comm; (sleep 0.1 & exec true); sleep 0.3; ps -e -o stat= | grep -c Z || true'
    assert_status 0
    assert_output "$bed"$'\ntini\n0'
}

@test "status, standard input and arguments pass through" {
    run in_bed sh -c 'cat; echo "$1"; exit 7' sh 'two words' <<<hello
    assert_status 7
    assert_output $'hello\ntwo words'
}

@test "nothing of the machine's file systems can be seen" {
    wpar_run findmnt --noheadings --list --output FSTYPE,TARGET
    assert_match '^btrfs +/$'
    [ "$(grep -cE '^(btrfs|ext4|xfs|overlay) ' <<<"$output")" -eq 1 ]
    wpar_run stat -c %m /root
    assert_output /
    wpar_run pwd
    assert_output /root
}

@test "the root can be idmapped" {
    in_bed sh -ec 'mkdir -p /srv/a /srv/b; touch /srv/a/file'
    wpar_run idmapped /srv/a /srv/b 200000
    assert_status 0
    wpar_run stat -c %u:%g /srv/b/file
    assert_output 200000:200000
    in_bed sh -ec 'umount /srv/b; rm -r /srv/a /srv/b'
    assert_clean
}

@test "the LAN joins the bed, another host and other beds, over IPv4 and IPv6" {
    local address
    for address in 192.168.21.2 fd00:21::2 192.168.21.11 fd00:21::11; do in_bed ping -q -c 1 -W 5 "$address"; done
    for address in 192.168.21.10 fd00:21::10; do
        on_lan ping -q -c 1 -W 5 "$address"
        on "$bed-2" ping -q -c 1 -W 5 "$address"
    done
}

@test "no packet can leave the LAN" {
    wpar_run ip route get 1.1.1.1
    assert_failure
    lan_run ip route get 1.1.1.1
    assert_failure
    lan_run ip -o link show type veth
    assert_match 'en0@'
    [ -z "$(ip -o link show type veth; ip -o link show type bridge)" ]
}

@test "sysctl settings of the network are the bed's own" {
    local before
    before=$(cat /proc/sys/net/ipv4/conf/all/proxy_arp)
    in_bed sysctl -q -w net.ipv4.conf.all.proxy_arp=1
    wpar_run sysctl -n net.ipv4.conf.all.proxy_arp
    assert_output 1
    [ "$(cat /proc/sys/net/ipv4/conf/all/proxy_arp)" = "$before" ]
    in_bed sysctl -q -w net.ipv4.conf.all.proxy_arp=0
    assert_clean
}

@test "the bed is the root of every cgroup hierarchy it sees" {
    wpar_run sed 's/.*://' /proc/self/cgroup
    refute grep -vxE '/|/init.scope' <<<"$output"
    wpar_run find /sys/fs/cgroup -name corral-beds
    assert_output ""
}

@test "a memory limit set inside holds" {
    in_bed sh -ec '
        top=/sys/fs/cgroup/memory limit=memory.limit_in_bytes
        [ -d $top ] || { top=/sys/fs/cgroup limit=memory.max; }
        mkdir $top/limited
        echo 20M >$top/limited/$limit'
    run in_bed sh -c 'echo $$ >$(ls -d /sys/fs/cgroup/memory/limited /sys/fs/cgroup/limited 2>/dev/null)/cgroup.procs
        head -c 200M /dev/zero | tail -c 200M >/dev/null'
    assert_status 137
    eventually in_bed sh -c 'find /sys/fs/cgroup -depth -name limited -exec rmdir {} +'
    assert_clean
}

@test "an image mounts on a loop device" {
    in_bed sh -ec 'truncate -s 64M /srv/image; mkfs.ext4 -q /srv/image; mount -o loop /srv/image /mnt; touch /mnt/file
        umount /mnt; rm /srv/image'
    assert_clean
}

@test "the audit names what is left behind" {
    in_bed sh -ec '
        group=$(find /sys/fs/cgroup -maxdepth 2 -name cgroup.procs | head -n 1)
        mkdir "${group%/*}/left"
        mount -t tmpfs tmpfs /mnt
        truncate -s 1M /srv/left
        losetup -f /srv/left
        ip link add left0 type veth peer name left1
        nft add table ip left
        mkdir -p /wpars/left
        setsid sleep 1234 >/dev/null 2>&1 3>&- &'
    run audit
    local expected
    for expected in 'mount /mnt tmpfs /' 'loop /srv/left' 'interface left0' 'path /wpars/left' 'nft table ip left {' \
        'process sleep: sleep 1234'; do
        assert_line "$expected"
    done
    assert_match '^cgroup .*left$'
    run assert_clean 0
    assert_status 1
    in_bed sh -ec '
        find /sys/fs/cgroup -type d -name left -exec rmdir {} +
        umount /mnt
        losetup -j /srv/left -O NAME -n | xargs losetup -d
        ip link delete left0
        nft delete table ip left
        rm -r /srv/left /wpars
        pkill -xf "sleep 1234"'
    assert_clean
}

@test "the project is installed" {
    wpar_run ls /usr/sbin/lswpar
    assert_status 0
}

@test "a bed that is killed half-way or interrupted leaves nothing" {
    local name=$bed-3 signal delay
    for signal in INT KILL; do
        for delay in 0.01 0.03 0.06 0.09; do
            timeout --foreground --signal="$signal" "$delay" "$bed_tool" up "$name" --lan "$name" 3>&- || true
            if [ "$signal" = KILL ] && "$bed_tool" list | grep -q "^$name "; then "$bed_tool" down "$name" 3>&-; fi
            if [ "$signal" = INT ] && [ "$("$bed_tool" list | awk -v n="$name" '$1 == n { print $3 }')" = up ]; then
                "$bed_tool" down "$name" 3>&-
            fi
            AUDIT_BEDS=$name run "$support/audit" machine
            refute grep -F "$name" <<<"$output"
        done
    done
}
