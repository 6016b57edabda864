#include "checkpoint/descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/lines.h"
#include "base/size.h"
#include "checkpoint/sockets.h"
#include "os/process.h"

namespace checkpoint {
namespace {

// Of those without a name of their own that programs meet; CRIU saves the first five.
constexpr std::array saved = {"[eventfd]", "[eventpoll]", "[signalfd]",
                              "[timerfd]", "inotify",     "[inotify]"};
struct Nameless {
    std::string_view name;
    std::string_view what;
    std::string_view remedy;
};
constexpr std::array nameless = {
    Nameless{"[io_uring]", "io_uring", "let the program use epoll instead"},
    Nameless{"[pidfd]", "a descriptor of a process (pidfd)",
             "install CRIU 4.1 or later, or end that program"},
    Nameless{"[perf_event]", "a performance counter", "end the profiler"},
    Nameless{"[userfaultfd]", "userfaultfd", "end that program"},
    Nameless{"[fanotify]", "fanotify", "end that program"},
    Nameless{"[landlock-ruleset]", "a Landlock ruleset", "end that program"},
    Nameless{"[fscontext]", "a file system that is being mounted", "try again"},
    Nameless{"seccomp notify", "a seccomp supervisor", "end that container or sandbox"},
    Nameless{"kvm-vm", "a virtual machine (KVM)", "end that virtual machine"},
};

constexpr std::string_view anonymous = "anon_inode:";

std::optional<Fault> judge_nameless(std::string_view name, const Abilities& abilities) {
    if (std::find(saved.begin(), saved.end(), name) != saved.end()) return std::nullopt;
    if (name == "[pidfd]" && abilities.pidfds) return std::nullopt;
    for (const auto& known : nameless)
        if (known.name == name)
            return Fault{std::string(known.what), std::string(known.remedy), name == "[fscontext]"};
    return Fault{cat("a kernel object '", printable(name), "'"), "end that program"};
}

bool is_saved_device(dev_t device) {
    constexpr unsigned memory = 1;  // null, zero, full, random, urandom, kmsg
    constexpr unsigned terminals = 4;
    constexpr unsigned terminal = 5;  // tty, console, ptmx
    constexpr unsigned first_pty = 136;
    constexpr unsigned last_pty = 143;
    constexpr unsigned misc = 10;
    constexpr unsigned autofs = 235;
    const auto number = major(device);
    if (number == memory || number == terminals || number == terminal) return true;
    return (number >= first_pty && number <= last_pty) ||
           (number == misc && minor(device) == autofs);
}

std::optional<Fault> judge_ghost(const Object& object, const Abilities& abilities) {
    if (object.links != 0 || object.bytes <= abilities.ghost_bytes) return std::nullopt;
    if (object.link.starts_with("/memfd:")) return std::nullopt;
    return Fault{
        cat("a deleted file of ", show_size(object.bytes), ", '", printable(object.link), "'"),
        cat("restart the program, or allow for larger deleted files than ",
            show_size(abilities.ghost_bytes))};
}

Fault of_device(std::string_view sort, const Object& object) {
    return {cat(sort, " device ", major(object.device), ":", minor(object.device), ", '",
                printable(object.link), "'"),
            "end that program"};
}

// What a link shows that is no path: "net:[4026531840]".
bool is_namespace(std::string_view link) {
    return !link.starts_with('/') && link.find(":[") != std::string_view::npos;
}

Object describe(std::string_view link, const struct statx& found) {
    return {.link = link,
            .mode = found.stx_mode,
            .device = makedev(found.stx_rdev_major, found.stx_rdev_minor),
            .links = found.stx_nlink,
            .bytes = std::max<std::uint64_t>(found.stx_blocks * 512, found.stx_size)};
}

// Files of the kernel's own mounts, which no table lists.
bool lies_nowhere(std::string_view link) {
    return !link.starts_with('/') || link.starts_with("/memfd:") || link.starts_with("/SYSV") ||
           link.starts_with("/anon_hugepage");
}

std::optional<int> mount_of(const Process& process, int number) {
    const auto text = process.dir.read(cat("fdinfo/", number));
    if (!text) return std::nullopt;
    std::optional<int> mount;
    each_line(*text, [&](std::string_view line) {
        if (!line.starts_with("mnt_id:")) return;
        if (const auto id = to_number(trim(line.substr(7)))) mount = static_cast<int>(*id);
    });
    return mount;
}

std::optional<Fault> judge_place(const Process& process, int number, std::string_view link,
                                 const Mounts& mounts) {
    if (lies_nowhere(link)) return std::nullopt;
    const auto mount = mount_of(process, number);
    if (!mount || mounts.ids.empty() || mounts.ids.contains(*mount)) return std::nullopt;
    return Fault{cat("'", printable(link), "' on a mount that is not in the workload partition"),
                 "let the program be started without that descriptor"};
}

class Look {
  public:
    Look(const Process& process, const Context& context, Findings& findings)
        : process_(process), context_(context), findings_(findings) {}

    std::optional<Fault> at(int number) {
        const auto link = process_.link(cat("fd/", number));
        if (!link) return std::nullopt;
        if (link->starts_with("socket:")) {
            note_socket(number, *link);
            return at_socket(number);
        }
        if (link->starts_with(anonymous)) return at_nameless(number, *link);
        if (link->starts_with("pipe:")) return std::nullopt;
        return at_file(number, *link);
    }

  private:
    void note_socket(int number, std::string_view link) {
        constexpr std::string_view before = "socket:[";
        if (!link.starts_with(before) || !link.ends_with(']')) return;
        const auto inode = to_number(link.substr(before.size(), link.size() - before.size() - 1));
        if (inode) context_.holdings.try_emplace(*inode, Holding{&process_, number});
    }
    std::optional<Fault> at_socket(int number) {
        if (!asked_) pidfd_ = os::pidfd(process_.pid);
        asked_ = true;
        return pidfd_ ? judge_socket(pidfd_->get(), number, context_.subject.abilities)
                      : std::nullopt;
    }
    std::optional<Fault> at_nameless(int number, std::string_view link) {
        const auto name = link.substr(anonymous.size());
        if (name.find("inotify") == std::string_view::npos)
            return judge_nameless(name, context_.subject.abilities);
        look_at_watches(process_, number, context_.mounts, context_.unplaced, findings_);
        return std::nullopt;
    }
    std::optional<Fault> at_file(int number, std::string_view link) {
        // what hangs below may be a file system that somebody inside serves: he is not asked
        struct statx found = {};
        const auto name = cat("fd/", number);
        constexpr unsigned wanted = STATX_TYPE | STATX_NLINK | STATX_SIZE | STATX_BLOCKS;
        if (::statx(process_.dir.fd(), name.c_str(), AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, wanted,
                    &found) != 0)
            return std::nullopt;
        if (auto fault = judge(describe(link, found), context_.subject.abilities)) return fault;
        return judge_place(process_, number, link, context_.mounts);
    }

    const Process& process_;
    const Context& context_;
    Findings& findings_;
    bool asked_ = false;
    Result<UniqueFd> pidfd_ = UniqueFd();
};

}  // namespace

std::optional<Fault> judge(const Object& object, const Abilities& abilities) {
    if (object.link.starts_with(anonymous))
        return judge_nameless(object.link.substr(anonymous.size()), abilities);
    if (S_ISBLK(object.mode)) return of_device("block", object);
    if (S_ISCHR(object.mode) && !is_saved_device(object.device))
        return of_device("character", object);
    if (object.link.starts_with("/secretmem"))
        return Fault{"secret memory (memfd_secret)", "end that program"};
    if (S_ISREG(object.mode) && !is_namespace(object.link)) return judge_ghost(object, abilities);
    return std::nullopt;
}

void look_at_descriptors(const Process& process, const Context& context, Findings& findings) {
    constexpr std::size_t most = 50;  // of one process
    Look look(process, context, findings);
    std::size_t found = 0;
    for (const auto number : process.descriptors()) {
        auto fault = look.at(number);  // of all: sockets are noted
        if (!fault || found == most) continue;
        fault->what = cat("descriptor ", number, ": ", fault->what);
        findings.add(process, *std::move(fault));
        ++found;
    }
}

}  // namespace checkpoint
