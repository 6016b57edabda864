// What a WPAR's root part was filled with: kept outside of its reach, so that a later synchronisation can tell what was
// changed inside from what has become old. dpkg's database is not in it: a shared WPAR's equals the global one.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace rootpart {

enum class Sort : char { file = 'f', link = 'l', directory = 'd', other = 'o' };

/// One path of a root part. Mode and owner of a link mean nothing.
struct Entry {
    Sort sort = Sort::other;
    mode_t mode = 0;
    uid_t uid = 0;
    gid_t gid = 0;
    std::uint64_t size = 0;
    std::string content = {};  // of a file its MD5, of a link where it leads

    bool same_content(const Entry& other) const {
        return sort == other.sort && sort != Sort::other && content == other.content;
    }
    bool same_nature(const Entry& other) const {  // who may do what with it
        return sort == Sort::link || (mode == other.mode && uid == other.uid && gid == other.gid);
    }
};
using Entries = std::map<std::string, Entry>;  // "etc/hosts"

struct Manifest {
    std::string level = {};  // MD5 of the package database's status
    Entries entries = {};
    // texts that are merged line by line
    std::string passwd = {};
    std::string group = {};
    std::string statoverride = {};
    std::string diversions = {};
};

std::string manifest_text(const Manifest& manifest);
Result<Manifest> parse_manifest(std::string_view text);

/// Of a populated tree that nobody changes meanwhile; `left_out` are directories of others ("var/www").
Result<Manifest> survey(const os::Dir& tree, const std::vector<std::string>& left_out = {});

/// Which software a tree holds: equal as long as no package came, went or changed. Empty: no package database.
std::string software_level(const os::Dir& tree);

}  // namespace rootpart
