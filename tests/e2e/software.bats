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
