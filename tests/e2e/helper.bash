# shellcheck shell=bash disable=SC2034,SC2154
# Loaded by every .bats file: gives the file a bed with the project installed, and words to say what is expected.
# A file may define prepare_bed (run once, when its bed is up); its tests may make more beds with new_bed. Beds are of the
# kind that CORRAL_BED says: namespace, or vm for virtual machines with systemd.

bats_require_minimum_version 1.5.0
project=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
build=${CORRAL_BUILD:-$project/build}
bed_tool=$project/tools/bed
support=$project/tests/support
# Told from the beds of others by the audit of the machine, and short enough for a host name in the transcripts.
bed=$(basename "$BATS_TEST_FILENAME" .bats | tr -c 'a-z0-9\n' -)
bed=t${CORRAL_TEST_RUN:-0}-${bed:0:12}-$(cksum <<<"$BATS_RUN_TMPDIR" | cut -c1-5)
lan=$bed
bed_kind=${CORRAL_BED:-namespace}
# Virtual machines may be emulated, and then are some ten times slower.
patience=$([ "$bed_kind" = vm ] && echo 120 || echo 30)

setup_file() {
    export bed=$bed
    new_bed "$bed"
    if declare -F prepare_bed >/dev/null; then prepare_bed; fi
    audit >"$BATS_FILE_TMPDIR/audit"
}

teardown_file() {
    local name
    while read -r name; do
        keep_console "$name"
        "$bed_tool" down "$name" 3>&-
    done <"$BATS_FILE_TMPDIR/beds"
    AUDIT_BEDS="$bed*" "$support/audit" machine >"$BATS_FILE_TMPDIR/audit"
    refute grep -F "$bed" "$BATS_FILE_TMPDIR/audit"
}

# Of a virtual machine, for whoever looks into a failure.
keep_console() {
    local console
    console=$build/consoles/$(basename "$BATS_TEST_FILENAME" .bats)${1#"$bed"}.log
    if [ "$bed_kind" = vm ]; then
        mkdir -p "$build/consoles"
        "$bed_tool" console "$1" >"$console" 2>/dev/null || true
    fi
}

is_vm() { [ "$bed_kind" = vm ]; }

# new_bed NAME [OPTION...]: on the file's LAN, with the project installed, removed with the file.
new_bed() {
    local name=$1
    shift
    if is_vm; then set -- --vm "$@"; fi
    new_bed_as_told "$name" "$@"
}

new_bed_as_told() {
    local name=$1
    shift
    echo "$name" >>"$BATS_FILE_TMPDIR/beds"
    "$bed_tool" up "$name" --lan "$lan" "$@" 3>&-
    "$bed_tool" install "$name" "$build" 3>&-
}

# in_bed COMMAND...: in the file's bed; on BED COMMAND... in another one; on_lan COMMAND... as another host of the LAN.
on() {
    local name=$1
    shift
    "$bed_tool" run "$name" -- "$@"
}
in_bed() { on "$bed" "$@"; }
on_lan() { "$bed_tool" lan "$lan" run "$@"; }
copy_to_bed() { "$bed_tool" copy "$bed" "$1" "$2"; }

# Of virtual machines: the power fails, or is there again; a reboot from inside.
cut_power() { "$bed_tool" cut "$bed" 3>&-; }
power_on() { "$bed_tool" boot "$bed" 3>&-; }
reboot_bed() {
    in_bed reboot </dev/null || true
    "$bed_tool" wait "$bed" 3>&-
}

# Keeps output, stderr and status apart for the assertions.
wpar_run() { run --separate-stderr in_bed "$@"; }
lan_run() { run --separate-stderr on_lan "$@"; }

audit() { in_bed bash -s bed <"$support/audit"; }

# The first WPAR of all leaves folders, which are no leak: for prepare_bed.
first_wpar() {
    in_bed mkwpar -n first -N interface=en0 address=192.168.21.99 netmask=255.255.0.0 >/dev/null
    in_bed startwpar first >/dev/null
    in_bed rmwpar -s first >/dev/null
}

# typed COMMAND [PROMPT ANSWER]...: the command at a terminal in the bed, each answer typed when its prompt has come.
# shellcheck disable=SC2016  # the script is for the shell in the bed
typed() {
    in_bed bash -c '
        set -m  # else what runs in the background is born with SIGINT ignored
        box=$(mktemp -d) && mkfifo "$box/keys" && exec 9<>"$box/keys"
        script --quiet --return --flush --command "$1" "$box/shown" <&9 >/dev/null &
        shift
        while [ $# -gt 0 ]; do
            until grep -qF -- "$1" "$box/shown" 2>/dev/null; do
                sleep 0.05
                jobs %% >/dev/null 2>&1 || break
            done
            printf "%b" "$2" >&9
            shift 2
        done
        wait %%
        status=$?
        tr -d "\r" <"$box/shown"
        rm -r "$box"
        exit "$status"' typed "$@"
}

# bats passes over a failing "! command"; this one fails.
refute() {
    if "$@"; then echo "expected to fail: $*" >&2 && return 1; fi
}

show_result() {
    echo "status: $status"
    echo "output: $output"
    echo "stderr: ${stderr:-}"
} >&2

assert_status() {
    [ "$status" -eq "$1" ] || { show_result; echo "expected status $1" >&2; return 1; }
}

assert_failure() {
    [ "$status" -ne 0 ] || { show_result; echo "expected a failure" >&2; return 1; }
}

assert_output() {
    [ "$output" = "$1" ] || { show_result; echo "expected output: $1" >&2; return 1; }
}

# A whole line of the output.
assert_line() {
    grep -qxF -- "$1" <<<"$output" || { show_result; echo "expected line: $1" >&2; return 1; }
}

assert_no_line() {
    ! grep -qxF -- "$1" <<<"$output" || { show_result; echo "unexpected line: $1" >&2; return 1; }
}

# An extended regular expression that some line of the output matches.
assert_match() {
    grep -qE -- "$1" <<<"$output" || { show_result; echo "expected a match of: $1" >&2; return 1; }
}

assert_no_match() {
    ! grep -qE -- "$1" <<<"$output" || { show_result; echo "unexpected match of: $1" >&2; return 1; }
}

# A part of what was said on stderr.
assert_error() {
    grep -qF -- "$1" <<<"$stderr" || { show_result; echo "expected on stderr: $1" >&2; return 1; }
}

# eventually COMMAND...: for what happens soon after, within half a minute (in a virtual machine, two minutes).
eventually() {
    local end=$((SECONDS + patience))
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || { echo "never became true: $*" >&2; return 1; }
        sleep 0.05
    done
}

same_as_before() { audit | diff "$BATS_FILE_TMPDIR/audit" - >"$BATS_TEST_TMPDIR/leaks"; }

# inside WPAR WORDS...: a command, or a script of several words as one. size_of WPAR DIRECTORY: of what it lies on, in MB.
inside() { in_bed clogin "$1" -l root "${*:2}" </dev/null; }
size_of() { inside "$1" df --output=size -m "$2" | tail -n 1 | tr -d ' '; }

# refused STATUS TEXT COMMAND...: it ends with that status, and that part of its message.
refused() {
    local expected=$1 text=$2
    shift 2
    wpar_run "$@"
    assert_status "$expected"
    assert_error "$text"
}

# An init that is up at once and does nothing, for all WPARs that share the bed's /usr; and who waits for it.
use_quick_init() {
    in_bed rm /usr/sbin/init
    "$bed_tool" copy "$bed" "$support/quick-init" /usr/sbin/init
    in_bed ln -s /usr/sbin/init /usr/local/bin/quick-init
}
# The tools that end commands at each of their steps.
bring_crash_walk() {
    local tool
    for tool in audit crash-walk crash-anywhere; do "$bed_tool" copy "$bed" "$support/$tool" "/usr/local/bin/$tool"; done
}

# The WPAR's systemd has started all that it wants to: on a slow machine startwpar does not wait that long.
has_settled() { in_bed timeout "$patience" clogin "$1" systemctl is-system-running --wait </dev/null >/dev/null || true; }

# Nothing has changed in the bed since its file began. The kernel may give things back a moment late.
assert_clean() {
    local end=$((SECONDS + ${1:-$patience}))
    until same_as_before; do
        if [ "$SECONDS" -ge "$end" ]; then
            echo "left behind (>) or lost (<):" >&2
            grep '^[<>]' "$BATS_TEST_TMPDIR/leaks" >&2
            return 1
        fi
        sleep 0.1
    done
}

# From here on, what there is now is what assert_clean expects.
mark_clean() { audit >"$BATS_FILE_TMPDIR/audit"; }

# skip_check NAME REASON: for what this machine cannot do. NAME has to be in tests/allowed-skips.txt to be skipped in CI.
skip_check() { skip "$1: $2"; }
