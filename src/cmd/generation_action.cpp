#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/size.h"
#include "base/time.h"
#include "cli/table.h"
#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/generation_make.h"
#include "partition/software/generation_list.h"

namespace cmd {
namespace {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

Error wrong(std::string text) { return {Kind::invalid, std::move(text)}; }

Result<unsigned> number_of(const std::string& word) {
    const auto number = to_number(word);
    if (number && *number > 0 && *number < 1'000'000'000) return static_cast<unsigned>(*number);
    return wrong(cat("'", printable(word), "' is not the number of a generation"));
}

Result<unsigned> side_of(const std::string& word) {
    return word == "live" ? Result<unsigned>(partition::software::live) : number_of(word);
}

// Each verb has flags of its own.
Result<void> only(const cli::Arguments& given, std::string_view verb,
                  std::initializer_list<std::string_view> allowed) {
    for (const std::string_view flag : {"f", "k", "v", "unused", "json", "dry-run"})
        if (given.has(flag) && std::find(allowed.begin(), allowed.end(), flag) == allowed.end())
            return wrong(
                cat("flag ", flag.size() == 1 ? "-" : "--", flag, " makes no sense with ", verb));
    return {};
}

std::string megabytes(std::uint64_t bytes) { return cat((bytes + (1 << 20) - 1) >> 20, "M"); }

Json object(const partition::software::ListedGeneration& one) {
    const auto& record = one.record;
    return {{"number", record.number},
            {"date", record.date},
            {"form", generation::word(record.form)},
            {"packages", record.packages},
            {"files", record.files},
            {"bytes", record.bytes},
            {"disk", one.disk},
            {"package_digest", record.package_digest},
            {"content_digest", record.content_digest},
            {"wpars", one.wpars}};
}

std::string as_json(const std::vector<partition::software::ListedGeneration>& all) {
    auto list = Json::array();
    for (const auto& one : all) list.push_back(object(one));
    return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string as_text(const std::vector<partition::software::ListedGeneration>& all, bool digests) {
    cli::Table table = {
        .titles = {"Number", "Made", "Form", "Packages", "Files", "Size", "Disk", "Used by"}};
    if (digests) table.titles.emplace_back("Digest");
    for (const auto& one : all) {
        const auto& record = one.record;
        Words row = {cat(record.number),
                     local_time(record.date, "%F %H:%M"),
                     std::string(generation::word(record.form)),
                     cat(record.packages),
                     cat(record.files),
                     megabytes(record.bytes),
                     megabytes(one.disk),
                     one.wpars.empty() ? "-" : join(one.wpars, ",")};
        if (digests) row.push_back(cat(record.package_digest, ":", record.content_digest));
        table.rows.push_back(std::move(row));
    }
    return cli::aligned(table, true);
}

Result<int> create_one(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(only(given, "create", {"f", "k", "v", "dry-run"}));
    if (given.operands().size() > 1) return wrong("create takes no operand");
    partition::MakeGeneration call = {.force = given.has('f')};
    if (given.has('k')) call.form = TRY(generation::parse_form(given.value('k')).within("-k"));
    TRY(partition::create_generation(call, manner(given, terminal)));
    return 0;
}

Result<int> list_all(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(only(given, "list", {"v", "json"}));
    if (given.operands().size() > 1) return wrong("list takes no operand");
    const auto all = TRY(partition::software::list_generations());
    terminal.text(given.has("json") ? as_json(all) : as_text(all, given.has('v')));
    return 0;
}

Result<int> remove_some(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(only(given, "remove", {"v", "unused", "dry-run"}));
    partition::software::RemoveGenerations call = {.unused = given.has("unused")};
    for (const auto& word : std::span(given.operands()).subspan(1))
        call.numbers.push_back(TRY(number_of(word)));
    if (call.unused != call.numbers.empty())
        return wrong("remove needs either numbers or --unused");
    TRY(partition::software::remove_generations(call, manner(given, terminal)));
    return 0;
}

std::string line_of(const generation::PackageChange& change) {
    if (change.before.empty()) return cat("+ ", change.name, " ", change.after);
    if (change.after.empty()) return cat("- ", change.name, " ", change.before);
    return cat("~ ", change.name, " ", change.before, " -> ", change.after);
}

Result<int> show_difference(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(only(given, "diff", {"v"}));
    const auto& words = given.operands();
    if (words.size() < 2 || words.size() > 3)
        return wrong(
            "diff needs one number, which is compared with the global environment, or two");
    const auto difference = TRY(partition::software::compare_generations(
        {.before = TRY(side_of(words[1])),
         .after = words.size() > 2 ? TRY(side_of(words[2])) : partition::software::live,
         .files = given.has('v')}));
    for (const auto& change : difference.packages)
        terminal.text(cat(printable(line_of(change)), "\n"));
    const auto count = difference.files.size();
    if (!given.has('v') && difference.packages.empty() && count != 0) {
        terminal.line(cat("No package differs, but ", count,
                          count == 1 ? " file does" : " files do", "; -v lists them."));
        return 0;
    }
    if (!given.has('v')) return 0;
    for (const auto& change : difference.files)
        terminal.text(cat(change.sign, " ", printable(change.path), "\n"));
    return 0;
}

}  // namespace

Result<int> generations(const cli::Arguments& given, cli::Terminal& terminal) {
    const auto& verb = given.operand();
    if (verb == "create") return create_one(given, terminal);
    if (verb == "list") return list_all(given, terminal);
    if (verb == "remove") return remove_some(given, terminal);
    if (verb == "diff") return show_difference(given, terminal);
    return wrong(cat("'", printable(verb), "' is none of create, list, remove and diff"));
}

}  // namespace cmd
