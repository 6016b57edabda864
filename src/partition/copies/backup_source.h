// Backups as they are read: opened, described by the confined program, and what they say of themselves judged here.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "partition/copies/backup_record.h"
#include "spec/definition.h"
#include "unpack/backup.h"

namespace partition::copies {

struct OpenedBackup {
    std::string path = {};
    UniqueFd file;      // of a pipe or device a copy without a name
    UniqueFd manifest;  // at its beginning
    unpack::Backup said = {};
    BackupRecord record = {};
    spec::Definition definition = {};
    std::string host = {};  // image.data's UNAME_INFO
};
/// "-" is standard input, which must not be a terminal.
Result<OpenedBackup> open_backup(const std::string& path);
/// A backup, and the increments over it in the order they were made. Kind::invalid when one does not follow the one before.
Result<std::vector<OpenedBackup>> open_chain(const std::vector<std::string>& paths);

/// AIX's lines about a volume; `blocks` of 512 bytes are its cluster.
std::vector<std::string> banner(const OpenedBackup& backup, std::uint64_t blocks);
/// Those of the three members in front, as they are restored.
std::vector<std::string> front_lines(const OpenedBackup& backup);

/// Lines of packages that the other side has not, or has in another version: "NAME: VERSION there, VERSION here".
std::vector<std::string> differing_packages(const BackupRecord& record,
                                            const std::vector<std::string>& here);

}  // namespace partition::copies
