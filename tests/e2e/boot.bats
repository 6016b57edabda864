#!/usr/bin/env bats
# runs in: vm
# vm in ci
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# The machine is shut down and boots again: what was Active is stopped in order, and what has -A starts with it.

load helper

address=192.168.21.60
page='this is a test page for WPAR http service'

prepare_bed() {
    in_bed systemctl --quiet enable --now corral.service
    in_bed mkwpar -n web -A -N interface=en0 address=$address netmask=255.255.0.0 >/dev/null
    in_bed mkwpar -n worker -N interface=en0 address=192.168.21.61 netmask=255.255.0.0 >/dev/null
    in_bed mkwpar -n idle >/dev/null
    # a server that need not be installed first
    in_bed sh -ec 'cd /wpars/web; mkdir -p srv/www etc/systemd/system/multi-user.target.wants; echo "$1" >srv/www/index.html
        printf "[Service]\nExecStart=/bin/busybox httpd -f -h /srv/www\n" >etc/systemd/system/page.service
        ln -s ../page.service etc/systemd/system/multi-user.target.wants/' sh "$page"
    in_bed sh -ec 'startwpar web; startwpar worker' </dev/null >/dev/null
}

states() { in_bed lswpar -qca name,state; }
served() { on_lan curl --silent --max-time 10 http://$address/; }
is_served() { [ "$(served)" = "$page" ]; }
boot_before() { in_bed journalctl --boot=-1 --quiet --no-pager "$@"; }

@test "before: two of three are active, and one serves a page to the LAN" {
    run states
    assert_output $'idle:D\nweb:A\nworker:A'
    eventually is_served
}

@test "after a clean reboot the one with -A is active and serves its page, the others are defined" {
    reboot_bed
    run states
    assert_output $'idle:D\nweb:A\nworker:D'
    eventually is_served
    wpar_run systemctl is-active corral.service
    assert_output active
}

@test "the shutdown stopped all before the machine went down, and nothing had to be forced" {
    run boot_before --output=cat --unit=corral.service
    assert_line 'Stopped corral.service - Workload partitions.'
    assert_match 'web.*stopped'
    assert_match 'worker.*stopped'
    run boot_before --output=cat --identifier=systemd --identifier=systemd-shutdown
    [ "$(grep -nm1 'Stopped corral.service' <<<"$output" | cut -d: -f1)" -lt \
        "$(grep -nm1 'Stopped target network.target' <<<"$output" | cut -d: -f1)" ]
    assert_no_match 'timed out|[Kk]illing process|SIGKILL'
}

@test "nothing of the boot before is left" {
    wpar_run find /run/wpars -mindepth 1 -maxdepth 1 -not -name '.*'
    assert_output /run/wpars/web
    in_bed rmwpar -s -F web
    in_bed rmwpar worker
    in_bed rmwpar idle
    wpar_run sh -c 'lswpar; ls /wpars; losetup --list; find /var/lib/wpars -mindepth 1 -not -name ".*"; ls /etc/wpars/*.cf*'
    assert_output ""
}
