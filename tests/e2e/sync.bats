#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# syncwpar: software that came, went or changed in the global environment, in WPARs that share /usr with it.

load helper

prepare_bed() {
    bring_crash_walk
    "$bed_tool" copy "$bed" "$support/make-deb" /usr/local/bin/make-deb
    first_wpar
    in_bed corral generation create >/dev/null
    in_bed sh -ec '
        mkdir /srv/made && cd /srv/made
        make-deb horn 1 etc/horn.conf=first etc/horn.d/kept=first etc/horn.d/own=first etc/horn.d/gone=first etc/horn.d/mode=first
        make-deb horn 2 etc/horn.conf=second etc/horn.d/kept=second etc/horn.d/own=second etc/horn.d/gone=second etc/horn.d/mode=second etc/horn.d/new=second
        make-deb --daemon herald 1 etc/herald.conf=first
        make-deb --alternative herald-tool 1 etc/herald-tool.conf=first'
}

# A WPAR made before the software changes, gone when the test ends.
make() { in_bed mkwpar -n "$1" "${@:2}" >/dev/null; }
install() { in_bed dpkg --install "/srv/made/$1.deb" >/dev/null; }
in_wpar() { in_bed cat "/wpars/$1/$2"; }
is_there() { in_bed test -e "/wpars/$1/$2" -o -L "/wpars/$1/$2"; }
write() { in_bed sh -c "echo '$3' >/wpars/$1/$2"; }
same_database() { in_bed diff --recursive --exclude='*-old' /var/lib/dpkg "/wpars/$1/var/lib/dpkg"; }
level() { [ "$(in_bed syncwpar -p --json "$1")" = "[]" ]; }

teardown() {
    in_bed sh -c '
        for name in $(lswpar -qca name); do rmwpar -F "$name" </dev/null; done
        dpkg --purge horn herald herald-tool; userdel herald; groupdel herald; rm -rf /etc/horn.d' >/dev/null 2>&1 || true
    [ "$(in_bed find /var/lib/wpars /wpars -mindepth 1 -not -path '*/.*')" = "" ]
}

@test "a fresh WPAR is level; what it was made with is known to nobody but root" {
    make web
    level web
    wpar_run syncwpar web
    assert_status 0
    assert_line "Synchronizing workload partition web (1 of 1)."
    assert_line "syncroot: Root part is currently synchronized."
    assert_line "Workload partition web synchronized successfully."
    [ "$(in_bed stat -c %a /var/lib/wpars/web/rootpart)" = 700 ]
}

@test "a real package, on a WPAR that runs: apache2 is there with its modules, its unit and its site" {
    make web
    in_bed startwpar web >/dev/null
    in_bed sh -c 'dpkg --install /srv/debs/apache2/*.deb' >/dev/null 2>&1
    wpar_run syncwpar web
    assert_status 0
    assert_error "services changed in web:"
    assert_error "clogin web systemctl daemon-reload"
    same_database web
    in_bed clogin web apache2ctl configtest </dev/null
    is_there web etc/systemd/system/multi-user.target.wants/apache2.service
    is_there web etc/apache2/sites-enabled/000-default.conf
    in_bed cmp /etc/ld.so.cache /wpars/web/etc/ld.so.cache
    level web
    in_bed sh -c 'dpkg --purge $(dpkg-query -W -f "\${Package}\n" | grep apache2)' >/dev/null 2>&1
    in_bed syncwpar web
    refute is_there web etc/apache2
    refute is_there web etc/systemd/system/multi-user.target.wants/apache2.service
    same_database web
}

@test "an upgrade: unchanged files follow, changed ones stay with the new one beside, removed ones stay away" {
    install horn_1
    make web
    write web etc/horn.d/own mine
    in_bed rm /wpars/web/etc/horn.d/gone
    in_bed chmod 600 /wpars/web/etc/horn.d/mode
    install horn_2
    wpar_run corral doctor software
    assert_status 0
    assert_match '^ +note +packages changed in the global environment since web '
    wpar_run syncwpar -p web
    assert_status 0
    assert_line "syncroot: replaced /etc/horn.conf"
    assert_line "syncroot: added /etc/horn.d/new"
    [ "$(in_wpar web etc/horn.conf)" = first ]
    wpar_run syncwpar web
    assert_status 0
    assert_error "/etc/horn.d/own: changed in the workload partition; the new one is /etc/horn.d/own.dpkg-dist"
    assert_error "/etc/horn.d/gone: removed in the workload partition"
    [ "$(in_wpar web etc/horn.conf)" = second ]
    [ "$(in_wpar web etc/horn.d/new)" = second ]
    [ "$(in_wpar web etc/horn.d/own)" = mine ]
    [ "$(in_wpar web etc/horn.d/own.dpkg-dist)" = second ]
    [ "$(in_wpar web etc/horn.d/mode)" = second ]
    [ "$(in_bed stat -c %a /wpars/web/etc/horn.d/mode)" = 600 ]
    refute is_there web etc/horn.d/gone
    level web
    wpar_run syncwpar web
    assert_no_match .dpkg-dist
    in_bed syncwpar -F web
    [ "$(in_wpar web etc/horn.d/own)" = second ]
    [ "$(in_wpar web etc/horn.d/own.dpkg-old)" = mine ]
    is_there web etc/horn.d/gone
}

@test "-a only adds, and a later synchronization does the rest" {
    install horn_1
    make web
    install horn_2
    in_bed syncwpar -a web
    [ "$(in_wpar web etc/horn.conf)" = first ]
    [ "$(in_wpar web etc/horn.d/new)" = second ]
    in_bed syncwpar web
    [ "$(in_wpar web etc/horn.conf)" = second ]
}

@test "a removed package keeps its configuration, a purged one only what was changed inside" {
    install horn_1
    make web
    write web etc/horn.d/own mine
    in_bed dpkg --remove horn >/dev/null 2>&1
    in_bed syncwpar web
    is_there web etc/horn.conf
    in_bed dpkg --purge horn >/dev/null 2>&1
    wpar_run syncwpar web
    assert_error "/etc/horn.d/own: changed in the workload partition; no package"
    refute is_there web etc/horn.conf
    refute is_there web etc/horn.d/kept
    [ "$(in_wpar web etc/horn.d/own)" = mine ]
    same_database web
}

@test "a daemon's own user: added locked, and with another number where that one is taken" {
    make plain
    make taken
    install herald_1
    id=$(in_bed id -u herald)
    in_bed sh -c "cd /wpars/taken/etc; echo 'alice:x:$id:$id::/home/alice:/bin/sh' >>passwd; echo 'alice:x:$id:' >>group"
    wpar_run syncwpar -A
    assert_status 0
    assert_error "user herald: number $id belongs to alice in the workload partition"
    in_bed grep -q "^herald:x:$id:" /wpars/plain/etc/passwd
    in_bed grep -q '^herald:\*:' /wpars/plain/etc/shadow
    [ "$(in_bed stat -c %u /wpars/plain/var/lib/herald)" = "$id" ]
    given=$(in_bed sed -n 's/^herald:x:\([0-9]*\):.*/\1/p' /wpars/taken/etc/passwd)
    [ "$given" != "$id" ]
    [ "$(in_bed stat -c %u /wpars/taken/var/lib/herald)" = "$given" ]
    in_bed grep -q "^alice:x:$id:" /wpars/taken/etc/passwd
    level plain
    level taken
}

@test "a service that was disabled inside stays disabled" {
    install herald_1
    make web
    link=etc/systemd/system/multi-user.target.wants/herald.service
    is_there web $link
    in_bed rm "/wpars/web/$link"
    install horn_1
    in_bed syncwpar web
    refute is_there web $link
}

@test "alternatives: a new one is there, a choice made inside holds as long as it can" {
    in_bed ln -sf /bin/true /usr/local/bin/own-herald
    make web
    install herald-tool_1
    in_bed syncwpar web
    [ "$(in_bed readlink /wpars/web/etc/alternatives/herald-call)" = /usr/bin/herald-one ]
    in_bed ln -sfn /usr/bin/herald-two /wpars/web/etc/alternatives/herald-call
    in_bed sed -i 1s/auto/manual/ /wpars/web/var/lib/dpkg/alternatives/herald-call
    install horn_1
    in_bed syncwpar web
    [ "$(in_bed readlink /wpars/web/etc/alternatives/herald-call)" = /usr/bin/herald-two ]
    [ "$(in_bed sed 1q /wpars/web/var/lib/dpkg/alternatives/herald-call)" = manual ]
    in_bed dpkg --purge herald-tool >/dev/null 2>&1
    in_bed syncwpar web
    refute is_there web etc/alternatives/herald-call
}

@test "all of them, one of which cannot be: the others are done and the status says so" {
    make web
    make bad
    make own -M directory=/usr vfs=directory
    in_bed mv /wpars/bad/etc /wpars/bad/cte
    install horn_1
    wpar_run syncwpar -A
    assert_status 1
    assert_error "'/etc' in the workload partition is no directory"
    is_there web etc/horn.conf
    wpar_run syncwpar own
    assert_status 1
    assert_error "software of its own"
    in_bed sh -c 'echo web >/srv/names'
    in_bed syncwpar -f /srv/names
    in_bed rm /srv/names /wpars/own/etc/machine-id
}

@test "root inside cannot lead it outside or hold it up" {
    install horn_1
    for name in link pipe deep; do make $name; done
    in_bed sh -ec '
        mkdir /srv/victim && cp -a /etc/horn.conf /etc/horn.d /etc/passwd /srv/victim
        cd /wpars/link && mv etc cte && ln -s /etc etc
        cd /wpars/pipe/etc && rm horn.conf && mkfifo horn.conf && ln -sf /srv/victim/passwd horn.conf.dpkg-new
        rm -r horn.d && ln -s /srv/victim/horn.d horn.d
        cd /wpars/deep/etc && rm horn.conf && truncate -s 100G horn.conf && rm -r horn.d/own && mkdir -p horn.d/own/a/b/c
        cd /wpars/deep/etc && for i in $(seq 300); do mkdir -p d && cd d; done; mkdir /wpars/deep/etc/horn.d/kept.dpkg-dist && echo mine >/wpars/deep/etc/horn.d/kept'
    before=$(in_bed sh -c 'find /etc /srv/victim -type f -not -name "*.cf" -exec md5sum {} + | sort')
    install horn_2
    in_bed cp -a /etc/horn.conf /etc/horn.d /srv/
    before=$(in_bed sh -c 'find /etc /srv/victim -type f -exec md5sum {} + | sort')
    for name in link pipe deep; do wpar_run timeout 20 syncwpar $name; [ "$status" -le 1 ]; done
    [ "$(in_bed sh -c 'find /etc /srv/victim -type f -exec md5sum {} + | sort')" = "$before" ]
    [ "$(in_bed sh -c 'ls /srv/victim/horn.d | wc -l')" = 4 ]
    in_bed test -p /wpars/pipe/etc/horn.conf
    in_bed test -d /wpars/deep/etc/horn.d/own/a
    [ "$(in_wpar deep etc/horn.d/kept)" = mine ]
    wpar_run syncwpar pipe
    in_bed mkfifo /wpars/pipe/passwd
    in_bed mv /wpars/pipe/passwd /wpars/pipe/etc/passwd
    wpar_run timeout 20 syncwpar pipe
    assert_status 1
    assert_error "is no regular file"
    in_bed rm -r /srv/victim /srv/horn.conf /srv/horn.d
}

@test "one that follows a generation is level with that, and goes on when it is moved" {
    make web -M directory=/usr vfs=namefs dev=generation:1 -M directory=/opt vfs=namefs dev=generation:1
    install horn_1
    level web
    in_bed corral generation create >/dev/null
    in_bed chwpar -M directory=/usr dev=generation:2 -M directory=/opt dev=generation:2 web
    in_bed syncwpar web
    [ "$(in_wpar web etc/horn.conf)" = first ]
    in_bed chwpar -M directory=/usr dev=generation:1 -M directory=/opt dev=generation:1 web
    in_bed syncwpar web
    refute is_there web etc/horn.conf
}

@test "one made by an older version: what differs is kept" {
    install horn_1
    make web
    write web etc/horn.d/own mine
    in_bed rm -r /var/lib/wpars/web
    install horn_2
    wpar_run syncwpar web
    assert_status 0
    assert_error "it is not known what web was made with"
    [ "$(in_wpar web etc/horn.conf)" = second ]
    [ "$(in_wpar web etc/horn.d/own)" = mine ]
    [ "$(in_wpar web etc/horn.d/own.dpkg-dist)" = second ]
}

@test "the record goes with a new name, and with the WPAR" {
    make web
    in_bed chwpar -n www web
    wpar_run syncwpar www
    assert_status 0
    [ "$stderr" = "" ]
    in_bed rmwpar www >/dev/null
    in_bed test ! -e /var/lib/wpars/www -a ! -e /var/lib/wpars/web
}

@test "a WPAR with file systems of its own" {
    make web -M directory=/ vfs=jfs2 size=200M -M directory=/var vfs=jfs2 size=100M
    install horn_1
    in_bed syncwpar web >/dev/null
    in_bed sh -c '! findmnt -n /wpars/web'
    in_bed startwpar web >/dev/null
    [ "$(in_wpar web etc/horn.conf)" = first ]
    is_there web var/lib/dpkg/info/horn.list
}

@test "one that is too small: an error that says so, or with -X it grows" {
    make web -M directory=/var vfs=jfs2 size=12M
    in_bed startwpar web >/dev/null
    in_bed sh -c 'dd if=/dev/zero of=/wpars/web/var/tmp/filler bs=64K 2>/dev/null; stopwpar -F web' >/dev/null
    install horn_1
    wpar_run syncwpar web
    assert_status 1
    assert_error "file system is full"
    assert_error "syncwpar -X"
    wpar_run syncwpar -p -X web
    assert_match '^syncroot: /var would grow to [0-9]+M\.$'
    in_bed grep -q 'size = .*12M' /etc/wpars/web.cf
    wpar_run syncwpar -X web
    assert_status 0
    assert_match '^syncroot: /var grows to [0-9]+M\.$'
    level web
    refute in_bed grep -q 'size = .*12M' /etc/wpars/web.cf
    wpar_run syncwpar -X web
    assert_no_match 'grows'
}

@test "requests that make no sense" {
    make web
    for words in "" "-A web" "-aF web" "-A -f /dev/null" "-f /dev/null" "nosuch"; do
        # shellcheck disable=SC2086  # several words
        wpar_run syncwpar $words
        assert_failure
        [ -n "$stderr" ]
    done
    wpar_run syncwpar -r web
    assert_status 0
    assert_line "syncwpar: There are no RPM packages to be synchronized."
}

@test "killed at any step" {
    use_quick_init
    in_bed sh -ec 'mkwpar -n other >/dev/null; startwpar other >/dev/null'
    old='rm /wpars/web/etc/ld.so.cache /wpars/web/var/lib/dpkg/info/dpkg.list'
    level='cmp /etc/ld.so.cache /wpars/web/etc/ld.so.cache && cmp /var/lib/dpkg/info/dpkg.list /wpars/web/var/lib/dpkg/info/dpkg.list'
    in_bed crash-walk "mkwpar -n web && $old" 'syncwpar web' "syncwpar web && $level"
    in_bed corral generation create -f >/dev/null
    over='-M directory=/usr vfs=overlay dev=generation:1 -M directory=/opt vfs=overlay dev=generation:1'
    mine=/var/lib/wpars/web/usr.overlay/upper/mine
    database=/wpars/web/var/lib/dpkg
    own="printf 'Package: mine\nStatus: install ok installed\nVersion: 1\n\n' >>$database/status && echo /usr/mine >$database/info/mine.list"
    in_bed crash-walk "mkwpar -n web $over && echo mine >$mine && $own" 'syncwpar -D -d generation:2 web' \
        "syncwpar -D -d generation:2 web && test -e $mine && grep -q generation:2 /etc/wpars/web.cf && grep -qx 'Package: mine' $database/status && test -e $database/info/mine.list"
    in_bed crash-walk 'mkwpar -n web -M directory=/ vfs=jfs2 size=200M' 'syncwpar web' 'startwpar web && quick-init web'
    lacks='startwpar -m web && rm /wpars/web/var/lib/dpkg/info/dpkg.list && stopwpar -F web'
    in_bed crash-walk "mkwpar -n web -M directory=/var vfs=jfs2 size=10M && $lacks" 'syncwpar -X web' \
        'syncwpar -X web && startwpar -m web && test -e /wpars/web/var/lib/dpkg/info/dpkg.list && ! grep -q 10M /etc/wpars/web.cf'
}
