#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Bad input gets a clear error, with cause and remedy, and changes nothing. "old" is a WPAR that stands in the way.

load helper

prepare_bed() {
    first_wpar
    in_bed mkwpar -n old -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 >/dev/null
}

# refused STATUS TEXT COMMAND...: says exactly that on stderr (usage lines aside), nothing on stdout, changes nothing.
refused() {
    local expected=$1 text=$2
    shift 2
    wpar_run "$@" </dev/null
    assert_status "$expected"
    stderr=$(sed '/^Usage: /,$d' <<<"$stderr")
    [ "$stderr" = "$text" ] || { show_result; echo "expected on stderr: $text"; return 1; } >&2
    [ -z "$output" ] || { show_result; echo "expected nothing on stdout"; return 1; } >&2
}

no_such() { echo "$1: 0960-419 Could not find a workload partition called $2."; }
bad_name() { echo "mkwpar: '$1' cannot be the name of a workload partition: $2"; }
remove_x() { in_bed rmwpar -F x >/dev/null; }

@test "unknown, duplicate, missing and contradicting flags" {
    refused 2 "mkwpar: flag -Q is not known" mkwpar -Q -n x
    refused 2 "mkwpar: flag -n is given twice" mkwpar -n x -n y
    refused 2 "mkwpar: flag -n needs a value: wparname" mkwpar -n
    refused 2 "mkwpar: flag -R is given twice" mkwpar -n x -R CPU=1%-2%,3% -R memory=1%-2%,3%
    refused 2 "mkwpar: one of the flags -n, -f, -p, -w is needed" mkwpar
    refused 2 "mkwpar: flag -w makes sense only with -o" mkwpar -w -n x
    refused 2 "mkwpar: flags -e, -f exclude each other" mkwpar -n x -e old -f /tmp/x
    refused 2 "mkwpar: 'extra' is one operand too many; this command takes none" mkwpar -n x extra
    refused 2 "startwpar: flag -t is not known" startwpar -t 5 old
    refused 2 "startwpar: an operand is missing: wparname" startwpar
    refused 2 "startwpar: 'more' is one operand too many" startwpar old more
    refused 2 "stopwpar: flag -t takes a whole number, not 'abc'" stopwpar -t abc old
    refused 2 "stopwpar: flags -N, -t exclude each other" stopwpar -N -t 5 old
    refused 2 "stopwpar: flags -F, -h exclude each other" stopwpar -F -h old
    refused 2 "lswpar: flag -Z is not known" lswpar -Z
    refused 2 "lswpar: flags -G, -N exclude each other" lswpar -G -N
    refused 2 "clogin: an operand is missing: wparname [command [argument ...]]" clogin
    assert_clean
}

@test "unknown and duplicate attributes" {
    refused 2 "mkwpar: -N: attribute 'interface' is given twice" mkwpar -n x -N interface=en0 interface=en0
    refused 2 "mkwpar: -N: attribute 'colour' is not one of stanza network: interface, address, netmask, broadcast, address6, prefixlen, mode" \
        mkwpar -n x -N colour=red
    refused 2 "mkwpar: -M: attribute 'directory' is given twice" mkwpar -n x -M directory=/ directory=/
    refused 2 "mkwpar: -R: attribute 'memory' is given twice" mkwpar -n x -R memory=1%-2%,3% memory=1%-2%,3%
    refused 2 "mkwpar: privs: there is no privilege 'PV_NOSUCH'" mkwpar -n x -S privs+=PV_NOSUCH
    assert_clean
}

@test "names that cannot be" {
    refused 2 "$(bad_name abcdefghijklmnopqrstuvwxyz 'it is 26 bytes long, at most 25 are allowed')" \
        mkwpar -n abcdefghijklmnopqrstuvwxyz
    refused 2 "mkwpar: no name; give one with -n, or in the specification file" mkwpar -n ''
    refused 2 "$(bad_name . 'it stands for a directory')" mkwpar -n .
    refused 2 "$(bad_name .. 'it stands for a directory')" mkwpar -n ..
    refused 2 "$(bad_name a/b "it contains /; none of these is allowed: =:/!;\`'\"<>~&()*+[],.^{}|\\")" mkwpar -n a/b
    refused 2 "$(bad_name 'a b' 'it contains a blank, tab or newline')" mkwpar -n 'a b'
    refused 2 "mkwpar: 'a\\x0ab' holds a control character or one that is not ASCII; only printable ASCII is accepted" \
        mkwpar -n $'a\nb'
    refused 2 "mkwpar: flag -n needs a value: wparname, found the flag '-x'" mkwpar -n -x
    local command name
    for command in startwpar stopwpar rebootwpar rmwpar "rmwpar -F" "chwpar -A" clogin lswpar; do
        for name in nosuch ../x 'a b'; do
            # shellcheck disable=SC2086  # words are wanted
            refused 1 "$(no_such "${command%% *}" "$name")" $command "$name"
        done
    done
    assert_clean
}

@test "a name and an address that are taken" {
    refused 1 "mkwpar: A workload partition called old exists already; choose another name, or remove it with rmwpar" \
        mkwpar -n old
    refused 1 "mkwpar: address 192.168.21.50 belongs to workload partition old; give another one" \
        mkwpar -n x -N interface=en0 address=192.168.21.50 netmask=255.255.0.0
    refused 1 "mkwpar: address 192.168.21.50 belongs to workload partition old; give another one" mkwpar -n x -e old
    refused 1 "mkwpar: address 192.168.21.10 is in use by the global environment" \
        mkwpar -n x -N interface=en0 address=192.168.21.10 netmask=255.255.0.0
    local mac
    mac=$(on_lan ip -o link show en0 | sed "s/.*ether \([^ ]*\).*/\1/")
    refused 1 "mkwpar: address 192.168.21.2 is in use on the network of en0 by $mac" \
        mkwpar -n x -N interface=en0 address=192.168.21.2 netmask=255.255.0.0
    refused 1 "chwpar: address 192.168.21.10 is in use by the global environment" \
        chwpar -N interface=en0 address=192.168.21.10 netmask=255.255.0.0 old
    assert_clean
}

@test "an address that is taken when it starts" {
    in_bed ip address add 192.168.21.50/32 dev en0
    refused 1 "startwpar: address 192.168.21.50 is in use by the global environment" startwpar old
    in_bed ip address delete 192.168.21.50/32 dev en0
    assert_clean
}

@test "interfaces and masks" {
    refused 1 "mkwpar: there is no interface 'en7'; there are: en0" \
        mkwpar -n x -N interface=en7 address=192.168.21.51 netmask=255.255.0.0
    refused 2 "mkwpar: network '192.168.21.300': '192.168.21.300' is not an IPv4 address" \
        mkwpar -n x -N interface=en0 address=192.168.21.300 netmask=255.255.0.0
    refused 2 "mkwpar: network '192.168.21.51': netmask '255.0.255.0' has holes: its ones must all come first" \
        mkwpar -n x -N interface=en0 address=192.168.21.51 netmask=255.0.255.0
    refused 2 "mkwpar: network '192.168.21.51': '33' is not a netmask like 255.255.255.0" \
        mkwpar -n x -N interface=en0 address=192.168.21.51 netmask=33
    refused 2 "mkwpar: network 'fd00:21::51': '129' is not a prefix length from 1 to 128" \
        mkwpar -n x -N interface=en0 address6=fd00:21::51 prefixlen=129
    refused 2 "mkwpar: network '224.0.0.1': it is a multicast address" \
        mkwpar -n x -N interface=en0 address=224.0.0.1 netmask=255.255.0.0
    assert_clean
}

@test "base directories" {
    in_bed mkdir -p /srv/full/x
    refused 1 "mkwpar: base directory '/srv/full' is not empty" mkwpar -n x -d /srv/full
    in_bed rm -r /srv/full
    refused 2 "mkwpar: base directory: 'relative' is not an absolute path" mkwpar -n x -d relative
    refused 2 "mkwpar: base directory: '/usr/x' belongs to the global environment; give one of its own, like /wpars/web1" \
        mkwpar -n x -d /usr/x
    refused 1 "mkwpar: base directory '/wpars/old' is that of another workload partition, '/wpars/old'" \
        mkwpar -n x -d /wpars/old
    refused 1 "mkwpar: base directory '/wpars/old/inner' lies in that of another workload partition, '/wpars/old'" \
        mkwpar -n x -d /wpars/old/inner
    refused 1 "mkwpar: users of the global environment could reach files of the workload partition through '/srv', and set-user-ID programs made inside would be root's for them; choose a base directory like /wpars/NAME, in a directory that only root may enter" \
        mkwpar -n x -d /srv/x
    assert_clean
}

@test "sizes" {
    local what="'abc' is not a size: it needs a whole number; give a number with K, M, G or T, like 5G"
    refused 2 "mkwpar: mount '/': size: $what" mkwpar -n x -M directory=/ vfs=jfs2 size=abc
    refused 2 "mkwpar: mount '/': size: '0' is not a size: it is zero; give a number with K, M, G or T, like 5G" \
        mkwpar -n x -M directory=/ vfs=jfs2 size=0
    refused 2 "mkwpar: mount '/': vfs=jfs2 needs a size, like size=5G, or dev, an existing logical volume" \
        mkwpar -n x -M directory=/ vfs=jfs2
    refused 2 "mkwpar: -M directory=/: size 1M is too small for ext4, which needs 8M" \
        mkwpar -n x -M directory=/ vfs=jfs2 size=1M
    wpar_run mkwpar -n x -M directory=/ vfs=jfs2 size=1000T
    assert_status 1
    assert_error "mkwpar: -M directory=/: file system '/': size 1048576000 MB can never be filled: the file system of '/var/lib/wpars', where its image would lie, has "
    refused 2 "mkwpar: mount '/': vfs 'zfs' is none of directory, namefs, bind, jfs2, jfs, ext4, xfs, btrfs, nfs, tmpfs, overlay" \
        mkwpar -n x -M directory=/ vfs=zfs
    refused 1 "mkwpar: -M directory=/data: file system '/data': dev '/nosuch': No such file or directory (ENOENT)" \
        mkwpar -n x -M directory=/data vfs=namefs dev=/nosuch
    refused 1 "mkwpar: -M directory=/usr/local/x: /usr is shared read-only and has no such directory; make '/usr/local/x', or give the workload partition a /usr of its own (mkwpar -l)" \
        mkwpar -n x -M directory=/usr/local/x vfs=tmpfs size=1M
    assert_clean
}

@test "percentages and counts" {
    local form="give min%-soft%,hard% like 10%-50%,100%"
    refused 2 "mkwpar: CPU: '50%-20%,100%' is not a range of percentages: the minimum is greater than the soft maximum; $form" \
        mkwpar -n x -R CPU=50%-20%,100%
    refused 2 "mkwpar: CPU: '10%-80%,50%' is not a range of percentages: the soft maximum is greater than the hard maximum; $form" \
        mkwpar -n x -R CPU=10%-80%,50%
    refused 2 "mkwpar: memory: '10%-50%,101%' is not a range of percentages: the hard maximum is not a percentage from .01 to 100; $form" \
        mkwpar -n x -R memory=10%-50%,101%
    refused 2 "mkwpar: totalProcesses: '0' is not a number of at least 2, or 'unlimited'" mkwpar -n x -R totalProcesses=0
    refused 2 "mkwpar: shares_CPU: '70000' is not a number of shares from 1 to 65535" mkwpar -n x -R shares_CPU=70000
    wpar_run mkwpar -n x -R rset=900
    assert_status 2
    assert_error "mkwpar: -R: rset: processor 900 of '900' is not there; this machine has "
    refused 2 "chwpar: CPU: '50%-20%,100%' is not a range of percentages: the minimum is greater than the soft maximum; $form" \
        chwpar -R CPU=50%-20%,100% old
    assert_clean
}

@test "minima of all active ones over 100 %" {
    in_bed chwpar -R memory=60%-100%,100% old
    in_bed startwpar old >/dev/null
    refused 2 "mkwpar: -R: the memory minima of all active workload partitions would be 120%, more than the whole; lower this one's (60%) or another's" \
        mkwpar -n x -R memory=60%-100%,100%
    in_bed stopwpar -F old >/dev/null
    in_bed chwpar -K -R memory old
    assert_clean
}

@test "commands that wparexec cannot run" {
    refused 2 "wparexec: 'vmstat' is not an absolute path; name the program by its full path, like /usr/bin/vmstat" \
        wparexec vmstat 5
    refused 2 "wparexec: './vmstat' is not an absolute path; name the program by its full path, like /usr/bin/vmstat" \
        wparexec ./vmstat
    refused 1 "wparexec: command '/usr/bin/nosuch': No such file or directory (ENOENT)" wparexec /usr/bin/nosuch
    refused 1 "wparexec: command '/etc/passwd' cannot be executed; make it executable with chmod +x" wparexec /etc/passwd
    refused 2 "wparexec: command '/usr' is a directory" wparexec /usr
    refused 2 "wparexec: no command; give one by its absolute path, like /usr/bin/vmstat" wparexec
    in_bed sh -c 'printf "#!/nosuch/interpreter\n" >/tmp/script; chmod 755 /tmp/script'
    wpar_run wparexec /tmp/script
    assert_failure
    assert_error "wparexec: "
    in_bed rm /tmp/script
    assert_clean
}

@test "not root" {
    local why="only root may do this; become root, for example with sudo" command
    for command in "mkwpar -n x" "chwpar -A old" "startwpar old" "stopwpar old" "rebootwpar old" "rmwpar old" \
        "rmwpar -F old" "clogin old" "wparexec /bin/true" "corral autostart"; do
        # shellcheck disable=SC2086,SC2001  # words are wanted
        refused 1 "$(sed 's/^\(corral autostart\|[a-z]*\).*/\1/' <<<"$command"): $why" \
            setpriv --reuid 65534 --regid 65534 --clear-groups $command
    done
    wpar_run setpriv --reuid 65534 --regid 65534 --clear-groups lswpar -qc -a name,state
    assert_status 0
    assert_output "old:D"
    assert_clean
}

@test "not in the global environment" {
    in_bed startwpar old >/dev/null
    refused 1 "mkwpar: this works in the global environment only; this process lives in a workload partition or another container with user ids of its own" \
        clogin old mkwpar -n x
    in_bed stopwpar -F old >/dev/null
    assert_clean
}

@test "not enough space" {
    in_bed sh -ec 'truncate -s 30M /srv/image; mkfs.ext4 -q /srv/image; mkdir -m 700 /srv/small
        mount -o loop /srv/image /srv/small; chmod 700 /srv/small'
    wpar_run mkwpar -n x -d /srv/small/x -M directory=/usr vfs=directory
    assert_status 1
    grep -qxE "mkwpar: '/srv/small/x' has [0-9]+ MB left on its file system; [0-9]+ MB are needed" <<<"$stderr"
    in_bed sh -c 'head -c 40M /dev/zero >/srv/small/fill 2>/dev/null || true'
    wpar_run mkwpar -n x -d /srv/small/x
    assert_status 1
    grep -qE "^mkwpar: '/srv/small/x' has 0 MB left on its file system; [0-9]+ MB are needed$" <<<"$stderr"
    wpar_run mkwpar -F -n x -d /srv/small/x
    assert_status 1
    assert_error "No space left on device (ENOSPC)"
    wpar_run ls /srv/small
    assert_output $'fill\nlost+found'
    in_bed sh -ec 'umount /srv/small; rm -r /srv/small /srv/image'
    wpar_run mkwpar -n x -M directory=/ vfs=jfs2 size=100M -M directory=/usr vfs=directory
    assert_status 1
    assert_error "mkwpar: -M directory=/ size=100M is too small: /, /usr need "
    wpar_run mkwpar -F -n x -M directory=/ vfs=jfs2 size=100M -M directory=/usr vfs=directory
    assert_status 1
    assert_error "No space left on device (ENOSPC)"
    assert_clean
}

@test "a file system that cannot be idmapped" {
    in_bed sh -ec 'mkdir -p /srv/o/l /srv/o/u /srv/o/w /srv/o/m
        mount -t overlay -o lowerdir=/srv/o/l,upperdir=/srv/o/u,workdir=/srv/o/w none /srv/o/m; chmod 700 /srv/o/m'
    refused 1 "mkwpar: '/srv/o/m/x' is on '/srv/o/m', a file system of type overlay that cannot shift ids (idmapped mounts); use a directory on ext4, xfs or btrfs, or give the workload partition's / a file system of its own: -M directory=/ vfs=jfs2 size=5G" \
        mkwpar -n x -d /srv/o/m/x
    in_bed sh -ec 'umount /srv/o/m; rm -r /srv/o'
    assert_clean
}

# without PROGRAM COMMAND...: while it is away.
without() {
    local program=$1
    shift
    in_bed mv "/usr/sbin/$program" "/usr/sbin/$program.away"
    "$@" || { in_bed mv "/usr/sbin/$program.away" "/usr/sbin/$program"; return 1; }
    in_bed mv "/usr/sbin/$program.away" "/usr/sbin/$program"
}

@test "missing programs are named with their packages" {
    without mkfs.ext4 refused 1 \
        "mkwpar: -M directory=/: file system '/': to make a file system of type ext4: program 'mkfs.ext4' is missing; install package e2fsprogs (check: corral doctor programs)" \
        mkwpar -n x -M directory=/ vfs=jfs2 size=1G
    refused 1 "mkwpar: -M directory=/: file system '/': program 'lvcreate' is missing; install package lvm2 (check: corral doctor programs)" \
        mkwpar -n x -M directory=/ vfs=jfs2 size=1G -g novg
    without nft wpar_run_start
    assert_status 1
    assert_error "the program nft is missing; install the package nftables"
    assert_clean
}
wpar_run_start() { wpar_run startwpar old; }

@test "damaged definitions: file, line, what was expected" {
    in_bed mkwpar -n x >/dev/null
    in_bed cp /etc/wpars/x.cf /tmp/x.cf
    damage() { in_bed sh -c 'cp /tmp/x.cf /etc/wpars/x.cf; sed -i "$1" /etc/wpars/x.cf' sh "$1"; }
    damage '3s/.*/    auto = perhaps/'
    wpar_run startwpar x
    assert_status 2
    assert_error "startwpar: /etc/wpars/x.cf:3: "
    damage '2s/.*/    nosuch = 1/'
    wpar_run startwpar x
    assert_status 2
    assert_error "startwpar: /etc/wpars/x.cf:2: attribute 'nosuch' is not one of stanza general: "
    damage '1s/.*/nonsense/'
    wpar_run chwpar -A x
    assert_status 2
    assert_error "chwpar: /etc/wpars/x.cf:1: "
    wpar_run lswpar
    assert_status 1
    assert_error "lswpar: /etc/wpars/x.cf:1: "
    assert_match '^x +B +S '
    assert_match '^old +D +S '
    in_bed sh -c ': >/etc/wpars/x.cf'
    wpar_run startwpar x
    assert_failure
    assert_error "startwpar: /etc/wpars/x.cf"
    in_bed sh -c 'head -c 3000000 /dev/zero >/etc/wpars/x.cf'
    wpar_run startwpar x
    assert_failure
    assert_error "/etc/wpars/x.cf"
    in_bed mv /tmp/x.cf /etc/wpars/x.cf
    in_bed rmwpar x
    assert_clean
}

@test "damaged specification files" {
    refused 1 "mkwpar: specification file: open '/nosuch': No such file or directory (ENOENT)" mkwpar -n x -f /nosuch
    in_bed sh -c 'printf "general:\n\tname = \"x\"\n\tcolour = \"red\"\n" >/tmp/x.spec'
    wpar_run mkwpar -f /tmp/x.spec
    assert_status 2
    assert_error "mkwpar: /tmp/x.spec:3: attribute 'colour' is not one of stanza general: "
    in_bed rm /tmp/x.spec
    assert_clean
}

@test "scripts that cannot be called" {
    refused 1 "mkwpar: -u: script '/nosuch': No such file or directory (ENOENT)" mkwpar -n x -u /nosuch
    refused 2 "mkwpar: script: 'relative' is not an absolute path" mkwpar -n x -u relative
    refused 1 "mkwpar: script '/etc/passwd' (-u) cannot be executed; make it executable with chmod +x" mkwpar -n x -u /etc/passwd
    refused 1 "mkwpar: -k: script '/nosuch': No such file or directory (ENOENT)" mkwpar -n x -k /nosuch
    assert_clean
}

@test "what is active already, or not active" {
    refused 1 "stopwpar: 0960-254 Workload partition old is not active." stopwpar old
    refused 1 "rebootwpar: 0960-254 Workload partition old is not active." rebootwpar old
    refused 1 "clogin: 0960-254 Workload partition old is not active." clogin old
    in_bed startwpar old >/dev/null
    refused 1 "startwpar: Workload partition old is active already." startwpar old
    refused 1 "clogin: old: user 'nosuch' is not in the WPAR's /etc/passwd" clogin old -l nosuch id
    run -127 in_bed clogin old nosuchcommand </dev/null
    assert_output "bash: line 1: nosuchcommand: command not found"
    in_bed stopwpar -F old >/dev/null
    assert_clean
}

@test "two commands at once: one waits, or says who holds it and since when" {
    in_bed sh -c 'printf "#!/bin/sh\nwhile [ -e /run/hold ]; do sleep 0.05; done\n" >/tmp/slow; chmod 755 /tmp/slow
        : >/run/hold; chwpar -u /tmp/slow old'
    in_bed startwpar old >/dev/null 3>&- &
    eventually in_bed sh -c 'lswpar -T old | grep -q start'
    wpar_run lswpar -qc -a name,state
    assert_output "old:T"
    wpar_run stopwpar -F old
    assert_status 1
    grep -qxE "stopwpar: workload partition old is held by operation 'start' \(process [0-9]+, since [0-9-]+ [0-9:]+\); try again when it is done" <<<"$stderr"
    in_bed stopwpar -F old >/dev/null 3>&- &
    in_bed rm /run/hold
    wait
    [ "$(in_bed lswpar -qca state old)" = D ]
    in_bed chwpar -K -u old
    in_bed rm /tmp/slow
    local attempt count=0
    for attempt in 1 2 3 4; do in_bed startwpar old >/dev/null 2>"$BATS_TEST_TMPDIR/$attempt" 3>&- & done
    wait
    for attempt in 1 2 3 4; do [ -s "$BATS_TEST_TMPDIR/$attempt" ] || count=$((count + 1)); done
    [ "$count" -eq 1 ]
    # who waited for long, since the disk is slow, says for whom
    refute grep -hvxE "startwpar: (Workload partition old is active already\\.|workload partition old is held by operation 'start' .*)" \
        "$BATS_TEST_TMPDIR"/[1-4]
    in_bed stopwpar -F old >/dev/null
    assert_clean
}

# interrupted DELAY COMMAND...: gets ctrl-C after that many seconds.
interrupted() {
    local delay=$1
    shift
    wpar_run timeout --foreground --signal=INT "$delay" "$@"
}

@test "ctrl-C during mkwpar rolls back" {
    local delay caught=0
    for delay in 0.02 0.05 0.1 0.2 0.3 0.6 1.2; do
        [ "$caught" -lt 3 ] || break
        interrupted $delay mkwpar -n x -M directory=/ vfs=jfs2 size=2G -M directory=/usr vfs=directory
        if [ -z "$stderr" ]; then  # it was done, or not yet begun
            if in_bed test -e /etc/wpars/x.cf; then remove_x; fi
            continue
        fi
        caught=$((caught + 1))
        [ "$stderr" = "mkwpar: 0960-367 SIGINT received, cleaning up" ]
        refute in_bed lswpar -q x 2>/dev/null
        assert_clean
    done
    [ "$caught" -gt 0 ]
}

@test "ctrl-C during startwpar rolls back" {
    local delay caught=0
    for delay in 0.005 0.01 0.02 0.04 0.06 0.1 0.2 0.4; do
        [ "$caught" -lt 3 ] || break
        interrupted $delay startwpar old
        if [ -z "$stderr" ]; then
            in_bed stopwpar -F old >/dev/null 2>&1 || true
            continue
        fi
        caught=$((caught + 1))
        [ "$stderr" = "startwpar: 0960-367 SIGINT received, cleaning up" ]
        [ "$(in_bed lswpar -qc -a state old)" = D ]
        assert_clean
    done
    [ "$caught" -gt 0 ]
}

@test "a start without the image of a file system says what is missing and what helps" {
    in_bed mkwpar -n noimage -M directory=/ vfs=ext4 size=1G >/dev/null
    in_bed mv /var/lib/wpars/noimage/root.img /var/lib/wpars/kept
    refused 1 "startwpar: file system /: '/var/lib/wpars/noimage/root.img' is missing; restore it from a backup, or remove the workload partition with rmwpar -F noimage" \
        startwpar noimage
    in_bed mv /var/lib/wpars/kept /var/lib/wpars/noimage/root.img
    in_bed rmwpar noimage >/dev/null
}
