# runs in: namespace vm
# Every kind of -M that needs no volume group and no server, also on WPARs that run.

load helper

change() { in_bed chwpar "$@" >/dev/null; }
type_of() { inside "$1" df --output=fstype "$2" | tail -n 1; }
images() { in_bed sh -c 'ls /var/lib/wpars/"$1" 2>/dev/null || true' - "$1"; }

prepare_bed() {
    in_bed sh -ec '
        mkdir -p /srv/shared/a /srv/shared/b && chmod 700 /srv/shared
        echo here >/srv/shared/a/file'
    in_bed mkwpar -n live -M directory=/data vfs=ext4 size=32M >/dev/null
    in_bed startwpar live >/dev/null
    in_bed mkwpar -n still -M directory=/data vfs=ext4 size=32M >/dev/null
}

@test "a running one gets file systems of every kind, and keeps them after a reboot" {
    change -M directory=/new/disk vfs=ext4 size=32M -M directory=/ro vfs=namefs dev=/srv/shared/a mountopts=ro \
        -M directory=/rw vfs=bind dev=/srv/shared/b mountopts=noexec -M directory=/scratch vfs=tmpfs size=16M \
        -M directory=/plain vfs=directory live
    looks_right() {
        [ "$(type_of live /new/disk)" = ext4 ]
        [ "$(inside live cat /ro/file)" = here ]
        refute inside live touch /ro/file
        inside live 'set -e; echo text >/rw/text && cp /bin/true /rw/run && ! /rw/run && touch /new/disk/mine /plain/mine'
        [ "$(size_of live /scratch)" = 16 ]
        [ "$(in_bed stat -c %u:%g /srv/shared/b/text /wpars/live/new/disk/mine)" = $'0:0\n0:0' ]
    }
    looks_right
    in_bed rebootwpar live >/dev/null
    looks_right
}

@test "mount, findmnt, df and lsblk inside tell nothing of images, nor of the machine's disks" {
    run inside live 'mount; findmnt -no SOURCE /data; df; lsblk; ls /sys/block /sys/dev/block /sys/class/block'
    assert_status 0
    assert_match '^/dev/loop[0-9]+ on /data type ext4'
    assert_match '^/dev/loop[0-9]+$'
    refute grep -E '/wpars|[0-9] disk|MAJ:MIN' <<<"$output"
    [ "$(in_bed clogin live systemctl is-system-running --wait </dev/null)" = running ]
}

@test "what root inside may do with a file system ends where the definition's words begin" {
    refute inside live mount -o remount,rw,bind /ro
    refute inside live mount -o remount,dev,bind /new/disk
    refute inside live mount -o remount,exec,bind /rw
    refute inside live mount -o remount,size=2G /scratch
    [ "$(size_of live /scratch)" = 16 ]
}

@test "file systems grow while they are used, and never shrink" {
    in_bed chwpar -M directory=/fast vfs=xfs size=300M -M directory=/tree vfs=btrfs size=200M live
    inside live 'set -e; echo kept >/fast/file; echo kept >/tree/file'
    local xfs btrfs
    xfs=$(size_of live /fast) btrfs=$(size_of live /tree)
    change -M directory=/fast size=500M -M directory=/tree size=300M -M directory=/scratch size=32M live
    [ "$(size_of live /fast)" -ge $((xfs + 190)) ]
    [ "$(size_of live /tree)" -ge $((btrfs + 90)) ]
    [ "$(size_of live /scratch)" = 32 ]
    [ "$(inside live cat /fast/file /tree/file)" = $'kept\nkept' ]
    refused 2 "chwpar: -M directory=/tree: file system '/tree': size=100M is smaller than it is now (300M); file systems only grow" \
        chwpar -M directory=/tree size=100M live
    [ "$(in_bed lswpar -Mqc -a size live 2>/dev/null | grep -c 100M)" = 0 ]
    in_bed rebootwpar live >/dev/null
    [ "$(size_of live /fast)" -ge $((xfs + 190)) ]
}

@test "one that is stopped grows as well" {
    change -M directory=/data size=64M still
    in_bed startwpar still >/dev/null
    [ "$(size_of still /data)" -ge 50 ]
    in_bed stopwpar -N still >/dev/null
}

@test "taken away from a running one: not while it is used, but with -F" {
    change -K -M directory=/new/disk -M directory=/ro live
    refute inside live mountpoint -q /new/disk
    refute inside live test -e /ro/file
    refute grep -q new-disk <<<"$(images live)"
    in_bed test -e /srv/shared/a/file
    inside live 'cd /tree; sleep 1000 </dev/null >/dev/null 2>&1 &'
    wpar_run chwpar -K -M directory=/tree live
    assert_failure
    assert_error '(sleep) of the workload partition still use it; end them, or take it away from them with -F'
    [ "$(inside live cat /tree/file)" = kept ]
    change -F -K -M directory=/tree live
    refute inside live mountpoint -q /tree
    refute grep -q tree <<<"$(images live)"
    inside live pkill sleep
    refused 1 "chwpar: Workload partition live is active: what is mounted on '/fast' (-M) can change only while it is stopped; stop it first with stopwpar live" \
        chwpar -M directory=/fast mountopts=ro live
}

@test "a full file system stops its own writers alone" {
    refute inside live 'dd if=/dev/zero of=/data/all bs=1M 2>/dev/null'
    refute inside live 'head -c 1M /dev/zero 2>/dev/null >/data/more'
    inside live 'set -e; echo more >/root/more; rm /data/all; echo again >/data/more'
    in_bed sh -c 'echo more >/wpars/still/root/more'
}

@test "a directory of another workload partition, whose root cannot turn the way" {
    in_bed mkdir -p /wpars/live/srv/pub
    inside live 'set -e; cd /srv/pub; echo from live >file; ln -s /etc/shadow outside; cp /bin/true setuid; chmod 4755 setuid'
    change -M directory=/theirs vfs=namefs dev=/wpars/live/srv/pub mountopts=ro still
    in_bed startwpar still >/dev/null
    [ "$(inside still cat /theirs/file)" = 'from live' ]
    [ "$(inside still readlink -f /theirs/outside)" = /etc/shadow ]
    inside still grep -q '^root:[!*]' /theirs/outside
    grep -q nosuid <<<"$(inside still findmnt -no OPTIONS /theirs)"
    # whose it is goes while nobody else has it
    for how in -s -F; do
        refused 1 "'/wpars/live/srv/pub' is shared with workload partition still (directory=/theirs), which is active; take it away from it first, with chwpar -K -M directory=/theirs still, or stop it with stopwpar still" \
            rmwpar $how live
        [ "$(in_bed lswpar -qca state live)" = A ]
    done
    in_bed stopwpar -N still >/dev/null
    wpar_run rmwpar -s --dry-run live
    assert_status 0
    assert_error "workload partition still shares '/wpars/live/srv/pub' and cannot start without it: chwpar -K -M directory=/theirs still"
    inside live 'set -e; cd /srv; mv pub away; ln -s /etc pub'
    refused 1 "a link is in the way to dev='/wpars/live/srv/pub', and root of workload partition live could turn it elsewhere" \
        startwpar still
    inside live 'set -e; cd /srv; rm pub; mv away pub'
    change -K -M directory=/theirs still
    refused 1 "dev='/wpars' holds the base directory of workload partition" \
        chwpar -M directory=/all vfs=namefs dev=/wpars mountopts=ro still
    inside live mkdir /data/sub
    in_bed stopwpar -N live >/dev/null
    refused 1 "dev='/wpars/live/data/sub' lies in file system '/data' of workload partition live, which is not active; start it first: startwpar live" \
        chwpar -M directory=/theirs vfs=namefs dev=/wpars/live/data/sub still
    in_bed startwpar live >/dev/null
}

@test "kept by rmwpar -p, taken over by mkwpar -p as it is" {
    in_bed mkwpar -n kept -M directory=/data vfs=ext4 size=32M >/dev/null
    in_bed startwpar kept >/dev/null
    inside kept 'set -e; echo kept >/data/file; echo kept >/root/file'
    in_bed rmwpar -s -p kept >/dev/null
    refused 2 "mkwpar: -p: file system /data was kept as ext4; give -M directory=/data vfs=ext4" \
        mkwpar -n kept -p -M directory=/data vfs=xfs size=300M
    refused 2 "mkwpar: -p: file system /data was kept with size=32M; give -M directory=/data size=32M; chwpar makes it larger" \
        mkwpar -n kept -p -M directory=/data vfs=ext4 size=64M
    refused 2 "mkwpar: -p: '/var/lib/wpars/kept/data.img' was kept too, and no -M says where it belongs" mkwpar -n kept -p
    in_bed mkwpar -n kept -p -M directory=/data vfs=ext4 size=32M >/dev/null
    in_bed startwpar kept >/dev/null
    [ "$(inside kept cat /data/file /root/file)" = $'kept\nkept' ]
    in_bed rmwpar -F kept >/dev/null
}

@test "what cannot be is told before anything is made" {
    for place in /proc/x /sys /dev/shm /run/x; do
        refused 2 "is made anew at every start; nothing else can be mounted there" \
            mkwpar -n x -M directory=$place vfs=tmpfs
    done
    for place in /lib/modules /bin /var/run/x; do
        refused 2 "is a link to " mkwpar -n x -M directory=$place vfs=tmpfs
    done
    refused 2 "vfs=tmpfs would be empty at every start" mkwpar -n x -M directory=/var vfs=tmpfs
    refused 2 "cannot be shared: it holds what belongs to all" \
        mkwpar -n x -M directory=/data vfs=overlay dev=/var/lib/wpars
    refused 2 "mount '/data': mountopts=dev: device files are there by -D alone" \
        mkwpar -n x -M directory=/data vfs=tmpfs mountopts=dev
    refused 2 "mount '/data': mountopts=noatime cannot be had with vfs=namefs; it knows ro, rw, suid" \
        mkwpar -n x -M directory=/data vfs=namefs dev=/srv/shared/a mountopts=noatime
    refused 2 "mount '/data': '/var/lib' of the global environment cannot be shared: it holds what belongs to all" \
        mkwpar -n x -M directory=/data vfs=namefs dev=/var/lib mountopts=ro
    refused 2 "mount '/data': vg 'a/b/c' is not the name of a volume group, or GROUP/POOL" \
        mkwpar -n x -M directory=/data vfs=ext4 size=32M vg=a/b/c
    refused 2 "mount '/data': size makes no sense with vfs=namefs" \
        mkwpar -n x -M directory=/data vfs=namefs dev=/srv/shared/a size=1G
    refused 2 "mount: 'data' is not an absolute path" mkwpar -n x -M directory=data vfs=tmpfs
    wpar_run mkwpar -n x -M directory=/data vfs=ext4 size=32M mountopts=nosuchoption
    assert_failure
    assert_error "ext4 option 'nosuchoption'"
    refute in_bed test -e /wpars/x -o -e /var/lib/wpars/x
}

@test "an application gets and loses directories while it runs, but makes none" {
    in_bed sh -c 'wparexec -n app /bin/sleep 1000 >/dev/null 2>&1 &'
    eventually in_bed sh -c 'lswpar -q app | grep -q " A "'
    change -M directory=/mnt vfs=tmpfs size=8M app
    local init
    init=$(in_bed sh -c 'cut -d" " -f1 /run/wpars/app/init')
    in_bed grep -q ' /mnt .* tmpfs ' "/proc/$init/mountinfo"
    refute in_bed grep -q ' /mnt ' /proc/self/mountinfo
    refused 2 'an application workload partition creates no file system' chwpar -M directory=/mnt/x vfs=ext4 size=32M app
    change -K -M directory=/mnt app
    refute in_bed grep -q ' /mnt ' "/proc/$init/mountinfo"
    in_bed stopwpar -F app >/dev/null
}
