#include "unpack/backup.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/escape.h"
#include "os/companion.h"
#include "os/dir.h"
#include "os/unnamed.h"
#include "os/write_all.h"
#include "unpack/mend.h"
#include "unpack/protocol.h"
#include "unpack/target.h"

namespace unpack {
namespace {

constexpr std::uint64_t longest_text = std::uint64_t{4} << 20;
constexpr std::size_t most_missed = 10000;

Result<UniqueFd> memory_file(const char* name) {
    UniqueFd file(::memfd_create(name, MFD_CLOEXEC));
    if (!file) return Error::os(errno, "memfd_create", name);
    return file;
}

// Of the program's making, so it is a size first, which may be a lie, and what is really there then.
Result<std::string> read_text(int file, std::uint64_t offset, const std::string& size) {
    const auto wanted = to_number(size).value_or(longest_text + 1);
    if (wanted > longest_text) return Error{Kind::invalid, "a text in the backup is too long"};
    std::string text(wanted, '\0');
    const auto got = ::pread(file, text.data(), text.size(), static_cast<off_t>(offset));
    if (got != static_cast<ssize_t>(text.size()))
        return Error{Kind::invalid, "a text in the backup is shorter than it says"};
    return text;
}

struct Fact {
    std::string name = {};
    std::string value = {};
};
Fact split_fact(const std::string& text) {
    const auto blank = text.find(' ');
    if (blank == std::string::npos) return {text, ""};
    return {text.substr(0, blank), text.substr(blank + 1)};
}

class Describing {
  public:
    explicit Describing(int texts) : texts_(texts) {}
    Result<void> take(const Fact& fact) {
        if (fact.name == "spec") return take_text(found.spec, fact.value);
        if (fact.name == "image.data") return take_text(found.image_data, fact.value);
        if (fact.name == "backup.data") return take_text(found.backup_data, fact.value);
        if (fact.name == "digest") found.digest = printable(fact.value.substr(0, 64));
        const auto number = to_number(fact.value).value_or(0);
        if (fact.name == "size") found.size = number;
        if (fact.name == "unpacked") found.unpacked = number;
        if (fact.name == "names") found.names = number;
        if (fact.name == "files") found.files = number;
        if (fact.name == "bytes") found.bytes = number;
        if (fact.name == "stored") found.stored = number;
        if (fact.name == "stored-names") found.stored_names = number;
        if (fact.name == "unchanged") found.unchanged = number;
        if (fact.name == "changed") found.changed = number;
        return {};
    }
    Backup found = {};

  private:
    Result<void> take_text(std::string& to, const std::string& size) {
        to = TRY(read_text(texts_, offset_, size));
        offset_ += to.size();
        return {};
    }
    int texts_;
    std::uint64_t offset_ = 0;
};

void tell_progress(const std::string& text, const BackupWatch& watch) {
    const auto [names, bytes] = split_fact(text);
    if (watch.progress) watch.progress(to_number(names).value_or(0), to_number(bytes).value_or(0));
}

using TakeFact = std::function<Result<void>(const Fact&)>;
using TakeMend = std::function<Result<void>(Mend&&)>;

struct Listener {
    TakeFact fact;
    TakeMend mend;
};
Result<void> follow(os::CompanionProcess& process, const Listener& listener,
                    const BackupWatch& watch) {
    for (;;) {
        const auto packet = TRY(process.listen());
        switch (static_cast<Say>(packet.what)) {
            case Say::fact:
                TRY(listener.fact(split_fact(packet.text)));
                break;
            case Say::mend:
                TRY(listener.mend(TRY(parse_mend(packet.text))));
                break;
            case Say::progress:
                tell_progress(packet.text, watch);
                break;
            case Say::done:
                return {};
            default:
                break;
        }
    }
}

constexpr std::uint64_t own_namespaces =
    CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

struct Look {
    std::string how = {};
    int file = -1;
    int manifest = -1;
    std::string program = {};
};
Result<Backup> look(const Look& wanted, const BackupWatch& watch) {
    const int manifest = wanted.manifest;
    const auto own_manifest = manifest >= 0 ? UniqueFd() : TRY(os::make_unnamed());
    const auto texts = TRY(memory_file("texts"));
    // whoever is not root has no namespaces to give away; what it does without a file system is nothing
    auto process = TRY(os::CompanionProcess::start(
        {.program = wanted.program.empty() ? CORRAL_UNPACK : wanted.program,
         .arguments = {wanted.how, "-"},
         .descriptors = {-1, -1, wanted.file, manifest >= 0 ? manifest : own_manifest.get(),
                         texts.get()},
         .namespaces = ::geteuid() == 0 ? own_namespaces : 0}));
    Describing describing(texts.get());
    TRY(follow(process,
               {[&](const Fact& fact) { return describing.take(fact); },
                [](Mend&&) { return Result<void>(); }},
               watch));
    if (manifest >= 0 && ::lseek(manifest, 0, SEEK_SET) != 0)
        return Error::os(errno, "lseek", "manifest");
    return std::move(describing.found);
}

// Each name with a sign before it, and a NUL behind.
Result<UniqueFd> list_of(const RestoreCall& call) {
    auto file = TRY(memory_file("wanted"));
    std::string text;
    for (const auto& name : call.only) text += cat("+", name, '\0');
    for (const auto& name : call.skip) text += cat("-", name, '\0');
    TRY(os::write_all(file.get(), text, "wanted"));
    return file;
}

Result<void> take_restored(Restored& restored, const Fact& fact) {
    const auto number = to_number(fact.value).value_or(0);
    if (fact.name == "names") restored.names = number;
    if (fact.name == "bytes") restored.bytes = number;
    if (fact.name == "removed") restored.removed = number;
    if (fact.name == "left-out") restored.left_out = number;
    if (fact.name == "missed" && restored.missed.size() < most_missed)
        restored.missed.push_back(printable(fact.value));
    return {};
}

Result<void> mend_all(const std::string& target, const std::vector<Mend>& mends) {
    if (mends.empty()) return {};
    const auto root = TRY(os::Dir::open(target));
    for (const auto& mend : mends) TRY(apply(root, mend));
    return {};
}

}  // namespace

Result<UniqueFd> open_backup(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd) return Error::os(errno, "open backup", path);
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) return Error::os(errno, "stat", path);
    if (S_ISREG(found.st_mode)) return fd;
    return Error{Kind::invalid, cat("backup '", printable(path), "' is no file")};
}

Result<Backup> describe(int file, int manifest, const std::string& program) {
    return look({"describe", file, manifest, program}, {});
}

Result<Backup> verify(int file, const BackupWatch& watch, const std::string& program) {
    return look({"verify", file, -1, program}, watch);
}

Result<Restored> restore(const RestoreCall& call, const BackupWatch& watch) {
    const auto target = TRY(make_target(call.target, call.ids));
    const auto manifest = TRY(os::make_unnamed());
    const auto wanted = TRY(list_of(call));
    os::Companion program{.program = call.program.empty() ? CORRAL_UNPACK : call.program,
                          .arguments = {call.over         ? "over"
                                        : call.attributes ? "all"
                                                          : "plain",
                                        std::to_string(call.files.size())},
                          .descriptors = {target.tree.get(), target.users.get(), -1, manifest.get(),
                                          -1, wanted.get()},
                          .namespaces = own_namespaces};
    for (const int file : call.files) program.descriptors.push_back(file);
    Restored restored;
    std::vector<Mend> mends;
    {
        auto process = TRY(os::CompanionProcess::start(program));
        TRY(follow(process,
                   {[&](const Fact& fact) { return take_restored(restored, fact); },
                    [&](Mend&& mend) -> Result<void> {
                        if (mends.size() >= most_mends)
                            return Error{Kind::invalid, "the backup asks for too much"};
                        mends.push_back(std::move(mend));
                        return {};
                    }},
                   watch));
    }  // it is gone, and nothing changes the tree under us
    TRY(mend_all(call.target, mends));
    return restored;
}

}  // namespace unpack
