#include <nlohmann/json.hpp>

#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/mobility/move.h"

namespace cmd {
namespace {

Result<partition::mobility::Devices> devices_of(const cli::Arguments& given) {
    partition::mobility::Devices devices;
    for (const auto& pair : given.values('N')) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size() ||
            has_control(pair))
            return Error{Kind::invalid, cat("flag -N takes HERE=THERE, as in en0=eth1, not '",
                                            printable(pair), "'")};
        devices[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    return devices;
}

Result<std::optional<partition::mobility::Settle>> settling(const cli::Arguments& given) {
    std::optional<partition::mobility::Settle> how;
    int count = 0;
    for (const auto& [flag, meaning] : {std::pair("resolve", partition::mobility::Settle::ask),
                                        {"confirm", partition::mobility::Settle::confirm},
                                        {"abort", partition::mobility::Settle::abort}})
        if (given.has(flag)) {
            how = meaning;
            ++count;
        }
    if (count > 1)
        return Error{Kind::invalid, "--resolve, --confirm and --abort exclude one another"};
    if (how && given.operands().size() > 1)
        return Error{Kind::invalid, "which host it was on its way to is known; leave it out"};
    if (!how && given.operands().size() < 2)
        return Error{Kind::invalid, "where to? movewpar NAME root@HOST"};
    return how;
}

Error not_a_time(const std::string& text) {
    return {Kind::invalid, cat("flag --max-downtime takes a time, as in 500ms or 2s, not '",
                               printable(text), "'")};
}

Result<std::optional<std::chrono::milliseconds>> most_down(const cli::Arguments& given) {
    if (!given.has("max-downtime")) return std::nullopt;
    constexpr std::uint64_t longest = 24UL * 3600 * 1000;
    const auto text = given.value("max-downtime");
    const bool fine = text.ends_with("ms");
    if (!fine && !text.ends_with('s')) return not_a_time(text);
    const auto number = to_number(std::string_view(text).substr(0, text.size() - (fine ? 2 : 1)));
    if (!number || *number == 0 || *number > longest) return not_a_time(text);
    if (given.has('s'))
        return Error{Kind::invalid,
                     "--max-downtime is about what runs; with -s nothing of it comes along"};
    return std::chrono::milliseconds(fine ? *number : *number * 1000);
}

void print_json(const partition::mobility::Moved& moved, cli::Terminal& terminal) {
    nlohmann::ordered_json whole = {{"movable", moved.movable},
                                    {"moved", moved.moved},
                                    {"findings", nlohmann::ordered_json::array()},
                                    {"phases", nlohmann::ordered_json::array()}};
    for (const auto& finding : moved.findings)
        whole["findings"].push_back({{"stops", finding.stops}, {"text", finding.text}});
    for (const auto& phase : moved.phases)
        whole["phases"].push_back(
            {{"phase", phase.what}, {"milliseconds", phase.milliseconds}, {"bytes", phase.bytes}});
    if (!moved.method.empty()) whole["method"] = moved.method;
    if (moved.predicted) whole["predicted"] = *moved.predicted;
    whole["down"] = moved.down;
    terminal.line(whole.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace));
}

void print_verdict(const partition::mobility::Moved& moved,
                   const partition::mobility::MoveCall& call, cli::Terminal& terminal) {
    for (const auto& finding : moved.findings)
        terminal.line(cat(finding.stops ? "  stops it: " : "  note: ", finding.text));
    terminal.line(cat("movewpar: ", call.name, moved.movable ? " can" : " cannot", " move to ",
                      call.to.host));
}

}  // namespace

Result<int> move(const cli::Arguments& given, cli::Terminal& terminal) {
    auto how = manner(given, terminal);
    const auto settle = TRY(settling(given));
    const auto& name = given.operand();
    if (settle) {
        TRY(partition::mobility::settle_move(name, *settle, how));
        return 0;
    }
    how.dry_run = given.has('n') || given.has("dry-run");
    if (given.has("json")) how.observer.say = {};
    const partition::mobility::MoveCall call{.name = name,
                                             .to = {given.operands()[1], words(given.value('e'))},
                                             .stop = given.has('s'),
                                             .keep = given.has('k'),
                                             .trust = given.has("trust"),
                                             .devices = TRY(devices_of(given)),
                                             .most_down = TRY(most_down(given))};
    const auto moved = TRY(partition::mobility::move(call, how));
    if (given.has("json"))
        print_json(moved, terminal);
    else if (how.dry_run)
        print_verdict(moved, call, terminal);
    else
        terminal.line(cat(
            "movewpar: ", name, " is on ", call.to.host, " now",
            moved.down > 0 ? cat("; it was down for ", moved.down, " ms") : "",
            moved.down > 0 && moved.predicted ? cat(" (predicted: ", *moved.predicted, ")") : ""));
    return how.dry_run && !moved.movable ? 1 : 0;
}

}  // namespace cmd
