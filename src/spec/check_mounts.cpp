#include <algorithm>

#include "base/options.h"
#include "base/size.h"
#include "spec/defaults.h"
#include "spec/generation.h"
#include "spec/problems.h"
#include "spec/values.h"

namespace spec {
namespace {

// shared with a WPAR, these may be read but not written: its root would write as the global root
constexpr std::string_view read_only[] = {"/bin",   "/boot", "/etc",  "/lib",  "/lib32",
                                          "/lib64", "/opt",  "/root", "/sbin", "/usr"};
constexpr std::string_view programs[] = {"/bin", "/lib", "/lib32", "/lib64", "/sbin", "/usr"};
constexpr std::string_view never[] = {"/dev", "/proc", "/run",
                                      "/sys"};  // only as things are right now
// what is known about all workload partitions, and their images
constexpr std::string_view ours[] = {"/etc/wpars", "/var/lib/wpars", "/var/adm/wpars"};
// a bind takes no others: its file system has its options already
constexpr std::string_view of_binds[] = {"ro",       "rw",         "suid",    "nosuid",
                                         "exec",     "noexec",     "nodev",   "nosymfollow",
                                         "diratime", "nodiratime", "defaults"};
// each decides about more than the file system
constexpr std::string_view refused_options[] = {"dev",  "remount", "bind",   "rbind",
                                                "move", "loop",    "shared", "rshared",
                                                "user", "users",   "owner"};

// mkwpar fills these once
constexpr std::string_view filled[] = {"/", "/etc", "/usr", "/var"};

bool any_holds(std::span<const std::string_view> directories, std::string_view path) {
    return std::any_of(directories.begin(), directories.end(),
                       [&](std::string_view each) { return is_at_or_below(path, each); });
}

class MountCheck {
  public:
    MountCheck(const Mount& mount, const Definition& definition, Problems& problems)
        : mount_(mount),
          application_(!definition.system()),
          own_userland_(definition.own_userland()),
          problems_(problems) {}
    void run();

  private:
    template <class... Parts>
    void wrong(const Parts&... parts) {
        problems_.add("mount '", printable(mount_.directory), "': ", parts...);
    }
    std::string what() const { return cat("mount '", printable(mount_.directory), "'"); }
    void check_place();
    void check_programs();
    void check_vfs();
    void check_source();
    void check_shared();
    void check_lower();
    void check_generation();
    void check_size();
    void check_group();
    void check_options();
    void check_option(std::string_view option);
    void refuse(const std::string& given, std::string_view attribute);

    const Mount& mount_;
    bool application_;
    bool own_userland_;
    Problems& problems_;
};

void MountCheck::run() {
    if (mount_.directory.empty()) return problems_.add("mount: directory is missing");
    if (!problems_.expect(check_path(mount_.directory), "mount")) return;
    check_place();
    check_programs();
    check_vfs();
    check_options();
}

void MountCheck::check_place() {
    const auto& directory = mount_.directory;
    const bool own_proc = directory == "/proc" && mount_.vfs == "namefs" && mount_.dev == "/proc";
    if (!application_ && mount_.vfs == "tmpfs" &&
        std::find(std::begin(filled), std::end(filled), directory) != std::end(filled))
        wrong(
            "vfs=tmpfs would be empty at every start, and the workload partition needs what is "
            "there");
    if (application_ && directory == "/")
        wrong("an application workload partition has the global root");
    for (const std::string_view each : {"/proc", "/sys", "/dev", "/run"})
        if (is_at_or_below(directory, each) && !own_proc && !(application_ && mount_.vfs.empty()) &&
            !(application_ && each == "/run"))
            wrong(each, " is made anew at every start; nothing else can be mounted there");
}

void MountCheck::check_programs() {
    const bool own = mount_.vfs == "directory" || is_own_file_system(mount_.vfs);
    if (own_userland_ && !own && any_holds(programs, mount_.directory))
        wrong(
            "a workload partition with a user land of its own (-C, -t) cannot share programs of "
            "the global environment; leave the mount out");
}

void MountCheck::check_vfs() {
    const auto names = vfs_names();
    const auto& vfs = mount_.vfs;
    const bool dependency = application_ && vfs.empty();
    if (!dependency && std::find(names.begin(), names.end(), vfs) == names.end()) {
        std::string known;
        for (const auto name : names) known += cat(known.empty() ? "" : ", ", name);
        return wrong("vfs '", printable(vfs), "' is none of ", known);
    }
    if (application_ && (is_own_file_system(vfs) || vfs == "directory" || vfs == "overlay"))
        return wrong(
            "an application workload partition creates no file system; only vfs=nfs, namefs, bind ",
            "or tmpfs, or the directory alone");
    check_source();
    check_size();
}

void MountCheck::refuse(const std::string& given, std::string_view attribute) {
    if (!given.empty() && mount_.vfs.empty()) return wrong(attribute, " needs a vfs to go with");
    if (!given.empty()) wrong(attribute, " makes no sense with vfs=", mount_.vfs);
}

void MountCheck::check_source() {
    const auto& vfs = mount_.vfs;
    const bool shared = vfs == "namefs" || vfs == "bind";
    if ((shared || vfs == "nfs") && mount_.dev.empty())
        wrong("vfs=", vfs, " needs dev, the directory to mount");
    if (vfs == "overlay" && mount_.dev.empty())
        wrong(
            "vfs=overlay needs dev, what it lies over: dev=generation for the newest generation, ",
            "dev=generation:N for another, or a directory that never changes");
    if (vfs == "directory" || vfs == "tmpfs" || vfs.empty()) {
        refuse(mount_.dev, "dev");
    } else if (names_generation(mount_.dev)) {
        check_generation();
    } else if (!mount_.dev.empty() &&
               problems_.expect(check_path(mount_.dev), cat(what(), ": dev")) &&
               (shared || vfs == "overlay")) {
        check_shared();
    }
    if (vfs != "nfs") {
        refuse(mount_.host, "host");
    } else if (mount_.host.empty()) {
        wrong("vfs=nfs needs host, the server");
    } else if (mount_.host.find(':') == std::string::npos) {
        problems_.expect(check_hostname(mount_.host), cat(what(), ": host"));
    } else if (!consists_of(mount_.host, "0123456789abcdefABCDEF:.")) {
        wrong("host '", mount_.host, "' is neither a host name nor an address");
    }
}

void MountCheck::check_shared() {
    if (mount_.directory == "/proc" && mount_.dev == "/proc") return;
    if (mount_.dev == "/" || any_holds(never, mount_.dev))
        return wrong("'", mount_.dev, "' of the global environment cannot be shared");
    if (any_holds(ours, mount_.dev) || is_at_or_below("/var/lib/wpars", mount_.dev))
        return wrong("'", mount_.dev,
                     "' of the global environment cannot be shared: it holds what ",
                     "belongs to all workload partitions");
    if (mount_.vfs == "overlay") return check_lower();
    if (any_holds(read_only, mount_.dev) && !has_option(mount_.mountopts, "ro"))
        wrong("'", mount_.dev,
              "' of the global environment can only be shared read-only; give mountopts=ro, ",
              "or a file system of its own");
}

// It writes nothing there; but what it shows of a tree that changes is undefined.
void MountCheck::check_lower() {
    if (any_holds(read_only, mount_.dev))
        wrong("'", mount_.dev,
              "' of the global environment changes with its packages, and what vfs=overlay shows "
              "over a tree that ",
              "changes is undefined; give dev=generation, or a copy of it");
}

void MountCheck::check_generation() {
    const auto& vfs = mount_.vfs;
    if (application_) return wrong("an application workload partition has the global files");
    if (vfs != "namefs" && vfs != "bind" && vfs != "overlay")
        return wrong("dev=", printable(mount_.dev), " makes no sense with vfs=", printable(vfs),
                     ", only with overlay, namefs and bind");
    if (!generation_of(mount_.dev))
        wrong("dev '", printable(mount_.dev),
              "' is no generation; write generation:N, or generation ", "for the newest");
    if (mount_.directory == "/") wrong("a generation is no root; give it to /usr, /opt or below");
    if (vfs != "overlay" && has_option(mount_.mountopts, "rw"))
        wrong("a generation never changes, so rw makes no sense; vfs=overlay gives the workload ",
              "partition a writable view of its own");
}

void MountCheck::check_size() {
    const auto& vfs = mount_.vfs;
    const bool own = is_own_file_system(vfs);
    const bool overlay = vfs == "overlay";
    if (!own && !overlay && vfs != "tmpfs") refuse(mount_.size, "size");
    if (overlay && mount_.size.empty() && !mount_.vg.empty())
        wrong("vg needs a size to go with: what is written is then limited to it");
    if (!own) {
        if (!overlay) refuse(mount_.vg, "vg");
        refuse(mount_.logname, "logname");
        refuse(mount_.crfsopts, "crfsopts");
    }
    if (own && mount_.size.empty() && mount_.dev.empty())
        wrong("vfs=", vfs, " needs a size, like size=5G, or dev, an existing logical volume");
    if (own && !mount_.size.empty() && !mount_.dev.empty())
        wrong("size makes no sense with dev, which names a device that has its size");
    if (!mount_.size.empty() && (own || overlay || vfs == "tmpfs")) {
        constexpr std::uint64_t block = 512;
        problems_.expect(parse_size(mount_.size, block), cat(what(), ": size"));
    }
    check_group();
}

// GROUP, or GROUP/POOL for a thin volume.
void MountCheck::check_group() {
    if (mount_.vg.empty()) return;
    const auto bad = [](std::string_view name) {
        return name.empty() || name[0] == '-' || !consists_of(name, cat(letters, digits, "_.+-"));
    };
    const auto parts = split(mount_.vg, '/');
    if (parts.size() > 2 || std::any_of(parts.begin(), parts.end(), bad))
        wrong("vg '", printable(mount_.vg),
              "' is not the name of a volume group, or GROUP/POOL with its thin pool");
    if (!mount_.dev.empty() && mount_.vfs != "overlay")
        wrong("vg makes no sense with dev, which names a device that exists");
}

void MountCheck::check_options() {
    if (mount_.vfs == "directory" || mount_.vfs.empty())
        return refuse(mount_.mountopts, "mountopts");
    for (const auto* options : {&mount_.mountopts, &mount_.crfsopts, &mount_.logname})
        if (has_control(*options)) wrong("'", printable(*options), "' contains control characters");
    if (mount_.mountopts.find_first_of(" \"'\\") != std::string::npos)
        wrong("mountopts '", printable(mount_.mountopts),
              "' contains blanks or quotes; separate with commas");
    if (has_option(mount_.mountopts, "ro") && has_option(mount_.mountopts, "rw"))
        wrong("mountopts says both ro and rw");
    for (const auto& option : split(mount_.mountopts, ',')) check_option(option);
}

void MountCheck::check_option(std::string_view option) {
    const auto among = [&](std::span<const std::string_view> list) {
        return std::find(list.begin(), list.end(), option) != list.end();
    };
    if (option == "dev") return wrong("mountopts=dev: device files are there by -D alone");
    if (among(refused_options))
        return wrong("mountopts=", option, " is not for file systems of a workload partition");
    if ((mount_.vfs == "namefs" || mount_.vfs == "bind") && !option.empty() && !among(of_binds))
        wrong("mountopts=", printable(option), " cannot be had with vfs=", mount_.vfs,
              "; it knows ro, rw, suid, nosuid, exec, noexec, nodiratime, nosymfollow");
}

}  // namespace

void check_mounts(const Definition& definition, Problems& problems) {
    for (auto one = definition.mounts.begin(); one != definition.mounts.end(); ++one) {
        const auto same = [&](const Mount& other) { return other.directory == one->directory; };
        if (!one->directory.empty() && std::find_if(definition.mounts.begin(), one, same) != one)
            problems.add("mount '", printable(one->directory), "': the directory comes twice");
    }
    const auto complete = with_default_mounts(definition);
    for (const auto& mount : complete.mounts) MountCheck(mount, definition, problems).run();
}

}  // namespace spec
