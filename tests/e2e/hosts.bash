# shellcheck shell=bash disable=SC2034,SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# Two hosts on one LAN, and a WPAR web that moves between them.

there=$bed-b
goal=root@192.168.21.11
address=192.168.21.60

second_host() {
    first_wpar
    new_bed "$there" --address 192.168.21.11/16 --address6 fd00:21::11/64
    local host
    for host in "$bed" "$there"; do
        on "$host" rm /usr/sbin/init
        "$bed_tool" copy "$host" "$support/quick-init" /usr/sbin/init
    done
    trust_one_another
    on "$there" sh -c 'mkdir -p /run/sshd; pgrep -x sshd >/dev/null || /usr/sbin/sshd'
}

# A key of the test's own, and the other one's host key.
trust_one_another() {
    on "$there" sh -ec 'mkdir -p -m 700 /root/.ssh; ssh-keygen -A >/dev/null'
    in_bed sh -ec 'mkdir -p -m 700 /root/.ssh; ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519'
    in_bed cat /root/.ssh/id_ed25519.pub | on "$there" sh -c 'cat >/root/.ssh/authorized_keys; chmod 600 /root/.ssh/authorized_keys'
    on "$there" cat /etc/ssh/ssh_host_ed25519_key.pub | sed 's/^/192.168.21.11 /' | in_bed sh -c 'cat >/root/.ssh/known_hosts'
}

# crash-ssh: ssh to a host on which the command ends itself at the step that /tmp/step names.
make_crash_ssh() {
    in_bed sh -c 'printf "#!/bin/sh\nhost=\$1; shift\nexec ssh \"\$host\" CORRAL_CRASH_AT_STEP=\$(cat /tmp/step) \"\$@\"\n" >/usr/local/bin/crash-ssh; chmod +x /usr/local/bin/crash-ssh'
}

state() { on "$1" lswpar -cq "$2" 2>/dev/null </dev/null | cut -d: -f2; }

# Home again, as the next test expects it; what is there comes as a backup, which is not what is tested.
bring_back() {
    on "$there" stopwpar -F web </dev/null >/dev/null 2>&1 || true
    on "$there" savewpar -f - web </dev/null 2>/dev/null | in_bed restwpar -f - >/dev/null 2>&1
    on "$there" rmwpar -F web </dev/null >/dev/null 2>&1
}

# Neither two that live nor none that does.
is_one_copy() {
    local here other
    here=$(state "$bed" web) other=$(state "$there" web)
    [[ "$here$other" == A || "$here$other" == DA || "$here$other" == MA ]] || {
        echo "here '$here', there '$other'" >&2
        false
    }
}

# What an administrator does next: any command that changes something, then --resolve.
settle() {
    local host other
    for host in "$bed" "$there"; do on "$host" sh -c 'mkwpar -n any; rmwpar any' </dev/null >/dev/null 2>&1 || true; done
    if [ "$(state "$bed" web)" = M ]; then
        in_bed sh -c '! startwpar web' </dev/null >/dev/null 2>&1
        in_bed movewpar --resolve web </dev/null >&2
    fi
    other=$(state "$there" web)
    if [ -z "$other" ] && [ "$(state "$bed" web)" = D ]; then in_bed startwpar web </dev/null >/dev/null 2>&1; fi
    if [ "$other" = D ]; then on "$there" startwpar web </dev/null >/dev/null 2>&1; fi
}
