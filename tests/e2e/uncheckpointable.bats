#!/usr/bin/env bats
# runs in: namespace
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# On a machine where CRIU cannot work, checkpoints say why, and nothing else is different.

load helper

prepare_bed() {
    use_quick_init
    in_bed sh -ec 'mkwpar -c -n web; mkdir /srv/chkpt; mv /usr/sbin/criu /srv/criu' </dev/null >/dev/null
    in_bed startwpar web >/dev/null
    in_bed quick-init web
}

setup() { mark_clean; }
teardown() { in_bed rm -f /usr/sbin/criu; }

state_is() { [ "$(in_bed lswpar -qca state "$1" </dev/null)" = "$2" ]; }
# A CRIU that knows its version and fails at all else, as 3.17.1 does on kernels whose vDSO it cannot read.
broken_criu() {
    in_bed sh -c 'cat >/usr/sbin/criu; chmod +x /usr/sbin/criu' <<'SCRIPT'
#!/bin/sh
case $1 in
--version) echo "Version: 3.17.1" ;;
*) echo "Error (criu/vdso.c:676): vdso: Unexpected rt vDSO area bounds" >&2; exit 1 ;;
esac
SCRIPT
}

@test "without CRIU, chkptwpar names the package, and the workload partition runs on" {
    wpar_run chkptwpar -n web
    assert_status 1
    assert_match "install package criu"
    refused 1 "install package criu" chkptwpar -d /srv/chkpt/1 web
    state_is web A
    refute in_bed test -e /srv/chkpt/1
}

@test "with a CRIU that cannot work on this kernel, the reason is told and nothing is left behind" {
    broken_criu
    wpar_run chkptwpar -n web
    assert_status 1
    assert_match "3.17.1"
    refused 1 "3.17.1" chkptwpar -k -d /srv/chkpt/1 web
    state_is web A
    refute in_bed test -e /srv/chkpt/1
    inside web true
}

@test "wrong words of the commands are refused" {
    refused 2 "flag -d is missing" chkptwpar web
    refused 2 "" chkptwpar -k -p -d /srv/chkpt/1 web
    refused 2 "" chkptwpar -l debug -d /srv/chkpt/1 web
    refused 1 "0960-419" chkptwpar -d /srv/chkpt/1 none
    refused 1 "name a directory that chkptwpar made" restartwpar -d /srv/chkpt/1 none
    refused 2 "" restartwpar web
    broken_criu
    refused 2 "not the absolute path" chkptwpar -d relative web
    refused 1 "does not exist" chkptwpar -d /srv/none/1 web
    refused 1 "exists and is no directory" chkptwpar -d /etc/passwd web
    refused 1 "name a directory that chkptwpar made" restartwpar -d /srv/none/1 web
    state_is web A
}
