#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Software inside: a WPAR with a /usr of its own (mkwpar -l) is a machine for dpkg and apt; one that shares /usr says why not.
# runs in: namespace vm

load helper

prepare_bed() {
    "$bed_tool" copy "$bed" "$support/make-deb" /usr/local/bin/make-deb
    in_bed sh -ec '
        mkdir /srv/made && cd /srv/made
        make-deb --daemon herald 1 etc/herald.conf=first etc/herald.d/own=first
        make-deb --daemon herald 2 etc/herald.conf=second etc/herald.d/own=second
        mkwpar -l -n own >/dev/null && startwpar own >/dev/null
        mkwpar -n shared >/dev/null && startwpar shared >/dev/null'
}

inside() { in_bed clogin "$@" </dev/null; }
# Where its root lies in the global environment is open to root there.
bring() { in_bed cp "$2" "/wpars/$1/tmp/"; }
is_active() { inside "$1" systemctl is-active --quiet "$2"; }
global_is_untouched() { in_bed sh -c '! test -e /etc/herald.conf -o -e /usr/bin/herald -o -e /etc/apache2 -o -e /usr/sbin/apache2'; }

@test "apache2 is installed by dpkg in a detached WPAR, and serves" {
    in_bed sh -c 'cp /srv/debs/apache2/*.deb /wpars/own/tmp/'
    inside own 'DEBIAN_FRONTEND=noninteractive dpkg --install /tmp/*.deb' >"$BATS_TEST_TMPDIR/said" 2>&1 || { cat "$BATS_TEST_TMPDIR/said"; false; }
    is_active own apache2
    inside own 'echo it serves >/var/www/html/index.html'
    [ "$(inside own curl -s http://127.0.0.1/)" = "it serves" ]
    inside own 'rm /tmp/*.deb'
    global_is_untouched
}

@test "it is there again after a reboot" {
    in_bed rebootwpar -N own >/dev/null
    eventually is_active own apache2
    [ "$(inside own curl -s http://127.0.0.1/)" = "it serves" ]
}

@test "apt-get removes and purges it, with its configuration" {
    inside own apt-get -y purge apache2 apache2-bin apache2-data >/dev/null 2>&1
    refute is_active own apache2
    inside own '! test -e /usr/sbin/apache2 && ! test -e /etc/apache2'
    [ "$(inside own dpkg --audit)" = "" ]
}

@test "a daemon with its own user comes, is upgraded with a configuration file that was changed, and goes" {
    bring own /srv/made/herald_1.deb
    bring own /srv/made/herald_2.deb
    inside own dpkg --install /tmp/herald_1.deb >/dev/null 2>&1
    inside own systemctl start herald
    inside own id herald
    inside own 'echo mine >/etc/herald.d/own'
    inside own dpkg --force-confold --install /tmp/herald_2.deb >/dev/null 2>&1
    [ "$(inside own cat /etc/herald.conf)" = second ]
    [ "$(inside own cat /etc/herald.d/own)" = mine ]
    [ "$(inside own "dpkg-query -W -f '\${Version} \${Status}' herald")" = "2 install ok installed" ]
    inside own dpkg --purge herald >/dev/null 2>&1
    inside own '! test -e /usr/bin/herald'
    global_is_untouched
}

@test "a detached WPAR moves to another generation with what was written in it, unless packages came inside" {
    in_bed sh -ec 'mkwpar -l -n moved >/dev/null; mkwpar -l -n grown >/dev/null; startwpar moved >/dev/null; startwpar grown >/dev/null'
    before=$(in_bed grep -o 'generation:[0-9]*' /etc/wpars/moved.cf | head -1)
    inside moved 'echo mine >/usr/local/share/mine; mkdir -p /usr/local/share/made/new /opt/made'
    bring grown /srv/made/herald_1.deb
    inside grown dpkg --install /tmp/herald_1.deb >/dev/null 2>&1
    in_bed dpkg --install /srv/made/herald_2.deb >/dev/null 2>&1
    wpar_run syncwpar -D moved
    assert_status 1
    assert_error "is active"
    in_bed sh -ec 'stopwpar -F moved; stopwpar -F grown' >/dev/null
    in_bed syncwpar -D moved
    in_bed startwpar moved >/dev/null
    [ "$(inside moved cat /usr/local/share/mine)" = mine ]
    inside moved test -d /usr/local/share/made/new -a -d /opt/made
    [ "$(inside moved cat /etc/herald.conf)" = second ]
    inside moved test -x /usr/bin/herald
    [ "$(inside moved "dpkg-query -W -f '\${Version}' herald")" = 2 ]
    wpar_run syncwpar -D grown
    assert_status 1
    assert_error "packages were installed, upgraded or removed in grown"
    in_bed stopwpar -F moved >/dev/null
    in_bed syncwpar -D -d "$before" moved
    in_bed startwpar moved >/dev/null
    [ "$(inside moved cat /usr/local/share/mine)" = mine ]
    inside moved '! test -e /usr/bin/herald && ! test -e /etc/herald.conf'
    in_bed sh -c 'rmwpar -F moved; rmwpar -F grown; dpkg --purge herald; rm -rf /etc/herald.d' >/dev/null 2>&1
    global_is_untouched
}

@test "openssh-server, which came with the global environment, is removed inside alone" {
    eventually is_active own ssh
    inside own apt-get -y purge openssh-server >/dev/null 2>&1
    refute is_active own ssh
    inside own '! test -e /usr/sbin/sshd'
    in_bed test -x /usr/sbin/sshd
    inside shared test -x /usr/sbin/sshd
}

@test "in a shared WPAR dpkg and apt say why they cannot, before anything is done" {
    bring shared /srv/made/herald_1.deb
    for command in "dpkg --install /tmp/herald_1.deb" "dpkg --purge openssh-server" "apt-get -y install /tmp/herald_1.deb" "apt-get -y remove openssh-server"; do
        # shellcheck disable=SC2086  # several words
        run in_bed clogin shared $command </dev/null
        assert_failure
        assert_match "/usr is shared with the global environment and read-only in this workload partition"
        assert_match "syncwpar NAME"
    done
    [ "$(inside shared dpkg --audit)" = "" ]
    inside shared '! test -e /etc/herald.conf'
    [ "$(inside shared "dpkg-query -W -f '\${Status}' openssh-server")" = "install ok installed" ]
}

@test "it is installed in the global environment instead, and both kinds live on" {
    in_bed dpkg --install /srv/made/herald_1.deb >/dev/null 2>&1
    in_bed syncwpar shared 2>/dev/null
    inside shared systemctl daemon-reload
    inside shared systemctl start herald
    [ "$(inside shared cat /etc/herald.conf)" = first ]
    inside own '! test -e /usr/bin/herald'
    wpar_run syncwpar own
    assert_status 1
    assert_error "own has software of its own"
    in_bed dpkg --purge herald >/dev/null 2>&1
}
