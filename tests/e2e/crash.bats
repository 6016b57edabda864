#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# No command can be left half-done: each is killed at each of its steps, and the next one finds a WPAR that is defined,
# active or gone, and a machine on which nothing is left.

load helper

# All WPARs share the bed's /usr, and its init.
prepare_bed() {
    "$bed_tool" copy "$bed" "$support/audit" /usr/local/bin/audit
    "$bed_tool" copy "$bed" "$support/crash-walk" /usr/local/bin/crash-walk
    in_bed rm /usr/sbin/init
    "$bed_tool" copy "$bed" "$support/quick-init" /usr/sbin/init
    in_bed ln -s /usr/sbin/init /usr/local/bin/quick-init
    in_bed sh -ec '
        mkwpar -n other -N interface=en0 address=192.168.21.99 netmask=255.255.0.0 </dev/null >/dev/null
        startwpar other </dev/null >/dev/null'
}

# walk SETUP COMMAND NEXT...: the walk once for each command that may come next.
walk() {
    local setup=$1 command=$2 next
    shift 2
    for next in "$@"; do in_bed crash-walk "$setup" "$command" "$next" >&3; done
}

made='mkwpar -n web -N interface=en0 address=192.168.21.50 netmask=255.255.0.0'
started="$made && startwpar web && quick-init web"
own='mkwpar -n web -M directory=/ vfs=jfs2 size=200M -M vfs=directory directory=/var'

@test "mkwpar" { walk true "$made" 'mkwpar -n web' 'startwpar web' 'rmwpar web' 'mkwpar -n another'; }
@test "mkwpar with file systems of its own" { walk true "$own" 'mkwpar -n web' 'rmwpar web' 'mkwpar -n another'; }
@test "mkwpar -s" { walk true "$made -s" 'startwpar web' 'quick-init web; stopwpar web'; }
@test "startwpar" { walk "$made" 'startwpar web' 'startwpar web' 'quick-init web; stopwpar web' 'rmwpar web' 'chwpar -h www web'; }
@test "startwpar with file systems of its own" { walk "$own" 'startwpar web' 'startwpar web' 'quick-init web; rmwpar -s web'; }
@test "startwpar -m" { walk "$made" 'startwpar -m web' 'startwpar web' 'stopwpar -F web'; }
@test "stopwpar" { walk "$started" 'stopwpar -N web' 'startwpar web' 'quick-init web; stopwpar web' 'rmwpar web'; }
@test "stopwpar -F" { walk "$started" 'stopwpar -F web' 'startwpar web' 'rmwpar -F web'; }
@test "rebootwpar" { walk "$started" 'rebootwpar -N web' 'startwpar web' 'quick-init web; stopwpar web'; }
@test "rmwpar" { walk "$own" 'rmwpar web' 'rmwpar web' "$made" 'lswpar; mkwpar -n another'; }
@test "rmwpar -s" { walk "$started" 'quick-init web; rmwpar -s web' 'rmwpar -F web' 'startwpar web'; }
@test "rmwpar -p" { walk "$made" 'rmwpar -p web' 'rmwpar web; rm -rf /wpars/web' 'mkwpar -n web; mkwpar -p -n web'; }
@test "chwpar of one that is stopped" { walk "$made" 'chwpar -h www -A web' 'startwpar web' 'chwpar -h third web'; }
@test "chwpar -n" {
    walk "$made" 'chwpar -n www web' 'startwpar web' 'startwpar www' 'mkwpar -n web' 'mkwpar -n www' 'rmwpar web' 'rmwpar www'
    walk "$own" 'chwpar -n www web' 'startwpar www' 'startwpar web'
}
@test "chwpar -d" { walk "$made" 'chwpar -d /wpars/moved web' 'startwpar web' 'rmwpar web'; }
@test "chwpar -M" {
    walk "$made" 'chwpar -M directory=/data vfs=jfs2 size=50M web' 'startwpar web' 'rmwpar web'
    walk "$made -M directory=/data vfs=jfs2 size=50M" 'chwpar -K -M directory=/data web' 'startwpar web' 'rmwpar web'
}
@test "chwpar of one that runs" {
    walk "$started" 'chwpar -h www -N address=192.168.21.51 netmask=255.255.0.0 -R totalProcesses=50 web' 'quick-init web; stopwpar web' 'chwpar -h third web'
}
@test "wparexec" { walk true 'wparexec -n job /bin/sleep 0.2' 'wparexec -n job /bin/true' 'mkwpar -n another'; }
@test "wparexec -N" {
    walk true 'wparexec -n job -N interface=en0 address=192.168.21.50 netmask=255.255.0.0 /bin/sleep 0.2' \
        'wparexec -n job /bin/true' "$made"
}
