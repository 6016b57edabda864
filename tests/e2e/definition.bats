#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# What mkwpar's flags put into a definition, specification files, and what a start makes of it.

load helper

prepare_bed() { first_wpar; }
teardown() {
    in_bed sh -c 'for file in /etc/wpars/*.cf; do name=${file##*/}; [ ! -e "$file" ] || rmwpar -F "${name%.cf}"; done' >/dev/null 2>&1 || true
}

make() { in_bed mkwpar "$@" >/dev/null; }
start() { in_bed startwpar "$1" >/dev/null; }
inside() { in_bed clogin "$@" </dev/null; }
field() { in_bed lswpar -Gqc -a "$2" "$1"; }

# changes_nothing COMMAND...: succeeds, says something, and the audit stays as it was.
changes_nothing() {
    audit >"$BATS_TEST_TMPDIR/before"
    wpar_run "$@"
    assert_status 0
    [ -n "$output" ]
    audit | diff "$BATS_TEST_TMPDIR/before" - || { echo "changed something: $*"; return 1; } >&2
}

@test "plain mkwpar -n shares /usr and /opt read-only" {
    make -n x
    start x
    run in_bed lswpar -Mqc -a mountpoint,device,vfs,options x
    assert_output "/wpars/x:/wpars/x:directory:
/wpars/x/home:/wpars/x/home:directory:
/wpars/x/opt:/opt:namefs:ro
/wpars/x/proc:/proc:namefs:rw
/wpars/x/tmp:/wpars/x/tmp:directory:
/wpars/x/usr:/usr:namefs:ro
/wpars/x/var:/wpars/x/var:directory:"
    run inside x 'touch /usr/x'
    assert_failure
    assert_match 'Read-only file system'
    inside x 'touch /var/x /home/x /tmp/x /etc/x'
    run inside x ip -o -4 address
    assert_match '^1: lo '
    [ "$(grep -c . <<<"$output")" -eq 1 ]
}

@test "-M: file systems of its own with a hard size, shared directories, tmpfs" {
    in_bed sh -c 'mkdir -m 700 /srv/shared; mkdir /srv/shared/a; echo in >/srv/shared/a/file'
    make -n x -M directory=/var vfs=jfs2 size=200M -M directory=/home vfs=ext4 size=50M mountopts=nosuid,nodev \
        -M directory=/fast vfs=btrfs size=200M -M directory=/data vfs=namefs dev=/srv/shared/a \
        -M directory=/ro vfs=namefs dev=/srv/shared/a mountopts=ro -M directory=/scratch vfs=tmpfs mountopts=size=10m
    start x
    run inside x df --output=fstype,target /var /home /fast /scratch
    assert_match '^ext4 +/var$'
    assert_match '^ext4 +/home$'
    assert_match '^btrfs +/fast$'
    assert_match '^tmpfs +/scratch$'
    run inside x 'dd if=/dev/zero of=/home/fill bs=1M count=100 2>&1; rm /home/fill'
    assert_match 'No space left on device'
    inside x 'echo out >/data/new'
    [ "$(in_bed cat /srv/shared/a/new)" = out ]
    [ "$(in_bed stat -c %u:%g /srv/shared/a/new)" = 0:0 ]
    run inside x 'touch /ro/new'
    assert_match 'Read-only file system'
    run in_bed lswpar -Mqc -a mountpoint,vfs,options x
    assert_line "/wpars/x/home:ext4:nosuid,nodev"
    assert_line "/wpars/x/scratch:tmpfs:size=10m"
    in_bed rebootwpar -N x >/dev/null
    [ "$(inside x cat /data/new)" = out ]
    in_bed rmwpar -s x >/dev/null
    [ "$(in_bed cat /srv/shared/a/file)" = in ]
    wpar_run mkwpar -n x -M directory=/data vfs=overlay
    assert_status 2
    assert_error "mkwpar: mount '/data': vfs=overlay needs dev, what it lies over"
    in_bed rm -r /srv/shared
    assert_clean
}

@test "-L: file systems as an image.data lists them, -M comes first" {
    in_bed sh -c 'printf "%s\n" "image_data:" "	IMAGE_TYPE= bff" \
        "lv_data:" "	VOLUME_GROUP=" "	LOGICAL_VOLUME= fslv00" "	TYPE= jfs2" \
        "lv_data:" "	LOGICAL_VOLUME= fslv01" "	TYPE= ext4" \
        "fs_data:" "	FS_NAME= /home" "	FS_SIZE= 204800" "	FS_MIN_SIZE= 102400" "	FS_LV= /dev/fslv00" \
        "fs_data:" "	FS_NAME= /srv" "	FS_SIZE= 102400" "	FS_MIN_SIZE= 8" "	FS_LV= /dev/fslv01" >/tmp/image.data'
    make -n x -L image_data=/tmp/image.data -M directory=/srv vfs=directory
    run in_bed lswpar -Mqc -a mountpoint,vfs x
    assert_match '^/wpars/x/home:jfs2$'
    assert_match '^/wpars/x/srv:directory$'
    in_bed rmwpar -F x >/dev/null
    make -n x -L image_data=/tmp/image.data shrink=yes -M directory=/srv vfs=directory
    start x
    [ "$(inside x df --output=size -m /home | tail -n 1)" -lt 60 ]
    wpar_run mkwpar -n y -L image_data=/etc/hostname
    assert_status 2
    assert_error "mkwpar: /etc/hostname:1: expected a stanza, like fs_data:"
    in_bed rm /tmp/image.data
}

@test "what the root part must not hold" {
    in_bed sh -c 'echo secret >/root/.netrc; echo "root:\$6\$x\$y:1:0:99999:7:::" >/tmp/shadow'
    make -n x
    run in_bed sh -c 'cd /wpars/x; ls etc/ssh/ssh_host_* etc/machine-id root/.netrc 2>/dev/null; cut -d: -f2 etc/shadow | sort -u; cat etc/hostname'
    refute grep -qE 'ssh_host|netrc' <<<"$output"
    assert_line x
    refute grep -qE '^\$' <<<"$output"
    in_bed rm /root/.netrc /tmp/shadow
}

@test "-h -A -u -i -I -c are stored and shown" {
    in_bed sh -c 'printf "#!/bin/sh\n" >/usr/local/sbin/hook; chmod 755 /usr/local/sbin/hook'
    make -n x -h www.example -A -c -u /usr/local/sbin/hook -N interface=en0 address=192.168.21.61 netmask=255.255.0.0 \
        -I rtdest=10.9.0.0 rtgateway=192.168.21.2 rtnetmask=255.255.0.0
    run field x hostname,auto,checkpointable,script,routing
    assert_output "www.example:yes:yes:/usr/local/sbin/hook:yes"
    run in_bed lswpar -Iqc x
    assert_output "x::10.9.0.0:192.168.21.2:"
    start x
    run inside x 'hostname; ip route show 10.9.0.0/16'
    assert_line www.example
    assert_match '^10.9.0.0/16 via 192.168.21.2 '
    in_bed rm /usr/local/sbin/hook
}

@test "-d: another base directory" {
    in_bed mkdir -m 700 /srv/own
    make -n x -d /srv/own/x
    [ "$(field x directory)" = /srv/own/x ]
    start x
    inside x true
    in_bed rmwpar -s x >/dev/null
    refute in_bed test -e /srv/own/x
    in_bed rmdir /srv/own
    assert_clean
}

@test "-s starts it at once, -v tells more" {
    wpar_run mkwpar -v -n x -s
    assert_status 0
    assert_line "mkwpar: COMMAND START, ARGS: -v -n x -s"
    assert_line "Starting workload partition 'x'."
    assert_line "mkwpar: Return Status = SUCCESS"
    [ "$(field x state)" = A ]
    wpar_run mkwpar -v -n x
    assert_status 1
    assert_line "mkwpar: Return Status = FAILURE"
}

@test "-r copies the files of name resolution" {
    in_bed sh -c 'cp -a /etc/resolv.conf /tmp/resolv.conf.old 2>/dev/null; rm -f /etc/resolv.conf; echo "nameserver 192.0.2.53" >/etc/resolv.conf'
    make -n x -r
    make -n y
    run in_bed cat /wpars/x/etc/resolv.conf
    assert_output "nameserver 192.0.2.53"
    refute in_bed grep -qs 192.0.2.53 /wpars/y/etc/resolv.conf
    in_bed sh -c 'rm /etc/resolv.conf; [ ! -e /tmp/resolv.conf.old ] || mv /tmp/resolv.conf.old /etc/resolv.conf'
}

@test "-k scripts run once, with name and base directory; a failing one undoes it all" {
    in_bed sh -c 'printf "#!/bin/sh\necho post \$1 \$2; touch \$2/etc/post\n" >/tmp/post; printf "#!/bin/sh\necho oops >&2; exit 3\n" >/tmp/bad; chmod 755 /tmp/post /tmp/bad'
    wpar_run mkwpar -n x -k /tmp/post
    assert_status 0
    assert_line "post x /wpars/x"
    in_bed test -e /wpars/x/etc/post
    in_bed rmwpar x >/dev/null
    wpar_run mkwpar -n x -k /tmp/post -k /tmp/bad
    assert_status 1
    assert_error "post-installation script (-k)"
    assert_error "oops"
    refute in_bed test -e /etc/wpars/x.cf
    in_bed rm /tmp/post /tmp/bad
    assert_clean
}

@test "-u is called at the four events with its arguments; a failing one only warns" {
    in_bed sh -c 'printf "#!/bin/sh\necho \"\$*\" >>/tmp/events\n[ \"\$1\" != WPARPOSTSTART ] || { echo broken >&2; exit 4; }\n" >/tmp/hook; chmod 755 /tmp/hook'
    make -n x -u /tmp/hook
    wpar_run startwpar x
    assert_status 0
    assert_error "user script /tmp/hook failed at WPARPOSTSTART: status 4: broken"
    in_bed stopwpar -N x >/dev/null
    in_bed startwpar x >/dev/null
    in_bed stopwpar -F x >/dev/null
    run in_bed cat /tmp/events
    assert_output "WPARPRESTART x
WPARPOSTSTART x
WPARPRESTOP x 0
WPARPOSTSTOP x 0
WPARPRESTART x
WPARPOSTSTART x
WPARPRESTOP x 1
WPARPOSTSTOP x 1"
    in_bed rm /tmp/hook /tmp/events
}

@test "-U: a UUID of one's own, or a new one" {
    make -n x -U 01234567-89ab-cdef-0123-456789abcdef
    [ "$(field x uuid)" = 01234567-89ab-cdef-0123-456789abcdef ]
    make -n y -U
    grep -qE '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' <<<"$(field y uuid)"
    refute in_bed mkwpar -n z -U nonsense
}

@test "-a finds another base directory and leaves out a taken address" {
    in_bed mkdir -p /wpars/x/full
    wpar_run mkwpar -n x
    assert_status 1
    make -a -n x -N interface=en0 address=192.168.21.10 netmask=255.255.0.0
    [ "$(field x directory)" = /wpars/x-1 ]
    [ -z "$(in_bed lswpar -Nqc x)" ]
    in_bed rmwpar x
    in_bed rm -r /wpars/x
    assert_clean
}

@test "-o writes a specification file, -w only that, -f reads it" {
    wpar_run mkwpar -n x -w -o /tmp/x.spec -h www -A -R CPU=10%-50%,100% -M directory=/data vfs=directory
    assert_status 0
    assert_output ""
    refute in_bed lswpar -q x 2>/dev/null
    make -f /tmp/x.spec -o /tmp/again.spec
    run in_bed diff /tmp/x.spec /tmp/again.spec
    assert_output ""
    run field x hostname,auto
    assert_output "www:yes"
    [ "$(in_bed lswpar -Rqc -a CPU x)" = '10%-50%,100%' ]
    in_bed test -d /wpars/x/data
    wpar_run mkwpar -n y -o /tmp/x.spec
    assert_status 1
    assert_error "mkwpar: specification file '/tmp/x.spec' exists already; use -F to replace it"
    make -F -f /tmp/x.spec -n y -h other -U -o /tmp/x.spec
    run field y hostname,auto
    assert_output "other:yes"
    in_bed rm /tmp/x.spec /tmp/again.spec
}

@test "-e takes the settings of another one, but its name and what follows from it" {
    make -n x -A -R totalProcesses=100 -M directory=/data vfs=directory
    make -n y -e x -W
    run field y name,hostname,directory,auto
    assert_output "y:y:/wpars/y:yes"
    [ "$(in_bed lswpar -Rqc -a totalProcesses y)" = 100 ]
    in_bed test -d /wpars/y/data
    [ "$(field x uuid)" != "$(field y uuid)" ]
    refute diff <(in_bed grep -E 'key|idbase' /etc/wpars/x.cf) <(in_bed grep -E 'key|idbase' /etc/wpars/y.cf)
}

@test "a definition itself is a specification file" {
    make -n x -A -h www
    in_bed cp /etc/wpars/x.cf /tmp/x.spec
    in_bed rmwpar x >/dev/null
    make -f /tmp/x.spec
    run field x hostname,auto
    assert_output "www:yes"
    start x
    in_bed rm /tmp/x.spec
}

@test "rmwpar -p keeps the file systems, mkwpar -p takes them up again" {
    make -n x -M directory=/ vfs=jfs2 size=300M
    start x
    inside x 'echo kept >/root/kept'
    in_bed stopwpar -F x >/dev/null
    in_bed mkwpar -w -o /tmp/x.spec -e x -n x
    in_bed rmwpar -p x >/dev/null
    refute in_bed lswpar -q x 2>/dev/null
    wpar_run mkwpar -p -f /tmp/x.spec
    assert_status 0
    refute grep -q '^x ' <<<"$output"
    start x
    [ "$(inside x cat /root/kept)" = kept ]
    in_bed rm /tmp/x.spec
}

@test "-P asks for root's password, twice" {
    wpar_run mkwpar -P -n x
    assert_status 2
    assert_error "mkwpar: -P asks for a password and needs a terminal"
    typed "mkwpar -P -n x" "Root password of x: " 'geheim\n' "Enter it again: " 'geheim\n' >/dev/null
    in_bed grep -q '^root:\$' /wpars/x/etc/shadow
    run typed "mkwpar -P -n y" "Root password of y: " 'erstes\n' "Enter it again: " 'zweites\n'
    assert_status 2
    assert_match 'the two passwords differ; nothing was changed'
    refute grep -qE 'erstes|zweites' <<<"$output"
    run typed "trap : INT; mkwpar -P -n y; stty -a" "Root password of y: " '\003'
    assert_match '(^| )echo( |$)'
    refute in_bed lswpar -q y 2>/dev/null
}

@test "NAME.cf edited by hand is what counts" {
    make -n x
    in_bed sh -c 'sed -i "s/^general:/general:\n\thostname = \"edited\"/" /etc/wpars/x.cf; printf "\nresources:\n\ttotalProcesses = \"150\"\n" >>/etc/wpars/x.cf'
    run field x hostname
    assert_output edited
    start x
    [ "$(inside x hostname)" = edited ]
    [ "$(in_bed lswpar -Rqc -a totalProcesses x)" = 150 ]
}

@test "corral autostart starts those with -A at once, and says what failed" {
    local name
    for name in a b c; do make -A -n $name; done
    make -n off
    make -A -n broken
    in_bed rm -r /wpars/broken
    in_bed startwpar c >/dev/null
    wpar_run corral autostart
    assert_status 1
    assert_line "Workload partition a started."
    assert_line "Workload partition b started."
    assert_line "2 started, 1 active already, 1 failed."
    assert_error "workload partition broken did not start: base directory '/wpars/broken' is missing; restore it from a backup, or remove the workload partition with rmwpar -F broken"
    run in_bed lswpar -qc -a name,state
    assert_output $'a:A\nb:A\nbroken:D\nc:A\noff:D'
    in_bed rmwpar -F broken >/dev/null
    wpar_run corral autostart
    assert_status 0
    assert_output "0 started, 3 active already, 0 failed."
}

@test "--dry-run of every changing command changes nothing" {
    make -n x -A -N interface=en0 address=192.168.21.61 netmask=255.255.0.0
    changes_nothing mkwpar --dry-run -n y -M directory=/ vfs=jfs2 size=1G -o /tmp/never
    changes_nothing startwpar --dry-run x
    changes_nothing chwpar --dry-run -h other -A x
    changes_nothing rmwpar --dry-run x
    changes_nothing corral autostart --dry-run
    assert_line "corral autostart: would start workload partition x."
    changes_nothing wparexec --dry-run /bin/true
    start x
    has_settled x
    changes_nothing stopwpar --dry-run x
    changes_nothing rebootwpar --dry-run x
    changes_nothing rmwpar --dry-run -s x
    changes_nothing chwpar --dry-run -R CPU=10%-50%,100% x
    [ "$(field x state)" = A ]
}

@test "-a keeps what is free and leaves out what is in use" {
    make -n x -N address=192.168.21.61
    make -n y -a -N address=192.168.21.61 -N address=192.168.21.62
    [ "$(in_bed lswpar -Nqc -a address y)" = 192.168.21.62 ]
    in_bed chwpar -a -N address=192.168.21.61 -N address=192.168.21.63 y
    in_bed startwpar -a y >/dev/null
    [ "$(in_bed lswpar -Nqc -a address y)" = $'192.168.21.62\n192.168.21.63\n127.0.0.1' ]
    [ "$(field y directory)" = /wpars/y ]
    in_bed mkdir -p /wpars/z/taken
    make -n z -a
    in_bed rm -r /wpars/z
    [ "$(field z directory)" = /wpars/z-1 ]
    run in_bed wparexec -a -n y /bin/hostname
    [ "${lines[-1]}" = y1 ]
}
