#include "init/command.h"

#include <grp.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "session/account.h"

namespace init {
namespace {

constexpr std::size_t longest_list = 1 << 20;

std::optional<gid_t> find_group(std::string_view group, std::string_view name) {
    for (const auto& line : split(group, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() < 3 || fields[0] != name) continue;
        if (const auto id = to_number(fields[2])) return static_cast<gid_t>(*id);
    }
    return std::nullopt;
}

Result<gid_t> group_of(const os::Dir& root, const std::string& name) {
    if (const auto number = to_number(name)) return static_cast<gid_t>(*number);
    const auto list = root.read("etc/group", longest_list);
    const auto found = list ? find_group(*list, name) : std::nullopt;
    if (found) return *found;
    return Error{Kind::missing, cat("group '", printable(name), "' is not in /etc/group")};
}

Result<Identity> user_of(const os::Dir& root, const std::string& name) {
    const auto list = root.read("etc/passwd", longest_list);
    if (const auto number = to_number(name)) return Identity{static_cast<uid_t>(*number), 0, {}};
    const auto found = list ? session::find_account(*list, name) : std::nullopt;
    if (!found)
        return Error{Kind::missing, cat("user '", printable(name), "' is not in /etc/passwd")};
    const auto groups = root.read("etc/group", longest_list);
    return Identity{found->uid, found->gid,
                    session::groups_of(groups ? *groups : std::string(), name, found->gid)};
}

Result<void> become(const Identity& who) {
    if (::setgroups(who.groups.size(), who.groups.data()) != 0)
        return Error::os(errno, "setgroups", "");
    if (::setresgid(who.gid, who.gid, who.gid) != 0)
        return Error::os(errno, "setgid", std::to_string(who.gid));
    if (::setresuid(who.uid, who.uid, who.uid) != 0)
        return Error::os(errno, "setuid", std::to_string(who.uid));
    return {};
}

Result<void> prepare(const Command& command) {
    const auto& directory = command.directory.empty() ? std::string("/") : command.directory;
    if (!command.user.empty()) TRY(become(TRY(identity_of(TRY(os::Dir::open("/")), command.user))));
    if (::chdir(directory.c_str()) == 0) return {};
    return Error::os(errno, "chdir", directory);
}

}  // namespace

Result<Identity> identity_of(const os::Dir& root, const std::string& user) {
    const auto parts = split(user, ':');
    auto who = TRY(user_of(root, parts.front()));
    if (parts.size() < 2 || parts[1].empty()) return who;
    who.gid = TRY(group_of(root, parts[1]));
    who.groups.clear();
    return who;
}

Error run(const Command& command) {
    const auto prepared = prepare(command);
    if (!prepared) return prepared.error();
    std::vector<char*> words;
    for (const auto& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words.front(), words.data());
    return Error::os(errno, "execute", command.words.front());
}

}  // namespace init
