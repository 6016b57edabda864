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
        for version in 1 2 3 4; do make-deb horn $version etc/horn.conf=$version; done
        make-deb --daemon herald 2 etc/herald.conf=second etc/herald.d/own=second
        mkwpar -l -n own >/dev/null && startwpar own >/dev/null
        mkwpar -n shared >/dev/null && startwpar shared >/dev/null'
}

inside() { in_bed clogin "$@" </dev/null; }
# Where its root lies in the global environment is open to root there.
is_active() { inside "$1" systemctl is-active --quiet "$2"; }
bring() { in_bed cp "$2" "/wpars/$1/tmp/"; }
global_is_untouched() { in_bed sh -c '! test -e /etc/herald.conf -o -e /usr/bin/herald'; }

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

@test "a detached WPAR moves to another generation, and back, with what was written in it" {
    in_bed sh -ec 'mkwpar -l -n moved >/dev/null; startwpar moved >/dev/null'
    before=$(in_bed grep -o 'generation:[0-9]*' /etc/wpars/moved.cf | head -1)
    inside moved 'echo mine >/usr/local/share/mine; mkdir -p /usr/local/share/made/new /opt/made'
    in_bed dpkg --install /srv/made/herald_2.deb >/dev/null 2>&1
    many=$(in_bed corral generation list -q | wc -l)
    wpar_run syncwpar -D moved
    assert_status 1
    assert_error "is active"
    [ "$(in_bed corral generation list -q | wc -l)" = "$many" ]
    in_bed stopwpar -F moved >/dev/null
    in_bed syncwpar -D moved
    in_bed startwpar moved >/dev/null
    [ "$(inside moved cat /usr/local/share/mine)" = mine ]
    inside moved test -d /usr/local/share/made/new -a -d /opt/made
    [ "$(inside moved cat /etc/herald.conf)" = second ]
    inside moved test -x /usr/bin/herald
    [ "$(inside moved "dpkg-query -W -f '\${Version}' herald")" = 2 ]
    in_bed stopwpar -F moved >/dev/null
    in_bed syncwpar -D -d "$before" moved
    in_bed startwpar moved >/dev/null
    [ "$(inside moved cat /usr/local/share/mine)" = mine ]
    inside moved '! test -e /usr/bin/herald && ! test -e /etc/herald.conf'
    in_bed sh -c 'rmwpar -F moved; dpkg --purge herald; rm -rf /etc/herald.d' >/dev/null 2>&1
    global_is_untouched
}

@test "packages that came inside or went there move with it, and get on with what the generation brings" {
    in_bed sh -ec 'dpkg --install /srv/made/horn_1.deb /srv/made/herald_1.deb; mkwpar -l -n grown; startwpar grown; cp /srv/debs/apache2/*.deb /wpars/grown/tmp' >/dev/null 2>&1
    inside grown 'dpkg --install /tmp/*.deb && dpkg --purge openssh-server' >/dev/null 2>&1
    in_bed sh -ec 'dpkg --install /srv/made/herald_2.deb /srv/made/horn_2.deb; stopwpar -F grown' >/dev/null 2>&1
    in_bed syncwpar -D -p grown >"$BATS_TEST_TMPDIR/foreseen"
    grep -q 'Packages of its own, which stay: apache2, apache2-bin' "$BATS_TEST_TMPDIR/foreseen"
    grep -qx 'syncroot: Packages that were removed in it, and stay away: openssh-server' "$BATS_TEST_TMPDIR/foreseen"
    in_bed syncwpar -D grown >/dev/null
    in_bed startwpar grown >/dev/null
    [ "$(inside grown "dpkg-query -W -f '\${Package} \${Version} ' herald horn")" = "herald 2 horn 2 " ]
    inside grown 'herald && test -e /etc/horn.conf && ! test -e /usr/sbin/sshd && ! dpkg --status openssh-server' >/dev/null 2>&1
    eventually is_active grown apache2
    [ "$(inside grown dpkg --audit)" = "" ]
    inside grown apt-get check >/dev/null
    inside grown 'apt-get -y purge apache2 apache2-bin herald' >/dev/null 2>&1
    inside grown '! test -e /usr/sbin/apache2'
    in_bed stopwpar -F grown >/dev/null
    in_bed syncwpar -D -p --json grown
    [ "$(in_bed syncwpar -D -p --json grown)" = "[]" ]
}

@test "what cannot get on is refused before anything is made" {
    in_bed startwpar grown >/dev/null
    bring grown /srv/made/horn_3.deb
    inside grown 'dpkg --install /tmp/horn_3.deb' >/dev/null 2>&1
    in_bed sh -ec 'stopwpar -F grown; dpkg --install /srv/made/horn_4.deb' >/dev/null 2>&1
    before=$(in_bed sh -c 'cat /etc/wpars/grown.cf; corral generation list')
    wpar_run syncwpar -D grown
    assert_status 1
    assert_error "horn is 3 inside and would become 4"
    assert_error "clogin grown apt-get"
    [ "$(in_bed sh -c 'cat /etc/wpars/grown.cf; corral generation list')" = "$before" ]
    in_bed sh -c 'rmwpar -F grown; dpkg --purge herald horn; rm -rf /etc/herald.d' >/dev/null 2>&1
    wpar_run syncwpar -D -d 2 own
    assert_status 2
    assert_error "-d generation:N"
}

@test "what was changed and removed by hand inside stays and is told, and comes back on demand" {
    in_bed sh -ec 'mkwpar -l -n drifted >/dev/null; startwpar drifted >/dev/null'
    inside drifted 'cd /usr/share/debconf && rm frontend && echo mine >confmodule.sh && mv /usr/share/polkit-1 /usr/share/polkit-2 &&
        rm -r /usr/share/bash-completion && mkdir /usr/share/bash-completion && echo mine >/usr/share/bash-completion/mine &&
        rm /usr/bin/lsblk && mkdir /usr/bin/lsblk'
    in_bed sh -ec 'stopwpar -F drifted; corral generation create -f' >/dev/null
    wpar_run syncwpar -D drifted
    assert_status 0
    assert_error "/usr/share/debconf/frontend: removed in the workload partition"
    assert_error "/usr/share/debconf/confmodule.sh: changed in the workload partition"
    assert_error "/usr/share/polkit-1: removed"
    in_bed startwpar drifted >/dev/null
    inside drifted 'cd /usr/share && ! test -e debconf/frontend && ! test -e polkit-1 && test -e polkit-2/actions &&
        [ "$(cat debconf/confmodule.sh)" = mine ] && [ "$(ls bash-completion)" = mine ] && test -d /usr/bin/lsblk'
    in_bed stopwpar -F drifted >/dev/null
    in_bed syncwpar -D -F drifted
    in_bed startwpar drifted >/dev/null
    inside drifted 'cd /usr/share && test -e debconf/frontend && test -e polkit-1/actions && test -e polkit-2/actions &&
        [ "$(cat debconf/confmodule.sh.dpkg-old)" = mine ] && test -e bash-completion/mine && test -d bash-completion/completions && ! test -d /usr/bin/lsblk && test -d /usr/bin/lsblk.dpkg-old'
    [ "$(in_bed sh -c 'stopwpar -F drifted >/dev/null; syncwpar -D -p --json drifted')" = "[]" ]
    in_bed startwpar drifted >/dev/null
    [ "$(inside drifted md5sum /usr/share/debconf/confmodule.sh)" = "$(in_bed md5sum /usr/share/debconf/confmodule.sh)" ]
    in_bed rmwpar -F drifted >/dev/null
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
