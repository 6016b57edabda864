#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# savewpar: what a backup holds, how far it is of one moment, and what is left when it fails. What becomes of a backup is
# told by restore.bats.

load helper

prepare_bed() {
    in_bed mkwpar -n shared -M directory=/data vfs=ext4 size=32M >/dev/null
    in_bed mkwpar -l -n own >/dev/null
    in_bed install -d -m 700 /srv/private /srv/private/of
    in_bed mkwpar -n stiff -M directory=/of vfs=namefs dev=/srv/private/of >/dev/null  # no snapshot has the files of others
    in_bed mkdir /backup
    first_wpar
}

# The archive, read by others than us: listing FILE, member FILE NAME.
fetched() { in_bed cat "/backup/$1" >"$BATS_TEST_TMPDIR/$1"; }
listing() { fetched "$1" && tar --zstd --list --file "$BATS_TEST_TMPDIR/$1"; }
member() { fetched "$1" && tar --zstd --extract --to-stdout --file "$BATS_TEST_TMPDIR/$1" "$2"; }
grade() { member "$1" .savewpar_dir/backup.data | sed -n 's/^\tGRADE= //p'; }
backups() { in_bed find /backup -mindepth 1; }
inside() { in_bed clogin "$1" -l root "${*:2}" </dev/null; }

teardown() {
    in_bed sh -c 'for name in own shared stiff other kept; do stopwpar -F $name; done; umount /backup/small; rm -rf /backup/* /etc/exclude.* /run/saving /tmp/wpardata' >/dev/null 2>&1 || true
    assert_clean
}

@test "of a defined WPAR: the article's lines, and a file for root alone" {
    wpar_run savewpar -f /backup/own.bak own
    assert_status 0
    assert_line "Creating information file (/image.data) for own."
    assert_line "Creating list of files to back up"
    assert_match '^Backing up [0-9]+ files$'
    assert_match '^([0-9]+) of \1 files backed up \(100%\)$'
    [ "${lines[-1]}" = "0512-038 savewpar: Backup Completed Successfully." ]
    [ "$(in_bed stat -c '%a %u' /backup/own.bak)" = "600 0" ]
    [ "$(grade own.bak)" = cold ]
}

@test "tar and bsdtar read it; the description comes first, the list of files last" {
    in_bed savewpar -f /backup/shared.bak shared >/dev/null
    [ "$(listing shared.bak | head -n 3)" = $'.savewpar_dir/wpar.spec\n.savewpar_dir/image.data\n.savewpar_dir/backup.data' ]
    [ "$(listing shared.bak | tail -n 1)" = .savewpar_dir/manifest ]
    listing shared.bak >"$BATS_TEST_TMPDIR/names"
    bsdtar -tf "$BATS_TEST_TMPDIR/shared.bak" | diff "$BATS_TEST_TMPDIR/names" -
    member shared.bak .savewpar_dir/wpar.spec | grep 'name = "shared"'
    member shared.bak .savewpar_dir/image.data | grep 'FS_NAME= /data'
    [ "$(listing shared.bak | grep -c '^\(usr\|opt\)/.')" -eq 0 ]
    listing shared.bak | grep '^data/lost+found/$'
}

@test "all that a view over a generation shows is in it" {
    in_bed startwpar own >/dev/null
    inside own 'echo mine >/usr/local/mine && rm /usr/bin/yes'
    in_bed stopwpar -F own >/dev/null
    for state in cold fuzzy; do
        in_bed savewpar -f /backup/own.bak own >/dev/null
        [ "$(grade own.bak)" = "$state" ]
        [ "$(member own.bak usr/local/mine)" = mine ]
        listing own.bak >"$BATS_TEST_TMPDIR/names"
        grep -x usr/bin/env "$BATS_TEST_TMPDIR/names"
        refute grep -x usr/bin/yes "$BATS_TEST_TMPDIR/names"
        [ "$state" = fuzzy ] || in_bed startwpar own >/dev/null
    done
}

@test "names, owners, times, links, holes, attributes and capabilities are kept" {
    in_bed bash -ec '
        mkdir /wpars/shared/srv/odd && cd /wpars/shared/srv/odd
        echo a >"$(printf "line\nbreak")" && echo b >"$(printf "not \\377 UTF-8")"
        echo c >one && ln one other && ln -s nowhere link && mkfifo pipe && mknod null c 1 3 && mkdir empty
        truncate -s 1G hole && echo end >>hole
        echo d >owned && chown 3000000000:4000000000 owned && chmod 4751 owned && touch -d "1999-12-31 23:59:59.123456789 UTC" owned
        setfattr -n user.note -v text one && setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 owned
        setfacl -m u:1234:r one'
    in_bed savewpar -f /backup/shared.bak shared >/dev/null
    fetched shared.bak
    mkdir "$BATS_TEST_TMPDIR/out"
    tar --zstd --xattrs --xattrs-include='*' --acls -xpf "$BATS_TEST_TMPDIR/shared.bak" -C "$BATS_TEST_TMPDIR/out" srv/odd
    cd "$BATS_TEST_TMPDIR/out/srv/odd"
    [ "$(cat "$(printf 'line\nbreak')" "$(printf 'not \377 UTF-8')" other)" = $'a\nb\nc' ]
    [ one -ef other ]
    [ "$(readlink link)" = nowhere ] && [ -p pipe ] && [ -d empty ]
    [ "$(stat -c '%F %t:%T' null)" = "character special file 1:3" ]
    [ "$(stat -c %s hole)" -eq $((1 << 30 | 4)) ] && [ "$(stat -c %b hole)" -lt 100 ]
    [ "$(stat -c '%u:%g %a %.9Y' owned)" = "3000000000:4000000000 4751 946684799.123456789" ]
    [ "$(getfattr --only-values -n user.note one)" = text ]
    getfattr -e hex -n security.capability owned | grep 0x01000002000400000000000000000000
    getfacl -n one 2>/dev/null | grep user:1234:r--
    in_bed rm -rf /wpars/shared/srv/odd
}

# all_of_one_moment NAME GRADE DIRECTORY: two files that a process inside writes one after the other, in two directories.
all_of_one_moment() {
    in_bed startwpar "$1" >/dev/null
    inside "$1" "setsid sh -c 'n=0; while n=\$((n + 1)); do echo \$n >$3/new && mv $3/new $3/first; echo \$n >/srv/new && mv /srv/new /srv/second; done' >/dev/null 2>&1 &"
    inside "$1" 'head -c 32M /dev/urandom >/srv/between'  # read after the one and before the other
    eventually in_bed test -s "/wpars/$1/srv/second"
    for round in 1 2 3; do
        wpar_run savewpar -T -f /backup/still.bak "$1"
        assert_status 0
        assert_match "^savewpar: $1 stood still for [0-9]+ ms\.\$"
        assert_line "savewpar: consistency: $2"
        first=$(member still.bak "${3#/}/first") second=$(member still.bak srv/second)
        [ "$first" -eq "$second" ] || [ "$first" -eq $((second + 1)) ]
    done
    inside "$1" 'rm /srv/between'
    before=$(inside "$1" cat "$3/first")
    goes_on() { [ "$(inside "$1" cat "$2/first")" != "$before" ]; }
    eventually goes_on "$1" "$3"
}

@test "with -T a running one stands still for a moment, where blocks can be shared, and all is of that moment" {
    if is_vm; then all_of_one_moment shared frozen /data; else all_of_one_moment shared snapshot /data; fi
}

@test "elsewhere it stands still while it is read" {
    all_of_one_moment stiff frozen /of
    in_bed sh -c 'stopwpar -F stiff >/dev/null && rm /srv/private/of/*'
}

@test "without it, what was written to meanwhile is named" {
    in_bed startwpar shared >/dev/null
    in_bed clogin shared -l root 'head -c 48M /dev/urandom >/srv/busy; setsid sh -c "exec 5<>/srv/busy; while :; do echo x >&5; done" >/dev/null 2>&1 &' </dev/null
    eventually in_bed test -s /wpars/shared/srv/busy
    wpar_run savewpar -f /backup/fuzzy.bak shared
    assert_status 0
    assert_error "'srv/busy' was written to while it was read"
    assert_error "savewpar -T"
    listing fuzzy.bak | grep -x srv/busy
    in_bed stopwpar -F shared >/dev/null
    in_bed rm /wpars/shared/srv/busy
}

@test "a killed backup leaves no file, and lets the WPAR go on at once" {
    in_bed startwpar stiff >/dev/null
    group_frozen() { in_bed sh -c 'cat $(find /sys/fs/cgroup -path "*stiff*" -name freezer.state -o -path "*stiff*" -name cgroup.freeze)' | grep -qE '^(FROZEN|1)$'; }
    in_bed sh -c 'savewpar -T --level 19 -f /backup/killed.bak stiff >/dev/null 2>&1 & echo $! >/run/saving'
    eventually group_frozen
    in_bed sh -c 'kill -9 $(cat /run/saving) && rm /run/saving'
    thawed() { refute group_frozen 2>/dev/null; }
    eventually thawed
    [ "$(inside stiff echo alive)" = alive ]
    [ "$(backups)" = "" ]
    in_bed chwpar -h stiff stiff  # finds the journal
}

@test "ctrl-C does the same" {
    for name in stiff own; do
        in_bed startwpar "$name" >/dev/null
        wpar_run timeout --signal INT --kill-after 20 0.3 savewpar -T --level 19 -f /backup/stopped.bak "$name"
        assert_failure
        [ "$(inside "$name" echo alive)" = alive ]
        [ "$(backups)" = "" ]
    done
}

@test "into a pipe, plain, harder, and without what /etc/exclude.NAME lists" {
    in_bed sh -c 'mkdir -p /wpars/shared/srv/cache && echo x >/wpars/shared/srv/cache/x && printf "^./srv/cache\n\n" >/etc/exclude.shared'
    in_bed sh -c 'savewpar -f - shared 2>/dev/null >/backup/pipe.bak && savewpar -p -e -f /backup/plain.tar shared && savewpar --level 19 -f /backup/small.bak shared' >/dev/null
    listing pipe.bak | grep -x srv/cache/x
    [ "$(in_bed tar tf /backup/plain.tar | grep -c srv/cache)" -eq 0 ]
    in_bed sh -ec '[ "$(stat -c %s /backup/small.bak)" -lt "$(stat -c %s /backup/pipe.bak)" ]; rm -r /etc/exclude.shared /wpars/shared/srv/cache'
}

@test "-v lists the files, --dry-run only counts them" {
    wpar_run savewpar -v -f /backup/v.bak shared
    assert_line "./etc/passwd"
    in_bed rm /backup/v.bak
    wpar_run savewpar --dry-run -f /backup/dry.bak shared
    assert_match "^savewpar: would back up [0-9]+ files of shared to '/backup/dry.bak', consistency: cold$"
    [ "$(backups)" = "" ]
}

@test "what is too deep for a backup is told and left out, also with -T; holes take no room where it is restored" {
    in_bed startwpar shared >/dev/null
    inside shared 'cd /srv; for level in $(seq 600); do mkdir ddddddddd; cd -P ddddddddd; done; echo x >/srv/beside; truncate -s 1T /srv/hole'
    for flags in '' -T; do
        wpar_run savewpar $flags -V -f /backup/deep.bak shared
        assert_status 0
        assert_error '1 files or directories are not in the backup'
        listing deep.bak | grep -x srv/beside
    done
    [ "$(grade deep.bak)" = frozen ]
    in_bed restwpar -n other -f /backup/deep.bak >/dev/null
    [ "$(in_bed cat /wpars/other/srv/beside)" = x ]
    in_bed rmwpar other >/dev/null
    inside shared 'rm -rf /srv/*'
    in_bed stopwpar -F shared >/dev/null
}

@test "a backup that fails leaves the one that was there, and says why" {
    fails() {
        wpar_run "${@:2}"
        assert_failure
        assert_error "$1"
    }
    in_bed sh -c 'mkdir /backup/small && mount -t tmpfs -o size=64k none /backup/small && echo before >/backup/small/own.bak'
    fails "No space left on device" savewpar -f /backup/small/own.bak own
    [ "$(in_bed sh -c 'cat /backup/small/*')" = before ]
    in_bed umount /backup/small
    fails "is a directory" savewpar -f /backup own
    fails "/backup/none" savewpar -f /backup/none/own.bak own
    fails "No space left on device" savewpar -f /dev/full own
    fails "exclude.own" savewpar -e -f /backup/own.bak own
    fails "0960-419" savewpar -f /backup/none.bak none
    in_bed sh -c 'savewpar -f - own 2>/backup/said | head -c 10 >/dev/null'
    [ "$(in_bed grep -c 'Broken pipe' /backup/said)" -eq 1 ]
    run in_bed setpriv --reuid 65534 --clear-groups savewpar -f /backup/own.bak own
    assert_failure
}

@test "a backup that is written into its own WPAR does not hold itself, whatever way leads there" {
    in_bed sh -c 'mkdir /wpars/shared/srv/of && ln -s /wpars/shared/srv/of /backup/link && echo old | tee /wpars/shared/srv/of/self.bak >/srv/private/of/self.bak'
    leaves_out() {
        assert_status 0
        assert_error "the backup is written to '$1' in"
        listing self.bak >"$BATS_TEST_TMPDIR/names"
        refute grep -x "$1" "$BATS_TEST_TMPDIR/names"
        grep -x "${1%/*}/" "$BATS_TEST_TMPDIR/names"
    }
    wpar_run savewpar -f /backup/link/self.bak shared
    in_bed mv /wpars/shared/srv/of/self.bak /backup
    leaves_out srv/of/self.bak
    wpar_run sh -c 'savewpar -f - shared >/wpars/shared/srv/of/self.bak; mv /wpars/shared/srv/of/self.bak /backup'
    leaves_out srv/of/self.bak
    in_bed startwpar shared >/dev/null
    wpar_run sh -c 'echo old >/wpars/shared/srv/of/self.bak; savewpar -T -f /wpars/shared/srv/of/self.bak shared; mv /wpars/shared/srv/of/self.bak /backup'
    leaves_out srv/of/self.bak
    in_bed sh -c 'stopwpar -F shared; rmdir /wpars/shared/srv/of' >/dev/null
    wpar_run savewpar -f /srv/private/of/self.bak stiff
    in_bed mv /srv/private/of/self.bak /backup
    leaves_out of/self.bak
}

@test "mkwpardata describes file systems as mkwpar -L takes them" {
    wpar_run mkwpardata shared
    assert_line "mkwpardata: wrote '/tmp/wpardata/shared/image.data'"
    in_bed mkwpar -n again -L image_data=/tmp/wpardata/shared/image.data >/dev/null
    [ "$(in_bed lswpar -Mqa mountpoint again | grep -c '/data')" -eq 1 ]
    in_bed sh -c 'rmwpar -F again && rm -r /tmp/wpardata && ln -s /backup /tmp/wpardata' >/dev/null
    wpar_run mkwpardata shared
    assert_status 1
    [ "$(backups)" = "" ]
    in_bed rm /tmp/wpardata
}

@test "--since holds what changed, also between snapshots, and what is gone is known" {
    how() { member "$1" .savewpar_dir/manifest | sed -n "s|^f \(.\) .* $2\$|\1|p"; }
    in_bed sh -c 'for name in same touched gone linked sly; do seq 100000 >/wpars/shared/srv/$name; done'
    for flags in '' -T; do
        [ "$flags" = "" ] || in_bed startwpar shared >/dev/null
        in_bed savewpar $flags -f /backup/base.bak shared >/dev/null
        in_bed sh -c 'cd /wpars/shared/srv && echo more >>touched && rm gone && chmod 600 linked && touch new
            touch -r sly /backup/time && printf X | dd of=sly conv=notrunc status=none && touch -r /backup/time sly'
        wpar_run savewpar $flags --since /backup/base.bak -V -f /backup/next.bak shared
        assert_status 0
        assert_match '^savewpar: [0-9]+ files are as in '
        assert_match '^savewpar: verified [0-9]+ files\.$'
        [ "$(how next.bak srv/same)" = "=" ]
        [ "$(how next.bak srv/touched)$(how next.bak srv/linked)$(how next.bak srv/new)" = +++ ]
        [ "$(how next.bak srv/sly)" = + ]
        [ "$(how next.bak srv/gone)" = "" ]
        listing next.bak >"$BATS_TEST_TMPDIR/names"
        refute grep -x srv/same "$BATS_TEST_TMPDIR/names"
        in_bed sh -c '[ $(stat -c %s /backup/next.bak) -lt $(($(stat -c %s /backup/base.bak) * 3 / 4)) ]'
        in_bed savewpar $flags --since /backup/next.bak -f /backup/third.bak shared >/dev/null
        [ "$(how third.bak srv/touched)" = "=" ]
        in_bed sh -c 'cd /wpars/shared/srv && rm touched new && seq 100000 >gone && seq 100000 >touched && chmod 644 linked'
    done
    wpar_run savewpar --since /backup/base.bak -f /backup/base.bak shared
    assert_failure
    assert_error "-f and --since name the same file"
    wpar_run savewpar --since /backup/base.bak -f /backup/other.bak own
    assert_failure
    assert_error "it is a backup of shared, not of this own"
    in_bed sh -c 'rm /wpars/shared/srv/*'
}
