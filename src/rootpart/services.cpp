#include "rootpart/services.h"

#include "rootpart/place.h"
#include "rootpart/sandbox.h"

namespace rootpart {
namespace {

constexpr auto unit_directory = "etc/systemd/system";

constexpr std::string_view key_unit =
    "[Unit]\n"
    "Description=Make the SSH host keys of this workload partition\n"
    "Before=ssh.service ssh.socket sshd.service\n"
    "ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key\n"
    "\n"
    "[Service]\n"
    "Type=oneshot\n"
    "ExecStart=/usr/bin/ssh-keygen -A\n";

constexpr std::string_view key_script =
    "#!/bin/sh\n"
    "# Makes the SSH host keys of this workload partition; called from /etc/inittab.\n"
    "case \"$1\" in\n"
    "    start) ls /etc/ssh/ssh_host_*_key >/dev/null 2>&1 || ssh-keygen -A ;;\n"
    "esac\n";

constexpr auto key_script_path = "etc/init.d/corral-ssh-keys";

// They drive hardware, mounts or interfaces of the global environment.
constexpr std::string_view units_out_of_place[] = {
    // consoles: a WPAR has one, which startwpar reads
    "console-getty.service",
    "getty-static.service",
    // interfaces are configured from the global environment
    "systemd-networkd-wait-online.service",
    "NetworkManager.service",
    "NetworkManager-wait-online.service",
    "ifupdown-wait-online.service",
    "dhcpcd.service",
    "connman.service",
    "wpa_supplicant.service",
    "ModemManager.service",
    // kernel, devices, disks
    "systemd-modules-load.service",
    "systemd-udevd.service",
    "systemd-udevd-control.socket",
    "systemd-udevd-kernel.socket",
    "systemd-udev-trigger.service",
    "systemd-udev-settle.service",
    "systemd-remount-fs.service",
    "systemd-pstore.service",
    "systemd-hwdb-update.service",
    "systemd-rfkill.service",
    "systemd-rfkill.socket",
    "systemd-backlight@.service",
    "systemd-random-seed.service",
    "systemd-timesyncd.service",
    "systemd-binfmt.service",
    "proc-sys-fs-binfmt_misc.automount",
    "proc-sys-fs-binfmt_misc.mount",
    "dev-hugepages.mount",
    "sys-kernel-config.mount",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
    "sys-fs-fuse-connections.mount",
    "kmod-static-nodes.service",
    "fstrim.timer",
    "fstrim.service",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "xfs_scrub_all.timer",
    "mdmonitor.service",
    "mdcheck_start.timer",
    "mdcheck_continue.timer",
    "lvm2-monitor.service",
    "lvm2-lvmpolld.socket",
    "blk-availability.service",
    "dm-event.socket",
    "multipathd.service",
    "multipathd.socket",
    "iscsid.service",
    "open-iscsi.service",
    "smartmontools.service",
    "smartd.service",
    "acpid.service",
    "acpid.socket",
    "acpid.path",
    "irqbalance.service",
    "thermald.service",
    "rasdaemon.service",
    "kdump-tools.service",
    "kexec-load.service",
    "grub-common.service",
    "hdparm.service",
    "hwclock.service",
    "keyboard-setup.service",
    "console-setup.service",
    "apparmor.service",
    "auditd.service",
    "chrony.service",
    "ntpsec.service",
    "nfs-server.service",
    "docker.service",
    "docker.socket",
    "containerd.service",
    "libvirtd.service",
    "lxc.service",
    "lxc-net.service",
    "lxcfs.service",
    "corral.service",
};

bool has_unit(const os::Dir& global, std::string_view unit) {
    for (const auto* place :
         {"usr/lib/systemd/system/", "lib/systemd/system/", "etc/systemd/system/"})
        if (global.has(cat(place, unit))) return true;
    return false;
}

bool has_systemd(const os::Dir& global) {
    return global.has("usr/lib/systemd/systemd") || global.has("lib/systemd/systemd");
}

bool has_sshd(const os::Dir& global) {
    return global.has("usr/sbin/sshd") && global.has("usr/bin/ssh-keygen");
}

Result<void> mask_units(const os::Dir& global, const os::Dir& target) {
    const auto directory = TRY(ensure_directory(global, target, unit_directory));
    for (const auto unit : units_out_of_place) {
        if (!has_unit(global, unit)) continue;
        const std::string name(unit);
        if (directory.has(name)) TRY(directory.unlink(name));  // an alias that was enabled
        TRY(place_link(global, target, cat(unit_directory, "/", unit), "/dev/null"));
    }
    return {};
}

Result<void> make_keys_with_systemd(const os::Dir& global, const os::Dir& target) {
    TRY(place_file(global, target,
                   {cat(unit_directory, "/corral-ssh-keys.service"), std::string(key_unit)}));
    for (const auto* unit : {"ssh.service", "ssh.socket"}) {
        if (!has_unit(global, unit)) continue;
        TRY(place_link(global, target,
                       cat(unit_directory, "/", unit, ".wants/corral-ssh-keys.service"),
                       "../corral-ssh-keys.service"));
    }
    return {};
}

Result<void> adjust_inittab(const os::Dir& global, const os::Dir& target, bool makes_keys) {
    const auto text = target.read("etc/inittab");
    if (!text) return {};  // an init that has none
    return place_file(global, target,
                      {"etc/inittab", inittab_text(*text, makes_keys), 0644, "etc/inittab"});
}

}  // namespace

std::string inittab_text(std::string_view global_inittab, bool makes_keys) {
    std::string text;
    for (const auto& line : split(trim(global_inittab), '\n')) {
        const auto fields = split(line, ':');  // id, runlevels, action, process
        const bool terminal = fields.size() >= 4 && !line.starts_with('#') &&
                              fields[3].find("getty") != std::string::npos;
        text += cat(terminal ? "#" : "", line, "\n");
    }
    // not through rcS.d: the order of its scripts may have been computed, without this one, in
    // .depend.boot
    if (makes_keys) text += cat("ck::bootwait:/", key_script_path, " start\n");
    return text;
}

Result<void> make_host_keys_at_start(const os::Dir& global, const os::Dir& target) {
    if (!has_sshd(global)) return {};
    if (has_systemd(global)) return make_keys_with_systemd(global, target);
    TRY(place_file(global, target, {key_script_path, std::string(key_script), 0755}));
    const auto inittab = target.read("etc/inittab");
    if (!inittab || inittab->find(key_script_path) != std::string::npos) return {};
    return place_file(
        global, target,
        {"etc/inittab", cat(trim(*inittab), "\nck::bootwait:/", key_script_path, " start\n"), 0644,
         "etc/inittab"});
}

Result<void> write_services(const os::Dir& global, const os::Dir& target) {
    const bool systemd = has_systemd(global);
    if (systemd) TRY(mask_units(global, target));
    if (systemd) TRY(write_sandbox_rules(global, target));
    const bool sshd = has_sshd(global);
    if (sshd && systemd) TRY(make_keys_with_systemd(global, target));
    if (sshd && !systemd)
        TRY(place_file(global, target, {key_script_path, std::string(key_script), 0755}));
    TRY(adjust_inittab(global, target, sshd && !systemd));
    return {};
}

}  // namespace rootpart
