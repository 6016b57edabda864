#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# corral doctor: a well machine, each trouble by its name, remedies that mend what they promise, and starts that fail for
# the machine's sake and say which check explains it.

load helper

address=192.168.21.70

prepare_bed() {
    first_wpar
    in_bed sh -c 'mkdir -p -m 755 /srv/shared && chmod 755 /srv/shared'
    in_bed mkwpar -n web -N interface=en0 address=$address netmask=255.255.0.0 \
        -M directory=/data vfs=jfs2 size=32M -M directory=/shared vfs=namefs dev=/srv/shared mountopts=ro >/dev/null
}

# findings JQ-FILTER [CHECK...]: of corral doctor --json, raw.
findings() {
    local filter=$1
    shift
    in_bed corral doctor --json "$@" </dev/null | jq -r "$filter"
}
troubles() { findings '.[] | select(.severity == "warning" or .severity == "error") | .check + ": " + .finding' "$@"; }
remedy_of() { findings "[.[] | select(.severity == \"warning\" or .severity == \"error\")][0].remedy" "$@"; }

assert_content() {
    run troubles "$@"
    assert_output ""
}

# The first remedy of a check, as it is printed.
follow_remedy() { in_bed sh -ec "$(remedy_of "$1")" </dev/null; }

# start_fails COMMAND...: startwpar in an environment of its own; what it says is in $stderr, and web stays Defined.
start_fails() {
    wpar_run unshare --mount sh -c "$1; exec startwpar web"
    assert_failure
    [ "$(in_bed lswpar -qca state web)" = D ]
}

@test "a machine on which all is well" {
    wpar_run corral doctor
    assert_status 0
    assert_match '^kernel +ok +openat2 pidfd_open clone3'
    assert_match '^idmap +ok +/wpars \('
    assert_match '^leftovers +ok '
    assert_match '^22 checks: 0 errors, 0 warnings, '
    assert_content
    assert_clean
}

@test "checks by name, in the doctor's order" {
    wpar_run corral doctor ids kernel
    assert_status 0
    [ "${lines[0]%% *}" = kernel ]
    [ "${lines[1]%% *}" = ids ]
    assert_line "2 checks: 0 errors, 0 warnings, 0 notes"
    wpar_run corral doctor nosuch
    assert_status 2
    assert_error "there is no check 'nosuch'; there are: kernel, "
    run in_bed corral --complete 'corral doctor id'
    assert_output $'idmap\nids'
}

@test "--json: the same members for every finding" {
    run findings '[.[] | keys_unsorted | join(",")] | unique | join(" ")'
    assert_output "check,severity,finding,remedy,subject"
    run findings '[.[].check] | unique | length'
    assert_output 22
    run findings '[.[].severity] | unique - ["ok", "note"] | length'
    assert_output 0
}

@test "an active WPAR is no trouble" {
    in_bed startwpar web >/dev/null
    assert_content
    wpar_run corral doctor keepers
    assert_match '^keepers +ok +1 keeper$'
    in_bed stopwpar -F web >/dev/null
    assert_content
}

@test "inside a WPAR it says where it is" {
    in_bed startwpar web >/dev/null
    wpar_run clogin web corral doctor
    assert_status 2
    assert_match 'error +this is a workload partition or another container'
    assert_match ' 1 error, '
    in_bed stopwpar -F web >/dev/null
}

# --- starts that fail, and the check that explains it

@test "an interface that is down: found before a reboot stops anything" {
    in_bed startwpar web >/dev/null
    in_bed ip link set en0 down
    wpar_run rebootwpar -F web
    assert_status 1
    [ "$stderr" = "rebootwpar: interface en0 is down; bring it up: ip link set en0 up (check: corral doctor interfaces)" ]
    [ "$(in_bed lswpar -qca state web)" = A ]
    run troubles interfaces
    assert_output "interfaces: interface en0, which web uses, is down"
    follow_remedy interfaces
    assert_content interfaces
    in_bed stopwpar -F web >/dev/null
    in_bed ip link set en0 down
    wpar_run startwpar web
    assert_status 1
    assert_error "(check: corral doctor interfaces)"
    in_bed ip link set en0 up
    assert_content
}

@test "no cgroup v2 tree" {
    start_fails 'umount -R /sys/fs/cgroup'
    assert_error "no cgroup v2 tree is mounted"
    assert_error "(check: corral doctor cgroup)"
    wpar_run unshare --mount sh -c 'umount -R /sys/fs/cgroup; corral doctor cgroup'
    assert_status 2
    assert_match '^cgroup +error'
}

@test "a shared directory that cannot shift ids" {
    local cover='mkdir -p /run/ov/l /run/ov/u /run/ov/w && mount -t overlay -o lowerdir=/run/ov/l,upperdir=/run/ov/u,workdir=/run/ov/w none /srv/shared'
    start_fails "mount -t tmpfs none /mnt && mkdir /run/ov && $cover"
    assert_error "cannot shift ids"
    assert_error "(check: corral doctor idmap)"
    wpar_run unshare --mount sh -c "$cover; corral doctor --json idmap"
    assert_status 2
    [ "$(jq -r '.[0].subject' <<<"$output")" = /srv/shared ]
    in_bed rm -r /run/ov
}

@test "no loop devices" {
    start_fails 'mount --bind /dev/null /dev/loop-control'
    assert_error "(check: corral doctor loop)"
    wpar_run unshare --mount sh -c 'mount -t tmpfs none /dev; corral doctor loop'
    assert_status 2
    assert_match 'no loop devices, which need web'
}

@test "no nft" {
    start_fails 'mount --bind /dev/null /usr/sbin/nft'
    assert_error "nft"
    assert_error "(check: corral doctor "
    in_bed mv /usr/sbin/nft /usr/sbin/nft.away
    wpar_run startwpar web
    assert_status 1
    assert_error "the program nft is missing; install the package nftables (check: corral doctor programs)"
    run troubles programs
    in_bed mv /usr/sbin/nft.away /usr/sbin/nft
    assert_line "programs: program 'nft' is missing: addresses are guarded with it"
}

@test "no room below /run" {
    start_fails 'mount -t tmpfs -o size=8k none /run/wpars && head -c 8192 /dev/zero >/run/wpars/full'
    assert_error "No space left on device (ENOSPC)"
    assert_error "(check: corral doctor space)"
    wpar_run unshare --mount sh -c 'mount -t tmpfs -o size=8k none /run/wpars && head -c 8192 /dev/zero >/run/wpars/full; corral doctor space'
    assert_status 2
    assert_match '/run/wpars: no space left'
}

@test "a /run that is read-only" {
    start_fails 'mount -t tmpfs none /run/wpars && mkdir /run/wpars/.lock && mount -o remount,ro /run/wpars'
    assert_error "(check: corral doctor space)"
    wpar_run unshare --mount sh -c 'mount -t tmpfs -o ro none /run/wpars; corral doctor space'
    assert_status 2
    assert_match '/run/wpars: the file system is read-only'
}

@test "kernel settings that are read-only" {
    start_fails 'mount --bind /proc/sys/net /proc/sys/net && mount -o remount,ro,bind /proc/sys/net'
    assert_error "(check: corral doctor forwarding)"
    wpar_run unshare --mount sh -c 'mount --bind /proc/sys/net /proc/sys/net && mount -o remount,ro,bind /proc/sys/net; corral doctor forwarding'
    assert_status 2
}

@test "no more namespaces" {
    is_vm || skip_check namespace-limit "it would be the whole machine's"
    in_bed sysctl -qw user.max_net_namespaces=0
    wpar_run startwpar web
    assert_status 1
    assert_error "(check: corral doctor namespaces)"
    run troubles namespaces
    in_bed sysctl -qw user.max_net_namespaces=65536
    assert_line "namespaces: no more net namespaces can be made (user.max_net_namespaces is 0)"
}

@test "a base directory that ordinary users could reach" {
    in_bed chmod 755 /wpars
    wpar_run mkwpar -n open
    assert_status 1
    assert_error "(check: corral doctor permissions)"
    run troubles permissions
    assert_match "^permissions: web: users of the global environment could reach"
    in_bed chmod 700 /wpars
    in_bed chmod 666 /etc/wpars/web.cf
    run troubles permissions
    assert_output "permissions: '/etc/wpars/web.cf' can be written by others than root"
    follow_remedy permissions
    assert_content
}

@test "after each of them it starts" {
    wpar_run startwpar web
    assert_status 0
    in_bed stopwpar -F web >/dev/null
}

# --- what others do to the machine

@test "a firewall that drops, and its remedy" {
    in_bed startwpar web >/dev/null
    in_bed sh -c 'nft add table ip filter; nft "add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }"'
    refute on_lan ping -c 1 -W 2 $address
    run troubles firewall
    assert_match "^firewall: the firewall's chain 'FORWARD'"
    follow_remedy firewall
    on_lan ping -c 1 -W 10 $address
    assert_content
    in_bed nft delete table ip filter
    in_bed nft delete table inet corral
    run troubles firewall
    assert_match "^firewall: the guard table 'inet corral' is gone"
    in_bed stopwpar -F web >/dev/null
    assert_content
}

@test "CRIU: a note where it is missing or cannot work" {
    in_bed mv /usr/sbin/criu /srv/criu
    run findings '.[0].severity' criu
    assert_output note
    in_bed sh -c 'printf "#!/bin/sh\n[ \$1 = check ] || { echo Version: 3.17.1; exit; }\necho \"Error (criu/vdso.c:1): no vdso\" >&2; exit 1\n" >/usr/local/bin/criu; chmod +x /usr/local/bin/criu'
    wpar_run corral doctor criu
    assert_status 0
    assert_match 'CRIU 3.17.1 cannot work on this kernel: it does not understand this kernel.s vDSO'
    in_bed sh -c 'printf "#!/bin/sh\necho Version: 4.2\n" >/usr/local/bin/criu'
    wpar_run corral doctor criu
    assert_line "criu        ok      CRIU 4.2"
    in_bed sh -c 'rm /usr/local/bin/criu; mv /srv/criu /usr/sbin/criu'
}

# --- definitions

@test "definitions: damaged, copied, misnamed" {
    in_bed sh -c 'sed "s/name = .*/name = \"copy\"/" /etc/wpars/web.cf >/etc/wpars/copy.cf; echo nonsense >/etc/wpars/bad.cf
        touch "/etc/wpars/
.cf" /etc/wpars/"$(printf "\\377")".cf'
    wpar_run corral doctor --json definitions ids
    assert_status 2
    local all
    all=$(jq -r '.[] | .severity + " " + .finding' <<<"$output")
    grep -E "^error .*/etc/wpars/bad.cf" <<<"$all"
    grep -E "^warning address $address belongs to both copy and web" <<<"$all"
    grep -E "have the same id" <<<"$all"
    [ "$(grep -c 'names no workload partition' <<<"$all")" = 2 ]
    in_bed sh -c 'cd /etc/wpars && for file in *.cf; do [ "$file" = web.cf ] || rm -- "$file"; done'
    assert_content
}

@test "all ids are in use" {
    in_bed bash -ec 'for key in {1..8191}; do
            printf "general:\n\tname = \"w$key\"\n\ttype = \"S\"\n\tkey = \"$key\"\n\tidbase = \"$((536870912 + key * 65536))\"\n" \
                >/etc/wpars/w$key.cf
        done'
    wpar_run mkwpar -n more
    assert_status 1
    assert_error "all 8191 workload partition ids are in use"
    assert_error "(check: corral doctor ids)"
    run findings '.[] | select(.subject == "ids") | .severity' ids
    in_bed sh -c 'rm /etc/wpars/w[0-9]*.cf'
    assert_output error
    assert_content
}

@test "user ids that were handed out to somebody" {
    in_bed sh -c 'cp /etc/subuid /root/subuid; echo "eve:536870912:1000000000" >>/etc/subuid'
    run troubles ids
    in_bed sh -c 'cat /root/subuid >/etc/subuid; rm /root/subuid'
    assert_match "^ids: user ids of web .* overlap those of 'eve' in /etc/subuid"
}

# --- leftovers

@test "a killed command: told, and taken back by the next one" {
    wpar_run env CORRAL_CRASH_AT_STEP=3 mkwpar -n half
    assert_failure
    run troubles
    assert_line "journals: an operation on half was killed half way"
    in_bed corral autostart >/dev/null
    assert_content
}

@test "a command that is stopped holds its WPAR" {
    in_bed sh -c 'CORRAL_CRASH_AT_STEP=3 CORRAL_CRASH_SIGNAL=19 mkwpar -n slow >/dev/null 2>&1 &'
    eventually in_bed sh -c '[ "$(lswpar -qca state slow)" = T ] && corral doctor operations | grep -q stopped'
    run troubles operations
    assert_match "^operations: operation 'create' \(process [0-9]+\) on slow is stopped by a signal"
    follow_remedy operations
    eventually in_bed sh -c '[ "$(lswpar -qca state slow)" = D ]'
    in_bed rmwpar slow >/dev/null
    assert_content
}

@test "a keeper that was killed: told, and replaced by what the remedy says" {
    in_bed startwpar web >/dev/null
    in_bed sh -c 'kill -9 "$(cut -d " " -f 1 /run/wpars/web/keeper)"'
    run troubles keepers
    assert_output "keepers: web is active, but its keeper has ended"
    wpar_run startwpar web
    assert_failure
    assert_content
    in_bed stopwpar -F web >/dev/null
}

@test "what belongs to nobody: piece by piece, each with a remedy that works" {
    in_bed sh -ec 'mkdir /run/wpars/ghost; ip link add cor77n0 type veth peer name peer77
        mkdir -p /var/lib/wpars/ghost; truncate -s 1M /var/lib/wpars/ghost/x.img; losetup -f /var/lib/wpars/ghost/x.img
        mkdir -p /wpars/web/mnt; mount -t tmpfs none /wpars/web/mnt'
    run troubles leftovers
    assert_line "leftovers: '/run/wpars/ghost' is the record of a workload partition that has ended"
    assert_line "leftovers: interface cor77n0 is left of id 77, which is not loaded"
    assert_line "leftovers: '/wpars/web/mnt' is mounted, but web is not loaded"
    assert_match "^leftovers: /dev/loop[0-9]+ holds '/var/lib/wpars/ghost/x.img', but ghost is not loaded"
    run findings '.[] | select(.severity == "note").finding' leftovers
    assert_match "'/var/lib/wpars/ghost' holds images of no workload partition"
    run findings '.[] | select(.severity == "warning") | .remedy' leftovers
    in_bed sh -ec "$(grep -E '^(ip|losetup|umount) ' <<<"$output")"
    in_bed corral autostart >/dev/null
    assert_content
    in_bed rmwpar -F ghost >/dev/null
    run findings '.[] | .severity' leftovers
    assert_output ok
}

@test "a cgroup that nobody has a definition for" {
    local top
    top=$(in_bed sh -c 'findmnt -nro TARGET -t cgroup2 | head -n 1')
    in_bed mkdir -p "$top/corral/ghost"
    run troubles leftovers
    assert_output "leftovers: an empty cgroup of ghost is left"
    follow_remedy leftovers
    assert_content
}

# --- ordinary users

@test "an ordinary user is told what he cannot see" {
    wpar_run setpriv --reuid=1000 --regid=1000 --clear-groups -- corral doctor
    assert_status 0
    assert_match '^kernel +ok '
    assert_match '^leftovers +unknown '
    assert_match ' 0 errors, 0 warnings, .* not seen$'
}
