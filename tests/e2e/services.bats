#!/usr/bin/env bats
# runs in: vm
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Real services under load are paused, stored and built again, generation after generation: nginx, PostgreSQL, sshd, and
# programs in C++ and Python that hold all that a program may hold. Their clients, on another host, notice nothing but a
# delay. Where Debian's CRIU cannot work on the machine's kernel, CORRAL_CRIU names a program for namespace beds.

load helper

client=$bed-c
address=192.168.21.70
load_patience=$((patience * 3))

prepare_bed() {
    bring_criu
    first_wpar
    in_bed sh -ec '
        mkwpar -c -l -n svc -R totalProcesses=700 totalVirtMem=900M pct_shmIDs=50% -N interface=en0 address=192.168.21.70 netmask=255.255.0.0
        startwpar svc
        mkdir /srv/chkpt
        cp /srv/debs/nginx/*.deb /srv/debs/postgresql/*.deb /wpars/svc/tmp/' </dev/null >/dev/null
    copy_to_bed "$build/tests/e2e/works" /usr/local/bin/
    copy_to_bed "$support/works.py" /usr/local/bin/
    copy_to_bed "$support/halves.py" /usr/local/bin/
    in_bed sh -c 'tar -C /usr/local/bin -c works works.py halves.py | clogin svc -l root tar -C /usr/local/bin -x'
    inside svc 'DEBIAN_FRONTEND=noninteractive apt-get -y install /tmp/*.deb >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }; rm /tmp/*.deb'
    set_up_services
    make_client
    begin_load
}

bring_criu() {
    is_vm && return
    copy_to_bed "$CORRAL_CRIU" /usr/local/sbin/criu
    in_bed sh -ec '
        truncate -s 3G /srv/wpars.img && mkfs.ext4 -q /srv/wpars.img
        mkdir -p /wpars && mount -o loop /srv/wpars.img /wpars && chmod 700 /wpars' </dev/null
}

set_up_services() {
    inside svc '
        head -c 300000 /dev/urandom >/var/www/html/file
        echo "keepalive_requests 100000000; keepalive_time 24h; keepalive_timeout 24h;" >/etc/nginx/conf.d/long.conf
        systemctl reload nginx
        echo "host all all 192.168.21.0/24 trust" >>/etc/postgresql/15/main/pg_hba.conf
        cd / && runuser -u postgres -- psql -qc "ALTER SYSTEM SET listen_addresses = \$\$*\$\$" -c "CREATE ROLE bench LOGIN SUPERUSER"
        systemctl restart postgresql' </dev/null
}

# Another host, which is quick in any case.
make_client() {
    new_bed_as_told "$client" --address 192.168.21.12/16 --address6 fd00:21::12/64
    local program
    for program in reads.py halves.py; do "$bed_tool" copy "$client" "$support/$program" /usr/local/bin/; done
    at_client sh -ec '
        for deb in /srv/debs/postgresql/*.deb; do dpkg --fsys-tarfile "$deb" | tar -C / -x --keep-directory-symlink --no-overwrite-dir; done
        ln -s /usr/lib/postgresql/15/bin/* /usr/local/bin/
        mkdir -p -m 700 /srv/load /root/.ssh; ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519
        echo "StrictHostKeyChecking no" >/root/.ssh/config' </dev/null
    at_client cat /root/.ssh/id_ed25519.pub </dev/null |
        in_bed sh -c 'clogin svc -l root "mkdir -p -m 700 /root/.ssh && cat >/root/.ssh/authorized_keys"'
}

at_client() { on "$client" env PGHOST=$address PGUSER=bench PGDATABASE=postgres "$@"; }

begin_load() {
    inside svc 'mkdir -p /srv/cc /srv/py && systemd-run -q --unit cc works /srv/cc && systemd-run -q --unit py works.py /srv/py
        mkdir -p /srv/halves && systemd-run -q --unit halves halves.py serve /srv/halves'
    local digest
    digest=$(inside svc sha256sum /var/www/html/file | cut -d' ' -f1)
    at_client sh -ec 'pgbench --initialize --quiet 2>/dev/null; cd /srv/load
        setsid pgbench --client 3 --rate 20 --time 36000 >bench 2>&1 &
        setsid reads.py /srv/load "http://'$address'/file" '"$digest"' 3 >/dev/null 2>&1 &
        setsid halves.py call /srv/load '$address' >/dev/null 2>&1 &' </dev/null
    eventually at_client grep -qx half /srv/load/halves
    converse sql 'psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1'
    converse ssh "ssh -tt -q $address cat"
}

# converse NAME COMMAND: one that runs on and is told lines; tell NAME LINE; has_said NAME LINE.
converse() {
    at_client sh -ec 'cd /srv/load && mkfifo "$1.in" && exec 7<>"$1.in" && setsid $2 <&7 >"$1.out" 2>&1 7>&- &' converse "$@" </dev/null
}
tell() { at_client sh -c 'echo "$2" >"/srv/load/$1.in"' tell "$@" </dev/null; }
has_said() { at_client grep -qx -- "$2" "/srv/load/$1.out" </dev/null; }
answers() { tell "$1" "$2" && eventually has_said "$1" "$3"; }

number_in() { on "$1" cat "$2" 2>/dev/null </dev/null || echo 0; }
is_beyond() { [ "$(number_in "$1" "$2")" -gt "$3" ]; }
transactions() { inside svc "cd / && runuser -u postgres -- psql -Atc 'SELECT count(*) FROM pgbench_history'"; }
has_more_transactions() { [ "$(transactions)" -gt "$1" ]; }

# Everything works on from where it is, and nothing has ever failed.
all_go_on() {
    local bank files cc py patience=$load_patience
    bank=$(transactions) files=$(number_in "$client" /srv/load/count)
    cc=$(number_in "$bed" /wpars/svc/srv/cc/count) py=$(number_in "$bed" /wpars/svc/srv/py/count)
    eventually is_beyond "$bed" /wpars/svc/srv/cc/count "$cc"
    eventually is_beyond "$bed" /wpars/svc/srv/py/count "$py"
    eventually is_beyond "$client" /srv/load/count "$files"
    eventually has_more_transactions "$bank"
    step=$((${step:-0} + 1))
    answers sql "INSERT INTO pg_temp.kept VALUES ($step); SELECT 'step $step', pg_backend_pid(), txid_current() FROM pg_temp.kept LIMIT 1;" \
        "step $step|$backend|$transaction"
    answers ssh "line $step" "line $step."
    nothing_failed
}
nothing_failed() {
    at_client sh -c 'cat /srv/load/failed; grep -E "abort|error|fatal" /srv/load/bench; pgrep -x pgbench >/dev/null || echo no pgbench' 2>/dev/null </dev/null >"$BATS_TEST_TMPDIR/failed" || true
    in_bed cat /wpars/svc/srv/cc/failed /wpars/svc/srv/py/failed 2>/dev/null </dev/null >>"$BATS_TEST_TMPDIR/failed" || true
    if [ -s "$BATS_TEST_TMPDIR/failed" ]; then cat "$BATS_TEST_TMPDIR/failed" >&2 && false; fi
}

# What must be the same before and after: processes with their users and groups, their limits, addresses, limits of the whole.
likeness() {
    inside svc '
        ps -eo pid,user:20,cgroup:60,args --no-headers | grep -vE " (ps|bash|sort|grep|login|sleep) |clogin|autovacuum worker|nginx: worker" | grep -v "/clogin" | sed "s/: bench .*/: bench/; s/ *$//" | sort
        for name in nginx postgres works sshd; do cat "/proc/$(pgrep -o -x "$name")/limits"; done
        ip -brief address show scope global | sed "s/@[^ ]*//; s/  */ /g"; ip route; hostname; head /proc/sys/kernel/{sem,msgmax,shmmni,shmmax}; ipcs -m | grep -c 0x'
    in_bed head /proc/sys/kernel/{sem,msgmax,shmmni,shmmax} </dev/null
    in_bed sh -c 'find /sys/fs/cgroup -path "*svc*" \( -name pids.max -o -name memory.max -o -name memory.limit_in_bytes \) -exec grep -H "^[0-9]" {} + | sort' </dev/null
}
connections() { at_client ss -Htn state established "( dport = 80 or dport = 5432 or dport = 22 )" </dev/null | awk '{ print $3, $4 }' | sort; }

state_is() { [ "$(in_bed lswpar -qca state svc </dev/null)" = "$1" ]; }
chkpt() { in_bed chkptwpar "$@" svc </dev/null >&2; }
restart() { in_bed restartwpar "$@" svc </dev/null >&2; }

remember() {
    likeness >"$BATS_FILE_TMPDIR/likeness"
    connections >"$BATS_FILE_TMPDIR/connections"
}
is_as_before() {
    diff "$BATS_FILE_TMPDIR/likeness" <(likeness) >&2
    diff "$BATS_FILE_TMPDIR/connections" <(connections) >&2
}
begin_transaction() {
    tell sql "BEGIN; CREATE TEMP TABLE kept (step int); INSERT INTO kept VALUES (0); SELECT 'in ' || pg_backend_pid() || ' ' || txid_current();"
    eventually at_client grep -q '^in ' /srv/load/sql.out </dev/null
    read -r _ backend transaction < <(at_client grep '^in ' /srv/load/sql.out </dev/null)
    echo "$backend $transaction" >"$BATS_FILE_TMPDIR/transaction"
}

setup() {
    if [ -e "$BATS_FILE_TMPDIR/transaction" ]; then read -r backend transaction step <"$BATS_FILE_TMPDIR/transaction"; fi
}
teardown() { echo "${backend:-} ${transaction:-} ${step:-0}" >"$BATS_FILE_TMPDIR/transaction"; }

@test "services under load can be stored, and go on after they were paused" {
    begin_transaction
    all_go_on
    wpar_run chkptwpar -n svc
    assert_status 0
    remember
    chkpt -p -d /srv/chkpt/0
    state_is P
    in_bed resumewpar svc >/dev/null
    all_go_on
    is_as_before
}

@test "they go on in five generations of a checkpoint and a restart" {
    local generation
    for generation in 1 2 3 4 5; do
        chkpt -k -d /srv/chkpt/$generation
        state_is D
        restart -d /srv/chkpt/$generation
        in_bed rm -r /srv/chkpt/$generation
        all_go_on
        is_as_before
    done
    [ "$(inside svc systemctl is-system-running)" = running ]
}

@test "they go on after a reboot of the machine, with their clients" {
    is_vm || skip_check reboot "a namespace bed cannot be rebooted"
    chkpt -k -d /var/tmp/kept
    reboot_bed
    restart -d /var/tmp/kept
    in_bed rm -r /var/tmp/kept
    all_go_on
    is_as_before
}

@test "connections of which one side was closed are whole in the end" {
    [ "$(at_client cat /srv/load/halves </dev/null)" = half ]
    inside svc touch /srv/halves/go
    at_client touch /srv/load/go </dev/null
    eventually at_client grep -qx whole /srv/load/halves
    eventually in_bed grep -qx whole /wpars/svc/srv/halves/halves
}

@test "afterwards it ends its transactions, its services restart, and it freezes, is stored and stops" {
    answers sql "COMMIT; SELECT 'steps ' || count(*) FROM kept;" "steps $((step + 1))"
    at_client pkill pgbench </dev/null
    [ "$(inside svc "cd / && runuser -u postgres -- psql -Atc 'SELECT count(*) > 0 AND sum(delta) = (SELECT sum(abalance) FROM pgbench_accounts)
        AND sum(delta) = (SELECT sum(bbalance) FROM pgbench_branches) FROM pgbench_history'")" = t ]
    nothing_else_failed
    inside svc systemctl restart nginx postgresql ssh
    [ -z "$(inside svc systemctl --failed --no-legend)" ]
    in_bed sh -ec 'corral freeze svc && corral thaw svc && chkptwpar -d /srv/chkpt/last svc && stopwpar svc' >/dev/null
    state_is D
}
nothing_else_failed() { refute in_bed sh -c 'cat /wpars/svc/srv/*/failed' 2>/dev/null </dev/null; }
