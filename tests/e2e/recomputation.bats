#!/usr/bin/env bats
# runs in: vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# What is killed while an application WPAR is stored or built again leaves one that runs, or nothing. In namespace beds with
# CORRAL_CRIU, as computation.bats.

load helper

prepare_bed() {
    is_vm || copy_to_bed "$CORRAL_CRIU" /usr/local/sbin/criu
    bring_crash_walk
    first_wpar
    in_bed mkdir /srv/chkpt
    in_bed sh -c 'cat >/srv/compute; chmod +x /srv/compute' <<'SCRIPT'
#!/bin/bash
exec 7>/srv/numbers
for ((number = 1; number <= 40; number++)); do echo "$number" >&7; sleep 0.05; done
exit 7
SCRIPT
    in_bed sh -ec 'mkwpar -n other; startwpar other' </dev/null >/dev/null 2>&1
    # the first checkpoint of all leaves the server's key
    in_bed bash -ec "$begun; chkptwpar -k -d /srv/chkpt/1 job; rm -r /srv/chkpt/1 /srv/numbers" </dev/null >/dev/null 2>&1
}

begun='rm -rf /srv/chkpt/*; rm -f /srv/numbers; setsid wparexec -c -n job /srv/compute </dev/null >/dev/null 2>&1 & until [ -s /srv/numbers ]; do sleep 0.05; done'
walk() { in_bed env CRASH_STATES=DALP crash-walk "$@" >&3; }

@test "chkptwpar" { walk "$begun" 'chkptwpar -k -d /srv/chkpt/1 job' 'mkwpar -n another'; }
@test "restartwpar" { walk "$begun; chkptwpar -k -d /srv/chkpt/1 job" 'restartwpar -d /srv/chkpt/1 job; [ $? = 7 ]' 'mkwpar -n another'; }
