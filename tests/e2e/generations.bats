#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Immutable generations of the global environment's software: detached WPARs are views over one, shared ones may follow
# one, and what the global environment does to its own files disturbs neither.

load helper

prepare_bed() {
    in_bed sh -ec 'mkdir /usr/share/probe; echo old >/usr/share/probe/edited; echo old >/usr/share/probe/replaced
        echo old >/usr/share/probe/removed'
    first_wpar
}

# Whatever a test left, so that the next one finds what it expects.
teardown() {
    in_bed sh -c 'for name in $(lswpar -qca name); do rmwpar -F "$name"; done; corral generation remove --unused' \
        </dev/null >/dev/null 2>&1 || true
}

make() { in_bed mkwpar "$@" </dev/null >/dev/null; }
inside() { in_bed clogin "$1" "$2" </dev/null; }
start() { in_bed startwpar "$1" </dev/null >/dev/null; }
drop() { in_bed rmwpar -F "$1" </dev/null >/dev/null; }
device_of() { in_bed lswpar -Mqc -a mountpoint,device "$1" </dev/null | sed -n "s,^/wpars/$1$2:,,p" | tr -d '\\'; }

@test "mkwpar -l makes a generation if there is none, and the next one is level with it" {
    wpar_run mkwpar -l -n web
    assert_status 0
    assert_line "Making a new generation of the global environment's software..."
    assert_match '^Made generation [0-9]+ \([0-9]+ packages, [0-9]+ files, [0-9]+ MB, (reflink|erofs)\)\.$'
    assert_line "Workload partition web created successfully."
    wpar_run mkwpar -l -n another
    assert_status 0
    assert_no_line "Making a new generation of the global environment's software..."
    [ "$(device_of web /usr)" = "$(device_of another /opt)" ]
    run in_bed lswpar -qca privateusr web
    assert_output yes
    wpar_run corral generation list
    assert_match ' another,web$'
    # of the two views themselves some kilobytes
    [ "$(in_bed du -sk /var/lib/wpars/web | cut -f1)" -lt 100 ]
    wpar_run corral generation create
    assert_match '^The global environment has not changed since generation '
    drop web
    drop another
}

@test "a global environment without /opt has WPARs of each kind all the same" {
    in_bed sh -c 'mkdir /srv/opt && mv /opt /srv/opt/kept'
    make -n plain
    make -l -n web
    start plain && start web
    inside plain 'touch /opt/mine' && inside web 'touch /opt/mine'
    in_bed sh -c 'rmwpar -F plain; rmwpar -F web; mv /srv/opt/kept /opt; rmdir /srv/opt' >/dev/null
}

@test "its /usr is writable, its own, and stays through stop and start" {
    make -l -n web
    mark_clean
    start web
    inside web 'echo own >/usr/share/probe/edited; rm /usr/share/probe/removed; mkdir /opt/own; chown 5:7 /opt/own
        mv /usr/share/probe /usr/share/moved; ln /usr/share/moved/edited /usr/share/hard; echo more >>/usr/share/hard'
    [ "$(in_bed cat /usr/share/probe/edited)" = old ]
    [ "$(in_bed sh -c 'ls /wpars/web/usr | wc -l')" -eq 0 ]
    in_bed stopwpar -F web </dev/null >/dev/null
    assert_clean
    [ "$(in_bed stat -c %u:%g /var/lib/wpars/web/opt.overlay/upper/own)" = 5:7 ]
    # while it is stopped, what opens its file systems shows the same to the global environment
    in_bed startwpar -m web </dev/null >/dev/null
    [ "$(in_bed cat /wpars/web/usr/share/moved/edited)" = $'own\nmore' ]
    [ "$(in_bed stat -c %u:%g:%h /wpars/web/usr/share/hard)" = 0:0:2 ]
    in_bed stopwpar -F web </dev/null >/dev/null
    start web
    [ "$(inside web 'cat /usr/share/moved/edited; ls /usr/share/moved')" = $'own\nmore\nedited\nreplaced' ]
    drop web
    refute in_bed test -e /var/lib/wpars/web
}

@test "its root reaches neither store nor generation" {
    make -l -n web
    start web
    run inside web 'umount /usr; umount -l /usr; mount -o remount,rw,dev /usr; mknod /usr/null c 1 3; cat /usr/null
        find / -xdev -name "*.overlay" -o -xdev -name .generations; echo end'
    assert_match '^end$'
    refute grep -E 'overlay$|generations' <<<"$output"
    inside web 'findmnt -no FSTYPE /usr' | grep -qx overlay
    copy_to_bed "$build/tests/e2e/escape" /wpars/web/root/escape
    run inside web '/root/escape overlay-layers uncover look-below hidden-files new-devices file-handles descriptors'
    refute grep ESCAPED <<<"$output"
    assert_status 0
    drop web
}

@test "the global environment changes its files: WPARs on a generation see the old ones" {
    make -l -n web
    make -n shared -M directory=/usr dev=generation -M directory=/opt dev=generation
    make -n live
    for name in web shared live; do start "$name"; done
    in_bed sh -c 'cd /usr/share/probe && echo new >edited && echo new >.new && mv .new replaced && rm removed && echo new >added'
    for name in web shared; do
        [ "$(inside "$name" 'cd /usr/share/probe && cat edited replaced removed; ls')" = \
            $'old\nold\nold\nedited\nremoved\nreplaced' ]
    done
    [ "$(inside live 'cat /usr/share/probe/edited')" = new ]
    run inside shared 'touch /usr/new'
    assert_match 'Read-only file system'
    local old
    old=$(device_of shared /usr)
    wpar_run corral generation diff "${old#*:}"
    assert_output "No package differs, but 4 files do; -v lists them."
    wpar_run corral generation diff "${old#*:}" -v
    assert_line "~ /usr/share/probe/edited"
    assert_line "- /usr/share/probe/removed"
    assert_line "+ /usr/share/probe/added"
    # forward when their administrator says, and back
    in_bed stopwpar -F shared </dev/null >/dev/null
    in_bed chwpar -M directory=/usr dev=generation shared </dev/null
    start shared
    [ "$(inside shared 'cat /usr/share/probe/edited')" = new ]
    in_bed stopwpar -F shared </dev/null >/dev/null
    in_bed chwpar -M directory=/usr dev="$old" shared </dev/null
    start shared
    [ "$(inside shared 'cat /usr/share/probe/edited')" = old ]
    in_bed sh -c 'cd /usr/share/probe && rm added && for name in edited replaced removed; do echo old >$name; done'
}

size_of() { inside "$1" "df --output=size -m $2" | tail -n 1 | tr -d ' '; }

@test "with a size, what is written is limited, grows, is kept, and goes on over another generation" {
    make -l -n neighbour
    make -l -n web -M directory=/usr vfs=overlay size=64M
    start neighbour
    inside neighbour true
    mark_clean
    start web
    [ "$(size_of web /usr)" -lt 64 ]
    run inside web 'dd if=/dev/zero of=/usr/fill bs=1M'
    assert_match 'No space left on device'
    # its other file systems and its neighbour go on
    inside web 'echo x >/opt/file && echo x >/var/file && rm /usr/fill && echo own >/usr/kept'
    inside neighbour 'dd if=/dev/zero of=/usr/fill bs=1M count=80 status=none && rm /usr/fill'
    copy_to_bed "$build/tests/e2e/escape" /wpars/web/root/escape
    run inside web '/root/escape overlay-layers uncover look-below new-devices file-handles descriptors'
    refute grep ESCAPED <<<"$output"
    in_bed stopwpar -F web </dev/null >/dev/null
    in_bed rm /wpars/web/root/escape
    assert_clean
    wpar_run chwpar -M directory=/usr size=32M web
    assert_error "is smaller than it is now (64M); file systems only grow"
    wpar_run chwpar -M directory=/opt size=64M web
    assert_error "was made without size="
    in_bed chwpar -M directory=/usr size=128M web </dev/null
    in_bed rmwpar -p web </dev/null >/dev/null
    wpar_run mkwpar -l -p -n web -M directory=/usr vfs=overlay size=64M
    assert_error 'was kept with size=128M'
    wpar_run mkwpar -l -p -n web
    assert_error "'/var/lib/wpars/web/usr.img' was kept too"
    make -l -p -n web -M directory=/usr vfs=overlay size=128M
    local old
    old=$(device_of web /usr)
    in_bed sh -c 'touch /usr/share/probe/added; syncwpar -D web >/dev/null 2>&1; rm /usr/share/probe/added' </dev/null
    [ "$(device_of web /usr)" != "$old" ]
    in_bed startwpar -m web </dev/null >/dev/null
    [ "$(in_bed cat /wpars/web/usr/kept)" = own ]
    in_bed stopwpar -F web </dev/null >/dev/null
    start web
    [ "$(inside web 'cat /usr/kept; ls /usr/share/probe/added')" = $'own\n/usr/share/probe/added' ]
    [ "$(size_of web /usr)" -gt 100 ]
    drop web
    drop neighbour
    refute in_bed test -e /var/lib/wpars/web
}

@test "one image serves all WPARs that use it, and is mounted only as long" {
    in_bed corral generation create -f -k erofs </dev/null >/dev/null
    wpar_run corral generation list --json
    [ "$(jq -r '.[-1].form' <<<"$output")" = erofs ]
    make -l -n web
    make -l -n another
    mark_clean
    start web
    start another
    [ "$(in_bed sh -c 'grep -c " /run/wpars/.generations/.* erofs " /proc/self/mounts')" -eq 1 ]
    inside web 'touch /usr/own'
    refute inside another 'test -e /usr/own'
    wpar_run corral doctor leftovers
    assert_status 0
    drop web
    inside another 'dpkg --version >/dev/null'
    in_bed stopwpar -F another </dev/null >/dev/null
    refute in_bed grep -q wpars /proc/self/mounts
    refute in_bed grep -q erofs /proc/self/mounts
}

@test "one that is used cannot be removed, not even by what is stopped or kept" {
    make -l -n web
    local number
    number=$(device_of web /usr)
    number=${number#*:}
    wpar_run corral generation remove "$number"
    assert_status 1
    assert_error "generation $number is used by web"
    in_bed rmwpar -p web </dev/null >/dev/null
    wpar_run corral generation remove "$number"
    assert_error "generation $number is used by web"
    in_bed sh -c 'touch /usr/share/probe/added'
    make -l -p web
    in_bed rm /usr/share/probe/added
    [ "$(device_of web /usr)" = "generation:$number" ]
    drop web
    wpar_run corral generation remove --unused
    assert_line "Removed generation $number."
}

@test "an administrator can have all shared WPARs follow generations" {
    in_bed sh -c 'echo "shared = generation" >/etc/wpars/defaults'
    make -n web
    in_bed sh -c 'echo "shared = both" >/etc/wpars/defaults'
    wpar_run mkwpar -n another
    assert_status 2
    assert_error "/etc/wpars/defaults: line 1: shared = 'both' is neither live nor generation"
    in_bed rm /etc/wpars/defaults
    [[ "$(device_of web /usr)" == generation:[0-9]* ]]
    [ "$(device_of web /opt)" = "$(device_of web /usr)" ]
    run in_bed lswpar -qca privateusr web
    assert_output no
    drop web
}

@test "what makes no sense is refused before anything is made" {
    mark_clean
    wpar_run mkwpar -n web -M directory=/usr vfs=overlay dev=generation:999
    assert_status 1
    assert_error "mkwpar: -M directory=/usr: there is no generation 999"
    wpar_run mkwpar -n web -M directory=/usr vfs=overlay dev=generation size=4M
    assert_error 'size 4M is too small'
    wpar_run mkwpar -n web -M directory=/usr vfs=overlay vg=vg0
    assert_error 'vg needs a size'
    wpar_run mkwpar -n web -M directory=/none vfs=overlay dev=/srv/none
    assert_status 1
    wpar_run mkwpar -n web -M directory=/none vfs=overlay dev=/usr/share/doc
    assert_error "'/usr/share/doc' of the global environment changes with its packages"
    wpar_run mkwpar -l -n web --dry-run
    assert_status 0
    assert_line "mkwpar: would make a new generation of the global environment's software."
    assert_clean
    make -l -n web
    wpar_run chwpar -M directory=/usr vfs=overlay dev=generation:999 web
    assert_error "was written over generation:"
    drop web
}
