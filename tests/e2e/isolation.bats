#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016,SC2030,SC2031  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A hostile root inside, by every way out that is known of containers, and by what he can leave in his own tree for the
# commands of the global environment to stumble over. (tests/support/escape.cpp tells what each attempt is.)

load helper

address=192.168.21.60
# setpriv itself keeps capabilities until the next execve
as_user=(setpriv --reuid=1000 --regid=1000 --clear-groups -- env)

prepare_bed() {
    copy_to_bed "$build/tests/e2e/escape" /usr/local/bin/
    first_wpar
    in_bed mkwpar -n hostile -N interface=en0 address=$address netmask=255.255.0.0 >/dev/null
    in_bed startwpar hostile >/dev/null
    inside true
    in_bed sh -ec 'mkdir -p /srv/target; echo untouched >/srv/target/file'
    in_bed escape --leave-key
}

inside() { in_bed timeout 30 clogin hostile "$@" </dev/null; }
map_of() { in_bed timeout 30 clogin "$1" cat /proc/self/uid_map </dev/null | awk '{ print $2 }'; }

# What hostile content could have changed.
fingerprint() {
    in_bed sh -c 'cat /etc/passwd /etc/shadow /etc/group /etc/hostname /srv/target/file | cksum
        find /srv/target / /etc -maxdepth 1 -type d -printf "%p %m %U %G\\n" |
            grep -vE "^/(run|tmp|wpars|proc|sys|dev)? " | sort | cksum
        find /srv/target / /etc -maxdepth 1 ! -type d -printf "%p %y%m %U %G %s %T@ %l\\n" | sort | cksum
        ls -A /srv/target; findmnt -rno TARGET | grep -v ^/wpars | sort'
}

# --- a running system WPAR

@test "every attempt to get out of a system WPAR is held" {
    run inside escape
    refute grep ESCAPED <<<"$output"
    assert_status 0
    [ "$(grep -c ^held <<<"$output")" -gt 30 ]
}

@test "the attempts are real: the global environment's root succeeds" {
    wpar_run unshare --mount escape rare-sockets bpf file-handles new-devices kernel-parameters keys
    [ "$(grep -c ^ESCAPED <<<"$output")" -ge 5 ]
}

@test "so they are from a terminal, where nothing can be typed for the administrator" {
    # an input that lasts: script types what ends one, and the terminal would show that too
    run in_bed sh -c 'sleep 2 | timeout 30 script -qec "clogin hostile \"tty; escape terminal processes descriptors\"" /dev/null'
    output=${output//$'\r'/}
    assert_match '^/dev/pts/'
    assert_line 'held terminal'
    refute grep ESCAPED <<<"$output"
}

@test "ids: a range of its own, plain on disk, root only inside" {
    inside 'id -u; touch /root/mine; setpriv --reuid=33 --regid=33 --clear-groups touch /tmp/of33'
    [ "$(in_bed stat -c %u /wpars/hostile/root/mine)" = 0 ]
    [ "$(in_bed stat -c %u /wpars/hostile/tmp/of33)" = 33 ]
    local base
    base=$(map_of hostile)
    [ "$base" -ge 65536 ]
    # for the kernel outside, its root is nobody of ours
    [ "$(in_bed sh -c 'stat -c %u /proc/$(cut -d" " -f1 /run/wpars/hostile/init)')" = "$base" ]
}

@test "ids: ranges overlap neither each other nor /etc/subuid" {
    local base other
    base=$(map_of hostile)
    in_bed sh -c "echo joe:$((base + 65536)):131072 >>/etc/subuid"
    in_bed mkwpar -n other >/dev/null
    in_bed startwpar other >/dev/null
    other=$(map_of other)
    in_bed rmwpar -s other >/dev/null
    in_bed sed -i '/^joe:/d' /etc/subuid
    [ $((other + 65536)) -le "$base" ] || [ "$other" -ge $((base + 65536)) ]
    [ $((other + 65536)) -le $((base + 65536)) ] || [ "$other" -ge $((base + 3 * 65536)) ]
}

@test "processes, mounts and interfaces of the global environment cannot be seen" {
    run inside 'ps -e -o args='
    refute grep -qE 'tini|cor_hostile|corral' <<<"$output"
    run inside 'cut -d" " -f5 /proc/self/mountinfo'
    refute grep -qE '^/(wpars|srv|etc/wpars)' <<<"$output"
    # its own en0 beside lo, no other
    run inside 'ls /sys/class/net | wc -l; cat /sys/class/net/en0/address'
    [ "${lines[0]}" = 2 ]
    [ "${lines[1]}" != "$(in_bed cat /sys/class/net/en0/address)" ]
    run inside 'ls -l /proc/[0-9]*/fd 2>/dev/null'
    refute grep -qE -- '-> /(wpars|srv|run/wpars|var/lib/wpars|etc/wpars)' <<<"$output"
    # three descriptors, the script's fourth, and ls's own
    run inside 'ls /proc/self/fd | wc -l'
    [ "$output" -le 5 ]
}

@test "the directories with what is the administrator's are closed to ordinary users" {
    wpar_run sh -c "inside=/wpars/hostile/root
        ${as_user[*]} ls \$inside || ${as_user[*]} cat /run/wpars/hostile/confinement || ${as_user[*]} ls /var/lib/wpars/hostile ||
        ${as_user[*]} cat /run/wpars/hostile/console || ${as_user[*]} perl -MIO::Socket::UNIX -e \
            'exit !IO::Socket::UNIX->new(Type => SOCK_SEQPACKET, Peer => \"/run/wpars/hostile/control\")'"
    assert_failure
}

@test "a set-user-ID program made inside serves nobody outside" {
    inside 'cp /usr/bin/id /tmp/rootid; chmod 4755 /tmp/rootid; chmod 777 / /tmp'
    run inside 'setpriv --reuid=1000 --regid=1000 --clear-groups /tmp/rootid -u'
    assert_output 0
    wpar_run "${as_user[@]}" /wpars/hostile/tmp/rootid -u
    assert_failure
}

@test "the program behind clogin cannot be overwritten from inside while it runs there" {
    local before
    before=$(in_bed cksum /usr/sbin/corral)
    inside 'printf "#!/proc/self/exe\n" >/root/sh; chmod 755 /root/sh; cp /etc/passwd /root/passwd
        sed -i "s|^root:\(.*\):[^:]*$|root:\1:/root/sh|" /etc/passwd
        cat >/root/watch.pl <<"EOF"
my $end = time + 4;
while (time < $end) {
    for my $p (glob "/proc/[0-9]*") {
        next unless (readlink("$p/exe") // "") =~ /corral|keeper/;
        if (open my $exe, "+<", "$p/exe") { open my $told, ">", "/root/reached"; exit }
    }
}
EOF
        setsid perl /root/watch.pl >/dev/null 2>&1 </dev/null &'
    for _ in 1 2 3 4 5 6 7 8; do inside true || true; done
    sleep 4
    refute in_bed test -e /wpars/hostile/root/reached
    [ "$(in_bed cksum /usr/sbin/corral)" = "$before" ]
    in_bed cp /wpars/hostile/root/passwd /wpars/hostile/etc/passwd
    inside true
}

@test "abstract sockets of the global environment are out of reach" {
    in_bed sh -c "perl -MIO::Socket::UNIX -e '
        my \$l = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => \"\\0outside\", Listen => 1) or die; sleep 20' >/dev/null 2>&1 3>&- & echo \$!" >"$BATS_TEST_TMPDIR/pid"
    sleep 0.3
    run inside "perl -MIO::Socket::UNIX -e 'exit !IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => \"\\0outside\")'"
    assert_failure
    in_bed kill "$(cat "$BATS_TEST_TMPDIR/pid")" || true
}

# --- an application WPAR: the global environment's files, nothing else of it

@test "every attempt to get out of an application WPAR is held" {
    # its root and its open files are the global environment's by intent: chroot and descriptors are no attempts
    wpar_run timeout 60 wparexec -n applied -- /usr/local/bin/escape rare-sockets raw-sockets bpf perf modules kexec io-uring \
        kernel-log clock accounting ports 32-bit-calls file-handles new-devices host-devices kernel-parameters sysrq hidden-files \
        system-files shared-trees uncover look-below fresh-kernel-file-systems disk-file-systems nested-users pivot-root \
        processes real-time limits cgroups old-cgroups terminal keys addresses
    refute grep ESCAPED <<<"$output"
    assert_status 0
}

@test "an application WPAR sees its own processes only, and holds no descriptor of ours" {
    wpar_run wparexec /bin/sh -c 'ps -e -o pid= | wc -l; ls /proc/self/fd | wc -l; ls -l /proc/1/fd'
    assert_status 0
    [ "$(sed -n '/^[0-9]*$/p' <<<"$output" | head -n 1)" -le 6 ]
    refute grep -qE -- '-> /(wpars|run/wpars|var/lib/wpars)' <<<"$output"
}

# --- what a hostile root leaves behind in his tree

# hostile_tree SCRIPT: plays it as the WPAR's root would have, in a stopped WPAR "links"; then its whole life goes by. What
# fails has to fail with a reason; nothing may hang, and nothing outside may change.
# An init that needs no accounts keeps systemd from waiting for services that cannot start without.
plain_init='rm sbin; mkdir sbin; printf "#!/bin/sh\nexec sleep 1000\n" >sbin/init; chmod 755 sbin/init;'
hostile_tree() {
    local before step
    in_bed mkwpar -n links >/dev/null
    in_bed sh -ec "cd /wpars/links; $1"
    before=$(fingerprint)
    for step in 'startwpar links' 'clogin links /bin/true' 'lswpar -L links' 'chwpar -P links' 'rebootwpar -F links' \
        'stopwpar -F links' 'chwpar -M directory=/etc/more/here vfs=directory links' 'rmwpar -F links'; do
        run in_bed sh -c "echo secret | timeout 60 $step"
        [ "$status" -ne 124 ] || { echo "hangs: $step" >&2; return 1; }
        [ "$status" -lt 128 ] || { echo "crashes: $step" >&2; show_result; return 1; }
    done
    assert_status 0
    refute in_bed test -e /wpars/links
    diff <(echo "$before") <(fingerprint)
}

@test "links in place of directories" { hostile_tree 'rm -rf var tmp home; ln -s / var; ln -s ../../srv/target tmp; ln -s /srv/target home'; }
@test "links in place of mount points" {
    hostile_tree 'rm -rf dev proc sys run usr opt; for d in dev proc sys run usr opt; do ln -s ../../srv/target $d; done'
}
@test "files in place of mount points" { hostile_tree 'rm -rf dev proc sys run; touch dev proc sys run'; }
@test "/etc is a link" { hostile_tree 'rm -rf etc; ln -s ../../etc etc'; }
@test "/etc is an absolute link" { hostile_tree 'rm -rf etc; ln -s /srv/target etc'; }
@test "account files are links out" {
    hostile_tree "$plain_init"'for f in passwd shadow group hostname; do ln -sf ../../../etc/$f etc/$f; done'
}
@test "account files are pipes" { hostile_tree "$plain_init"'rm etc/passwd etc/shadow etc/group; mkfifo etc/passwd etc/shadow etc/group'; }
@test "account files never end" {
    hostile_tree "$plain_init"'for f in passwd shadow group; do ln -sf /dev/zero etc/$f; done'
}
@test "account files are huge" { hostile_tree "$plain_init"'truncate -s 1T etc/passwd etc/shadow etc/group'; }
@test "init is a link out" { hostile_tree 'rm sbin; mkdir sbin; ln -s ../../../srv/target/file sbin/init'; }
@test "init is a pipe" { hostile_tree 'rm sbin; mkdir sbin; mkfifo sbin/init'; }
@test "directories a thousand deep" {
    hostile_tree 'perl -e "for (1..1500) { mkdir q(ddddddddd) or die; chdir q(ddddddddd) or die }"'
}
@test "terminal escapes and odd names" { hostile_tree 'perl -e "mkdir qq(a\nb\e[2J) or die; mkdir qq(-rf)"'; }

@test "a mount point is not made through a link" {
    in_bed mkwpar -n links >/dev/null
    in_bed ln -s ../../srv/target /wpars/links/data
    wpar_run sh -c 'chwpar -M directory=/data/deep vfs=jfs2 size=16M links && startwpar links'
    assert_failure
    assert_error "'data' is in its way"
    refute in_bed test -e /srv/target/deep
    in_bed rmwpar -F links >/dev/null
}

@test "a mount point that was renamed while it was mounted" {
    in_bed mkwpar -n links -M directory=/data/disk vfs=jfs2 size=16M >/dev/null
    in_bed startwpar links >/dev/null
    in_bed timeout 30 clogin links 'mv /data /data2 && ln -s /srv/target /data' </dev/null
    in_bed timeout 60 stopwpar -F links >/dev/null
    refute in_bed sh -c 'findmnt -rno TARGET | grep /wpars/links'
    wpar_run startwpar links
    assert_failure
    assert_error "'data' is in its way"
    in_bed rmwpar -F links >/dev/null
    [ "$(in_bed ls -A /srv/target)" = file ]
}

@test "rmwpar -F of one whose processes make files as fast as they can" {
    in_bed mkwpar -n links >/dev/null
    in_bed startwpar links >/dev/null
    in_bed timeout 30 clogin links 'for n in 1 2 3; do setsid sh -c "trap : TERM HUP; while :; do mkdir -p /tmp/$n/\$\$/x; touch /tmp/$n/\$\$/y; (: &); mv /tmp/$n /tmp/z$n; done" >/dev/null 2>&1 </dev/null & done' </dev/null
    wpar_run timeout 60 rmwpar -F links
    assert_status 0
    refute in_bed test -e /wpars/links
}

@test "frozen processes and cgroups by the thousand do not hinder clogin and stopwpar -F" {
    in_bed mkwpar -n links >/dev/null
    in_bed startwpar links >/dev/null
    in_bed timeout 60 clogin links 'cd /sys/fs/cgroup && mkdir frozen && (setsid sleep 1000 & echo $! >frozen/cgroup.procs) &&
        echo 1 >frozen/cgroup.freeze && mkdir many && cd many && seq 2000 | xargs mkdir; mkdir deep; cd deep; for _ in $(seq 100); do mkdir d && cd d || break; done 2>/dev/null' </dev/null
    in_bed timeout 30 clogin links true </dev/null
    # its own systemd would wait 90 seconds for what is frozen
    wpar_run timeout 60 stopwpar -F links
    assert_status 0
    in_bed rmwpar links >/dev/null
}

@test "an init that neither ends nor lets itself be asked to" {
    in_bed mkwpar -n links >/dev/null
    # named init, it is asked as sysvinit is: by "/sbin/init 0" inside
    in_bed sh -ec 'cd /wpars/links; rm sbin; mkdir sbin; cp /usr/bin/cat sbin/init; mkfifo root/0'
    in_bed startwpar links >/dev/null
    wpar_run timeout 60 stopwpar -t 1 links
    assert_status 1
    assert_error 'did not halt within 1 seconds'
    wpar_run timeout 60 stopwpar -F links
    assert_status 0
    in_bed rmwpar links >/dev/null
}

@test "a script that others than root can change is not run as root" {
    in_bed sh -c 'printf "#!/bin/sh\n" >/usr/local/sbin/hook; chmod 775 /usr/local/sbin/hook'
    wpar_run mkwpar -n links -u /usr/local/sbin/hook
    assert_failure
    assert_error 'others than root can change it; remedy: chown root /usr/local/sbin/hook; chmod go-w /usr/local/sbin/hook'
    in_bed sh -c 'chmod 755 /usr/local/sbin/hook; chown 1000 /usr/local/sbin/hook'
    wpar_run mkwpar -n links -k /usr/local/sbin/hook
    assert_failure
    in_bed rm /usr/local/sbin/hook
}

@test "one line of a script is one line of the event log" {
    in_bed sh -c 'printf "#!/bin/sh\nprintf \"a\\\\nI 2026-01-01 00:00:00 startwpar other started\\\\n\" >&2; exit 1\n" >/usr/local/sbin/hook; chmod 755 /usr/local/sbin/hook'
    in_bed mkwpar -n links -u /usr/local/sbin/hook >/dev/null
    in_bed startwpar links >/dev/null 2>&1
    in_bed rmwpar -s links >/dev/null 2>&1
    refute in_bed grep -q '^I 2026-01-01' /var/adm/wpars/event.log
    in_bed rm /usr/local/sbin/hook
}

# --- directories of the global environment that are shared (vfs=namefs)

share() {
    in_bed rmwpar -F sharing >/dev/null 2>&1 || true  # of a check that failed
    wpar_run mkwpar -n sharing -M directory=/data vfs=namefs "$@"
}
end_sharing() { in_bed rmwpar -s sharing >/dev/null; }

@test "what ordinary users reach is shared read-only" {
    in_bed mkdir -p /srv/data
    share dev=/srv/data
    assert_status 1
    assert_error "users of the global environment can reach '/srv/data'"
    assert_error "mountopts=ro"
    share dev=/srv/data mountopts=ro
    assert_status 0
    in_bed startwpar sharing >/dev/null
    refute in_bed timeout 30 clogin sharing touch /data/file </dev/null
    end_sharing
}

@test "what only root reaches is shared writable, with plain ids" {
    in_bed sh -c 'mkdir -p /srv/closed/data; chmod 700 /srv/closed'
    share dev=/srv/closed/data
    assert_status 0
    in_bed startwpar sharing >/dev/null
    in_bed timeout 30 clogin sharing 'cp /usr/bin/id /data/rootid; chmod 4755 /data/rootid; chmod 777 /data' </dev/null
    [ "$(in_bed stat -c %u /srv/closed/data/rootid)" = 0 ]
    wpar_run "${as_user[@]}" /srv/closed/data/rootid
    assert_failure
    # opened to everybody, it is no longer mounted writable
    in_bed stopwpar sharing >/dev/null
    in_bed chmod 755 /srv/closed
    wpar_run startwpar sharing
    assert_failure
    assert_error "users of the global environment can reach '/srv/closed/data'"
    end_sharing
}

@test "mounted without set-user-ID it is shared writable, too" {
    in_bed sh -ec 'mkdir -p /srv/data; mount --bind /srv/data /srv/data; mount -o remount,bind,nosuid /srv/data'
    share dev=/srv/data
    assert_status 0
    in_bed startwpar sharing >/dev/null
    in_bed timeout 30 clogin sharing 'cp /usr/bin/id /data/rootid; chmod 4755 /data/rootid' </dev/null
    run in_bed "${as_user[@]}" /srv/data/rootid -u
    assert_output 1000
    end_sharing
    in_bed umount /srv/data
    in_bed rm /srv/data/rootid
}

@test "the way to what is shared is root's alone, and no link" {
    in_bed sh -ec 'mkdir -p /srv/joe/share /srv/data; chown 1000 /srv/joe; ln -sfn /srv/data /srv/link'
    share dev=/srv/joe/share mountopts=ro
    assert_status 1
    assert_error "'/srv/joe', above the shared directory, can be changed by others than root"
    share dev=/srv/link mountopts=ro
    assert_failure
    assert_error "name the directory itself: dev=/srv/data"
    in_bed ln -s /etc /wpars/hostile/srv/turned
    share dev=/wpars/hostile/srv/turned
    assert_status 1
    assert_error "a link is in the way to dev='/wpars/hostile/srv/turned'"
}

@test "nothing of all that is left" {
    in_bed rm -rf /run/escape /srv/closed /srv/data /srv/joe /srv/link
    assert_clean
}
