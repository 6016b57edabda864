#!/bin/bash
# A shared WPAR with the bed's own systemd: making it, starting it until its services are ready, running a command in it.
# shellcheck source=bench/inside/common.bash
source "$(dirname "$0")/common.bash"

measure_make() {
    local round time
    mkwpar -n made >/dev/null </dev/null
    for ((round = 0; round < 5; round++)); do
        time=$(hyperfine -N --style none --runs 1 --prepare 'rmwpar -F made' --export-csv "$bench/times.csv" -n x \
            'mkwpar -n made' >/dev/null 2>&1 && awk -F, 'NR == 2 { print $2 * 1000 }' "$bench/times.csv")
        sample make mkwpar "$time"
    done
    rmwpar -F made >/dev/null </dev/null
}

measure_ready() {
    local round begin
    for ((round = 0; round < 3; round++)); do
        begin=${EPOCHREALTIME/./}
        startwpar guest >/dev/null </dev/null
        sample ready startwpar "$(((${EPOCHREALTIME/./} - begin) / 1000))"
        [ "$round" = 2 ] || stopwpar -F guest >/dev/null </dev/null
    done
}

# Its services have been started, but some still settle.
wait_until_idle() {
    clogin guest -l root /usr/bin/systemctl is-system-running --wait >/dev/null 2>&1 </dev/null || true
    sleep 1
}

measure_make
mkwpar -n guest >/dev/null </dev/null
measure_ready
wait_until_idle
need_root_directory
write_lxc guest "$bench/root" '/bin/sleep infinity' <<<'lxc.net.0.type = empty'
lxc-start -d -n guest </dev/null >/dev/null 2>&1
guest=$(cut -d" " -f1 /run/wpars/guest/init)
subject nsenter nsenter -t "$guest" -a /bin/true
subject clogin clogin guest -l root /bin/true
subject lxc-attach lxc-attach -n guest -- /bin/true
rounds=$((rounds * 2)) compare login 10
lxc-stop -k -n guest
umount "$bench/root"
stopwpar -F guest >/dev/null </dev/null
rmwpar guest >/dev/null </dev/null
