#include "registry/journal.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "os/dir.h"
#include "os/interrupt.h"
#include "registry/paths.h"

namespace registry {
namespace {

constexpr std::string_view broken_verb = "broken";

// One record a line, fields separated by tabs; tabs, newlines and backslashes escaped.
std::string escape(std::string_view field) {
    std::string escaped;
    for (const char c : field) {
        if (c == '\t')
            escaped += "\\t";
        else if (c == '\n')
            escaped += "\\n";
        else if (c == '\\')
            escaped += "\\\\";
        else
            escaped += c;
    }
    return escaped;
}

std::string unescape(std::string_view field) {
    std::string plain;
    for (std::size_t at = 0; at < field.size(); ++at) {
        if (field[at] != '\\' || at + 1 == field.size()) {
            plain += field[at];
            continue;
        }
        const char next = field[++at];
        plain += next == 't' ? '\t' : next == 'n' ? '\n' : next;
    }
    return plain;
}

std::string line_of(const Record& record) {
    std::string line = escape(record.reverse);
    for (const auto& argument : record.arguments) line += cat("\t", escape(argument));
    return line + "\n";
}

Result<void> sync(int fd, const std::string& path) {
    if (::fsync(fd) == 0) return {};
    return Error::os(errno, "fsync", path);
}

// A line cut short was never followed by its step.
std::string_view whole_lines(std::string_view text) { return text.substr(0, text.rfind('\n') + 1); }

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

Result<void> sync_folder(const std::string& folder) {
    return sync(TRY(os::Dir::open(folder)).fd(), folder);
}

// A journal in a folder that a power loss takes away would be no journal.
Result<void> make_folder(const std::string& folder, Lifetime lifetime) {
    if (os::exists(folder)) return {};
    TRY(os::make_dirs(folder, 0755));
    if (lifetime == Lifetime::boot) return {};
    for (auto above = folder_of(folder); above.size() > 1; above = folder_of(above))
        TRY(sync_folder(above));
    return {};
}

// An ordinary user's lswpar has to see state B. No record holds more than the definitions that all may read.
void let_all_read(int fd) { (void)::fchmod(fd, 0644); }

std::uint64_t told(const char* variable, std::uint64_t otherwise) {
    const char* text = ::getenv(variable);
    return text != nullptr ? to_number(text).value_or(otherwise) : otherwise;
}

// A crash, or another signal, at the step of that number: for the tests that walk them all.
void crash_when_told() {
    static const auto step = told("CORRAL_CRASH_AT_STEP", 0);
    static std::uint64_t count = 0;
    if (step != 0 && ++count == step)
        (void)::raise(static_cast<int>(told("CORRAL_CRASH_SIGNAL", SIGKILL)));
}

}  // namespace

Result<Journal> Journal::begin(const std::string& name, Lifetime lifetime) {
    const bool persistent = lifetime == Lifetime::persistent;
    const auto path = persistent ? paths::journal(name) : paths::volatile_journal(name);
    const auto folder = folder_of(path);
    TRY(make_folder(folder, lifetime));
    UniqueFd fd(::open(path.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return Error::os(errno, "create", path);
    let_all_read(fd.get());
    if (persistent) TRY(sync_folder(folder));
    return Journal(std::move(fd), path, lifetime);
}

Result<void> Journal::append(const Record& record) {
    const auto line = line_of(record);
    const auto put = ::write(fd_.get(), line.data(), line.size());
    if (put != static_cast<ssize_t>(line.size()))
        return Error::os(put < 0 ? errno : ENOSPC, "write", path_);
    if (lifetime_ == Lifetime::persistent) TRY(sync(fd_.get(), path_));
    return {};
}

Result<void> Journal::will(const Record& record) {
    TRY(os::heed_interrupt());
    TRY(append(record));
    crash_when_told();
    return {};
}

Result<void> pause_point() {
    TRY(os::heed_interrupt());
    crash_when_told();
    return {};
}

Result<void> Journal::step() { return pause_point(); }

Result<void> Journal::done() {
    crash_when_told();
    TRY(remove_journal(path_));
    crash_when_told();
    if (lifetime_ == Lifetime::persistent) return sync_folder(folder_of(path_));
    return {};
}

Result<void> Journal::broken(std::string_view reason) {
    return append({std::string(broken_verb), {std::string(reason)}});
}

Result<std::optional<std::vector<Record>>> read_journal(const std::string& path) {
    const auto text = os::read_file(path);
    if (!text && text.error().kind == Kind::missing) return std::optional<std::vector<Record>>();
    if (!text) return text.error();
    std::vector<Record> records;
    for (const auto& line : split(whole_lines(*text), '\n')) {
        if (line.empty()) continue;
        auto fields = split(line, '\t');
        Record record{unescape(fields.front()), {}};
        for (std::size_t at = 1; at < fields.size(); ++at)
            record.arguments.push_back(unescape(fields[at]));
        records.push_back(std::move(record));
    }
    return std::optional(std::move(records));
}

Result<void> remove_journal(const std::string& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
    return Error::os(errno, "unlink", path);
}

std::vector<std::string> journal_names() {
    std::vector<std::string> names;
    for (const auto root : {paths::runtime, paths::storage}) {
        const auto folder = os::Dir::open(cat(root, "/.journal"));
        const auto entries = folder ? folder->entries() : folder.error();
        if (entries)
            names.insert(names.end(), entries->begin(),
                         entries->end());  // else there never was one
    }
    return names;
}

std::optional<std::string> broken_reason(const std::string& name) {
    for (const auto& path : {paths::journal(name), paths::volatile_journal(name)}) {
        const auto records = read_journal(path);
        if (!records || !*records) continue;
        for (auto record = (*records)->rbegin(); record != (*records)->rend(); ++record)
            if (record->reverse == broken_verb && !record->arguments.empty())
                return record->arguments.front();
    }
    return std::nullopt;
}

Result<void> mark_broken(const std::string& name, std::string_view reason) {
    if (broken_reason(name) == reason) return {};  // tried again in vain
    const auto persistent = paths::journal(name);
    const auto path = os::exists(persistent) ? persistent : paths::volatile_journal(name);
    TRY(os::make_dirs(folder_of(path), 0755));
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!fd) return Error::os(errno, "open", path);
    let_all_read(fd.get());
    // a line cut short must never be taken for a whole one
    if (::ftruncate(fd.get(), static_cast<off_t>(whole_lines(TRY(os::read_file(path))).size())) !=
        0)
        return Error::os(errno, "truncate", path);
    const auto line = line_of({std::string(broken_verb), {std::string(reason)}});
    if (::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        return Error::os(errno, "write", path);
    return {};
}

}  // namespace registry
