#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016,SC2317  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Other user lands: images of several kinds run beside the global environment's own, hostile ones leave nothing, and a copy of
# the global environment is a system of its own.

load helper

prepare_bed() {
    first_wpar
    in_bed sh -euc '
        root=/srv/busybox
        mkdir -p $root/bin $root/etc $root/root $root/srv $root/sbin
        cp /usr/bin/busybox $root/bin/busybox
        ldd /usr/bin/busybox | grep -o "/[^ ]*" | while read -r library; do
            mkdir -p "$root/$(dirname "$library")"
            cp -L "$library" "$root$library"
        done
        for name in $(busybox --list); do [ $name = busybox ] || ln -s busybox $root/bin/$name; done
        echo root:x:0:0:root:/root:/bin/sh >$root/etc/passwd
        echo app:x:500:50:app:/srv:/bin/sh >>$root/etc/passwd
        echo staff:x:50: >$root/etc/group
        echo "root:secret-hash:1::::::" >$root/etc/shadow
        printf "ID=tiny\nVERSION_ID=\"1.0\"\n" >$root/etc/os-release
        cp -a $root /srv/bare
        ln -s /bin/busybox $root/sbin/init
        echo "::sysinit:/bin/sh -c \"echo up >>/root/story\"" >$root/etc/inittab
        tar -C $root -czf /srv/busybox.tar.gz .'
    make_layout
}

# An OCI layout of two layers in /srv/layout; the second takes things of the first away.
make_layout() {
    in_bed bash -euc '
        mkdir -p /srv/layout/blobs/sha256 /srv/over/etc /srv/over/srv
        echo "{\"imageLayoutVersion\":\"1.0.0\"}" >/srv/layout/oci-layout
        touch /srv/over/etc/.wh.group
        echo second >/srv/over/srv/layer
        printf "#!/bin/sh\necho \"\$GREETING \$(id -u):\$(id -g) \$(pwd) \$*\" >/tmp/said\nexec sleep 1000\n" >/srv/over/srv/run
        chmod 755 /srv/over/srv/run
        store() {  # FILE: "sha256:..." and size of the blob it becomes
            local digest
            digest=$(sha256sum <"$1" | cut -d" " -f1)
            printf "\"digest\":\"sha256:%s\",\"size\":%s" "$digest" "$(stat -c %s "$1")"
            mv "$1" /srv/layout/blobs/sha256/$digest
        }
        tar -C /srv/bare -czf /srv/one .
        tar -C /srv/over -cf /srv/two .
        one=$(store /srv/one) two=$(store /srv/two)
        echo "{\"os\":\"linux\",\"architecture\":\"$(dpkg --print-architecture)\",\"config\":{\"Env\":[\"PATH=/srv:/bin\",\"GREETING=hello world\"],
            \"Entrypoint\":[\"run\"],\"Cmd\":[\"a b\",\"c\"],\"WorkingDir\":\"/srv\",\"User\":\"app\"}}" >/srv/config
        echo "{\"config\":{$(store /srv/config)},\"layers\":[{$one},{$two}]}" >/srv/manifest
        echo "{\"manifests\":[{$(store /srv/manifest)}]}" >/srv/layout/index.json'
}

inside() { in_bed clogin "$@" </dev/null; }
state_is() { [ "$(in_bed lswpar -qca state "$1")" = "$2" ]; }
attribute() { in_bed sed -n "s/^\t$2 = //p" "/etc/wpars/$1.cf"; }
leaves_nothing() {
    wpar_run ls -A /wpars /etc/wpars
    refute grep -q "$1" <<<"$output"
}

@test "a tar archive of a busybox runs as a system WPAR" {
    wpar_run mkwpar -C -B /srv/busybox.tar.gz -n box
    assert_status 0
    assert_line "x ./bin"
    in_bed startwpar box >/dev/null
    state_is box A
    [ "$(inside box readlink /proc/1/exe)" = /bin/busybox ]
    [ "$(inside box hostname)" = box ]
    [ "$(inside box cat /root/story)" = up ]
}

@test "it is shown as what it is" {
    wpar_run lswpar -L box
    assert_match '^OStype: +tiny-1.0$'
    [ "$(in_bed lswpar -qca ostype box)" = tiny-1.0 ]
    [ "$(attribute box imagedigest)" = "\"sha256:$(in_bed sha256sum /srv/busybox.tar.gz | cut -d' ' -f1)\"" ]
}

@test "nothing of the image's root password is left, and nothing of the global programs is seen" {
    [ "$(in_bed cat /wpars/box/etc/shadow)" = "root:*:1::::::" ]
    wpar_run clogin box test -e /usr/sbin/corral
    assert_failure
}

@test "another is made from its definition, and only from the same image" {
    in_bed sh -c 'mkwpar -w -o /tmp/box.spec -e box -n box2; mkwpar -f /tmp/box.spec -n box2 >/dev/null'
    [ "$(attribute box2 imagedigest)" = "$(attribute box imagedigest)" ]
    in_bed rmwpar box2 >/dev/null
    in_bed sh -c 'gzip -dc /srv/busybox.tar.gz >/srv/other.tar; sed "s|/srv/busybox.tar.gz|/srv/other.tar|" /tmp/box.spec >/tmp/other.spec'
    wpar_run mkwpar -f /tmp/other.spec -n box3
    assert_status 2
    assert_error "its digest is sha256:"
    leaves_nothing box3
    in_bed rmwpar -F box >/dev/null
}

@test "a directory is copied, and refused when it holds the base directory" {
    in_bed mkwpar -C -B /srv/busybox -n box -M directory=/ vfs=ext4 size=100M >/dev/null
    in_bed startwpar box >/dev/null
    [ "$(inside box cat /root/story)" = up ]
    in_bed rmwpar -F box >/dev/null
    wpar_run mkwpar -C -B / -n box
    assert_status 2
    assert_error "hold one another"
}

@test "an OCI image without an init runs its command as its user" {
    in_bed mkwpar -C -B /srv/layout -n app -s >/dev/null
    said() { in_bed test -s /wpars/app/tmp/said; }
    eventually said
    [ "$(in_bed cat /wpars/app/tmp/said)" = "hello world 500:50 /srv a b c" ]
    [ "$(in_bed cat /wpars/app/srv/layer)" = second ]
    refute in_bed test -e /wpars/app/etc/group
    in_bed stopwpar app >/dev/null
    state_is app D
    in_bed rmwpar app >/dev/null
}

@test "the same layout in a tar archive, and with -M, is the same image" {
    in_bed sh -c 'tar -C /srv/layout -czf /srv/layout.tar.gz . && mkwpar -C -B /srv/layout.tar.gz -n app >/dev/null'
    [ "$(attribute app imagecommand)" = "\"run 'a b' c\"" ]
    [ "$(in_bed cat /wpars/app/srv/layer)" = second ]
    in_bed rmwpar app >/dev/null
}

@test "a layer that was changed is refused, and nothing is left" {
    in_bed bash -c 'cp -a /srv/layout /srv/bad; blob=$(ls -S /srv/bad/blobs/sha256/* | head -n 1); printf x | dd of=$blob bs=1 seek=4 conv=notrunc status=none'
    wpar_run mkwpar -C -B /srv/bad -n bad
    assert_status 2
    assert_error "is not what it should be: its digest is"
    leaves_nothing bad
}

@test "what leads outside is refused, and nothing is left or changed" {
    in_bed sh -c 'cd /srv && echo evil >../escape-source && tar -P --transform "s|.*|../../escaped|" -cf evil.tar ../escape-source && rm ../escape-source'
    wpar_run mkwpar -C -B /srv/evil.tar -n evil
    assert_status 2
    assert_error "which leads outside"
    leaves_nothing evil
    refute in_bed test -e /escaped -o -e /wpars/escaped
}

@test "a root without a first process, of another architecture, or too large is refused by name" {
    in_bed sh -c 'rm -f /srv/bare.tar; tar -C /srv/bare -cf /srv/bare.tar .'
    wpar_run mkwpar -C -B /srv/bare.tar -n bare
    assert_status 1
    assert_error "has no /sbin/init and names no command"
    in_bed sh -c 'cp -a /srv/busybox /srv/foreign; rm /srv/foreign/sbin/init; printf "\177ELF\2\1\1%057d" 0 | tr 0 "\026" >/srv/foreign/sbin/init; chmod 755 /srv/foreign/sbin/init'
    wpar_run mkwpar -C -B /srv/foreign -n bare
    assert_status 1
    assert_error "another architecture"
    in_bed sh -c 'head -c 20000000 /dev/zero >/srv/busybox/large; tar -C /srv/busybox -czf /srv/large.tar.gz .'
    for image in /srv/busybox /srv/large.tar.gz; do
        wpar_run mkwpar -C -B $image -n bare -M directory=/ vfs=ext4 size=9M
        assert_status 1
        assert_error "larger size="
    done
    leaves_nothing bare
}

@test "flags that do not go together are refused" {
    wpar_run mkwpar -B /srv/busybox -n no
    assert_status 2
    assert_error "give -C, too"
    wpar_run mkwpar -C -n no
    assert_status 2
    assert_error "-C needs -B"
    wpar_run mkwpar -T preserve_private=yes -n no
    assert_status 2
    wpar_run mkwpar -C -B /srv/busybox -n no -M directory=/usr vfs=namefs dev=/usr mountopts=ro
    assert_status 2
    assert_error "cannot share programs of the global environment"
    wpar_run mkwpar -C -B /srv/nothing -n no
    assert_status 1
    assert_error "/srv/nothing"
}

@test "a copy of the global environment boots, as another machine without its secrets" {
    in_bed sh -c 'useradd -m ann; echo "ann:word" | chpasswd; echo data >/srv/data; mkdir -p /root/.ssh; echo key >/root/.ssh/id_rsa; [ -e /etc/ssh/ssh_host_rsa_key ] || ssh-keygen -qA'
    in_bed mkwpar -n web1 >/dev/null
    wpar_run mkwpar -t -n copy1
    assert_status 0
    in_bed startwpar copy1 >/dev/null
    [ "$(inside copy1 hostname)" = copy1 ]
    [ "$(inside copy1 cat /srv/data)" = data ]
    [ "$(inside copy1 id -un ann)" = ann ]
    running() { inside copy1 systemctl is-system-running | grep -qx running; }
    eventually running || inside copy1 systemctl --failed
    for path in /root/.ssh/id_rsa /etc/wpars/web1.cf /wpars/web1 /wpars/copy1; do
        refute in_bed test -e "/wpars/copy1$path"
    done
    refute in_bed grep -E '^[^:]*:[^*!]' /wpars/copy1/etc/shadow
    refute in_bed cmp -s /etc/ssh/ssh_host_ed25519_key /wpars/copy1/etc/ssh/ssh_host_ed25519_key
    in_bed rmwpar -F copy1 >/dev/null
}

@test "secrets and other WPARs come along when asked for" {
    in_bed mkwpar -t -T preserve_private=yes preserve_wpars=yes -n copy2 >/dev/null
    in_bed test -e /wpars/copy2/root/.ssh/id_rsa -a -e /wpars/copy2/etc/wpars/web1.cf -a -e /wpars/copy2/wpars/web1/etc
    in_bed cmp /etc/shadow /wpars/copy2/etc/shadow
    in_bed sh -c 'rmwpar copy2; rmwpar web1' >/dev/null
}

@test "a Debian with systemd from a tar archive is a system of its own" {
    in_bed sh -c 'tar -C / --one-file-system --exclude=./srv --exclude=./wpars --exclude=./tmp --exclude=./var/lib/wpars -c . | gzip -1 >/srv/debian.tar.gz'
    in_bed mkwpar -C -B /srv/debian.tar.gz -n deb -s >/dev/null
    [ "$(in_bed lswpar -qca ostype deb)" = debian-12 ]
    running() { inside deb systemctl is-system-running | grep -qx running; }
    eventually running || inside deb systemctl --failed
    [ "$(inside deb cat /etc/hostname)" = deb ]
    in_bed rmwpar -F deb >/dev/null
}

@test "killed while it unpacks, it leaves nothing" {
    in_bed bash -c 'mkwpar -C -B /srv/debian.tar.gz -n gone >/dev/null 2>&1 & made=$!
        until [ -e /wpars/gone/usr/bin ] || ! kill -0 $made 2>/dev/null; do sleep 0.01; done
        kill -9 $made; wait $made; rmwpar -F gone; true' >/dev/null 2>&1
    leaves_nothing gone
}

@test "interrupted while it unpacks, it leaves nothing" {
    in_bed bash -c 'mkwpar -C -B /srv/debian.tar.gz -n gone >/dev/null 2>&1 & made=$!
        until [ -e /wpars/gone/usr/bin ] || ! kill -0 $made 2>/dev/null; do sleep 0.01; done
        kill -TERM $made; ! wait $made'
    leaves_nothing gone
    in_bed sh -c 'rm -r /srv/*; userdel -r ann; rm -rf /root/.ssh' 2>/dev/null
}
