#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016,SC2314  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# The article's story with Linux values, one transcript to a test. mywpar01 lives from the first test to the last.

load helper

prepare_bed() { first_wpar; }

address=192.168.21.136
header='Name      State  Type  Hostname  Directory
-------------------------------------------------'
defined='mywpar01  D      S     mywpar01  /wpars/mywpar01'
active='mywpar01  A      S     mywpar01  /wpars/mywpar01'

start_lines="Starting workload partition 'mywpar01'.
Mounting all workload partition file systems.
Loading workload partition.
Exporting workload partition devices.
Starting workload partition subsystem 'cor_mywpar01'.
0513-059 The cor_mywpar01 Subsystem has been started. Subsystem PID is N.
Verifying workload partition startup."
stop_lines="Stopping workload partition 'mywpar01'.
Stopping workload partition subsystem 'cor_mywpar01'.
0513-006 The Subsystem, cor_mywpar01, is currently stopping its execution.
stopwpar: 0960-242 Waiting for workload partition to halt.
Shutting down all workload partition processes.
Unmounting all workload partition file systems."
remove_lines='rmwpar: Removing file system /wpars/mywpar01/var.
rmwpar: Removing file system /wpars/mywpar01/usr.
rmwpar: Removing file system /wpars/mywpar01/tmp.
rmwpar: Removing file system /wpars/mywpar01/proc.
rmwpar: Removing file system /wpars/mywpar01/opt.
rmwpar: Removing file system /wpars/mywpar01/home.
rmwpar: Removing file system /wpars/mywpar01.'

# shellcheck disable=SC2001  # a regular expression is wanted
any_pid() { output=$(sed 's/PID is [0-9]*\.$/PID is N./' <<<"$output"); }
state_is() { [ "$(in_bed lswpar -qca name,state mywpar01)" = "mywpar01:$1" ]; }
inside() { in_bed clogin mywpar01 "$@" </dev/null; }
init_of() { in_bed cut -d' ' -f1 /run/wpars/mywpar01/init; }

@test "there is no WPAR at first, and lswpar says nothing" {
    wpar_run lswpar
    assert_status 0
    assert_output ""
}

@test "mkwpar with a file system of its own and private /usr and /opt" {
    wpar_run mkwpar -N interface=en0 address=$address netmask=255.255.0.0 -A -M directory=/ \
        vfs=jfs2 size=5G -M vfs=directory directory=/var -M vfs=directory directory=/tmp -M \
        vfs=directory directory=/home -M vfs=directory directory=/usr -M vfs=directory \
        directory=/opt -n mywpar01
    assert_status 0
    [ -z "$stderr" ]
    [ "$(grep -v '^x \./' <<<"$output")" = 'mkwpar: Creating file systems...
 /
 /home
 /opt
 /proc
 /tmp
 /usr
 /var
Mounting all workload partition file systems.
Workload partition mywpar01 created successfully.
mkwpar: 0960-390 To start the workload partition, execute the following as root:
 startwpar [-v] mywpar01' ]
    [ "$(sed -n '10,11p' <<<"$output")" = $'x ./usr\nx ./lib' ]
}

@test "lswpar shows it as Defined" {
    wpar_run lswpar
    assert_status 0
    assert_output "$header
$defined"
}

@test "wparexec wraps vmstat; its WPAR is listed while it runs and gone afterwards" {
    in_bed sh -c 'wparexec /usr/bin/vmstat 1 3 >/tmp/vmstat.out 2>&1; echo $? >/tmp/vmstat.status' &
    eventually in_bed grep -q 'procs' /tmp/vmstat.out
    wpar_run lswpar
    assert_output "$header
$defined
vmstat    A      A     vmstat    /"
    wait $!
    [ "$(in_bed cat /tmp/vmstat.status)" = 0 ]
    run in_bed cat /tmp/vmstat.out
    [ "$(head -n 3 <<<"$output")" = "Starting workload partition 'vmstat'.
Mounting all workload partition file systems.
Loading workload partition." ]
    [ "$(grep -c . <<<"$output")" -eq 8 ]
    [ "$(tail -n 3 <<<"$output" | grep -cE '^( *[0-9]+){17}$')" -eq 3 ]
    in_bed rm /tmp/vmstat.out /tmp/vmstat.status
    wpar_run lswpar
    assert_output "$header
$defined"
}

@test "wparexec runs a script with several programs and relays its status" {
    in_bed sh -c 'cat >/tmp/several.sh; chmod 755 /tmp/several.sh' <<'TEXT'
#!/bin/sh
hostname
/usr/bin/id -u
(sleep 0.3; echo late) &
echo "$1 $VALUE"
exit 7
TEXT
    wpar_run wparexec -- VALUE=set /tmp/several.sh 'two words'
    assert_status 7
    assert_output "Starting workload partition 'several_sh'.
Mounting all workload partition file systems.
Loading workload partition.
several_sh
0
two words set
late"
    in_bed rm /tmp/several.sh
    assert_application_gone
}

assert_application_gone() {
    wpar_run lswpar -t A
    assert_output ""
}

@test "startwpar" {
    wpar_run startwpar mywpar01
    assert_status 0
    [ -z "$stderr" ]
    any_pid
    assert_output "$start_lines"
    wpar_run lswpar
    assert_output "$header
$active"
}

@test "rebootwpar -N gives it another init" {
    local before
    before=$(init_of)
    wpar_run rebootwpar -N mywpar01
    assert_status 0
    [ -z "$stderr" ]
    any_pid
    assert_output "$stop_lines
$start_lines"
    state_is A
    [ "$before" != "$(init_of)" ]
}

@test "clogin: a shell that knows its host name" {
    run inside hostname
    assert_status 0
    assert_output mywpar01
    run inside whoami
    assert_output root
    run in_bed clogin mywpar01 -l nobody id -un </dev/null
    assert_failure  # nologin is nobody's shell
    run inside 'exit 5'
    assert_status 5
}

@test "clogin at a terminal greets with motd and the last login" {
    inside 'echo "Welcome to mywpar01" >/etc/motd'
    in_bed sh -c 'echo exit | TERM=dumb script -qec "clogin mywpar01" /dev/null' >/dev/null
    run in_bed sh -c '(echo hostname; echo exit) | TERM=dumb script -qec "clogin mywpar01" /dev/null'
    assert_status 0
    output=$(tr -d '\r' <<<"$output")
    assert_line 'Welcome to mywpar01'
    assert_match '^Last login: '
    assert_match '(^|# )hostname$'
    assert_line mywpar01
}

@test "df inside shows its own file system, /usr and /opt lying in it" {
    run inside df -P -B512
    assert_status 0
    assert_match '^Filesystem +512-blocks +Used +Available +Capacity +Mounted on$'
    assert_match '^/dev/[a-z]+[0-9]* +[0-9]+ .* /$'
    refute grep -qE ' /(usr|opt|home|var|tmp)$' <<<"$output"
    local blocks
    blocks=$(awk '$6 == "/" { print $2 }' <<<"$output")
    [ "$blocks" -gt 9000000 ]
    [ "$blocks" -le 10485760 ]
    inside 'set -e; echo x >/usr/written; echo x >/opt/written; rm /usr/written /opt/written'
}

@test "another host of the LAN logs in by ssh" {
    ssh-keygen -q -t ed25519 -N '' -C other-host -f "$BATS_TEST_TMPDIR/key"
    in_bed clogin mywpar01 'umask 077; mkdir -p /root/.ssh; cat >/root/.ssh/authorized_keys' <"$BATS_TEST_TMPDIR/key.pub"
    login() {
        on_lan ssh -n -i "$BATS_TEST_TMPDIR/key" -o BatchMode=yes -o StrictHostKeyChecking=no \
            -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@$address hostname
    }
    eventually login
    run login
    assert_output mywpar01
}

@test "its host keys are its own" {
    refute diff -q <(inside cat /etc/ssh/ssh_host_ed25519_key.pub) <(in_bed cat /etc/ssh/ssh_host_ed25519_key.pub)
}

@test "a package is installed inside and serves a page to the LAN" {
    in_bed tar -C /srv/debs -c apache2 | in_bed clogin mywpar01 tar -C /tmp -x
    run inside 'DEBIAN_FRONTEND=noninteractive dpkg -i /tmp/apache2/*.deb 2>&1'
    assert_status 0
    inside 'echo "this is a test page for WPAR http service" >/var/www/html/index.html'
    run on_lan curl --silent --show-error --max-time 20 --retry 10 --retry-connrefused --retry-delay 1 http://$address/
    assert_status 0
    assert_output "this is a test page for WPAR http service"
    # nothing of it is in the global environment
    refute in_bed dpkg-query -W apache2
    refute in_bed test -e /usr/sbin/apache2
    run in_bed curl --silent --max-time 10 http://$address/
    assert_output "this is a test page for WPAR http service"
}

@test "shutdown -r now inside restarts the WPAR alone" {
    local before uptime
    before=$(init_of)
    uptime=$(in_bed cat /proc/1/stat | cut -d' ' -f22)
    inside shutdown -r now || true  # the login may end with the WPAR
    another_init() { local now; now=$(init_of 2>/dev/null) && [ -n "$now" ] && [ "$now" != "$before" ]; }
    eventually another_init
    eventually state_is A
    [ "$(in_bed cat /proc/1/stat | cut -d' ' -f22)" = "$uptime" ]
    eventually inside systemctl is-active --quiet apache2
    run on_lan curl --silent --max-time 20 --retry 10 --retry-connrefused --retry-delay 1 http://$address/
    assert_output "this is a test page for WPAR http service"
}

@test "poweroff inside stops the WPAR alone" {
    inside poweroff || true
    eventually state_is D
    in_bed true
    eventually refute in_bed test -e /run/wpars/mywpar01
    wpar_run lswpar
    assert_output "$header
$defined"
}

@test "stopwpar -N" {
    in_bed startwpar mywpar01
    wpar_run stopwpar -N mywpar01
    assert_status 0
    [ -z "$stderr" ]
    assert_output "$stop_lines"
    wpar_run lswpar
    assert_output "$header
$defined"
}

@test "stopwpar of one that is not active is 0960-254" {
    wpar_run stopwpar mywpar01
    assert_status 1
    [ "$stderr" = "stopwpar: 0960-254 Workload partition mywpar01 is not active." ]
}

@test "rmwpar of an active one is refused; stopped, it leaves nothing" {
    in_bed startwpar mywpar01
    wpar_run rmwpar mywpar01
    assert_status 1
    assert_error 'rmwpar: Workload partition mywpar01 is Active; stop it first with stopwpar mywpar01, or use rmwpar -s'
    in_bed stopwpar -N mywpar01
    wpar_run rmwpar mywpar01
    assert_status 0
    assert_output "$remove_lines"
    wpar_run lswpar
    assert_output ""
    wpar_run lswpar mywpar01
    assert_status 1
    [ "$stderr" = "lswpar: 0960-419 Could not find a workload partition called mywpar01." ]
    assert_clean
}

# --- rmwpar -F on damaged ones

make_damaged() {
    in_bed mkwpar -n mywpar01 -M directory=/ vfs=jfs2 size=200M -N interface=en0 address=$address netmask=255.255.0.0
    [ "${1:-}" != started ] || in_bed startwpar mywpar01
}

force_removal() {
    wpar_run rmwpar -F mywpar01
    assert_status 0
    refute in_bed lswpar -q mywpar01 2>/dev/null
    assert_clean
}

@test "rmwpar -F: the definition is damaged" {
    make_damaged
    in_bed sh -c 'echo "gene ral: nonsense" >/etc/wpars/mywpar01.cf'
    wpar_run rmwpar mywpar01
    assert_failure
    assert_error '/etc/wpars/mywpar01.cf:1: '
    force_removal
}

@test "rmwpar -F: the definition is damaged while it runs" {
    make_damaged started
    in_bed sh -c ': >/etc/wpars/mywpar01.cf'
    force_removal
}

@test "rmwpar -F: the base directory is gone" {
    make_damaged
    in_bed rm -r /wpars/mywpar01
    force_removal
}

@test "rmwpar -F: the image is gone" {
    make_damaged
    in_bed sh -c 'rm -r /var/lib/wpars/mywpar01'
    wpar_run startwpar mywpar01
    assert_failure
    force_removal
}

@test "rmwpar -F: the keeper was killed" {
    make_damaged started
    in_bed pkill -KILL -x cor_mywpar01
    force_removal
}

@test "rmwpar -F: init and the keeper were killed" {
    make_damaged started
    in_bed sh -c 'kill -KILL $(pgrep -x cor_mywpar01) $(cut -d" " -f1 /run/wpars/mywpar01/init)'
    force_removal
}

@test "rmwpar -F: the runtime directory is gone" {
    make_damaged started
    in_bed sh -c 'rm -r /run/wpars/mywpar01'
    force_removal
}

@test "rmwpar -F: its interface is gone" {
    make_damaged started
    in_bed sh -c 'ip -o link show type veth | grep -v " en0" | sed "s/^[0-9]*: \([^@:]*\).*/\1/" | xargs -n 1 ip link delete'
    force_removal
}

@test "rmwpar -F: only the definition is gone" {
    make_damaged
    in_bed rm /etc/wpars/mywpar01.cf
    wpar_run rmwpar mywpar01
    assert_status 1
    force_removal
    assert_error 'Could not find a workload partition called mywpar01.'
}

@test "rmwpar -F spares a base directory that belongs to another one" {
    in_bed mkwpar -n other -d /wpars/mywpar01
    wpar_run rmwpar -F mywpar01
    assert_status 1
    in_bed test -e /wpars/mywpar01/etc/passwd
    in_bed rmwpar other
    assert_clean
}
