# shellcheck shell=bash disable=SC2154,SC2016  # helper.bash sets the names; scripts in single quotes are the bed's to expand
# A conversation with a WPAR over one TCP connection, from a host on its LAN: what is sent to port 7 comes back.

# serve_echo WPAR ADDRESS
serve_echo() {
    inside "$1" 'setsid busybox nc -ll -p 7 -e /bin/cat </dev/null >/dev/null 2>&1 &'
    eventually echoes "$2"
}
echoes() { [ "$(on_lan sh -c "echo hello | nc -N -w 5 $1 7")" = hello ]; }

# talk ADDRESS [LINES]: so many are sent and have come back when this returns; as many again follow when it is told to go on.
talk() {
    local lines=${2:-50000}
    talk_dir=$BATS_TEST_TMPDIR
    rm -f "$talk_dir"/{back,go}
    seq 1 $((2 * lines)) >"$talk_dir/said"
    talk_half=$(seq 1 "$lines" | wc -c)
    on_lan bash -c '
        exec 3<>"/dev/tcp/$1/7"
        { head -c "$3" "$2/said"; for _ in $(seq 20000); do [ ! -e "$2/go" ] || break; sleep 0.05; done; tail -c "+$(($3 + 1))" "$2/said"; } >&3 &
        exec stdbuf -o0 head -c "$(stat -c %s "$2/said")" <&3 >"$2/back"' talk "$1" "$talk_dir" "$talk_half" 3>&- &
    talker=$!
    eventually half_is_back
}
half_is_back() { [ "$(stat -c %s "$talk_dir/back" 2>/dev/null || echo 0)" -eq "$talk_half" ]; }
go_on_talking() { touch "$talk_dir/go"; }
all_came_back() {
    go_on_talking
    wait "$talker"
    cmp "$talk_dir/said" "$talk_dir/back"
}
# hang_up [ADDRESS]: with it, the connection is ended on the client's side as well.
hang_up() {
    [ -z "${1:-}" ] || on_lan ss -K dst "$1" >/dev/null 2>&1 || true
    [ -z "${talker:-}" ] || { kill "$talker" 2>/dev/null || true; wait "$talker" 2>/dev/null || true; }
}
