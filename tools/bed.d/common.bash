# shellcheck shell=bash
# Where beds keep their state, and the words they complain with.

bed_state=/run/corral-beds
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

fail() {
    echo "bed: $*" >&2
    exit 1
}

need_root() { [ "$(id -u)" -eq 0 ] || fail "this needs root: run it with sudo"; }

need_programs() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || fail "$program is missing: run tools/setup --test"
    done
}

check_name() {
    [[ $1 =~ ^[a-z0-9]([a-z0-9-]{0,29}[a-z0-9])?$ ]] || fail "'$1' cannot be the name of a $2: use a-z, 0-9 and -"
}

# Held until the script ends. What outlives it must be started with without_lock.
take_lock() {
    mkdir -p "$bed_state"/{beds,lans,stores}
    exec {bed_lock}>"$bed_state/lock"
    flock "$bed_lock"
}

drop_lock() { exec {bed_lock}>&-; }

is_mounted() { mountpoint -q "$1"; }

# umount that is content when there is nothing to do.
unmount() {
    while is_mounted "$1"; do
        umount "$1" 2>/dev/null || umount -l "$1"
    done
}

# retry SECONDS COMMAND...: for what the kernel gives back a moment after its last user is gone.
retry() {
    local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
    shift
    until "$@"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.01
    done
}

# host_names NAME FILE: /etc/hosts of the bed NAME, whose addresses are in FILE.
host_names() {
    printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n'
    tr ' ' '\n' <"$2" | sed "s|/.*|\t$1|"
}
