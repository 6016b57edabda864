#include "rootpart/populate.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "os/real_path.h"
#include "rootpart/fresh.h"
#include "rootpart/package_rules.h"
#include "rootpart/packages.h"
#include "rootpart/place.h"
#include "rootpart/private_part.h"
#include "rootpart/services.h"
#include "rootpart/tree.h"

namespace rootpart {
namespace {

// Links into /usr where it is merged, else directories of programs of their own.
constexpr std::array program_members = {"lib", "lib32", "lib64", "libo32", "libx32", "bin", "sbin"};
// Mount points, and directories that belong to whoever runs the system.
constexpr std::array empty_members = {"boot", "dev", "media", "mnt", "proc", "run", "srv", "sys"};

class Population {
  public:
    Population(const os::Dir& global, const os::Dir& target, const Options& options,
               const Observer& observer)
        : global_(global), target_(target), options_(options), observer_(observer) {}

    Result<void> run() {
        TRY(place_shareable("usr", options_.private_usr));
        for (const auto* name : program_members) TRY(place_programs(name));
        TRY(place_shareable("opt", options_.private_opt));
        TRY(root_part());
        TRY(place_like_global("home"));
        for (const auto* name : empty_members) TRY(place_empty(name, 0755));
        return place_empty("tmp", 01777);
    }

    Result<void> root_part() {
        const auto packages = TRY(read_packages(global_));
        for (const auto* name : {"etc", "var"}) TRY(place_like_global(name));
        TRY(copy_private_part({global_, target_, packages, options_, observer_}, {"/etc", "/var"}));
        TRY(place_like_global("root"));
        TRY(write_fresh(global_, target_, options_));
        TRY(write_services(global_, target_));
        return write_package_rules(target_, options_);
    }

  private:
    void tell(std::string_view name) const {
        if (observer_.placed) observer_.placed(cat("./", name));
    }

    Result<void> copy_all(const std::string& name) {
        const auto from = TRY(global_.beneath(name));
        const auto to = TRY(ensure_directory(global_, target_, name));
        return copy_tree(from, to,
                         {.shown = cat("/", name), .stop = options_.stop, .threads = copiers});
    }

    Result<void> place_shareable(const std::string& name, bool is_private) {
        tell(name);
        if (is_private && global_.has(name)) return copy_all(name);
        return place_empty_quietly(name, 0755);
    }

    Result<void> place_programs(const std::string& name) {
        struct stat found = {};
        if (::fstatat(global_.fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return {};
        tell(name);
        if (S_ISDIR(found.st_mode)) return copy_all(name);
        const auto leads_to = os::read_link(global_.fd(), name);
        if (!leads_to) return Error::os(leads_to.error().os_number, "read link", cat("/", name));
        return place_link(global_, target_, name, *leads_to);
    }

    // Also where the directory is there already as a mount point.
    Result<void> place_like_global(const std::string& name) {
        tell(name);
        const auto made = TRY(ensure_directory(global_, target_, name));
        const auto like = global_.beneath(name);
        if (!like) return {};
        return copy_directory_metadata(like->fd(), made.fd(), cat("/", name));
    }

    Result<void> place_empty(const std::string& name, mode_t mode) {
        tell(name);
        return place_empty_quietly(name, mode);
    }

    Result<void> place_empty_quietly(const std::string& name, mode_t mode) {
        const auto made = TRY(ensure_directory(global_, target_, name));
        if (::fchown(made.fd(), 0, 0) == 0 && ::fchmod(made.fd(), mode) == 0) return {};
        return Error::os(errno, "chmod", cat("/", name));
    }

    static constexpr unsigned copiers = 2;  // more only wait for each other's directories
    const os::Dir& global_;
    const os::Dir& target_;
    const Options& options_;
    const Observer& observer_;
};

Result<Need> need_of(const os::Dir& global, const std::string& path) {
    const auto tree = global.beneath(path);
    if (!tree) return Need{};
    const auto size = TRY(measure_tree(*tree));
    return Need{size.bytes, size.files};
}

Result<void> add_need(const os::Dir& global, const std::string& path, Need& sum) {
    const auto more = TRY(need_of(global, path));
    sum.bytes += more.bytes;
    sum.files += more.files;
    return {};
}

}  // namespace

Result<Estimate> estimate(const os::Dir& global, const Options& options) {
    Estimate sum;
    constexpr std::uint64_t directories =
        4 << 20;  // those of /var, and what init writes at its first start
    constexpr std::uint64_t their_number = 1024;
    sum.root = {directories, their_number};
    for (const auto& path : {"etc", "var/lib/dpkg", "var/cache/debconf"})
        TRY(add_need(global, path, sum.root));
    for (const std::string name : program_members) {
        struct stat found = {};
        const bool is_own =
            ::fstatat(global.fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(found.st_mode);
        if (is_own) TRY(add_need(global, name, sum.root));
    }
    if (options.private_usr) sum.usr = TRY(need_of(global, "usr"));
    if (options.private_opt) sum.opt = TRY(need_of(global, "opt"));
    return sum;
}

Result<void> populate(const os::Dir& global, const os::Dir& target, const Options& options,
                      const Observer& observer) {
    const auto done = Population(global, target, options, observer).run();
    if (done) return {};
    auto error = done.error().within("populate");
    if (error.kind == Kind::full)
        error.text +=
            "; the workload partition's file system is too small: a larger size=, or free some "
            "space";
    return error;
}

Result<void> populate_root_part(const os::Dir& global, const os::Dir& target,
                                const Options& options, const Observer& observer) {
    return Population(global, target, options, observer).root_part().within("populate");
}

}  // namespace rootpart
