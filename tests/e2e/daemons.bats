#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Real daemons in a WPAR with a /usr of its own, from Debian's packages: installed, upgraded while they serve, and removed.
# runs in: namespace vm

load helper

prepare_bed() {
    "$bed_tool" copy "$bed" "$support/newer-deb" /usr/local/bin/newer-deb
    in_bed sh -ec '
        mkdir /srv/newer && cd /srv/newer
        for deb in /srv/debs/apache2/apache2_*.deb /srv/debs/postgresql/postgresql-15_*.deb /srv/debs/openssh/openssh-server_*.deb; do
            newer-deb "$deb"
        done
        mkwpar -l -n own -N interface=en0 address=192.168.21.31 netmask=255.255.0.0 >/dev/null && startwpar own >/dev/null
        ssh-keygen -q -t ed25519 -N "" -f /root/key
        install -d -m 700 /wpars/own/root/.ssh && cp /root/key.pub /wpars/own/root/.ssh/authorized_keys'
}

inside() { in_bed clogin own "$@" </dev/null; }
is_active() { inside systemctl is-active --quiet "$1"; }
version() { inside "dpkg-query -W -f '\${Version}' $1"; }
first_process() { inside systemctl show -P MainPID "$1"; }
# Shows what was said only if it failed.
quietly() { "$@" >"$BATS_TEST_TMPDIR/said" 2>&1 || { cat "$BATS_TEST_TMPDIR/said" && false; }; }

# in_own PATTERN COMMAND...: the packages lie in /tmp inside while the command runs.
with_packages() {
    in_bed sh -c "cp $1 /wpars/own/tmp/"
    shift
    quietly inside "DEBIAN_FRONTEND=noninteractive $*"
    inside 'rm /tmp/*.deb'
}
purge() {
    quietly inside apt-get -y purge "$@"
    [ "$(inside dpkg --audit)" = "" ]
}
page() { on_lan curl -s --max-time "$patience" http://192.168.21.31/; }
answer() { inside "cd / && runuser -u postgres -- psql -Atc 'SELECT word FROM said'"; }
answers() { [ "$(answer 2>/dev/null)" = kept ]; }
login() {
    in_bed ssh -i /root/key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
        192.168.21.31 "$@" </dev/null
}
# Its name inside tells that it is not the global environment's own sshd that answers.
lets_in() { [ "$(login hostname)" = own ]; }
global_lacks() { in_bed sh -c "! test -e $1 && ! test -e $2"; }

@test "apache2 is installed by dpkg, and serves the network" {
    with_packages '/srv/debs/apache2/*.deb' dpkg --install '/tmp/*.deb'
    is_active apache2
    inside 'echo it serves >/var/www/html/index.html'
    [ "$(page)" = "it serves" ]
    global_lacks /usr/sbin/apache2 /etc/apache2
}

@test "postgresql is installed by apt-get, and its cluster is made and keeps a table over a restart" {
    with_packages '/srv/debs/postgresql/*.deb' apt-get -y install '/tmp/*.deb'
    is_active postgresql@15-main
    inside "cd / && runuser -u postgres -- psql -qc \"CREATE TABLE said AS SELECT 'kept' AS word\""
    answers
    inside systemctl restart postgresql
    eventually answers
    global_lacks /usr/lib/postgresql /etc/postgresql
}

# Each transaction of pgbench adds one amount in four tables.
books_balance() {
    in_bed clogin "$1" "cd / && runuser -u postgres -- psql -Atc 'SELECT count(*) > 0 AND sum(delta) = (SELECT sum(abalance) FROM pgbench_accounts)
        AND sum(delta) = (SELECT sum(bbalance) FROM pgbench_branches) AND sum(delta) = (SELECT sum(tbalance) FROM pgbench_tellers) FROM pgbench_history'" </dev/null
}
balances() { [ "$(books_balance "$1" 2>/dev/null)" = t ]; }
has_work() { [ "$(inside "cd / && runuser -u postgres -- psql -Atc 'SELECT count(*) > 100 FROM pgbench_history'")" = t ]; }

@test "a backup of postgresql under load comes back intact, from a snapshot and from one that stood still" {
    quietly inside 'cd / && runuser -u postgres -- /usr/lib/postgresql/15/bin/pgbench --initialize --quiet postgres'
    inside 'cd / && setsid runuser -u postgres -- /usr/lib/postgresql/15/bin/pgbench --client 4 --time 600 postgres >/dev/null 2>&1 &'
    eventually has_work
    in_bed install -d -m 700 /srv/private /srv/private/of
    for grade in snapshot frozen; do
        # no snapshot has the files of others
        [ "$grade" = snapshot ] || in_bed chwpar -M directory=/of vfs=namefs dev=/srv/private/of own
        if is_vm; then grade=frozen; fi
        wpar_run savewpar -T -f /srv/own.bak own
        assert_status 0
        assert_line "savewpar: consistency: $grade"
        quietly in_bed restwpar --trust -n copied -h copied -U -M "-N address=192.168.21.32" -f /srv/own.bak
        in_bed startwpar copied >/dev/null
        eventually balances copied
        quietly in_bed rmwpar -F -s copied
    done
    inside pkill pgbench
    balances own
    in_bed sh -c 'rm /srv/own.bak && chwpar -K -M directory=/of own'
}

@test "sshd, which came with the global environment, lets in with a key" {
    eventually lets_in
    [ "$(login id -un)" = root ]
}

@test "all of them are there again after a reboot, with their data" {
    in_bed rebootwpar -N own >/dev/null
    eventually answers
    eventually lets_in
    eventually is_active apache2
    [ "$(page)" = "it serves" ]
    [ "$(inside systemctl list-units --failed --no-legend)" = "" ]
}

@test "each is upgraded while it runs, and serves on" {
    before="$(first_process apache2) $(first_process postgresql@15-main) $(first_process ssh)"
    with_packages '/srv/newer/*.deb' apt-get -y install '/tmp/*.deb'
    for package in apache2 postgresql-15 openssh-server; do
        [[ "$(version "$package")" = *+newer ]]
    done
    [ "$(page)" = "it serves" ]
    eventually answers
    eventually lets_in
    after="$(first_process apache2) $(first_process postgresql@15-main) $(first_process ssh)"
    echo "$before; $after" && for place in 1 2 3; do refute [ "$(cut -d' ' -f$place <<<"$before")" = "$(cut -d' ' -f$place <<<"$after")" ]; done
    in_bed sh -c '! dpkg-query -W openssh-server | grep newer'
}

@test "apache2 is purged with its configuration" {
    purge apache2 apache2-bin apache2-data
    refute is_active apache2
    inside '! test -e /usr/sbin/apache2 && ! test -e /etc/apache2'
}

@test "postgresql is removed and leaves its data, which are there when it comes back, until it is purged" {
    quietly inside apt-get -y remove postgresql-15
    inside '! test -e /usr/lib/postgresql/15/bin/postgres && test -e /var/lib/postgresql/15/main/PG_VERSION'
    [ "$(inside 'pgrep -c postgres || true')" = 0 ]
    with_packages '/srv/newer/postgresql-15.deb' dpkg --install /tmp/postgresql-15.deb
    eventually answers
    purge postgresql-15
    inside '! test -e /var/lib/postgresql/15'
}

@test "openssh-server is purged inside alone, and comes back with keys of its own" {
    before=$(inside ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)
    purge openssh-server
    refute is_active ssh
    inside '! test -e /usr/sbin/sshd'
    refute login true
    in_bed test -x /usr/sbin/sshd
    with_packages '/srv/debs/openssh/openssh-server_*.deb' apt-get -y install '/tmp/openssh-server_*.deb'
    eventually lets_in
    refute [ "$(inside ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)" = "$before" ]
}
