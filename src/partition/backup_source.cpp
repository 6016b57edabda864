#include "partition/backup_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>
#include <map>

#include "os/dir.h"
#include "os/interrupt.h"
#include "os/unnamed.h"
#include "partition/backup_data.h"
#include "spec/file.h"

namespace partition {
namespace {

constexpr std::size_t piece = std::size_t{1} << 20;

Error senseless(std::string_view what) {
    return {Kind::invalid, cat("the backup's backup.data makes no sense: ", what)};
}

// "KEY= value" of the stanzas that we write.
std::map<std::string, std::string, std::less<>> values_of(std::string_view text,
                                                          std::string_view stanza) {
    std::map<std::string, std::string, std::less<>> values;
    bool inside = false;
    for (const auto& line : split(text, '\n')) {
        if (!line.starts_with('\t')) {
            inside = trim(line) == stanza;
            continue;
        }
        const auto equals = line.find("= ");
        if (inside && equals != std::string::npos)
            values.emplace(trim(line.substr(0, equals)),
                           std::string(trim(line.substr(equals + 2))));
    }
    return values;
}

std::vector<std::string> packages_of(std::string_view text) {
    std::vector<std::string> packages;
    const auto at = text.find("\npackages:\n");
    if (at == std::string_view::npos) return packages;
    for (const auto& line : split(text.substr(at), '\n'))
        if (line.starts_with('\t') && words(line).size() >= 2) packages.emplace_back(trim(line));
    return packages;
}

std::vector<BackupRecord::Generation> generations_of(std::string_view text) {
    std::vector<BackupRecord::Generation> generations;
    for (const auto& [number, digests] : values_of(text, "generations:")) {
        const auto parts = words(digests);
        const auto value = to_number(number);
        if (!value || *value == 0 || *value > UINT_MAX || parts.size() != 2) continue;
        generations.push_back({static_cast<unsigned>(*value), parts[0], parts[1]});
    }
    return generations;
}

Result<UniqueFd> copied(int from) {
    auto to = TRY(os::make_unnamed());
    std::string bytes(piece, '\0');
    for (;;) {
        TRY(os::heed_interrupt());
        const auto got = ::read(from, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "read", "backup");
        if (got == 0) return to;
        std::string_view rest(bytes.data(), static_cast<std::size_t>(got));
        while (!rest.empty()) {
            const auto written = ::write(to.get(), rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0)
                return Error::os(errno, "write", "/var/tmp")
                    .within("a backup from a pipe or device is first put there");
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
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
    const auto seconds = static_cast<std::time_t>(time);
    std::tm broken = {};
    char text[64] = {};
    if (::localtime_r(&seconds, &broken) == nullptr) return "unknown";
    (void)std::strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y", &broken);
    return text;
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

Result<BackupRecord> parse_backup_data(std::string_view text) {
    const auto values = values_of(text, "backup:");
    const auto value = [&](std::string_view key) {
        const auto found = values.find(key);
        return found == values.end() ? std::string() : found->second;
    };
    BackupRecord record;
    const auto version = to_number(value("VERSION"));
    if (!version || *version == 0) return senseless("it has no version");
    if (*version > backup_version)
        return Error{Kind::unsupported,
                     cat("the backup has format ", *version, ", and this corral knows ",
                         backup_version, " at most; it was made by corral ",
                         printable(value("CORRAL")), ": install that version or a newer one")};
    record.version = static_cast<unsigned>(*version);
    record.time = static_cast<std::int64_t>(to_number(value("DATE")).value_or(0));
    record.wpar = value("WPAR");
    record.uuid = value("UUID");
    record.grade = value("GRADE");
    record.still = to_number(value("STILL")).value_or(0);
    record.architecture = value("ARCHITECTURE");
    record.base = value("BASE");
    record.corral = value("CORRAL");
    record.generations = generations_of(text);
    record.packages = packages_of(text);
    return record;
}

Result<OpenedBackup> open_backup(const std::string& path) {
    OpenedBackup backup{.path = path, .file = TRY(open_file(path)), .manifest = UniqueFd()};
    const auto describe = [&]() -> Result<void> {
        backup.manifest = TRY(os::make_unnamed());
        backup.said = TRY(unpack::describe(backup.file.get(), backup.manifest.get()));
        backup.record = TRY(parse_backup_data(backup.said.backup_data));
        backup.definition = TRY(spec::parse_specification(backup.said.spec, "wpar.spec"));
        const auto machine = values_of(backup.said.image_data, "image_data:");
        const auto words_of_machine = machine.find("UNAME_INFO");
        if (words_of_machine != machine.end())
            if (const auto parts = words(words_of_machine->second); parts.size() > 1)
                backup.host = parts[1];
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

}  // namespace partition
