# shellcheck shell=bash disable=SC2154  # bed_* come from the other parts
# A bed that is a virtual machine: QEMU inside the switch's network namespace, where its en0 is a port of the bridge.
# Its second interface, mgmt0, is QEMU's own network, restricted to one forwarded port: ssh from that namespace.

vm_patience=${CORRAL_VM_PATIENCE:-300}
vm_memory=${CORRAL_VM_MEMORY:-2048}

is_vm() { [ -e "$(bed_directory "$1")/disk" ]; }

need_vm() {
    check_name "$1" bed
    [ -d "$(bed_directory "$1")" ] || fail "there is no bed '$1'; tools/bed list shows those there are"
    is_vm "$1" || fail "bed '$1' is not a virtual machine: it was made without --vm"
}

# /dev/kvm may be there and yet run nothing, so a kernel has to get as far as its first words.
vm_accelerator() {
    local note=$bed_state/accelerator kernel=$1
    if [ ! -e "$note" ]; then
        echo tcg >"$note.new"
        if [ -w /dev/kvm ] && timeout -s KILL 5 qemu-system-x86_64 -accel kvm -m 256 -nodefaults -display none \
            -no-reboot -serial stdio -kernel "$kernel" -append 'console=ttyS0 panic=-1' </dev/null 2>/dev/null |
            grep -q 'Linux version'; then
            echo kvm >"$note.new"
        fi
        mv "$note.new" "$note"
    fi
    if [ "$(cat "$note")" = kvm ]; then echo kvm; else echo tcg,thread=multi,tb-size=256; fi
}

# hardware_address NAME WHICH: of one of the bed's interfaces.
hardware_address() { sha256sum <<<"$1 $2" | sed -E 's/^(..)(..)(..)(..).*/52:54:\1:\2:\3:\4/'; }

# A port of the switch's own loopback that no other machine on this LAN forwards.
free_port() {
    local port=2201 other
    for other in "$bed_state"/beds/*/port; do
        [ ! -e "$other" ] || [ "$(cat "$other")" -lt "$port" ] || port=$(($(cat "$other") + 1))
    done
    echo "$port"
}

link_file() { printf '[Match]\nMACAddress=%s\n[Link]\nName=%s\n' "$1" "$2"; }

write_seed() {
    local name=$1 bed=$2 tree=$2/seed
    mkdir -p "$tree"/{etc/systemd/network,etc/bed,root/.ssh}
    chmod 0700 "$tree/root" "$tree/root/.ssh"
    ssh-keygen -q -t ed25519 -N '' -C bed -f "$bed/key" </dev/null
    cp "$bed/key.pub" "$tree/root/.ssh/authorized_keys"
    echo "$name" >"$tree/etc/hostname"
    tr -d - </proc/sys/kernel/random/uuid >"$tree/etc/machine-id"
    host_names "$name" "$bed/addresses" >"$tree/etc/hosts"
    : >"$tree/etc/resolv.conf"
    link_file "$(hardware_address "$name" en0)" en0 >"$tree/etc/systemd/network/10-en0.link"
    link_file "$(hardware_address "$name" mgmt0)" mgmt0 >"$tree/etc/systemd/network/10-mgmt0.link"
    {
        address_batch "$bed_address" "$bed_address6"
        printf 'address add 10.0.2.15/24 dev mgmt0\nlink set mgmt0 up\n'
    } >"$tree/etc/bed/network"
    tar -C "$tree" --owner=0 --group=0 -cf "$bed/seed.tar" etc root
    rm -r "$tree"
}

plug_tap() {
    local switch=$1 port=$2
    [ -c /dev/net/tun ] || modprobe tun 2>/dev/null || true
    [ -c /dev/net/tun ] || fail "this machine has no /dev/net/tun, which connects a virtual machine to a LAN: modprobe tun"
    in_network "$switch" ip tuntap add dev "$port" mode tap
    in_network "$switch" ip link set "$port" master br0 up
}

close_inherited() {
    local path fd
    for path in /proc/self/fd/*; do
        fd=${path##*/}
        if [ "$fd" -gt 2 ] && [ "$fd" != 255 ]; then eval "exec $fd>&-"; fi
    done
}

# in_background BED NOTE COMMAND...: in the switch's namespace, holding nothing of this script's. Its pid is noted before
# it starts, so that whatever happens here, "down" finds it.
in_background() {
    local bed=$1 note=$2 pid
    shift 2
    rm -f "$bed/$note"
    (
        close_inherited
        pid=$BASHPID # which is another one in the next line's substitution
        echo "$pid $(process_start "$pid")" >"$bed/$note.new"
        mv "$bed/$note.new" "$bed/$note"
        exec setsid nsenter --net="$bed_state/lans/$(cat "$bed/lan")/switch" "$@"
    ) </dev/null >"$bed/$note.log" 2>&1 &
    retry 10 test -e "$bed/$note"
}

start_qemu() {
    local name=$1 bed image disk
    bed=$(bed_directory "$name")
    image=$(cat "$bed/image")
    disk=$(cat "$bed/disk")
    touch "$bed/console"
    stat -c %s "$bed/console" >"$bed/console.before"
    in_background "$bed" first qemu-system-x86_64 -name "$name" -nodefaults -display none -no-user-config \
        -accel "$(vm_accelerator "$image/kernel")" -cpu max,la57=off,smap=off,smep=off,pku=off -smp 2 -m "$vm_memory" -rtc base=utc \
        -kernel "$image/kernel" -initrd "$image/initrd" \
        -append "root=/dev/vda rw console=ttyS0 loglevel=4 net.ifnames=0 mitigations=off systemd.show_status=yes \
            ${CORRAL_VM_KERNEL_OPTIONS:-}" \
        -chardev "file,id=console,path=$bed/console,append=on" -serial chardev:console \
        -drive "file=$disk/disk.qcow2,if=none,id=disk,format=qcow2,discard=unmap" -device virtio-blk-pci,drive=disk \
        -drive "file=$bed/seed.tar,if=none,id=seed,format=raw,readonly=on" -device virtio-blk-pci,drive=seed \
        -netdev "user,id=mgmt,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:$(cat "$bed/port")-:22" \
        -device "virtio-net-pci,romfile=,netdev=mgmt,mac=$(hardware_address "$name" mgmt0)" \
        -netdev "tap,id=lan,ifname=$(port_of "$name"),script=no,downscript=no" \
        -device "virtio-net-pci,romfile=,netdev=lan,mac=$(hardware_address "$name" en0)" \
        -device virtio-rng-pci
}

# The notes come before what they speak of.
make_vm() {
    local name=$1 bed=$2 image
    image=$(ensure_vm_image)
    echo "$image" >"$bed/image"
    vm_overlay_directory "$name" >"$bed/disk"
    mkdir -p "$(cat "$bed/disk")"
    qemu-img create -q -f qcow2 -F qcow2 -b "$image/disk.qcow2" "$(cat "$bed/disk")/disk.qcow2"
    free_port >"$bed/port.new"
    mv "$bed/port.new" "$bed/port"
    write_seed "$name" "$bed"
    ensure_lan "$bed_lan"
    plug_tap "$bed_state/lans/$bed_lan/switch" "$(port_of "$name")"
    start_qemu "$name"
}

# Since it was turned on.
has_panicked() {
    tail -c "+$(($(cat "$1/console.before") + 1))" "$1/console" | grep -q 'Kernel panic - not syncing'
}

is_vm_running() { first_process "$1" >/dev/null; }

vm_died() {
    local bed
    bed=$(bed_directory "$1")
    cat "$bed/first.log" >&2
    echo "bed: the last lines of $1's console:" >&2
    tail -n 30 "$bed/console" >&2 || true
    fail "$1 $2"
}

# --- the connection that all commands share

vm_ssh() {
    local bed=$1
    shift
    ssh -F none -S "$bed/ssh" -o ControlMaster=no -o ProxyCommand=false -o LogLevel=ERROR "$@"
}

vm_is_connected() { vm_ssh "$1" -O check bed 2>/dev/null; }

vm_disconnect() {
    local pid start
    read -r pid start 2>/dev/null <"$1/master" || return 0
    if [ "$(process_start "$pid")" = "$start" ]; then kill -KILL "$pid"; fi
    rm -f "$1/master" "$1/ssh"
}

# One try: true once the connection stands.
vm_connect() {
    local bed=$1
    vm_disconnect "$bed"
    in_background "$bed" master ssh -F none -N -M -S "$bed/ssh" -i "$bed/key" -p "$(cat "$bed/port")" \
        -o ConnectTimeout=10 -o BatchMode=yes -o IdentitiesOnly=yes -o LogLevel=ERROR -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile=/dev/null -o ServerAliveInterval=30 -o ServerAliveCountMax=4 root@127.0.0.1
    until vm_is_connected "$bed"; do
        kill -0 $! 2>/dev/null || return 1
        sleep 0.1
    done
}

vm_execute() { vm_ssh "$1" -n bed "$2" 2>/dev/null; }

# wait_for_boot NAME [OLD]: until ssh answers, from another boot than OLD, and systemd has started all it wanted.
wait_for_boot() {
    local name=$1 old=${2:-none} bed id='' end=$((SECONDS + vm_patience))
    bed=$(bed_directory "$name")
    while :; do
        is_vm_running "$name" || vm_died "$name" "ended by itself"
        ! has_panicked "$bed" || vm_died "$name" "does not come up: its kernel panicked"
        if vm_connect "$bed" && id=$(vm_execute "$bed" 'cat /proc/sys/kernel/random/boot_id') && [ "$id" != "$old" ]; then
            break
        fi
        [ "$SECONDS" -lt "$end" ] || vm_died "$name" "was not up within $vm_patience seconds"
        sleep 0.3
    done
    vm_execute "$bed" "timeout $((end > SECONDS ? end - SECONDS : 1)) systemctl is-system-running --wait" >/dev/null || true
    echo "$id" >"$bed/boot"
}

# --- verbs

enter_vm() {
    local bed words terminal=-T
    bed=$(bed_directory "$1")
    shift
    if [ "$1" = --terminal ]; then
        terminal=-t
        shift
    fi
    vm_is_connected "$bed" || fail "${bed##*/} does not answer; tools/bed console ${bed##*/} shows its console"
    printf -v words ' %q' env -i "${bed_environment[@]}" "$@"
    # The shell stays, to turn the end by a signal into a status as shells do.
    vm_exec_ssh "$bed" "$terminal" "cd /root;$words; exit \$?"
}

vm_exec_ssh() { exec ssh -F none -S "$1/ssh" -o ControlMaster=no -o ProxyCommand=false -o LogLevel=ERROR "$2" bed "$3"; }

bed_console() {
    [ $# -eq 1 ] || fail "usage: bed console NAME"
    need_vm "$1"
    cat "$(bed_directory "$1")/console"
}

bed_cut() {
    [ $# -eq 1 ] || fail "usage: bed cut NAME"
    need_vm "$1"
    kill_bed "$1"
    vm_disconnect "$(bed_directory "$1")"
}

bed_boot() {
    [ $# -eq 1 ] || fail "usage: bed boot NAME"
    need_vm "$1"
    is_vm_running "$1" && fail "$1 is running; tools/bed cut $1 turns it off"
    start_qemu "$1"
    wait_for_boot "$1"
}

bed_wait() {
    [ $# -eq 1 ] || fail "usage: bed wait NAME"
    need_vm "$1"
    wait_for_boot "$1" "$(cat "$(bed_directory "$1")/boot")"
}
