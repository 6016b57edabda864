# shellcheck shell=bash
# What the measurements share. They run in the bed, as root, and print samples for bench/report:
#   MEASURE <tab> SUBJECT <tab> NUMBER              milliseconds or kilobytes
#   MEASURE <tab> SUBJECT <tab> - <tab> REASON      why there is no number
set -euo pipefail
bench=/srv/bench
rounds=${CORRAL_BENCH_ROUNDS:-10}

sample() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }
no_sample() { printf '%s\t%s\t-\t%s\n' "$1" "$2" "$3"; }

# timed MEASURE SUBJECT COMMAND...: one sample, or why there is none.
timed() {
    local measure=$1 subject=$2 begin
    shift 2
    begin=${EPOCHREALTIME/./}
    if "$@" >"$bench/said" 2>&1 </dev/null; then
        sample "$measure" "$subject" "$(((${EPOCHREALTIME/./} - begin) / 1000))"
    else
        no_sample "$measure" "$subject" "$(grep -v '^ *$' "$bench/said" | tail -n 1)"
    fi
}

# The kernel takes a container's namespaces apart after its end; the next one is not to wait for that.
settle() { sleep 0.02; }

# subject NAME COMMAND...: adds to what the next `compare` runs. View is a prefix that hyperfine itself is run under.
subjects=()
declare -A command_of view_of
subject() {
    local name=$1
    shift
    subjects+=("$name")
    command_of[$name]=$*
    view_of[$name]=${view:-}
}

best_of() {
    local name=$1 runs=$2
    # shellcheck disable=SC2086  # a prefix of several words
    ${view_of[$name]} hyperfine -N --style none --warmup 1 --runs "$runs" -n x --export-csv "$bench/times.csv" \
        "${command_of[$name]}" >/dev/null 2>&1 && awk -F, 'NR == 2 { printf "%.4f", $7 * 1000 }' "$bench/times.csv"
}

# A subject that cannot run here is dropped, with the last thing it said as the reason.
drop_failing() {
    local measure=$1 name working=()
    for name in "${subjects[@]}"; do
        # shellcheck disable=SC2086
        if ${view_of[$name]} ${command_of[$name]} >"$bench/said" 2>&1 </dev/null; then
            working+=("$name")
        else
            no_sample "$measure" "$name" "$(tail -n 1 "$bench/said")"
        fi
    done
    subjects=("${working[@]}")
}

# compare MEASURE RUNS: each round runs every subject a few times, one after another. A sample is the best of those: what
# else the machine does only ever adds to a time, and it does not add alike to all.
compare() {
    local measure=$1 runs=$2 round name time
    drop_failing "$measure"
    for ((round = 0; round < rounds; round++)); do
        for name in "${subjects[@]}"; do
            time=$(best_of "$name" "$runs")
            sample "$measure" "$name" "$time"
        done
    done
    subjects=()
}

# A root that holds nothing but bench's own init and the mount points.
make_tiny_root() {
    [ "${1%/*}" != /wpars ] || install -d -m 0700 /wpars
    mkdir -p "$1"/{sbin,proc,sys,dev,run,tmp,etc,usr,opt,home,var,root}
    cp --reflink=auto "$bench/init" "$1/sbin/init"
}

# make_tiny NAME [OPTION...]: a system WPAR of such a root.
make_tiny() {
    local name=$1
    shift
    make_tiny_root "/wpars/$name"
    mkwpar -p -n "$name" -M directory=/usr vfs=directory -M directory=/opt vfs=directory "$@" </dev/null >/dev/null
}

# The bed's root, once more, for those who need a directory that is not /.
need_root_directory() {
    mkdir -p "$bench/root"
    mountpoint -q "$bench/root" || mount --bind / "$bench/root"
}

# crun gives up where version 2 of cgroups has controllers beside version 1; it is shown version 1 alone.
legacy_view() {
    if [ -d /sys/fs/cgroup/unified ]; then
        # shellcheck disable=SC2016
        echo unshare --mount sh -c 'umount${IFS}/sys/fs/cgroup/unified;exec${IFS}"$@"' view
    fi
}

# write_bundle DIRECTORY ROOT COMMAND: what crun and runc start. All of their namespaces, no terminal.
write_bundle() {
    mkdir -p "$1"
    (cd "$1" && rm -f config.json && runc spec)
    sed -i -e "s|\"rootfs\"|\"$2\"|" -e 's|"terminal": true|"terminal": false|' -e "s|\"sh\"|\"$3\"|" \
        -e 's|"readonly": true|"readonly": false|' "$1/config.json"
}

# write_lxc NAME ROOT COMMAND <OTHER LINES
write_lxc() {
    mkdir -p "/var/lib/lxc/$1"
    cat >"/var/lib/lxc/$1/config.head" <<TEXT
lxc.uts.name = $1
lxc.rootfs.path = dir:$2
lxc.init.cmd = $3
lxc.mount.auto = proc:mixed sys:ro cgroup:mixed
TEXT
    cat "/var/lib/lxc/$1/config.head" - >"/var/lib/lxc/$1/config"
}

# A user namespace of its own over idmapped mounts, as a system WPAR has.
lxc_ids() {
    grep -qs '^root:2000000:' /etc/subuid || tee -a /etc/subuid /etc/subgid <<<root:2000000:65536 >/dev/null
    printf 'lxc.rootfs.options = idmap=container\nlxc.idmap = u 0 2000000 65536\nlxc.idmap = g 0 2000000 65536\n'
}

# best_start STAMP START... -- STOP...: the best of three starts, in milliseconds.
best_start() {
    local stamp=$1 start=() time best='' count
    shift
    while [ "$1" != -- ]; do start+=("$1") && shift; done
    shift
    for ((count = 0; count < 3; count++)); do
        time=$("$bench/until" "$stamp" "${start[@]}" 2>"$bench/said" </dev/null) || time=''
        "$@" >/dev/null 2>&1 </dev/null || true
        settle
        [ -n "$time" ] || return 1
        if [ -z "$best" ] || [ "${time/./}" -lt "${best/./}" ]; then best=$time; fi
    done
    echo "$best"
}
