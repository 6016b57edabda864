#include "partition/copies/backup_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "base/time.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "os/unnamed.h"
#include "os/write_all.h"
#include "spec/file.h"

namespace partition::copies {
namespace {

constexpr std::size_t piece = std::size_t{1} << 20;

Result<UniqueFd> copied(int from) {
    auto to = TRY(os::make_unnamed());
    std::string bytes(piece, '\0');
    for (;;) {
        TRY(os::heed_interrupt());
        const auto got = ::read(from, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "read", "backup");
        if (got == 0) return to;
        TRY(os::write_all(to.get(), {bytes.data(), static_cast<std::size_t>(got)}, "/var/tmp")
                .within("a backup from a pipe or device is first put there"));
    }
}

Result<UniqueFd> open_file(const std::string& path) {
    if (path == "-") {
        if (::isatty(STDIN_FILENO) == 1)
            return Error{Kind::invalid,
                         "a backup does not come from a terminal; name a file with -f"};
        return copied(STDIN_FILENO);
    }
    struct stat found = {};
    if (::stat(path.c_str(), &found) != 0) return Error::os(errno, "backup", path);
    if (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode)) return unpack::open_backup(path);
    const UniqueFd device(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!device) return Error::os(errno, "open", path);
    return copied(device.get());
}

Result<void> check_follows(const OpenedBackup& before, const OpenedBackup& next) {
    if (!next.record.base.empty() && next.record.base == before.said.digest) return {};
    if (next.record.base.empty())
        return Error{Kind::invalid, cat("'", printable(next.path),
                                        "' is a backup of its own, and adds to no other")};
    return Error{Kind::invalid,
                 cat("'", printable(next.path), "' adds to the backup with digest ",
                     printable(next.record.base), ", and '", printable(before.path), "' has ",
                     before.said.digest.empty() ? "none" : before.said.digest)};
}

std::string date_of(std::int64_t time) {
    auto text = local_time(time, "%a %b %e %H:%M:%S %Y");
    return text.empty() ? "unknown" : text;
}

std::map<std::string, std::string, std::less<>> versions(const std::vector<std::string>& lines) {
    std::map<std::string, std::string, std::less<>> found;
    for (const auto& line : lines) {
        const auto parts = words(line);
        if (parts.size() >= 2) found.emplace(parts[0], parts[1]);
    }
    return found;
}

std::string version_in(const std::map<std::string, std::string, std::less<>>& all,
                       const std::string& name) {
    const auto found = all.find(name);
    return found == all.end() ? "none" : printable(found->second);
}

}  // namespace

Result<OpenedBackup> open_backup(const std::string& path) {
    OpenedBackup backup{.path = path, .file = TRY(open_file(path)), .manifest = UniqueFd()};
    const auto describe = [&]() -> Result<void> {
        backup.manifest = TRY(os::make_unnamed());
        backup.said = TRY(unpack::describe(backup.file.get(), backup.manifest.get()));
        backup.record = TRY(parse_backup_data(backup.said.backup_data));
        backup.definition = TRY(spec::parse_specification(backup.said.spec, "wpar.spec"));
        backup.host = host_in(backup.said.image_data);
        return {};
    };
    TRY(describe().within("backup '", printable(path), "'"));
    return backup;
}

Result<std::vector<OpenedBackup>> open_chain(const std::vector<std::string>& paths) {
    std::vector<OpenedBackup> chain;
    for (const auto& path : paths) {
        auto next = TRY(open_backup(path));
        if (chain.empty() && !next.record.base.empty())
            return Error{
                Kind::invalid,
                cat("'", printable(path), "' holds only what changed since the backup with digest ",
                    printable(next.record.base), "; name that one first: -f BASE -f ",
                    shell_word(path))};
        if (!chain.empty()) TRY(check_follows(chain.back(), next));
        chain.push_back(std::move(next));
    }
    return chain;
}

std::vector<std::string> banner(const OpenedBackup& backup, std::uint64_t blocks) {
    return {cat("New volume on ", printable(backup.path), ":"),
            cat(" Cluster ", blocks * 512, " bytes (", blocks, " blocks)."),
            " Volume number 1",
            cat(" Date of backup: ", date_of(backup.record.time)),
            " Files backed up by name",
            " User root"};
}

std::vector<std::string> front_lines(const OpenedBackup& backup) {
    const auto& said = backup.said;
    return {
        cat("x ", said.spec.size(), " ./.savewpar_dir/wpar.spec"),
        cat("x ", said.image_data.size(), " ./.savewpar_dir/image.data"),
        cat("x ", said.backup_data.size(), " ./.savewpar_dir/backup.data"),
        cat(" total size: ", said.spec.size() + said.image_data.size() + said.backup_data.size()),
        " files restored: 3"};
}

std::vector<std::string> differing_packages(const BackupRecord& record,
                                            const std::vector<std::string>& here) {
    const auto there = versions(record.packages);
    const auto now = versions(here);
    auto all = there;
    all.insert(now.begin(), now.end());
    std::vector<std::string> lines;
    for (const auto& [name, ignored] : all) {
        const auto before = version_in(there, name);
        const auto after = version_in(now, name);
        if (before != after)
            lines.push_back(cat(printable(name), ": ", before, " there, ", after, " here"));
    }
    return lines;
}

}  // namespace partition::copies
