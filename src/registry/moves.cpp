#include "registry/moves.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/escape.h"
#include "os/dir.h"
#include "registry/paths.h"

namespace registry {
namespace {

constexpr std::array phases = {std::string_view("copying"), std::string_view("asked"),
                               std::string_view("gone")};

std::optional<MovePhase> phase_of(std::string_view word) {
    for (std::size_t at = 0; at < phases.size(); ++at)
        if (phases[at] == word) return static_cast<MovePhase>(at);
    return std::nullopt;
}

std::string folder_of_move(const std::string& name) { return paths::moving(name); }
std::string record_of(const std::string& folder) { return cat(folder, "/record"); }

Result<void> sync_folder(const std::string& path) {
    const auto folder = TRY(os::Dir::open(path));
    if (::fsync(folder.fd()) == 0 || errno == EINVAL) return {};
    return Error::os(errno, "fsync", path);
}

// The folder itself must outlive a loss of power: replace_file syncs what is in it alone.
Result<void> keep(const std::string& path, const std::string& text) {
    const auto folder = path.substr(0, path.rfind('/'));
    TRY(os::make_dirs(folder, 0700));
    TRY(sync_folder(std::string(paths::storage)));
    TRY(sync_folder(folder.substr(0, folder.rfind('/'))));
    return os::replace_file({.path = path, .text = text, .mode = 0600});
}

std::string run_mark(const std::string& name) { return cat(paths::arriving(name), "/run"); }

bool take(MoveRecord& record, std::string_view name, const std::string& value) {
    if (name == "token") record.token = value;
    if (name == "host") record.host = value;
    if (name == "command") record.command.push_back(value);
    if (name == "boot") record.boot = value;
    if (name == "system") record.system = value == "yes";
    if (name == "active") record.active = value == "yes";
    if (name != "phase") return true;
    const auto phase = phase_of(value);
    if (phase) record.phase = *phase;
    return phase.has_value();
}

}  // namespace

std::string write(const MoveRecord& record) {
    auto text = cat("token ", escaped(record.token), "\nhost ", escaped(record.host), "\nphase ",
                    phases[static_cast<std::size_t>(record.phase)], "\nactive ", record.active,
                    "\nboot ", escaped(record.boot), "\n");
    if (record.system) text += cat("system ", *record.system, "\n");
    for (const auto& word : record.command) text += cat("command ", escaped(word), "\n");
    return text;
}

std::optional<MoveRecord> parse_move(std::string_view text) {
    MoveRecord record;
    for (const auto& line : split(text, '\n')) {
        if (line.empty()) continue;
        const auto blank = line.find(' ');
        if (blank == std::string::npos) return std::nullopt;
        auto value = unescaped(std::string_view(line).substr(blank + 1));
        if (!value || !take(record, line.substr(0, blank), *std::move(value))) return std::nullopt;
    }
    if (record.token.empty() || record.host.empty()) return std::nullopt;
    return record;
}

std::optional<MoveRecord> move_record(const std::string& name) {
    const auto text = os::read_file(record_of(folder_of_move(name)));
    return text ? parse_move(*text) : std::nullopt;
}

Result<void> save_move(const std::string& name, const MoveRecord& record) {
    return keep(record_of(folder_of_move(name)), write(record));
}

Result<void> forget_move(const std::string& name) {
    TRY(forget_moving_state(name));
    return os::remove_tree(folder_of_move(name));
}

Result<std::string> moving_state(const std::string& name, StatePlace place) {
    const auto path =
        place == StatePlace::disk ? paths::moving_state_on_disk(name) : paths::moving_state(name);
    TRY(os::make_dirs(path.substr(0, path.rfind('/')), 0700));
    return path;
}

Result<void> forget_moving_state(const std::string& name) {
    TRY(os::remove_tree(paths::moving_state(name)));
    return os::remove_tree(paths::moving_state_on_disk(name));
}

Result<void> must_be_here(const std::string& name) {
    const auto record = move_record(name);
    if (!record || record->phase == MovePhase::copying) return {};
    if (record->phase == MovePhase::gone)
        return Error{Kind::busy, cat("workload partition ", name, " was moved to ",
                                     printable(record->host), "; movewpar --confirm ", name,
                                     " removes what is left of it here, and movewpar --abort ",
                                     name, " takes it back if it is not there any more")};
    return Error{Kind::busy,
                 cat("workload partition ", name, " was being moved to ", printable(record->host),
                     " when the link was cut, and may run there; movewpar --resolve ", name,
                     " asks that host and settles it")};
}

Result<std::string> move_folder(const std::string& name) {
    const auto folder = folder_of_move(name);
    TRY(os::make_dirs(folder, 0700));
    return folder;
}

std::string boot_id() {
    const auto id = os::read_file("/proc/sys/kernel/random/boot_id");
    return id ? std::string(trim(*id)) : std::string();
}

std::optional<std::string> arrived_token(const std::string& name) {
    auto token = os::read_file(record_of(paths::arriving(name)));
    if (!token) return std::nullopt;
    return std::string(trim(*token));
}

Result<void> save_arrived(const std::string& name, const std::string& token) {
    return keep(record_of(paths::arriving(name)), cat(token, "\n"));
}

Result<void> withdraw_arrived(const std::string& name) {
    const auto path = record_of(paths::arriving(name));
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
    return Error::os(errno, "unlink", path);
}

Result<void> must_be_settled(const std::string& name) {
    if (!arrived_token(name)) return {};
    return Error{Kind::busy,
                 cat("workload partition ", name,
                     " came from another host, which may still ask for it by its name; movewpar "
                     "--resolve ",
                     name, " there settles that, and movewpar --confirm ", name,
                     " here if you know that it cannot be started there any more")};
}

Result<void> forget_arrival(const std::string& name) {
    TRY(forget_moving_state(name));
    return os::remove_tree(paths::arriving(name));
}

Result<void> save_has_run(const std::string& name, const std::string& token) {
    return keep(run_mark(name), cat(token, "\n"));
}

bool has_run(const std::string& name, const std::string& token) {
    const auto said = os::read_file(run_mark(name));
    return said && !token.empty() && trim(*said) == token;
}

Result<std::string> arrival_folder(const std::string& name) {
    const auto folder = paths::arriving(name);
    TRY(os::make_dirs(folder, 0700));
    return folder;
}

}  // namespace registry
