#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# clonewpar: another WPAR with what one holds, without an archive. The original, running or not, is as it was.

load helper

prepare_bed() {
    first_wpar
    # all that a file system can hold, written by the WPAR's root and by the global environment's
    in_bed sh -ec '
        mkwpar -l -n own -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 -R totalProcesses=300 -A >/dev/null
        cd /wpars/own/srv
        mkdir -p odd/deep "odd/new
line" && cd odd
        head -c 3000000 /dev/urandom >big && ln big deep/hard && ln -s /no/where link && mkfifo fifo && mknod white c 0 0
        truncate -s 50M sparse && echo end >>sparse && chattr +C . && head -c 100000 /dev/urandom >in-place
        cp /bin/true able && setcap cap_net_raw+ep able && chown 1234:60000 deep && chmod 6751 deep/hard
        touch -d "2001-02-03 04:05:06.789" "$(printf "bad\377name")" && chmod 1777 "new
line"'
}

teardown() {
    in_bed sh -c '
        for name in $(lswpar -qca name); do [ "$name" = own ] || rmwpar -F "$name" </dev/null; done
        stopwpar -F own </dev/null' >/dev/null 2>&1 || true
}

inside() { in_bed clogin "$1" -l root "${*:2}" </dev/null; }
refused() {
    wpar_run "${@:2}"
    assert_failure
    assert_error "$1"
    [ "$(in_bed find /wpars /var/lib/wpars /etc/wpars -name 'twin*')" = "" ]
}
# Everything about a tree, as one number.
sum_of() {
    in_bed tar -C "$1" --sort=name --numeric-owner --xattrs --xattrs-include='*' --acls --format=posix \
        --pax-option=exthdr.name=%d/x,delete=atime,delete=ctime --exclude=./etc/hostname --exclude=./etc/hosts \
        --exclude=./etc/machine-id "${@:2}" -c . | sha256sum
}
listing_of() { in_bed sh -c "cd /wpars/$1 && find . -printf '%p %y %m %U %G %n %l\n' | sort"; }
attribute() { in_bed lswpar -qca "$1" "$2"; }

@test "a detached WPAR: settings, files and software are the original's, the identity is its own" {
    local before
    in_bed touch /wpars/own/etc/ssh/ssh_host_rsa_key /wpars/own/var/lib/systemd/random-seed
    before=$(sum_of /wpars/own)
    wpar_run clonewpar -N address=192.168.21.51 own twin
    assert_status 0
    assert_line "Workload partition twin created successfully."
    [ "$(sum_of /wpars/own)" = "$before" ]
    [ "$(sum_of /wpars/own/srv/odd)" = "$(sum_of /wpars/twin/srv/odd)" ]
    diff <(listing_of own | grep -vE '^./etc/(ssh/ssh_host|systemd)|random-seed|machine-id') \
        <(listing_of twin | grep -vE '^./etc/systemd|machine-id')
    [ "$(in_bed stat -c %b /wpars/twin/srv/odd/sparse)" -lt 100 ]
    in_bed sh -ec 'lsattr /wpars/twin/srv/odd/in-place | grep -q C; ! ls /wpars/twin/etc/ssh/ssh_host_* 2>/dev/null'
    in_bed bash -c 'settings() { sed "/uuid\|key\|idbase\|date\|auto/d" "/etc/wpars/$1.cf"; }
        diff <(settings own | sed "s/own/twin/; s/\.50/.51/") <(settings twin)'
    in_bed cmp /var/lib/wpars/own/rootpart/manifest /var/lib/wpars/twin/rootpart/manifest
}

@test "original and clone run side by side, each under its own name and address" {
    in_bed startwpar own >/dev/null
    in_bed clonewpar -s -h shop.example.com -M '-N address=192.168.21.51 -R totalProcesses=200' own twin >/dev/null
    [ "$(inside twin hostname)" = shop.example.com ]
    [ "$(inside twin cat /etc/hosts | grep -F 192.168.)" = "$(printf '192.168.21.51\tshop.example.com')" ]
    on_lan ping -c 1 -w 10 192.168.21.51 >/dev/null
    on_lan ping -c 1 -w 10 192.168.21.50 >/dev/null
    has_settled twin
    [ "$(inside twin cat /etc/machine-id)" != "$(inside own cat /etc/machine-id)" ]
    [ -n "$(inside twin cat /etc/machine-id)" ]
    inside twin test -s /etc/ssh/ssh_host_ed25519_key
    refute in_bed cmp -s /wpars/own/etc/ssh/ssh_host_ed25519_key /wpars/twin/etc/ssh/ssh_host_ed25519_key
    wpar_run lswpar -c -a name,hostname,auto twin
    assert_match 'twin:shop.example.com:no'
    [ "$(inside own ls /wpars 2>/dev/null)" = "" ]
}

@test "what was written over the generation comes along: changes, removals, replaced directories, hard links" {
    in_bed startwpar own >/dev/null
    inside own 'echo changed >>/usr/bin/perl; rm -r /usr/share/doc /usr/bin/less; mkdir /usr/share/doc; echo new >/usr/share/doc/new
        mv /usr/share/man /usr/share/manual; echo over >/usr/share/manual/own; chmod 700 /usr/games; sync'
    in_bed stopwpar -N own >/dev/null
    in_bed sh -ec 'clonewpar -a own twin >/dev/null; startwpar own >/dev/null; startwpar twin >/dev/null'
    local look='cd /usr && find . -printf "%p %y %m %U %G %n %s\n" | grep -v "^\. " | sort | sha256sum
        tail -c 8 bin/perl5.36.0; cat share/manual/own; ls share/doc; test ! -e bin/less; stat -c %i bin/perl bin/perl5.36.0 | uniq | wc -l'
    [ "$(inside twin "$look")" = "$(inside own "$look")" ]
    inside twin "$look" | grep -x 1
    # each goes its own way from here
    inside twin 'echo more >>/usr/bin/perl; rm /usr/share/doc/new'
    inside own 'test -e /usr/share/doc/new; ! tail -c 5 /usr/bin/perl | grep -q more'
    in_bed sh -ec 'stopwpar -N own >/dev/null; stopwpar -N twin >/dev/null; startwpar twin >/dev/null'
    inside twin 'tail -c 5 /usr/bin/perl5.36.0 | grep -q more'
}

@test "what was written under a limit has the limit in the clone, or another" {
    in_bed mkwpar -l -n tight -M directory=/usr vfs=overlay size=60M >/dev/null
    in_bed startwpar tight >/dev/null
    inside tight 'echo changed >>/usr/bin/perl; rm /usr/bin/less; echo new >/usr/new'
    for twin in 'twin' 'twin2 size=90M' 'twin3 size=60M'; do
        # shellcheck disable=SC2086  # name and size
        set -- $twin
        # the first two from one that runs
        [ "$1" != twin3 ] || in_bed stopwpar -N tight >/dev/null
        in_bed clonewpar ${2:+-M "-M directory=/usr $2"} tight "$1" >/dev/null
        in_bed startwpar "$1" >/dev/null
        [ "$(inside "$1" 'cat /usr/new; tail -c 8 /usr/bin/perl5.36.0; test ! -e /usr/bin/less && echo gone' | paste -sd' ')" = 'new changed gone' ]
        inside "$1" 'echo more >>/usr/bin/perl; tail -c 5 /usr/bin/perl5.36.0' | grep -x more
    done
    [ "$(inside twin 'df --output=size -m /usr' | tail -n 1)" -lt 60 ]
    [ "$(inside twin2 'df --output=size -m /usr' | tail -n 1)" -gt 60 ]
    in_bed startwpar tight >/dev/null
    [ "$(inside tight 'tail -c 8 /usr/bin/perl')" = changed ]
}

# Counts through files in two places; at any moment the later ones hold the count before, or the same.
writer='trap "" TERM; n=1; while :; do for f in /var/count/* /data/count/*; do echo $n >$f; done; n=$((n + 1)); done'
# One of the files may just be empty, before it is written again.
in_order() {
    in_bed sh -c "cd /wpars/$1 && cat var/count/* data/count/*" |
        awk 'NR == 1 { first = last = $1 } { if ($1 > last || $1 < first - 1) exit 1; last = $1 }
             END { exit !(NR >= 199 && first > 0) }'
}

@test "a running one, while it writes: the clone is what it was at one moment, on directories and images alike" {
    in_bed mkwpar -n busy -M directory=/data vfs=jfs2 size=60M -M directory=/fast vfs=xfs size=300M \
        -M directory=/tree vfs=btrfs size=200M >/dev/null
    in_bed startwpar busy >/dev/null
    inside busy 'mkdir /var/count /data/count; for i in $(seq 100 199); do echo 0 >/var/count/c$i; echo 0 >/data/count/c$i; done
        echo fast >/fast/file; echo tree >/tree/file; chmod 1777 /tree'
    in_bed sh -c 'cat >/wpars/busy/root/count' <<<"$writer"
    in_bed sh -c 'clogin busy -l root sh /root/count </dev/null >/dev/null 2>&1 3>&- &' 3>&-
    eventually inside busy 'test "$(cat /data/count/c199)" -gt 3'
    local before
    before=$(inside busy cat /var/count/c100)
    for twin in twin1 twin2; do
        wpar_run clonewpar busy "$twin"
        assert_status 0
        assert_match '^clonewpar: busy stood still for [0-9]+ ms.$'
    done
    [ "$(attribute state busy)" = A ]
    eventually inside busy "test \$(cat /var/count/c100) -gt $before"
    for twin in twin1 twin2; do
        in_bed startwpar -m "$twin" >/dev/null
        in_order "$twin"
        [ "$(in_bed sh -c "cat /wpars/$twin/fast/file /wpars/$twin/tree/file; stat -c %a /wpars/$twin/tree" | paste -sd' ')" = 'fast tree 1777' ]
    done
    # all six are mounted side by side, each under its own label
    [ "$(in_bed sh -c 'for i in busy twin1 twin2; do blkid -p -s UUID -o value /var/lib/wpars/$i/*.img; done | sort -u | wc -l')" -eq 9 ]
    in_bed sh -c 'blkid -p -s LABEL -o value /var/lib/wpars/twin1/data.img' | grep -x twin1/data
    in_bed sh -ec 'stopwpar -F twin1; e2fsck -fn /var/lib/wpars/twin1/data.img; xfs_repair -n /var/lib/wpars/twin1/fast.img
        btrfs check /var/lib/wpars/twin1/tree.img' >/dev/null 2>&1
    in_bed rmwpar twin1 >/dev/null
}

@test "other file systems than the original's are filled with its files" {
    in_bed mkwpar -n kept -M directory=/data vfs=jfs2 size=60M -M directory=/fast vfs=xfs size=300M >/dev/null
    in_bed sh -ec 'startwpar -m kept; chmod 1751 /wpars/kept/data; echo data >/wpars/kept/data/file; ln /wpars/kept/data/file /wpars/kept/data/hard
        echo var >/wpars/kept/var/own; echo fast >/wpars/kept/fast/file; stopwpar -F kept' >/dev/null
    in_bed clonewpar -M '-M directory=/data size=90M -M directory=/var vfs=ext4 size=100M -M directory=/fast vfs=directory' kept twin >/dev/null
    in_bed startwpar -m twin >/dev/null
    [ "$(in_bed sh -c 'cd /wpars/twin; cat data/file var/own fast/file; stat -c %a data; stat -c %h data/hard; findmnt -n -o FSTYPE var' | paste -sd' ')" = \
        'data var fast 1751 2 ext4' ]
    refute in_bed mountpoint -q /wpars/twin/fast
    in_bed sh -ec 'stopwpar -F twin; rmwpar twin; startwpar -m kept; head -c 20M /dev/urandom >/wpars/kept/data/much; stopwpar -F kept' >/dev/null
    refused "-M directory=/data is too small: /data needs 21 MB; give at least size=32M" clonewpar -M '-M directory=/data size=16M' kept twin
    refused "what the original holds there would be lost" clonewpar -M '-M directory=/data vfs=tmpfs' kept twin
    refused "a clone writes over what its original writes over" clonewpar -a -M '-M directory=/usr vfs=directory' own twin
}

@test "on a file system that shares no blocks, and with what only btrfs has" {
    in_bed sh -ec 'truncate -s 200M /srv/disk && mkfs.ext4 -q /srv/disk && mkdir -m 700 /srv/place && mount -o loop /srv/disk /srv/place; chmod 700 /srv/place
        btrfs -q subvolume create /wpars/own/srv/odd/part && echo inside >/wpars/own/srv/odd/part/file'
    in_bed clonewpar -a -d /srv/place/twin own twin >/dev/null
    [ "$(attribute directory twin)" = /srv/place/twin ]
    [ "$(sum_of /srv/place/twin/srv/odd)" = "$(sum_of /wpars/own/srv/odd)" ]
    [ "$(in_bed cat /srv/place/twin/srv/odd/part/file)" = inside ]
    in_bed sh -ec 'rmwpar twin; umount /srv/place; rm -r /srv/place /srv/disk; btrfs -q subvolume delete /wpars/own/srv/odd/part' >/dev/null
}

@test "what a root inside prepared does not lead outside" {
    in_bed sh -ec 'mkdir -p /etc/ssh /var/lib/systemd; echo ours | tee /etc/ssh/ssh_host_ours /var/lib/systemd/random-seed >/srv/ours; cp /etc/hostname /srv/name
        clonewpar -a own bad >/dev/null; cd /wpars/bad; rm -rf etc/ssh var/lib/systemd etc/hosts etc/hostname etc/machine-id var/lib/dbus
        ln -s /etc/ssh etc/ssh; ln -s /var/lib/systemd var/lib/systemd; mkfifo etc/hosts; ln -s ../../../etc/hostname etc/hostname
        ln -s /etc/machine-id etc/machine-id; ln -s / var/lib/dbus; ln -s /etc/shadow home/shadow'
    in_bed timeout 20 clonewpar -a bad twin >/dev/null
    in_bed sh -ec 'cmp /srv/ours /etc/ssh/ssh_host_ours; cmp /srv/ours /var/lib/systemd/random-seed; cmp /srv/name /etc/hostname; test -s /etc/machine-id || test ! -e /etc/machine-id
        test -L /wpars/twin/home/shadow; test ! -L /wpars/twin/etc/hostname; rm /srv/ours /srv/name /etc/ssh/ssh_host_ours'
    [ "$(in_bed cat /wpars/twin/etc/hostname)" = twin ]
    in_bed sh -ec 'rmwpar twin >/dev/null; rm -r /wpars/bad/etc; ln -s /etc /wpars/bad/etc'
    refused "/etc': Not a directory" clonewpar -a bad twin
}

@test "ten in a row, none of which takes anything that another has" {
    in_bed sh -ec 'for i in $(seq 10); do clonewpar -a own twin >/dev/null; done'
    [ "$(in_bed sh -c 'lswpar -qca name | grep -c ^twin')" -eq 10 ]
    for attribute in key idbase uuid; do
        [ "$(in_bed sh -c "cat /etc/wpars/*.cf | grep -w $attribute | sort -u | wc -l")" -eq 11 ]
    done
    in_bed sh -ec 'startwpar twin-9; startwpar twin' >/dev/null
    [ "$(inside twin-9 hostname)" = twin-9 ]
}

@test "what is taken is told with whose it is, and -a finds what is free" {
    refused "address 192.168.21.50 belongs to workload partition own; give another one; -a finds what is free" clonewpar own twin
    refused "base directory '/wpars/own' is that of another workload partition, '/wpars/own'; -a finds" \
        clonewpar -d /wpars/own -N address=192.168.21.51 own twin
    wpar_run clonewpar own own
    assert_error "A workload partition called own exists already"
    refused "0960-419" clonewpar nobody twin
    in_bed sh -c 'setsid wparexec -n job /bin/sleep 60 </dev/null >/dev/null 2>&1 3>&- &' 3>&-
    eventually in_bed lswpar job >/dev/null
    refused "job is an application workload partition" clonewpar job twin
    refused "-M: flag -l of mkwpar cannot be given here" clonewpar -M '-c -l' own twin
    refused "'a/b' cannot be the name" clonewpar own a/b
    wpar_run clonewpar --dry-run -N address=192.168.21.51 own twin
    assert_status 0
    assert_match "would make workload partition twin in /wpars/twin from own:"
    assert_match "/usr: what the original wrote over generation:1"
    [ "$(in_bed find /wpars /var/lib/wpars /etc/wpars -name 'twin*')" = "" ]
    in_bed clonewpar -a own twin >/dev/null
    wpar_run clonewpar -a own twin
    assert_line "Workload partition twin-1 created successfully."
}

@test "no room: it is told before anything is written, with how much is needed" {
    in_bed sh -ec 'truncate -s 40M /srv/small && mkfs.ext4 -q /srv/small && mkdir -p -m 700 /srv/place && mount -o loop /srv/small /srv/place
        mkdir -m 700 /srv/place/wpars'
    in_bed sh -c 'head -c 60000000 /dev/urandom >/wpars/own/srv/much'
    refused "left on its file system; " clonewpar -a -d /srv/place/wpars/twin own twin
    [ "$(in_bed ls /srv/place/wpars)" = "" ]
    in_bed sh -ec 'rm /wpars/own/srv/much; umount /srv/place; rm -r /srv/place /srv/small'
}

@test "a device of the original's is not taken, and another may be named" {
    in_bed sh -ec 'for i in 1 2; do truncate -s 60M /srv/disk$i; ln -s "$(losetup --show -f /srv/disk$i)" /dev/spare$i; done
        mkwpar -n disk -M directory=/data vfs=ext4 dev=/dev/spare1; startwpar -m disk; echo on-disk >/wpars/disk/data/file; stopwpar -F disk' >/dev/null
    refused "dev='/dev/spare1' belongs to workload partition disk; name another device" clonewpar disk twin
    in_bed clonewpar -M '-M directory=/data vfs=ext4 dev=/dev/spare2' disk twin >/dev/null
    in_bed startwpar -m twin >/dev/null
    [ "$(in_bed cat /wpars/twin/data/file)" = on-disk ]
    in_bed sh -ec 'stopwpar -F twin; rmwpar twin; rmwpar disk; for i in 1 2; do losetup -d "$(readlink /dev/spare$i)"; rm /dev/spare$i /srv/disk$i; done' >/dev/null
}
