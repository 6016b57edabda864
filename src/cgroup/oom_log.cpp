#include "cgroup/oom_log.h"

#include "base/text.h"

namespace cgroup {
namespace {

constexpr std::size_t longest_command = 15;
constexpr std::size_t longest_line = 16384;
constexpr auto npos = std::string_view::npos;

std::optional<int> digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? std::optional(c - 'a' + 10) : std::nullopt;
}

// The log writes a backslash, and what is not printable ASCII, as \xNN.
std::string unescape(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text.substr(at, 2) == "\\x" && at + 3 < text.size();
        const auto high = escape ? digit(text[at + 2]) : std::nullopt;
        const auto low = escape ? digit(text[at + 3]) : std::nullopt;
        plain += high && low ? static_cast<char>(*high * 16 + *low) : text[at];
        if (high && low) at += 3;
    }
    return plain;
}

// Cuts ",KEY=NUMBER" off the end.
std::optional<std::uint64_t> take_last(std::string_view& text, std::string_view key) {
    const auto at = text.rfind(key);
    if (at == npos) return std::nullopt;
    const auto number = to_number(text.substr(at + key.size()));
    if (number && *number <= UINT32_MAX) text.remove_suffix(text.size() - at);
    return number && *number <= UINT32_MAX ? number : std::nullopt;
}

struct Line {  // ",task_memcg=" and what is before and behind its value
    std::string_view head = {};
    std::string_view group = {};
    std::string_view tail = {};
};

// The first of its keys is the kernel's: only names of other containers' groups come before it, and those of ours are
// plain. Where a forged one comes first, the true one makes `tail` too long for a command.
std::optional<Line> cut(std::string_view text, const LoggedGroup& wanted) {
    constexpr std::string_view key = ",task_memcg=";
    constexpr std::string_view next = ",task=";
    const auto at = text.find(key);
    if (at == npos) return std::nullopt;
    const auto value = text.substr(at + key.size());
    const auto end = value.find(next);
    if (end == npos) return std::nullopt;
    const auto group = value.substr(0, end);
    const bool ours = wanted.whole
                          ? group == wanted.path
                          : group.size() >= wanted.path.size() &&
                                group.substr(group.size() - wanted.path.size()) == wanted.path &&
                                group.find(',') == npos;
    if (!ours || wanted.path.empty()) return std::nullopt;
    return Line{text.substr(0, at), group, value.substr(end + next.size())};
}

// Nothing when the line names neither the machine nor a group that the victim is in.
std::optional<OomVictim::Limit> limit_in(const Line& line) {
    using Limit = OomVictim::Limit;
    constexpr std::string_view key = ",oom_memcg=";
    constexpr std::string_view global = ",global_oom";
    const auto at = line.head.find(key);
    if (at != npos) {
        const auto group = line.head.substr(at + key.size());
        if (group == line.group) return Limit::own;
        const bool above = group == "/" || (line.group.size() > group.size() &&
                                            line.group.substr(0, group.size()) == group &&
                                            line.group[group.size()] == '/');
        return above ? std::optional(Limit::above) : std::nullopt;
    }
    const bool machine = line.head.size() >= global.size() &&
                         line.head.substr(line.head.size() - global.size()) == global;
    return machine ? std::optional(Limit::machine) : std::nullopt;
}

std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key,
                                          std::string_view end) {
    const auto at = text.find(key);
    if (at == npos) return std::nullopt;
    const auto value = text.substr(at + key.size());
    return to_number(value.substr(0, value.find(end)));
}

// "Memory cgroup out of memory: Killed process 17 (perl) total-vm:37444kB, anon-rss:27504kB, file-rss:3656kB,
// shmem-rss:0kB, UID:0 pgtables:108kB oom_score_adj:0". The last parenthesis is the kernel's.
std::optional<OomVictim> parse_kill(std::string_view text) {
    using Limit = OomVictim::Limit;
    constexpr std::string_view killed = "Killed process ";
    OomVictim victim;
    for (const auto& [start, limit] :
         {std::pair<std::string_view, Limit>{"Memory cgroup out of memory: ", Limit::own},
          std::pair<std::string_view, Limit>{"Out of memory: ", Limit::machine}}) {
        if (text.substr(0, start.size()) != start) continue;
        if (text.substr(start.size(), killed.size()) != killed) return std::nullopt;
        victim.limit = limit;
        text.remove_prefix(start.size() + killed.size());
        const auto open = text.find(" (");
        const auto close = text.rfind(") total-vm:");
        if (open == npos || close == npos || close < open + 2) return std::nullopt;
        const auto pid = to_number(text.substr(0, open));
        const auto uid = number_after(text.substr(close), " UID:", " ");
        victim.command = unescape(text.substr(open + 2, close - open - 2));
        if (!pid || *pid == 0 || *pid > INT32_MAX || !uid || *uid > UINT32_MAX ||
            victim.command.size() > longest_command)
            return std::nullopt;
        victim.pid = static_cast<pid_t>(*pid);
        victim.uid = static_cast<uid_t>(*uid);
        std::uint64_t sum = 0;
        for (const std::string_view key : {", anon-rss:", ", file-rss:", ", shmem-rss:"})
            sum += number_after(text.substr(close), key, "kB").value_or(0);
        victim.memory_bytes = sum * 1024;
        return victim;
    }
    return std::nullopt;
}

}  // namespace

// "6,2203,12174355290,-;TEXT", then lines " KEY=VALUE" about a device.
struct OomLog::Record {
    std::uint64_t sequence = 0;
    bool continues = false;
    std::string_view text = {};

    static std::optional<Record> parse(std::string_view record) {
        const auto end = record.find(';');
        if (end == npos) return std::nullopt;
        const auto fields = split(record.substr(0, end), ',');
        if (fields.size() < 4) return std::nullopt;
        const auto number = to_number(fields[1]);
        const auto priority = to_number(fields[0]);
        // more than that is a program's line: /dev/kmsg takes them, too
        constexpr std::uint64_t kernels_last = 7;
        if (!number || !priority || *priority > kernels_last) return std::nullopt;
        auto text = record.substr(end + 1);
        text = text.substr(0, text.find('\n'));
        return Record{*number, fields[3] == "c", text};
    }
};

void OomLog::take(std::string_view record) {
    const auto parsed = Record::parse(record);
    if (!parsed || (sequence_ != 0 && parsed->sequence <= sequence_)) return;
    sequence_ = parsed->sequence;
    constexpr std::string_view summary = "oom-kill:constraint=";
    if (parsed->text.substr(0, summary.size()) == summary)
        begun_ = parsed->text;
    else if (parsed->continues && !begun_.empty() && begun_.size() < longest_line)
        begun_ += parsed->text;
    else
        return add_kill(*parsed);
    add_summary(*parsed);
}

void OomLog::add_summary(const Record& record) {
    const auto line = cut(begun_, group_);
    if (!line) return;
    auto command = line->tail;
    const auto uid = take_last(command, ",uid=");
    const auto pid = uid ? take_last(command, ",pid=") : std::nullopt;
    const auto limit = limit_in(*line);
    if (!pid || !limit || *pid == 0 || *pid > INT32_MAX) return;
    OomVictim victim;
    victim.sequence = record.sequence;
    victim.command = unescape(command);
    victim.pid = static_cast<pid_t>(*pid);
    victim.uid = static_cast<uid_t>(*uid);
    victim.limit = *limit;
    if (victim.command.size() > longest_command) return;
    victims_.push_back(std::move(victim));
    begun_.clear();
}

// It follows the summary, maybe not at once, where there is one.
void OomLog::add_kill(const Record& record) {
    auto killed = parse_kill(record.text);
    if (!killed) return;
    if (!complete() && victims_.back().pid == killed->pid) {
        victims_.back().memory_bytes = killed->memory_bytes;
        return;
    }
    const bool ours =
        killed->uid >= group_.first_uid && killed->uid - group_.first_uid < group_.uids;
    if (!ours) return;
    killed->sequence = record.sequence;
    victims_.push_back(*std::move(killed));
}

}  // namespace cgroup
