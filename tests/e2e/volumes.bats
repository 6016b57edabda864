# shellcheck disable=SC2016  # scripts in single quotes are the bed's to expand
# runs in: vm
# File systems of WPARs on logical volumes, thin ones and block devices, and from an NFS server. The machine serves
# itself; a rule of its firewall lets the server fall silent.

load helper

volumes() { in_bed lvs --noheadings -o lv_name vg0 | tr -d ' ' | sort | paste -sd' '; }
server_is_silent() { in_bed nft 'add table ip silent; add chain ip silent in { type filter hook input priority 0; }; add rule ip silent in tcp dport 2049 drop'; }
server_answers() { in_bed nft delete table ip silent; }

prepare_bed() {
    in_bed bash -ec '
        for deb in /srv/debs/storage/*.deb; do
            dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --skip-old-files -C / 2>/dev/null
        done
        ldconfig
        udevadm control --reload
        truncate -s 2G /srv/pv && truncate -s 400M /srv/disk
        vgcreate -q vg0 "$(losetup --show -f /srv/pv)"
        lvcreate -q -y -L 600M -T vg0/pool
        ln -s "$(losetup --show -f /srv/disk)" /dev/spare'
    in_bed bash -ec '
        mkdir -p /srv/nfs /var/lib/nfs/{v4recovery,rpc_pipefs} && echo served >/srv/nfs/file && chmod 777 /srv/nfs
        touch /etc/exports /var/lib/nfs/{etab,rmtab}
        modprobe nfsd && mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd
        echo 10 >/proc/fs/nfsd/nfsv4leasetime && echo 10 >/proc/fs/nfsd/nfsv4gracetime
        useradd -r _rpc && useradd -r statd && mkdir -p /run/rpcbind /var/lib/nfs/sm
        chown statd /var/lib/nfs /var/lib/nfs/sm && rpcbind && rpc.statd
        exportfs -o rw,insecure,no_subtree_check,fsid=0,no_root_squash 127.0.0.1:/srv/nfs
        rpc.mountd && rpc.nfsd --host 127.0.0.1 2' </dev/null
    in_bed mkwpar -n web -g vg0 -M directory=/data vfs=ext4 size=100M -M directory=/thin vfs=xfs size=1G vg=vg0/pool
}

@test "on logical volumes, thick and thin, which grow in use" {
    [ "$(volumes)" = 'pool web_data web_thin' ]
    in_bed startwpar web >/dev/null
    inside web 'echo kept >/data/file; echo kept >/thin/file'
    in_bed chwpar -M directory=/data size=200M -M directory=/thin size=2G web
    [ "$(size_of web /thin)" -ge 1900 ]
    in_bed chwpar -M directory=/more vfs=btrfs size=150M vg=vg0 web
    [ "$(inside web cat /thin/file)" = kept ]
    in_bed rebootwpar web >/dev/null
    [ "$(size_of web /data)" -ge 180 ]
    [ "$(inside web cat /data/file)" = kept ]
    # nobody can remove a volume that is in use, so it is not tried
    inside web 'cd /more && (setsid sleep 1000 >/dev/null 2>&1 &)'
    refused 1 '(sleep) of the workload partition still use it; end them: a logical volume can go only when nobody uses it, with -F neither' \
        chwpar -F -K -M directory=/more web
    inside web 'pkill sleep; mkdir /pin; mount --bind /more /pin'
    refused 1 'is still in use, perhaps by a service with a mount namespace of its own' chwpar -K -M directory=/more web
    [ "$(in_bed lswpar -qca state web)" = A ]
    inside web 'mountpoint -q /more && umount /pin'
    in_bed chwpar -K -M directory=/more web
    [ "$(volumes)" = 'pool web_data web_thin' ]
}

@test "a clone of one that runs: thin volumes as snapshots, others filled anew" {
    inside web 'echo thick >/data/file; echo thin >/thin/file'
    in_bed clonewpar web twin >/dev/null
    [ "$(volumes)" = 'pool twin_data twin_thin web_data web_thin' ]
    [ "$(in_bed lvs --noheadings -o origin vg0/twin_thin | tr -d ' ')" = web_thin ]
    in_bed startwpar twin >/dev/null
    [ "$(inside twin cat /data/file /thin/file | paste -sd' ')" = 'thick thin' ]
    inside twin 'echo other >/thin/file'
    [ "$(inside web cat /thin/file)" = thin ]
    in_bed rmwpar -F twin >/dev/null
    [ "$(volumes)" = 'pool web_data web_thin' ]
}

@test "what a killed chwpar made and somebody uses since goes when the workload partition ends" {
    for how in 'stopwpar -F' 'rmwpar -F'; do
        in_bed mkwpar -n used -M directory=/kept vfs=ext4 size=50M vg=vg0 >/dev/null
        in_bed startwpar used >/dev/null
        in_bed sh -c 'CORRAL_CRASH_AT_STEP=4 chwpar -M directory=/more vfs=ext4 size=50M vg=vg0 used' || true
        inside used 'cd /more && (setsid sleep 1000 >/dev/null 2>&1 &)'
        refused 1 'is Broken' chwpar -h other used
        in_bed $how used >/dev/null 2>&1
        refute grep -q used_more <<<"$(volumes)"
        in_bed rmwpar -F used >/dev/null 2>&1 || true
        [ "$(volumes)" = 'pool web_data web_thin' ]
    done
}

@test "what a group or a pool cannot give is told, and promises are warned of" {
    refused 1 "volume group 'novg'" mkwpar -n x -M directory=/data vfs=ext4 size=100M vg=novg
    refused 1 "volume group 'vg0' has " mkwpar -n x -M directory=/data vfs=ext4 size=5G vg=vg0
    refused 1 "thin pool 'vg0/nopool'" mkwpar -n x -M directory=/data vfs=ext4 size=1G vg=vg0/nopool
    refused 2 "logical volume 'vg0/web_data' is no thin pool" mkwpar -n x -M directory=/data vfs=ext4 size=1G vg=vg0/web_data
    wpar_run chwpar -M directory=/big vfs=ext4 size=1G vg=vg0/pool web
    assert_status 0
    assert_error 'the thin volumes of pool vg0/pool are promised 3072 MB together, and it has 600 MB: watch its use'
    in_bed chwpar -K -M directory=/big web
}

@test "renamed, kept and taken over with its volumes" {
    in_bed stopwpar -N web >/dev/null
    in_bed chwpar -n www web
    [ "$(volumes)" = 'pool www_data www_thin' ]
    in_bed rmwpar -p www >/dev/null
    in_bed mkwpar -n www -p -M directory=/data vfs=ext4 size=200M vg=vg0 -M directory=/thin vfs=xfs size=2G vg=vg0/pool >/dev/null
    in_bed rmwpar www >/dev/null
    [ "$(volumes)" = pool ]
}

@test "what is written over a generation has a volume as its limit and its place" {
    in_bed mkwpar -l -n own -g vg0 -M directory=/usr vfs=overlay size=100M >/dev/null
    [ "$(volumes)" = 'own_usr pool' ]
    in_bed startwpar own >/dev/null
    inside own 'echo kept >/usr/file'
    in_bed chwpar -M directory=/usr size=200M own
    [ "$(size_of own /usr)" -ge 170 ]
    run inside own dd if=/dev/zero of=/usr/fill bs=1M
    assert_match 'No space left'
    in_bed stopwpar -F own >/dev/null
    in_bed chwpar -n mine own
    [ "$(volumes)" = 'mine_usr pool' ]
    in_bed rmwpar -p mine >/dev/null
    refused 2 "was kept with a size" mkwpar -l -p -n mine
    in_bed mkwpar -l -p -n mine -M directory=/usr vfs=overlay size=200M vg=vg0 >/dev/null
    in_bed startwpar mine >/dev/null
    [ "$(inside mine cat /usr/file)" = kept ]
    in_bed rmwpar -F mine >/dev/null
    [ "$(volumes)" = pool ]
}

@test "a backup comes back on volumes that take the names of the old ones; of thin ones it is a snapshot" {
    in_bed sh -ec '
        mkwpar -n both -M directory=/data vfs=ext4 size=100M vg=vg0 -M directory=/thin vfs=ext4 size=200M vg=vg0/pool
        startwpar both && echo one | tee /wpars/both/data/file >/wpars/both/thin/file
        savewpar -T -V -f /srv/both.bak both
        echo two | tee /wpars/both/data/file >/wpars/both/thin/file
        restwpar -F -f /srv/both.bak && startwpar -m both' </dev/null >/dev/null
    [ "$(in_bed cat /wpars/both/data/file /wpars/both/thin/file </dev/null)" = $'one\none' ]
    [ "$(volumes)" = 'both_data both_thin pool' ]
    in_bed rmwpar -s both </dev/null >/dev/null
    in_bed sh -ec 'mkwpar -n thin -M directory=/ vfs=ext4 size=300M vg=vg0/pool; startwpar thin; echo one >/wpars/thin/home/file' </dev/null >/dev/null
    run --separate-stderr in_bed savewpar -T -f /srv/thin.bak thin </dev/null
    assert_status 0
    assert_line 'savewpar: consistency: snapshot'
    in_bed sh -c 'CORRAL_CRASH_AT_STEP=6 restwpar -F -f /srv/thin.bak; lswpar -qca state thin' </dev/null
    in_bed sh -ec 'restwpar -F -f /srv/thin.bak; startwpar -m thin; cat /wpars/thin/home/file; rmwpar -s thin; rm /srv/*.bak' </dev/null | grep -x one
    [ "$(volumes)" = pool ]
}

@test "a block device: only one that nobody uses and that holds nothing, or what -p takes over" {
    refused 1 'is mounted on' mkwpar -n x -M directory=/data vfs=ext4 dev=/dev/vda
    refused 1 'is part of dm-' mkwpar -n x -M directory=/data vfs=ext4 dev="$(in_bed pvs --noheadings -o pv_name | tr -d ' ')"
    in_bed mkwpar -n disk -M directory=/data vfs=ext4 dev=/dev/spare >/dev/null
    refused 1 "belongs to workload partition disk (directory=/data); name another device" \
        mkwpar -n x -M directory=/data vfs=ext4 dev="$(in_bed readlink /dev/spare)"
    in_bed startwpar disk >/dev/null
    inside disk 'echo kept >/data/file'
    in_bed rmwpar -s -p disk >/dev/null
    in_bed mkwpar -n disk -p -M directory=/data vfs=ext4 dev=/dev/spare >/dev/null
    in_bed startwpar disk >/dev/null
    [ "$(inside disk cat /data/file)" = kept ]
    in_bed rmwpar -s disk >/dev/null
    refused 1 'holds data already (ext4); if it may go: wipefs -a ' mkwpar -n disk -M directory=/data vfs=ext4 dev=/dev/spare
    in_bed sh -c 'CORRAL_CRASH_AT_STEP=3 mkwpar -n other -M directory=/data vfs=ext4 size=100M vg=vg0 >/dev/null 2>&1; rmwpar -F other >/dev/null 2>&1' || true
    [ "$(volumes)" = pool ]
}

@test "nfs in version 3, with the locks of the server" {
    in_bed mkwpar -n old -M directory=/net vfs=nfs host=127.0.0.1 dev=/srv/nfs mountopts=vers=3 >/dev/null
    in_bed startwpar old >/dev/null
    [ "$(inside old flock -n /net/file cat /net/file)" = served ]
    inside old findmnt -no OPTIONS /net | grep -q 'vers=3.*local_lock=none'
    in_bed rmwpar -F old >/dev/null
}

@test "nfs: mounted inside, refused when the server does not answer, and no stop waits for a dead one" {
    in_bed mkwpar -n client -M directory=/net vfs=nfs host=127.0.0.1 dev=/ >/dev/null
    in_bed startwpar client >/dev/null
    [ "$(inside client cat /net/file)" = served ]
    refused 1 "the server exports no" mkwpar -n x -M directory=/net vfs=nfs host=127.0.0.1 dev=/nosuch
    server_is_silent
    inside client 'cat /net/file /net/other >/dev/null 2>&1 &'
    refused 1 "does not answer within 30 seconds; look whether it is up, and reached from here" \
        chwpar -M directory=/other vfs=nfs host=127.0.0.1 dev=/ mountopts=vers=4.1,minorversion=1 client
    in_bed timeout 60 stopwpar -F client >/dev/null
    [ "$(in_bed lswpar -qca state client)" = D ]
    in_bed timeout 60 rmwpar -F client >/dev/null
    server_answers
}
