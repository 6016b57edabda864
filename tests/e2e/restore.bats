#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2034,SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# What savewpar took comes back: in place, beside, elsewhere, from a chain, whole or not at all.

load helper

prepare_bed() {
    first_wpar
    in_bed rm /usr/sbin/init
    "$bed_tool" copy "$bed" "$support/quick-init" /usr/sbin/init
    in_bed sh -ec '
        mkwpar -n web -h web.example.com -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 </dev/null
        echo first >/wpars/web/home/page
        savewpar -f - web </dev/null >/tmp/web.bak' >/dev/null 2>&1
}

banner='New volume on /tmp/web.bak:
 Cluster 51200 bytes (100 blocks).
 Volume number 1
 Date of backup: DATE
 Files backed up by name
 User root
x N ./.savewpar_dir/wpar.spec
x N ./.savewpar_dir/image.data
x N ./.savewpar_dir/backup.data
 total size: N
 files restored: 3'
stopped="Stopping workload partition 'web'.
Stopping workload partition subsystem 'cor_web'.
0513-044 The cor_web Subsystem was requested to stop.
Shutting down all workload partition processes.
Unmounting all workload partition file systems."
removed='rmwpar: Removing file system /wpars/web/var.
rmwpar: Removing file system /wpars/web/usr.
rmwpar: Removing file system /wpars/web/tmp.
rmwpar: Removing file system /wpars/web/proc.
rmwpar: Removing file system /wpars/web/opt.
rmwpar: Removing file system /wpars/web/home.
rmwpar: Removing file system /wpars/web.'
made='mkwpar: Creating file systems...
 /
 /home
 /opt
 /proc
 /tmp
 /usr
 /var
Mounting all workload partition file systems.
 files restored: N
syncroot: Processing root part installation status.
syncroot: Root part is currently synchronized.
syncroot: Returns Status = SUCCESS
Workload partition NAME created successfully.
mkwpar: 0960-390 To start the workload partition, execute the following as root:
 startwpar [-v] NAME'

# shellcheck disable=SC2001  # regular expressions are wanted
plain_numbers() {
    output=$(sed -E -e 's/^(x|.*size:) [0-9]+/\1 N/' -e 's/(backup:) .*/\1 DATE/' \
        -e 's/restored: [0-9]{2,}/restored: N/' <<<"$output")
}
page() { in_bed cat "/wpars/$1/home/page"; }
nothing_is_left() { in_bed sh -c 'ls -A /wpars /var/lib/wpars /var/lib/wpars/.journal | grep -E "restoring|replaced" || true'; }

@test "restwpar -F stops and removes the one that is there, with the article's lines" {
    in_bed startwpar web </dev/null >/dev/null
    in_bed sh -c 'echo second >/wpars/web/home/page; echo new >/wpars/web/home/new'
    wpar_run restwpar -F -f /tmp/web.bak
    assert_status 0
    plain_numbers
    [ "$output" = "$banner
$stopped
$removed
${made//NAME/web}" ] || { show_result; false; }
    [ "$(page web)" = first ]
    refute in_bed test -e /wpars/web/home/new
    [ -z "$(nothing_is_left)" ]
    in_bed sh -ec 'startwpar web </dev/null && quick-init web; stopwpar -F web </dev/null' >/dev/null 2>&1 || true
    in_bed stopwpar -F web </dev/null >/dev/null 2>&1 || true
}

@test "restwpar of one that was removed makes it as it was" {
    settings() { in_bed sed -E '/(key|idbase|cdate|mdate) =/d' /etc/wpars/web.cf; }
    before=$(settings)
    in_bed rmwpar web </dev/null >/dev/null
    wpar_run restwpar -f /tmp/web.bak
    assert_status 0
    plain_numbers
    [ "$output" = "$banner
${made//NAME/web}" ] || { show_result; false; }
    grep 'uuid = ' <<<"$before"
    [ "$(settings)" = "$before" ]
}

@test "restwpar refuses a name that is taken, and says what would resolve it" {
    wpar_run restwpar -f /tmp/web.bak
    assert_failure
    grep -F 'exists already' <<<"$stderr"
    grep -F -- '-F replaces it' <<<"$stderr"
}

@test "restwpar -F does not remove the backup that it reads" {
    in_bed cp /tmp/web.bak /wpars/web/home/web.bak
    wpar_run restwpar -F -f /wpars/web/home/web.bak
    assert_failure
    grep -F 'would be gone with it' <<<"$stderr"
    in_bed cmp /tmp/web.bak /wpars/web/home/web.bak
    in_bed rm /wpars/web/home/web.bak
}

@test "restwpar -n -h -r -M -d -U makes a clone that is another system" {
    wpar_run restwpar -n clone -h clone -r -M "-N address=192.168.21.51" -d /wpars/clone -U -f /tmp/web.bak
    assert_status 0
    assert_line 'Workload partition clone created successfully.'
    [ "$(page clone)" = first ]
    [ "$(in_bed cat /wpars/clone/etc/hostname)" = clone ]
    grep -F 192.168.21.51 <<<"$(in_bed cat /wpars/clone/etc/hosts)"
    refute in_bed grep -F 192.168.21.50 /wpars/clone/etc/hosts
    grep -F 192.168.21.51 <<<"$(in_bed lswpar -N clone)"
    in_bed sh -c 'startwpar web && startwpar clone && stopwpar -F web && stopwpar -F clone' </dev/null >/dev/null
}

@test "restwpar -a finds a free name, directory and no taken address" {
    wpar_run restwpar -a -f /tmp/web.bak
    assert_status 0
    assert_line 'Workload partition web-1 created successfully.'
    in_bed rmwpar web-1 </dev/null >/dev/null
}

@test "restwpar --dry-run changes nothing" {
    wpar_run restwpar --dry-run -F -f /tmp/web.bak
    assert_status 0
    assert_line 'restwpar: would replace workload partition web.'
    [ -z "$(nothing_is_left)" ]
}

@test "everything odd in a tree comes back as it was" {
    in_bed sh -ec '
        mkwpar -n odd </dev/null >/dev/null
        cd /wpars/odd/home
        touch "$(printf "line\nbreak \377")" -- -rf
        mkdir empty; mkfifo fifo; ln -s /nowhere link
        echo x >file; ln file again
        truncate -s 1G sparse; printf end | dd of=sparse bs=1 seek=900M conv=notrunc status=none
        mkdir -p chroot/dev; mknod -m 666 chroot/dev/null c 1 3
        chown 4294967294:70000 again 2>/dev/null || chown 100000:70000 again
        touch -d "2001-02-03 04:05:06.123456789" file empty
        chmod 6755 file
        find . -printf "%p %y %m %U %G %s %n %T@ %l\n" | sort >/tmp/before
        savewpar -f - odd </dev/null >/tmp/odd.bak 2>/dev/null
        restwpar -F -f /tmp/odd.bak </dev/null >/dev/null
        cd /wpars/odd/home
        find . -printf "%p %y %m %U %G %s %n %T@ %l\n" | sort >/tmp/after
        diff /tmp/before /tmp/after
        [ "$(stat -c %b sparse)" -lt 1000 ]
        rmwpar odd </dev/null >/dev/null'
}

@test "a view comes back as a view that holds what differs, with its limit" {
    seen() { in_bed sh -c 'startwpar -m sized </dev/null >/dev/null; cd /wpars/sized/usr; find . -type f -exec sha256sum {} + | sort | sha256sum; find . -type d -printf "%p %m %U %G %T@\n" -o -printf "%p %y %m %U %G %s %n %T@ %l\n" | sort | sha256sum; cd /; stopwpar sized </dev/null >/dev/null'; }
    in_bed sh -ec '
        mkwpar -n sized -M directory=/usr vfs=overlay size=64M -M directory=/ vfs=ext4 size=500M \
            -M directory=/usr/local/share vfs=ext4 size=16M </dev/null >/dev/null
        startwpar -m sized </dev/null >/dev/null
        cd /wpars/sized/usr
        echo mine >local/mine; echo inner >local/share/inner; rm bin/yes; chmod 700 bin/env; ln local/mine local/other; cp bin/true bin/false
        touch -d 2001-01-01 bin/sort; rm -r share/doc; echo now a file >share/doc; rm bin/wc; mkdir bin/wc
        cd /; stopwpar sized </dev/null >/dev/null'
    before=$(seen)
    in_bed savewpar -f /tmp/sized.bak sized </dev/null >/dev/null
    wpar_run restwpar -F -f /tmp/sized.bak
    assert_status 0
    [ -z "$stderr" ] || { show_result; false; }
    [ "$(seen)" = "$before" ]
    in_bed sh -ec 'mount -o ro,loop /var/lib/wpars/sized/root.img /mnt; ls -A /mnt/usr; umount /mnt' | grep . && false
    [ "$(in_bed lswpar -qMa mountpoint,vfs sized | grep -c 'overlay')" -eq 1 ]
    grep 'size *= "64M"' <<<"$(in_bed cat /etc/wpars/sized.cf)"
    [ "$(in_bed sh -c 'du -cm /var/lib/wpars/sized/*.img | tail -n 1 | cut -f1')" -lt 100 ]
    wpar_run restwpar -F -M "-M directory=/usr vfs=directory size= dev=" -f /tmp/sized.bak
    assert_status 0
    [ "$(seen)" = "$before" ]
    in_bed rmwpar sized </dev/null >/dev/null
}

@test "a definition that asks for more gets it only with --trust" {
    in_bed sh -ec '
        mkdir -m 700 /srv/only; mkdir /srv/only/shared; echo theirs >/srv/only/shared/file
        mkwpar -n more -S privs+=PV_NET_CNTL -M directory=/shared vfs=namefs dev=/srv/only/shared </dev/null >/dev/null
        savewpar -f - more </dev/null >/tmp/more.bak 2>/dev/null
        rmwpar more </dev/null >/dev/null'
    wpar_run restwpar -f /tmp/more.bak
    assert_failure
    grep -F "global directory '/srv/only/shared'" <<<"$stderr"
    grep -F -- --trust <<<"$stderr"
    refute in_bed test -e /wpars/more
    in_bed sh -c 'echo later >/srv/only/shared/file'
    wpar_run restwpar --trust -f /tmp/more.bak
    assert_status 0
    # what is not its own alone is not written back, here as little as by restwparfiles in place
    remedy="restwparfiles -f /tmp/more.bak -d DIRECTORY ./shared"
    grep -F "1 files (1 MB) below '/shared' are in the backup and are not written back" <<<"$stderr" | grep -F "$remedy"
    in_bed mkdir /tmp/taken
    in_bed ${remedy/DIRECTORY/\/tmp\/taken} </dev/null >/dev/null
    [ "$(in_bed sh -c 'cat /tmp/taken/shared/file /srv/only/shared/file')" = $'theirs\nlater' ]
    wpar_run restwparfiles -f /tmp/more.bak -d /wpars/more ./shared/file
    assert_error "'shared/file' is not restored: '/shared' is not the workload partition's own"
    wpar_run restwparfiles -f /tmp/more.bak -d /wpars/more/shared ./shared/file
    assert_failure
    [ -z "$(in_bed ls /wpars/more/shared)" ]
    in_bed rmwpar more </dev/null >/dev/null
}

@test "a damaged backup changes nothing, and says where it is damaged" {
    in_bed sh -ec '
        cp /tmp/web.bak /tmp/bad.bak
        printf XXXX | dd of=/tmp/bad.bak bs=1 seek=200000 conv=notrunc status=none
        head -c 300000 /tmp/web.bak >/tmp/short.bak'
    wpar_run restwpar -F -f /tmp/bad.bak
    assert_failure
    grep -F 'digest' <<<"$stderr"
    wpar_run restwpar -F -f /tmp/short.bak
    assert_failure
    grep -F 'cut short' <<<"$stderr"
    [ "$(page web)" = first ]
    [ -z "$(nothing_is_left)" ]
    wpar_run corral verify /tmp/web.bak /tmp/bad.bak
    assert_status 1
    grep -F 'are as they were written' <<<"$output"
}

@test "a backup of another architecture is restored only on demand" {
    in_bed sh -c 'setarch i686 savewpar -f /tmp/old.bak web' </dev/null >/dev/null
    wpar_run restwpar -F -f /tmp/old.bak
    assert_failure
    assert_error "the backup was made on i686, and this machine is x86_64"
    wpar_run restwpar --dry-run -F -C -f /tmp/old.bak
    assert_status 0
}

@test "a backup from a pipe" {
    run --separate-stderr in_bed sh -c 'cat /tmp/web.bak | restwpar -F -f -'
    assert_status 0
    run --separate-stderr in_bed sh -c 'head -c 100000 /tmp/web.bak | restwpar -F -f -'
    assert_failure
    [ "$(page web)" = first ]
}

@test "no room is told before anything is made" {
    in_bed sh -ec 'mkdir -p /srv/small; mount -t tmpfs -o size=2m,mode=700 none /srv/small'
    wpar_run restwpar -n small -d /srv/small/base -M "-N address=192.168.21.52" -f /tmp/web.bak
    assert_failure
    assert_error "the backup holds"
    [ -z "$(in_bed ls /srv/small)" ]
    in_bed umount /srv/small
}

@test "a disk that fills up in the middle leaves the old one as it was" {
    in_bed sh -ec '
        mkwpar -n full -M directory=/data vfs=ext4 size=64M </dev/null >/dev/null
        startwpar full </dev/null >/dev/null
        head -c 30M /dev/urandom >/wpars/full/data/much
        savewpar -f /srv/full.bak full </dev/null >/dev/null
        echo present >/wpars/full/data/present'
    wpar_run restwpar -F -M "-M directory=/data vfs=ext4 size=20M" -f /srv/full.bak
    assert_failure
    grep -F 'full' <<<"$stderr"
    [ "$(in_bed cat /wpars/full/data/present)" = present ]
    [ "$(in_bed lswpar -qca state full)" = A ]
    [ -z "$(nothing_is_left)" ]
    wpar_run restwpar -F -f /srv/full.bak
    assert_status 0
    wpar_run restwparfiles -f /srv/full.bak -d /wpars/full ./data/much
    assert_failure
    grep -F 'startwpar -m full' <<<"$stderr"
    in_bed sh -ec 'startwpar full </dev/null >/dev/null; test -s /wpars/full/data/much; test ! -e /wpars/full/data/present; rmwpar -F full </dev/null >/dev/null'
}

@test "killed in the middle of unpacking, nothing of it is left" {
    in_bed sh -ec '
        CORRAL_CRASH_AT_STEP=4 restwpar -F -f /tmp/web.bak </dev/null >/dev/null 2>&1 || true
        rmwpar nobody </dev/null 2>/dev/null || true'
    [ "$(page web)" = first ]
    [ -z "$(nothing_is_left)" ]
}

@test "on another server with other software, what differs is told" {
    new_bed "$bed-two" --address 192.168.21.11/16
    for name in web sized; do
        in_bed cat "/tmp/$name.bak" </dev/null >"$BATS_TEST_TMPDIR/$name.bak"
        "$bed_tool" copy "$bed-two" "$BATS_TEST_TMPDIR/$name.bak" "/tmp/$name.bak"
    done
    on "$bed-two" sed -i '/^Package: bash$/,/^$/s/^Version: .*/&.other/' /var/lib/dpkg/status
    run --separate-stderr on "$bed-two" restwpar -v -f /tmp/web.bak
    assert_status 0
    grep -F 'packages of the global environment differ' <<<"$stderr"
    grep -E 'bash.*there, .*here' <<<"$output$stderr"
    [ "$(on "$bed-two" cat /wpars/web/home/page)" = first ]
    on "$bed-two" rmwpar web </dev/null >/dev/null
    run --separate-stderr on "$bed-two" restwpar --dry-run -f /tmp/sized.bak
    grep -F "it becomes a directory of its own, whole and without its limit (size=64M)" <<<"$stderr"
    run --separate-stderr on "$bed-two" restwpar -M "-M directory=/usr vfs=overlay dev=generation size=64M" -f /tmp/sized.bak
    assert_status 0
    on "$bed-two" sh -c 'startwpar -m sized && cat /wpars/sized/usr/local/other && stopwpar sized && rmwpar sized' </dev/null | grep -x mine
}

@test "lssavewpar lists what is in it, without being root, too" {
    wpar_run lssavewpar -f /tmp/web.bak
    assert_status 0
    assert_line "           6 ./home/page"
    wpar_run lssavewpar -l -f /tmp/web.bak
    assert_status 0
    grep -E '^WPAR: +web$' <<<"$output"
    grep -E '^CONSISTENCY: +cold$' <<<"$output"
    wpar_run setpriv --reuid=65534 --clear-groups lssavewpar -V -f /tmp/web.bak
    assert_status 0
    wpar_run setpriv --reuid=65534 --clear-groups restwpar -F -f /tmp/web.bak
    assert_failure
    in_bed sh -c 'lssavewpar --json -f /tmp/web.bak' | grep -F '"wpar": "web"'
}

@test "restwparfiles brings single files back, beside and in place, and never over /" {
    in_bed sh -c 'echo other >/wpars/web/home/page; mkdir -p /tmp/beside'
    wpar_run restwparfiles -f /tmp/web.bak -d /tmp/beside ./home/page ./no/such
    assert_status 1
    grep -F "'no/such' is not in this backup" <<<"$stderr"
    [ "$(in_bed cat /tmp/beside/home/page)" = first ]
    [ "$(page web)" = other ]
    wpar_run restwparfiles -f /tmp/web.bak -d /wpars/web ./home/page
    assert_status 0
    [ "$(page web)" = first ]
    wpar_run restwparfiles -f /tmp/web.bak -d / ./home/page
    assert_failure
    assert_error "not restored over the global environment's own"
    wpar_run restwparfiles -m -f /tmp/web.bak -d /tmp/beside
    assert_status 0
    in_bed grep -F web.example.com /tmp/beside/.savewpar_dir/wpar.spec
}

@test "restwparfiles of a chain brings back what there was at its end" {
    in_bed sh -ec '
        mkwpar -n chain; cd /wpars/chain/srv
        for name in same changed gone; do echo one >$name; done
        savewpar -f /tmp/base.bak chain
        echo two >changed; rm gone; ln same further; ln same zlast; mkdir new; ln changed new/changed
        savewpar --since /tmp/base.bak -f /tmp/next.bak chain
        mkdir /tmp/old' </dev/null >/dev/null
    wpar_run restwparfiles -f /tmp/base.bak -f /tmp/next.bak -d /tmp/old ./srv/further ./srv/changed ./srv/gone ./srv/new
    assert_status 1
    assert_line ' files restored: 4'
    grep -F "'srv/gone' is not in this backup" <<<"$stderr"
    [ "$(in_bed sh -c 'cd /tmp/old/srv; cat further changed new/changed; ls -A')" = $'one\ntwo\ntwo\nchanged\nfurther\nnew' ]
    in_bed restwparfiles -f /tmp/base.bak -f /tmp/next.bak -d /tmp/old ./srv/zlast </dev/null >/dev/null
    [ "$(in_bed cat /tmp/old/srv/zlast)" = one ]
    in_bed sh -c 'cd /wpars/chain/srv; rm -r *; echo mine >mine; mkdir changed'
    wpar_run restwparfiles -f /tmp/base.bak -f /tmp/next.bak -d /wpars/chain ./srv
    assert_status 0
    [ "$(in_bed sh -c 'cd /wpars/chain/srv; cat same changed mine; ls -A; stat -c %h same')" = $'one\ntwo\nmine\nchanged\nfurther\nmine\nnew\nsame\nzlast\n3' ]
    in_bed savewpar -f /tmp/new.bak chain </dev/null >/dev/null
    refused() {
        wpar_run "${@:2}"
        assert_failure
        assert_error "$1"
    }
    refused 'name that one first' restwparfiles -f /tmp/next.bak -f /tmp/base.bak -d /tmp/old ./srv
    refused 'name that one first' restwpar -n alone -f /tmp/next.bak
    refused "'/tmp/next.bak' adds to the backup with digest" restwpar -n alone -f /tmp/new.bak -f /tmp/next.bak
    refused "'/tmp/new.bak' is a backup of its own" restwpar -n alone -f /tmp/base.bak -f /tmp/new.bak
    in_bed sh -ec 'restwpar -F -f /tmp/base.bak -f /tmp/next.bak; cd /wpars/chain/srv; ls -A; cat further changed' </dev/null | tail -n 7 | diff - <(printf '%s\n' changed further new same zlast one two)
    [ -z "$(in_bed sh -c 'ls -A /var/lib/wpars | grep restwparfiles')" ]
    in_bed rmwpar chain </dev/null >/dev/null
}

@test "killed at any step, there is the old one or the new one, whole" {
    "$bed_tool" copy "$bed" "$support/audit" /usr/local/bin/audit
    "$bed_tool" copy "$bed" "$support/crash-walk" /usr/local/bin/crash-walk
    in_bed sh -c 'for name in $(lswpar -qca name); do rmwpar -F "$name"; done; mkwpar -n other -N interface=en0 address=192.168.21.98 netmask=255.255.0.0; startwpar other' </dev/null >/dev/null 2>&1
    in_bed crash-walk true 'restwpar -f /tmp/web.bak' 'restwpar -F -f /tmp/web.bak'
    in_bed crash-walk 'restwpar -f /tmp/web.bak' 'restwpar -F -f /tmp/web.bak' \
        'grep -qx first /wpars/web/home/page; rmwpar -F web'
    in_bed crash-walk 'restwpar -f /tmp/web.bak' 'restwpar -F -f /tmp/web.bak' 'startwpar web; stopwpar -F web'
    in_bed sh -ec 'mkwpar -l -n own; echo mine >/wpars/own/home/page; savewpar -f /tmp/own.bak own; rmwpar own' </dev/null >/dev/null
    in_bed crash-walk true 'restwpar -f /tmp/own.bak' 'restwpar -F -f /tmp/own.bak; grep -qx mine /wpars/own/home/page; rmwpar own'
}
