#!/usr/bin/env bats
# runs in: namespace vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Every mode of lswpar on live WPARs: one defined, one active, one application WPAR.

load helper

prepare_bed() {
    first_wpar
    in_bed mkwpar -n defined -h db.example -U 01234567-89ab-cdef-0123-456789abcdef >/dev/null
    in_bed mkwpar -n web -A -N interface=en0 address=192.168.21.62 netmask=255.255.0.0 \
        -N interface=en0 address6=fd00:21::62 prefixlen=64 -I rtdest=10.9.0.0 rtgateway=192.168.21.2 rtnetmask=255.255.0.0 \
        -R CPU=10%-50%,100% totalProcesses=200 -M directory=/data vfs=jfs2 size=100M >/dev/null
    in_bed startwpar web >/dev/null
    in_bed sh -c 'mkfifo /run/hold; wparexec -n job /bin/cat /run/hold >/dev/null 2>&1 &'
    eventually in_bed lswpar -q job >/dev/null 2>&1
}

rule='================================================================='

@test "the table" {
    wpar_run lswpar
    assert_status 0
    assert_output "Name     State  Type  Hostname    Directory
-------------------------------------------------
defined  D      S     db.example  /wpars/defined
job      A      A     job         /
web      A      S     web         /wpars/web"
}

@test "-q -c -d -a, and their clusters" {
    wpar_run lswpar -c
    assert_output "#name:state:type:hostname:directory
defined:D:S:db.example:/wpars/defined
job:A:A:job:/
web:A:S:web:/wpars/web"
    wpar_run lswpar -qc web
    assert_output "web:A:S:web:/wpars/web"
    wpar_run lswpar -qd ' <> ' -a name,state
    assert_output $'defined <> D\njob <> A\nweb <> A'
    wpar_run lswpar -qca state,name web
    assert_output "A:web"
    wpar_run lswpar -Ncq web
    assert_line "web:en0:192.168.21.62:255.255.0.0:192.168.255.255"
    wpar_run lswpar -Da devname -q web
    assert_line "/dev/null"
}

@test "filters by state and type" {
    wpar_run lswpar -qc -a name -s D
    assert_output defined
    wpar_run lswpar -qc -a name -s DA -t S
    assert_output $'defined\nweb'
    wpar_run lswpar -qc -a name -t A
    assert_output job
    wpar_run lswpar -s B
    assert_status 0
    assert_output ""
    wpar_run lswpar -s Q
    assert_status 2
    assert_error "lswpar: flag -s takes letters out of DALFPTB, not 'Q'"
}

@test "unknown names are told, the others are shown" {
    wpar_run lswpar -qc -a name nosuch web
    assert_status 1
    assert_output web
    [ "$stderr" = "lswpar: 0960-419 Could not find a workload partition called nosuch." ]
}

@test "-G" {
    wpar_run lswpar -Gc
    assert_line "#name:state:type:rootvgwpar:hostname:routing:vipwpar:directory:owner:script:auto:privateusr:checkpointable:application:ostype:xwparipc:architecture:uuid"
    assert_line "defined:D:S:no:db.example:no::/wpars/defined:root::no:no:no::0:no:none:01234567-89ab-cdef-0123-456789abcdef"
    assert_match "^job:A:A:no:job:no::/:root::no:no:no:/bin/cat /run/hold:0:"
    wpar_run lswpar -G web
    assert_line "$rule"
    assert_line "web - Active"
    assert_line "WPAR-Specific Routing:   yes"
    assert_line "Auto:                    yes"
}

@test "-N: addresses, and loopback of an active one" {
    wpar_run lswpar -N web
    assert_output "Name  Interface  Address(6)     Mask/Prefix  Broadcast
-------------------------------------------------------------
web   en0        192.168.21.62  255.255.0.0  192.168.255.255
web   en0        fd00:21::62    64
web   lo0        127.0.0.1      255.0.0.0    127.255.255.255"
    wpar_run lswpar -Nqc defined
    assert_output ""
}

@test "-M: devices of file systems" {
    wpar_run lswpar -Mqc web
    assert_match '^web:/wpars/web:/wpars/web:directory::$'
    assert_match '^web:/wpars/web/data:/dev/loop[0-9]+:jfs2::$'
    assert_line "web:/wpars/web/usr:/usr:namefs::ro"
    wpar_run lswpar -Mc
    assert_line "#name:mountpoint:device:vfs:nodename:options"
}

@test "-I -R -S -D -X -b" {
    wpar_run lswpar -Ic web
    assert_output "#name:type:destination:gateway:interface
web::10.9.0.0:192.168.21.2:"
    wpar_run lswpar -Rc web
    assert_output "#name:state:active:rset:shares_CPU:CPU:shares_memory:memory:procVirtMem:totalVirtMem:totalProcesses:totalThreads:totalPTYs:totalLargePages:pct_msgIDs:pct_semIDs:pct_shmIDs:pct_pinMem
web:A:yes::unlimited:10%-50%,100%:unlimited:0%-100%,100%:unlimited:unlimited:200:unlimited:unlimited:unlimited:100%:100%:100%:100%"
    wpar_run lswpar -R web
    assert_line "CPU Limits:                         10%-50%,100%"
    wpar_run lswpar -Sqc -a privs defined
    assert_match '^PV_AU_,PV_AU_ADD,.*,PV_NET_PORT,'
    wpar_run lswpar -Dqc web
    assert_line "web:/dev/null:pseudo::no:EXPORTED::"
    wpar_run lswpar -Dqc defined
    assert_line "defined:/dev/null:pseudo::no:::"
    wpar_run lswpar -X
    assert_status 0
    wpar_run lswpar -b
    assert_status 0
}

@test "-T: what is going on, and who does it" {
    wpar_run lswpar -Tqc web
    assert_output "web:none::"
    in_bed sh -c 'printf "#!/bin/sh\nread line </run/go\n" >/root/wait; chmod 755 /root/wait; mkfifo /run/go; chwpar -u /root/wait defined'
    in_bed startwpar defined >/dev/null 2>&1 3>&- &
    eventually in_bed sh -c 'lswpar -Tqc defined | grep -q start'
    wpar_run lswpar -Tqc defined
    assert_match '^defined:start:[0-9]+:.*[0-9]$'
    [ "$(in_bed lswpar -qca state defined)" = T ]
    in_bed sh -c 'echo >/run/go; sleep 0.2; echo >/run/go'
    wait $!
    in_bed sh -c 'chwpar -K -u defined; stopwpar -F defined >/dev/null; rm /root/wait /run/go'
    wpar_run lswpar -T defined
    assert_line "Operation:               none"
}

@test "-L: everything in AIX's order" {
    wpar_run lswpar -L web
    assert_status 0
    [ "$(head -n 3 <<<"$output")" = "$rule
web - Active
$rule" ]
    [ "$(grep -xE '[A-Z]{4}[A-Z -]*' <<<"$output")" = "GENERAL
NETWORK
USER-SPECIFIED ROUTES
FILE SYSTEMS
RESOURCE CONTROLS
OPERATION
SECURITY SETTINGS
DEVICE EXPORTS
KERNEL EXTENSIONS" ]
    wpar_run lswpar -L
    [ "$(grep -cE '^(defined - Defined|job - Active|web - Active)$' <<<"$output")" -eq 3 ]
}

@test "--json is JSON in every mode" {
    local mode
    for mode in "" -G -N -M -I -R -S -T -D -X -b -L; do
        # shellcheck disable=SC2086  # none is no word
        in_bed lswpar --json $mode >"$BATS_TEST_TMPDIR/json"
        python3 -m json.tool "$BATS_TEST_TMPDIR/json" >/dev/null || { echo "not JSON: lswpar --json $mode"; return 1; } >&2
    done
    in_bed lswpar --json web >"$BATS_TEST_TMPDIR/json"
    run python3 -c 'import json, sys; w = json.load(open(sys.argv[1])); print(len(w), w[0]["name"], w[0]["state"], w[0]["auto"])' \
        "$BATS_TEST_TMPDIR/json"
    assert_output "1 web A True"
    in_bed lswpar --json -t L >"$BATS_TEST_TMPDIR/json"
    [ "$(python3 -m json.tool "$BATS_TEST_TMPDIR/json")" = "[]" ]
}

@test "an ordinary user sees them, too" {
    local ordinary=(setpriv --reuid 65534 --regid 65534 --clear-groups) mode
    for mode in "" -G -N -I -R -S -T -D -X; do
        # shellcheck disable=SC2086  # words are wanted
        wpar_run "${ordinary[@]}" lswpar $mode
        assert_status 0
        [ -z "$stderr" ]
        # shellcheck disable=SC2086
        [ "$output" = "$(in_bed lswpar $mode)" ] || { echo "differs from what root sees: lswpar $mode"; show_result; return 1; } >&2
    done
    # which loop device an image is on, only root can tell
    wpar_run "${ordinary[@]}" lswpar -Mqc web
    assert_line "web:/wpars/web/data:/var/lib/wpars/web/data.img:jfs2::"
    wpar_run "${ordinary[@]}" lswpar -L
    assert_status 0
}

@test "a WPAR in maintenance is Loaded, one without init's keeper stays Active" {
    in_bed startwpar -m defined >/dev/null
    [ "$(in_bed lswpar -qca state defined)" = L ]
    wpar_run lswpar -G defined
    assert_line "defined - Loaded"
    wpar_run startwpar defined
    assert_status 1
    assert_error "startwpar: Workload partition defined is Loaded for maintenance; start its processes with rebootwpar defined, or stop it with stopwpar defined"
    in_bed rebootwpar -N defined >/dev/null
    [ "$(in_bed lswpar -qca state defined)" = A ]
    in_bed stopwpar -F defined >/dev/null
    in_bed startwpar -m defined >/dev/null
    in_bed stopwpar defined >/dev/null
    in_bed pkill -KILL -x cor_web
    [ "$(in_bed lswpar -qca state web)" = A ]
    [ "$(in_bed clogin web hostname </dev/null)" = web ]
}

@test "an application WPAR is gone with its command" {
    in_bed sh -c 'echo >/run/hold'
    gone() { ! in_bed lswpar -q job >/dev/null 2>&1; }
    eventually gone
    in_bed sh -c 'rmwpar -F web; rmwpar -F defined; rm /run/hold' >/dev/null
}
