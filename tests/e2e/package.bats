#!/usr/bin/env bats
# runs in: vm
# vm in ci
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# The Debian package on an unmodified Debian machine, from the first installation to the purge. tools/package has built it
# (and lintian has judged it) before; here nothing else of the build is installed.

load helper

new_bed_as_told() {
    echo "$1" >>"$BATS_FILE_TMPDIR/beds"
    "$bed_tool" up "$1" --lan "$lan" "${@:2}" 3>&-
}

prepare_bed() {
    local package
    package=$(find "$build/package" -name 'corral_*.deb' | sort -V | tail -n 1)
    [ -n "$package" ] || { echo "no package in $build/package: tools/package makes it" >&2; return 1; }
    copy_to_bed "$package" /srv/corral.deb
    make_next "$package" "$BATS_FILE_TMPDIR/next.deb"
    copy_to_bed "$BATS_FILE_TMPDIR/next.deb" /srv/next.deb
}

# The same with a higher version, and a configuration file that has changed.
make_next() {
    local tree=$BATS_FILE_TMPDIR/next
    dpkg-deb -R "$1" "$tree"
    sed -i 's/^Version: .*/Version: 99.1/' "$tree/DEBIAN/control"
    echo "# of the next version" >>"$tree/etc/wpars/secattrs"
    dpkg-deb --root-owner-group -Znone -b "$tree" "$2" >/dev/null
}

# As unattended machines do it.
dpkg() { in_bed env DEBIAN_FRONTEND=noninteractive dpkg "$@" </dev/null; }
dpkg_run() { run --separate-stderr dpkg "$@"; }
state_is() { [ "$(in_bed lswpar -qca state "$1")" = "$2" ]; }
is_active() { state_is "$1" A 2>/dev/null; }
init_of() { in_bed cut -d' ' -f1 "/run/wpars/$1/init"; }
keeper_of() { in_bed cut -d' ' -f1 "/run/wpars/$1/keeper"; }
version() { in_bed dpkg-query -W -f '${Version}' corral; }
service() { in_bed systemctl show --value -p "$1" corral.service; }

@test "apt installs it without anything from elsewhere" {
    in_bed env DEBIAN_FRONTEND=noninteractive apt-get install -y /srv/corral.deb </dev/null
    [ "$(in_bed corral --version)" = "corral (Corral) $(version)" ]
}

@test "the service is enabled and active, and its unit has no flaw" {
    [ "$(in_bed systemctl is-enabled corral)" = enabled ]
    [ "$(in_bed systemctl is-active corral)" = active ]
    wpar_run systemd-analyze verify --man=no corral.service corral.slice
    assert_status 0
    [ -z "$output$stderr" ]
}

# What Debian's own machines have of it; a bed's dpkg leaves pages and documents out.
@test "pages, completion and the log's rotation are where Debian has them" {
    run in_bed dpkg -L corral
    local page name
    for page in man8/mkwpar.8 man8/corral.service.8 man7/corral.7 man5/wpar.cf.5; do
        assert_line "/usr/share/man/$page.gz"
    done
    for name in corral mkwpar wparexec; do assert_line "/usr/share/bash-completion/completions/$name"; done
    assert_line /etc/logrotate.d/corral
    assert_line /usr/share/doc/corral/changelog.gz
    assert_line /usr/share/doc/corral/copyright
    in_bed test -s /usr/share/bash-completion/completions/mkwpar
}

@test "a WPAR is made, started and used with it" {
    in_bed sh -ec '
        mkwpar -A -n web1 -N interface=en0 address=192.168.21.50 netmask=255.255.0.0
        mkwpar -n web2
        startwpar web1 &
        startwpar web2
        wait' </dev/null >/dev/null
    is_active web1
    [ "$(in_bed clogin web1 hostname </dev/null)" = web1 ]
    on_lan ping -c 1 -w 30 192.168.21.50 >/dev/null
    wpar_run clogin web1 systemctl is-enabled corral </dev/null
    assert_output masked
}

@test "an upgrade leaves active WPARs alone, and the edits of configuration files" {
    local inits keepers since
    inits=$(init_of web1; init_of web2)
    keepers=$(keeper_of web1; keeper_of web2)
    since=$(service ActiveEnterTimestampMonotonic)
    in_bed sh -c 'echo "lan en0" >>/etc/wpars/devmap'
    dpkg -i /srv/next.deb
    [ "$(version)" = 99.1 ]
    [ "$(init_of web1; init_of web2)" = "$inits" ]
    [ "$(keeper_of web1; keeper_of web2)" = "$keepers" ]
    [ "$(service ActiveEnterTimestampMonotonic)" = "$since" ]
    in_bed grep -qx "lan en0" /etc/wpars/devmap
    in_bed grep -qx "# of the next version" /etc/wpars/secattrs
    run in_bed readlink "/proc/$(keeper_of web1)/exe"
    assert_output "/usr/libexec/corral/keeper (deleted)"
}

@test "the new commands work with the keepers of the old version" {
    local init
    is_active web1
    [ "$(in_bed clogin web1 hostname </dev/null)" = web1 ]
    init=$(init_of web1)
    in_bed clogin web1 reboot </dev/null || true
    rebooted() { [ "$(init_of web1 2>/dev/null)" != "$init" ] && is_active web1; }
    eventually rebooted
    in_bed stopwpar web2 </dev/null
    state_is web2 D
}

@test "a service that was stopped stays so through an upgrade; the same version again and the one before are fine, too" {
    in_bed systemctl stop corral
    state_is web1 D
    dpkg -i /srv/next.deb
    [ "$(in_bed systemctl is-active corral)" = inactive ]
    dpkg -i /srv/corral.deb
    refute [ "$(version)" = 99.1 ]
    [ "$(in_bed systemctl is-active corral)" = inactive ]
    state_is web1 D
    in_bed systemctl start corral
    is_active web1
}

@test "a shutdown stops them in order, and the boot starts what is to start" {
    in_bed sh -c 'mkdir -p /wpars/web1/etc/systemd/system/multi-user.target.wants
        cd /wpars/web1/etc/systemd/system && cat >last.service && ln -s ../last.service multi-user.target.wants/' \
        <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\nExecStop=/bin/touch /var/in-order'
    in_bed stopwpar web1 </dev/null >/dev/null
    in_bed rm -f /wpars/web1/var/in-order
    in_bed sh -c 'startwpar web1 & startwpar web2; wait' </dev/null >/dev/null
    reboot_bed
    eventually is_active web1
    state_is web2 D
    in_bed test -e /wpars/web1/var/in-order
    run in_bed journalctl --quiet --no-pager -o cat -b -1 -u corral
    assert_line "2 stopped, 0 forced, 0 failed."
    run in_bed journalctl --quiet --no-pager -o cat -b -u corral
    assert_line "1 started, 0 active already, 0 failed."
}

@test "what cannot start is seen in the service's status, and the others are stopped all the same" {
    in_bed sh -ec 'chwpar -A web2; mv /wpars/web2 /wpars/web2.away; systemctl restart corral' </dev/null
    [ "$(in_bed systemctl is-active corral)" = active ]
    run in_bed systemctl status --no-pager --full corral
    assert_match 'ExecStart=/usr/sbin/corral autostart.*status=1'
    assert_match 'web2 did not start'
    is_active web1
    in_bed systemctl stop corral
    state_is web1 D
    in_bed sh -ec 'mv /wpars/web2.away /wpars/web2; chwpar -K -A web2; systemctl start corral' </dev/null
}

@test "stopped while it still starts some, the service stops what has started" {
    in_bed sh -ec 'mkfifo /run/never
        printf "#!/bin/sh\n[ \"\$1\" != WPARPRESTART ] || cat /run/never\n" >/root/script; chmod 755 /root/script
        chwpar -A -u /root/script web2; systemctl stop corral; systemctl start --no-block corral' </dev/null
    starts() { is_active web1 && state_is web2 T; }
    eventually starts
    in_bed timeout 300 systemctl stop corral
    state_is web1 D
    state_is web2 D
    in_bed sh -ec 'chwpar -K -A -u web2; rm /run/never /root/script; systemctl start corral' </dev/null
}

@test "removal is refused while one is active, whatever is asked" {
    dpkg_run -r corral
    assert_failure
    assert_error "web1 (state A)"
    assert_error "web2 (state D)"
    assert_error 'remove'
    run --separate-stderr in_bed env CORRAL_LEAVE_WPARS=yes dpkg -r corral
    assert_failure
    is_active web1
    [ "$(in_bed systemctl is-active corral)" = active ]
    [ "$(in_bed systemctl is-enabled corral)" = enabled ]
    [ "$(in_bed dpkg-query -W -f '${db:Status-Status}' corral)" = installed ]
}

@test "removal is refused while one is defined, unless the WPARs are to be left" {
    in_bed stopwpar web1 </dev/null >/dev/null
    dpkg_run -r corral
    assert_failure
    assert_error "CORRAL_LEAVE_WPARS=yes"
    in_bed env CORRAL_LEAVE_WPARS=yes dpkg -r corral </dev/null
    refute in_bed test -e /usr/sbin/corral
    in_bed test -d /wpars/web1/etc
    in_bed test -s /etc/wpars/web1.cf
}

@test "a purge takes no WPAR with it, and says what it leaves" {
    dpkg_run -P corral
    assert_status 0
    assert_match 'left where it is: /etc/wpars \(web1.cf web2.cf\)'
    assert_match 'left where it is: /wpars \(web1 web2\)'
    refute in_bed test -e /etc/wpars/secattrs
    in_bed test -d /wpars/web1/etc
}

@test "installed again, it finds its WPARs and starts what is to start" {
    dpkg -i /srv/corral.deb
    is_active web1
    state_is web2 D
    [ "$(in_bed systemctl is-enabled corral)" = enabled ]
}

@test "without WPARs it is removed, and purged without a trace" {
    in_bed sh -ec 'rmwpar -s web1; rmwpar -s web2; corral generation create' </dev/null >/dev/null
    dpkg -r corral
    in_bed test -s /etc/wpars/secattrs
    dpkg_run -P corral
    assert_status 0
    refute grep -F "left where it is" <<<"$output"
    run in_bed sh -c 'ls -d /etc/wpars /var/lib/wpars /var/adm /wpars /run/wpars /etc/logrotate.d/corral /etc/systemd/system/*/corral* 2>/dev/null'
    assert_output ""
    [ -z "$(in_bed systemctl list-units --no-legend --all 'corral*' 'wpar-*')" ]
    assert_clean
}
