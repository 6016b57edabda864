#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# chwpar on a defined WPAR, which is changed for its next start, and on a running one, which is changed at once.

load helper

prepare_bed() {
    first_wpar
    in_bed mkwpar -n still -N interface=en0 address=192.168.21.70 netmask=255.255.0.0 >/dev/null
    in_bed mkwpar -n live -N interface=en0 address=192.168.21.71 netmask=255.255.0.0 >/dev/null
    in_bed startwpar live >/dev/null
}

change() { in_bed chwpar "$@"; }
field() { in_bed lswpar -Gqc -a "$2" "$1"; }
control() { in_bed lswpar -Rqc -a "$2" "$1"; }
inside() { in_bed clogin "$@" </dev/null; }
reaches() { on_lan ping -q -c 1 -W 3 "$1" >/dev/null; }
uses_memory() { [ "$(inside live "ps -o rss= -C tail | sort -n | sed -n '\$p'")" -gt $(($1 * 1024)) ]; }
definition_of() { in_bed grep -v mdate "/etc/wpars/$1.cf"; }

# Fails with that status and a text that begins so, and the definition stays as it was.
refused() {
    local name=$1 expected=$2 text=$3 before
    shift 3
    before=$(definition_of "$name")
    wpar_run "$@"
    assert_status "$expected"
    [[ $stderr == "$text"* ]] || { show_result; echo "expected on stderr: $text"; return 1; } >&2
    [ "$(definition_of "$name")" = "$before" ]
}

@test "host name: of a defined one, and of a running one at once" {
    change -h new.example still
    [ "$(field still hostname)" = new.example ]
    change -h www.example live
    [ "$(field live hostname)" = www.example ]
    [ "$(inside live hostname)" = www.example ]
    in_bed rebootwpar -N live >/dev/null
    [ "$(inside live hostname)" = www.example ]
}

@test "autostart, script, uuid and their -K" {
    in_bed sh -c 'printf "#!/bin/sh\n" >/usr/local/sbin/hook; chmod 755 /usr/local/sbin/hook'
    local name
    for name in still live; do
        change -A -u /usr/local/sbin/hook -c -U 01234567-89ab-cdef-0123-456789abcdef $name
        [ "$(field $name auto,script,checkpointable,uuid)" = yes:/usr/local/sbin/hook:yes:01234567-89ab-cdef-0123-456789abcdef ]
        change -K -A -u -c $name
        [ "$(field $name auto,script,checkpointable)" = no::no ]
        change -U $name
        [ "$(field $name uuid)" != 01234567-89ab-cdef-0123-456789abcdef ]
    done
    in_bed rm /usr/local/sbin/hook
}

@test "addresses of a running one come and go at once" {
    eventually reaches 192.168.21.71
    change -N interface=en0 address=192.168.21.72 netmask=255.255.0.0 live
    eventually reaches 192.168.21.72
    change -N interface=en0 address6=fd00:21::72 prefixlen=64 live
    eventually reaches fd00:21::72
    reaches 192.168.21.71
    change -K -N address=192.168.21.72 -N address6=fd00:21::72 live
    refute on_lan ping -q -c 1 -W 1 192.168.21.72 >/dev/null
    refute inside live 'ip -o address | grep -E "21.72|21::72"'
    reaches 192.168.21.71
    [ "$(in_bed lswpar -Nqc -a address live)" = $'192.168.21.71\n127.0.0.1' ]
}

@test "addresses of a defined one" {
    change -N interface=en0 address=192.168.21.73 netmask=255.255.0.0 still
    [ "$(in_bed lswpar -Nqc -a address still)" = $'192.168.21.70\n192.168.21.73' ]
    refused still 1 "chwpar: address 192.168.21.71 is in use by workload partition live" \
        chwpar -N interface=en0 address=192.168.21.71 netmask=255.255.0.0 still
    refused live 1 "chwpar: address 192.168.21.70 belongs to workload partition still; give another one" \
        chwpar -N interface=en0 address=192.168.21.70 netmask=255.255.0.0 live
    refused still 1 "chwpar: there is no interface 'en7'; there are: en0" \
        chwpar -N interface=en7 address=192.168.21.74 netmask=255.255.0.0 still
    change -K -N address=192.168.21.73 still
    [ "$(in_bed lswpar -Nqc -a address still)" = 192.168.21.70 ]
    wpar_run chwpar -K -N address=192.168.21.99 still
    assert_failure
    assert_error 192.168.21.99
}

@test "two at once both take effect" {
    in_bed sh -c 'for n in 1 2 3; do chwpar -M directory=/a$n vfs=jfs2 size=16M still & chwpar -M directory=/b$n vfs=directory still & wait; done'
    for mount in a1 a2 a3 b1 b2 b3; do
        in_bed grep -q "directory = \"/$mount\"" /etc/wpars/still.cf
        change -K -M directory=/$mount still
    done
    refused still 2 "chwpar: -M directory=/var: every workload partition has this directory, and it cannot be removed" \
        chwpar -K -M directory=/var still
}

@test "routes" {
    change -I rtdest=10.9.0.0 rtnetmask=255.255.0.0 rtgateway=192.168.21.2 live
    [ "$(field live routing)" = yes ]
    run inside live ip route show 10.9.0.0/16
    assert_match '^10.9.0.0/16 via 192.168.21.2 '
    change -K -I rtdest=10.9.0.0 rtnetmask=255.255.0.0 rtgateway=192.168.21.2 live
    run inside live ip route show 10.9.0.0/16
    assert_output ""
    change -K -i live
    [ "$(field live routing)" = no ]
    reaches 192.168.21.71
}

@test "limits of a running one hold at once" {
    change -R totalProcesses=60 live
    [ "$(control live totalProcesses)" = 60 ]
    run inside live 'for i in $(seq 80); do sleep 3 & done 2>&1; wait'
    assert_match 'fork'
    change -K -R totalProcesses live
    [ "$(control live totalProcesses)" = unlimited ]
    inside live 'for i in $(seq 80); do sleep 0.1 & done; wait'
    change -R CPU=10%-50%,50% memory=0%-50%,90% shares_CPU=20 live
    [ "$(control live CPU,memory,shares_CPU)" = '10%-50%,50%:0%-50%,90%:20' ]
    change -K -R live
    [ "$(control live CPU,memory,shares_CPU)" = '0%-100%,100%:0%-100%,100%:unlimited' ]
}

@test "file systems of a defined one" {
    change -M directory=/data vfs=jfs2 size=100M still
    in_bed startwpar still >/dev/null
    run inside still df --output=fstype,target /data
    assert_match '^ext4 +/data$'
    refused still 1 "chwpar: Workload partition still is active: what is mounted on '/data' (-M) can change only while it is stopped; stop it first with stopwpar still" \
        chwpar -M directory=/data vfs=jfs2 size=100M mountopts=ro still
    in_bed stopwpar -N still >/dev/null
    wpar_run chwpar -M directory=/data vfs=jfs2 size=50M still
    assert_status 2
    assert_error "size=50M is smaller than it is now (100M); file systems only grow"
    change -K -M directory=/data still
    refute grep -q /data <<<"$(in_bed lswpar -Mqc still)"
    refute in_bed test -e /var/lib/wpars/still/data.img
    in_bed startwpar still >/dev/null
    in_bed stopwpar -N still >/dev/null
    wpar_run chwpar -K -M directory=/nosuch still
    assert_failure
    assert_error /nosuch
}

@test "-n renames, -d moves; both refused while it runs" {
    refused live 1 "chwpar: Workload partition live is active: its name (-n) can change only while it is stopped; stop it first with stopwpar live" \
        chwpar -n other live
    refused live 1 "chwpar: Workload partition live is active: its base directory (-d) can change only while it is stopped; stop it first with stopwpar live" \
        chwpar -d /wpars/other live
    refused still 1 "chwpar: A workload partition called live exists already" chwpar -n live still
    change -n renamed still
    refute in_bed lswpar -q still 2>/dev/null
    [ "$(field renamed directory)" = /wpars/renamed ]
    in_bed startwpar renamed >/dev/null
    in_bed stopwpar -N renamed >/dev/null
    change -d /wpars/elsewhere renamed
    refute in_bed test -e /wpars/renamed
    [ "$(field renamed directory)" = /wpars/elsewhere ]
    in_bed startwpar renamed >/dev/null
    in_bed stopwpar -N renamed >/dev/null
    change -n still -d /wpars/still renamed
    [ "$(field still name,directory)" = still:/wpars/still ]
    refute in_bed test -e /wpars/elsewhere
}

@test "privileges count from the next start, and -K -S takes them back" {
    has_mount() { in_bed lswpar -Sqc -a privs live | grep -q PV_FS_MOUNT; }
    has_mount
    wpar_run chwpar -S privs-=PV_FS_MOUNT live
    assert_status 0
    assert_error "changed privileges take effect at the next start"
    refute has_mount
    inside live 'mkdir -p /mnt/x && mount -t tmpfs none /mnt/x && umount /mnt/x'
    change -K -S live 2>/dev/null
    has_mount
}

@test "-P: another root password, of a stopped and of a running one" {
    local name before
    for name in still live; do
        before=$(in_bed grep ^root: /wpars/$name/etc/shadow)
        typed "chwpar -P $name" "Root password of $name: " 'geheim\n' "Enter it again: " 'geheim\n' >/dev/null
        [ "$(in_bed grep ^root: /wpars/$name/etc/shadow)" != "$before" ]
    done
}

@test "-x is refused for a system WPAR" {
    refused still 2 "chwpar: xwparipc (-x) is not possible for a system workload partition" chwpar -x still
}

@test "a change that fails half-way is taken back" {
    refused still 1 "chwpar: -M directory=/data: file system '/data': dev '/nosuch': No such file or directory (ENOENT)" \
        chwpar -h never -M directory=/data vfs=namefs dev=/nosuch still
    [ "$(field still hostname)" = new.example ]
    # the definition cannot be written: what was changed inside by then comes back
    local before
    before=$(definition_of live)
    in_bed sh -c 'mv /etc/wpars /etc/wpars.away; mkdir /etc/wpars; cp /etc/wpars.away/* /etc/wpars; mount --bind /etc/wpars /etc/wpars; mount -o remount,bind,ro /etc/wpars'
    wpar_run chwpar -h never -N interface=en0 address=192.168.21.75 netmask=255.255.0.0 live
    assert_failure
    in_bed sh -c 'umount /etc/wpars; rm -r /etc/wpars; mv /etc/wpars.away /etc/wpars'
    [ "$(definition_of live)" = "$before" ]
    [ "$(inside live hostname)" = www.example ]
    refute inside live 'ip -o address | grep 21.75'
    refute on_lan ping -q -c 1 -W 1 192.168.21.75 >/dev/null
    [ "$(in_bed lswpar -qca state live)" = A ]
}

# Without the right to grow ext4 in use, as here, a program grows it.
@test "a file system that cannot grow keeps its size, and all else of the change holds" {
    if is_vm; then skip 'vm: the kernel grows it'; fi
    in_bed chwpar -M directory=/data vfs=ext4 size=32M still
    in_bed sh -c 'mv /usr/sbin/resize2fs /srv/resize2fs; printf "#!/bin/sh\necho sick; exit 1\n" >/usr/sbin/resize2fs; chmod +x /usr/sbin/resize2fs'
    wpar_run chwpar -h grown.example -M directory=/data size=64M still
    assert_status 1
    assert_error "chwpar: -M directory=/data: file system '/data': "
    assert_error "it keeps its size, 32M"
    [ "$(field still hostname)" = grown.example ]
    [ "$(in_bed stat -c %s /var/lib/wpars/still/data.img)" = $((32 << 20)) ]
    [ "$(in_bed lswpar -qca state still)" = D ]
    definition_of still | grep -q '"32M"'
    # one that was killed before it could tell
    local step
    for step in 3 4; do
        wpar_run sh -c "CORRAL_CRASH_AT_STEP=$step chwpar -M directory=/data size=64M still"
        assert_failure
        in_bed chwpar -h still still
        [ "$(in_bed lswpar -qca state still)" = D ]
        [ "$(in_bed stat -c %s /var/lib/wpars/still/data.img)" = $((32 << 20)) ]
        definition_of still | grep -q '"32M"'
    done
    in_bed mv /srv/resize2fs /usr/sbin/resize2fs
    in_bed chwpar -M directory=/data size=64M still
    [ "$(in_bed stat -c %s /var/lib/wpars/still/data.img)" = $((64 << 20)) ]
}

@test "what was given for a moment and is used cannot be taken back: the definition is, and the limit with the next start" {
    in_bed chwpar -R totalVirtMem=64M live
    wpar_run sh -c 'CORRAL_CRASH_AT_STEP=4 chwpar -R totalVirtMem=512M live'
    assert_failure
    # tail keeps what nobody reads
    inside live 'setsid sh -c "head -c 200M /dev/zero | tail -c 200M | sleep 1000" >/dev/null 2>&1 &'
    eventually uses_memory 190
    in_bed chwpar -A live
    [ "$(in_bed lswpar -qca state live)" = A ]
    [ "$(control live totalVirtMem)" = 64M ]
    in_bed tail -n 3 /var/adm/wpars/event.log | grep -q 'live.*the limit of memory holds from the next start'
    uses_memory 190
    inside live pkill sleep
    in_bed chwpar -K -R totalVirtMem live
}

@test "in the end nothing is left" {
    in_bed sh -c 'rmwpar -s live; rmwpar still' >/dev/null
    in_bed sh -c 'rm -rf /root/.cache'
    wpar_run lswpar
    assert_output ""
}
