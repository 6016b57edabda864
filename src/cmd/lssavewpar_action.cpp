#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/size.h"
#include "base/time.h"
#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/copies/backup_names.h"
#include "partition/copies/backup_source.h"
#include "spec/file.h"
#include "spec/generation.h"

namespace cmd {
namespace {

using Json = nlohmann::ordered_json;
using partition::copies::OpenedBackup;

using Name = partition::copies::BackupName;

std::string shown(const Name& name) {
    auto text = name.path == "." ? "./" : cat("./", printable(name.path));
    if (name.type == 'd' && name.path != ".") text += '/';
    if (name.type == 'l') text += cat(" -> ", printable(name.to));
    if (name.type == 'h') text += cat(" == ./", printable(name.to));
    if (name.how == '=') text += " (in the backup that it adds to)";
    if (name.how == '!') text += " (was written to meanwhile)";
    return text;
}

std::string padded(std::uint64_t number) {
    auto text = std::to_string(number);
    constexpr std::size_t width = 12;
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

Result<void> list_names(OpenedBackup& backup, std::uint64_t blocks, cli::Terminal& terminal) {
    for (const auto& line : partition::copies::banner(backup, blocks)) terminal.line(line);
    const auto& said = backup.said;
    for (const auto& [size, name] : {std::pair(said.spec.size(), "wpar.spec"),
                                     {said.image_data.size(), "image.data"},
                                     {said.backup_data.size(), "backup.data"}})
        terminal.text(cat(padded(size), " ./.savewpar_dir/", name, "\n"));
    TRY(partition::copies::each_name(backup.manifest.get(), [&](const Name& name) {
        terminal.text(cat(padded(name.size), " ", shown(name), "\n"));
        return Result<void>();
    }));
    terminal.text(cat("The total size is ", said.bytes, " bytes.\nThe number of archived files is ",
                      said.stored_names, ".\n"));
    return {};
}

std::string date_of(std::int64_t time) {
    auto text = local_time(time, "%Y-%m-%d %H:%M:%S %z");
    return text.empty() ? "unknown" : text;
}

void list_facts(const OpenedBackup& backup, cli::Terminal& terminal) {
    const auto& [path, file, manifest, said, record, definition, host] = backup;
    const auto fact = [&](std::string_view name, std::string_view value) {
        auto head = cat(name, ":");
        head.resize(std::max<std::size_t>(head.size() + 1, 24), ' ');
        terminal.text(cat(head, value, "\n"));
    };
    fact("WPAR", printable(record.wpar));
    fact("BACKUP DATE", date_of(record.time));
    fact("MADE ON", cat(printable(host), ", ", printable(record.architecture)));
    fact("MADE BY", cat("corral ", printable(record.corral)));
    fact("CONSISTENCY", printable(record.grade));
    if (record.still > 0) fact("STOOD STILL FOR", cat(record.still, " ms"));
    fact("DIGEST", said.digest.empty() ? "none: it is not compressed" : said.digest);
    if (!record.base.empty()) fact("ADDS TO", printable(record.base));
    fact("FILES", cat(said.names, " names, ", said.stored_names, " of them in this backup"));
    fact("SIZE", cat(said.bytes, " bytes, ", said.stored, " of them in this backup"));
    fact("PACKED SIZE", cat(said.size, " bytes"));
    if (said.changed > 0) fact("WRITTEN TO MEANWHILE", cat(said.changed, " files"));
    terminal.text("\nMOUNT POINT           TYPE        SIZE        DEVICE\n");
    for (const auto& mount : definition.mounts) {
        std::string line = printable(mount.directory);
        line.resize(std::max<std::size_t>(line.size() + 1, 22), ' ');
        line += printable(mount.vfs);
        line.resize(std::max<std::size_t>(line.size() + 1, 34), ' ');
        line += mount.size.empty() ? "-" : printable(mount.size);
        line.resize(std::max<std::size_t>(line.size() + 1, 46), ' ');
        line += mount.dev.empty() ? "-" : printable(mount.dev);
        terminal.text(line + "\n");
    }
}

void list_mounts(const OpenedBackup& backup, bool of_servers, bool colons,
                 cli::Terminal& terminal) {
    const std::string_view between = colons ? ":" : "  ";
    terminal.text(colons ? "#Mount:Host:Device:Options\n" : "Mount  Host  Device  Options\n");
    for (const auto& mount : backup.definition.mounts) {
        const bool is_server = mount.vfs == "nfs";
        const bool is_shared = (mount.vfs == "namefs" || mount.vfs == "bind") &&
                               mount.mountopts.find("ro") == std::string::npos &&
                               mount.directory != "/proc" && !spec::names_generation(mount.dev);
        if (of_servers ? !is_server : !is_shared) continue;
        terminal.text(cat(printable(mount.directory), between, printable(mount.host), between,
                          printable(mount.dev), between, printable(mount.mountopts), "\n"));
    }
}

// JSON is UTF-8, and names are bytes: those that are not are escaped as in the manifest.
Result<void> list_json(OpenedBackup& backup, cli::Terminal& terminal) {
    const auto& said = backup.said;
    const auto& record = backup.record;
    Json whole = {{"wpar", record.wpar},
                  {"date", record.time},
                  {"host", backup.host},
                  {"architecture", record.architecture},
                  {"corral", record.corral},
                  {"grade", record.grade},
                  {"stillMilliseconds", record.still},
                  {"digest", said.digest},
                  {"base", record.base},
                  {"names", said.names},
                  {"storedNames", said.stored_names},
                  {"bytes", said.bytes},
                  {"storedBytes", said.stored},
                  {"packedBytes", said.size},
                  {"definition", spec::write_specification(backup.definition)},
                  {"packages", record.packages}};
    auto files = Json::array();
    TRY(partition::copies::each_name(backup.manifest.get(), [&](const Name& name) {
        files.push_back({{"path", escaped(name.path)},
                         {"type", std::string(1, name.type)},
                         {"how", std::string(1, name.how)},
                         {"size", name.size},
                         {"digest", name.digest},
                         {"to", escaped(name.to)}});
        return Result<void>();
    }));
    whole["files"] = std::move(files);
    terminal.text(whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    return {};
}

Result<unpack::Backup> verify_one(const OpenedBackup& backup, cli::Terminal& terminal) {
    const auto& said = backup.said;
    return unpack::verify(backup.file.get(),
                          {.progress = [&](std::uint64_t names, std::uint64_t bytes) {
                              terminal.progress(cat(names, " of ", said.stored_names, " files, ",
                                                    bytes >> 20, " of ", said.stored >> 20, " MB"));
                          }});
}

void tell_verified(const OpenedBackup& backup, cli::Terminal& terminal) {
    const auto& said = backup.said;
    terminal.line(cat("'", printable(backup.path), "': ", said.stored_names, " files with ",
                      said.stored, " bytes are as they were written"));
    if (!said.digest.empty()) terminal.line(cat(" digest: ", said.digest));
    if (said.unchanged > 0)
        terminal.line(cat(" ", said.unchanged, " files lie in the backup that it adds to: ",
                          printable(backup.record.base)));
}

}  // namespace

Result<int> list_backup(const cli::Arguments& given, cli::Terminal& terminal) {
    auto backup = TRY(partition::copies::open_backup(given.value('f')));
    if (given.has('V')) {
        TRY(verify_one(backup, terminal));
        tell_verified(backup, terminal);
        return 0;
    }
    if (given.has("json"))
        TRY(list_json(backup, terminal));
    else if (given.has('l'))
        list_facts(backup, terminal);
    else if (given.has('L'))
        for (const auto& package : backup.record.packages) terminal.text(printable(package) + "\n");
    else if (given.has('M') || given.has('N'))
        list_mounts(backup, given.has('N'), given.has('c'), terminal);
    else
        TRY(list_names(backup, TRY(given.number('b')).value_or(100), terminal));
    return 0;
}

Result<int> verify_backups(const cli::Arguments& given, cli::Terminal& terminal) {
    auto list = Json::array();
    bool whole = true;
    for (const auto& path : given.operands()) {
        const auto check = [&]() -> Result<void> {
            const auto backup = TRY(partition::copies::open_backup(path));
            TRY(verify_one(backup, terminal).within("'", printable(path), "'"));
            list.push_back({{"file", path},
                            {"intact", true},
                            {"digest", backup.said.digest},
                            {"files", backup.said.stored_names},
                            {"bytes", backup.said.stored}});
            if (!given.has("json")) tell_verified(backup, terminal);
            return {};
        };
        const auto checked = check();
        whole &= static_cast<bool>(checked);
        if (checked) continue;
        list.push_back({{"file", path}, {"intact", false}, {"why", checked.error().text}});
        if (!given.has("json")) terminal.error(checked.error());
    }
    if (given.has("json"))
        terminal.text(list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    return whole ? 0 : 1;
}

}  // namespace cmd
