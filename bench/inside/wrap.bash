#!/bin/bash
# One command in a container of its own, from call to return: wparexec and those who do something like it.
# shellcheck source=bench/inside/common.bash
source "$(dirname "$0")/common.bash"

need_root_directory
write_bundle "$bench/wrap" "$bench/root" /bin/true
write_lxc wrap "$bench/root" /bin/true <<<'lxc.net.0.type = none'

subject floor "$bench/floor" --all /bin/true
subject floor-same-namespaces "$bench/floor" /bin/true
subject wparexec wparexec /bin/true
subject bwrap bwrap --unshare-all --bind / / --dev /dev --proc /proc /bin/true
subject lxc-start lxc-start -F -n wrap
view=$(legacy_view) subject crun crun --cgroup-manager=disabled run -b "$bench/wrap" bench
subject runc runc run -b "$bench/wrap" bench
rounds=$((rounds * 2)) compare wrap 10
# a hundred times slower: fewer runs
rounds=3
subject systemd-nspawn systemd-nspawn --quiet --register=no --keep-unit --private-network -D "$bench/root" /bin/true
compare wrap 3
umount "$bench/root"
