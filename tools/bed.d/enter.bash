# shellcheck shell=bash disable=SC2154,SC2013  # bed_* come from common.bash and tools/bed; words are wanted
# Running commands in a bed, and bringing files into it.

bed_environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root LOGNAME=root
    LANG=C.UTF-8 "TERM=${TERM:-dumb}")

need_bed() {
    check_name "$1" bed
    bed_process=$(first_process "$1") || fail "there is no bed '$1' that is up; tools/bed list shows those there are"
}

# enter NAME COMMAND...: never comes back.
enter() {
    local name=$1
    if is_vm "$name"; then enter_vm "$@"; fi
    shift
    join_cgroups "$name" INIT
    exec nsenter --target "$bed_process" --mount --uts --ipc --net --pid --cgroup --root --wdns=/root \
        env -i "${bed_environment[@]}" "$@"
}

bed_run() {
    local name=${1:-}
    [ $# -ge 2 ] || fail "usage: bed run NAME [--] COMMAND [ARGUMENT...]"
    shift
    [ "$1" != -- ] || shift
    need_bed "$name"
    enter "$name" "$@"
}

# The machine's terminal is not in the bed's /dev/pts; script gives the shell one that is.
bed_shell() {
    [ $# -eq 1 ] || fail "usage: bed shell NAME"
    need_bed "$1"
    if is_vm "$1"; then enter_vm "$1" --terminal bash --login; fi
    enter "$1" script --quiet --return --command 'bash --login' /dev/null
}

bed_root() {
    [ $# -eq 1 ] || fail "usage: bed root NAME"
    need_bed "$1"
    is_vm "$1" && fail "$1 is a virtual machine, whose root is on a disk of its own"
    echo "$(cat "$(bed_directory "$1")/store")/beds/$1"
}

# Through the bed's own file system view: from outside, an absolute link in the bed would lead into the machine.
bed_copy() {
    local name=${1:-} source=${2:-} destination=${3:-}
    [ $# -eq 3 ] || fail "usage: bed copy NAME SOURCE DESTINATION"
    need_bed "$name"
    source=$(realpath -s -e -- "$source") || fail "there is no '$source' to copy"
    # shellcheck disable=SC2016  # the bed's shell is to expand these
    tar -C "$(dirname "$source")" -cf - -- "$(basename "$source")" | (
        enter "$name" sh -ec 'box=$(mktemp -d); trap "rm -rf $box" EXIT
            tar -C "$box" -xf - --warning=no-timestamp; cp -a --no-preserve=ownership -- "$box/$1" "$2"' sh "$(basename "$source")" "$destination"
    )
}

bed_install() {
    local name=${1:-} build=${2:-}
    [ $# -eq 2 ] || fail "usage: bed install NAME BUILD_DIRECTORY"
    need_bed "$name"
    [ -e "$build/cmake_install.cmake" ] || fail "'$build' is not a build directory of CMake"
    stage=$(mktemp -d)
    trap 'rm -rf "$stage"' EXIT
    chmod 0755 "$stage"
    DESTDIR=$stage cmake --install "$build" >"$stage.log" 2>&1 ||
        { cat "$stage.log" >&2; rm -f "$stage.log"; fail "cmake --install failed; the reason stands above"; }
    rm -f "$stage.log"
    tar -C "$stage" --owner=0 --group=0 -cf - . |
        (enter "$name" tar -C / -xf - --warning=no-timestamp --keep-directory-symlink --no-overwrite-dir)
}
