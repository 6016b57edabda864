#include <nlohmann/json.hpp>

#include "cli/listing.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;
using registry::Listed;

Json value(const Field& field, const std::string& text) {
    switch (field.as) {
        case Field::As::yes_no:
            return text == "yes";
        case Field::As::number:
            if (const auto number = to_number(text)) return *number;
            return nullptr;
        case Field::As::list:
            return text.empty() ? Json::array() : Json(split(text, ','));
        case Field::As::text:
            break;
    }
    return text;
}

Json object(Sheet sheet, std::span<const std::size_t> columns, const Record& record) {
    auto object = Json::object();
    for (const auto at : columns) {
        const auto& field = fields(sheet)[at];
        object[std::string(field.name)] = value(field, record[at]);
    }
    return object;
}

// A name from a damaged file may hold any bytes.
std::string written(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::size_t> columns_after(Sheet sheet, std::string_view last_skipped) {
    std::vector<std::size_t> columns;
    bool skipping = true;
    for (std::size_t at = 0; at < fields(sheet).size(); ++at) {
        if (!skipping) columns.push_back(at);
        if (fields(sheet)[at].name == last_skipped) skipping = false;
    }
    return columns;
}

Json members(Sheet sheet, const Listed& wpar) {
    auto list = Json::array();
    for (const auto& record : records(sheet, wpar))
        list.push_back(object(sheet, columns_after(sheet, "name"), record));
    return list;
}

Json one(Sheet sheet, const Listed& wpar, std::string_view last_skipped) {
    return object(sheet, columns_after(sheet, last_skipped), records(sheet, wpar).front());
}

Json value(const Listed::Count& count) { return count ? Json(*count) : Json(); }

Json value(const Listed::Usage& usage) {
    return {{"memory_bytes", value(usage.memory_bytes)},
            {"memory_peak_bytes", value(usage.memory_peak_bytes)},
            {"swap_bytes", value(usage.swap_bytes)},
            {"cpu_microseconds", value(usage.cpu_microseconds)},
            {"cpu_throttled_microseconds", value(usage.cpu_throttled_microseconds)},
            {"tasks", value(usage.tasks)},
            {"tasks_peak", value(usage.tasks_peak)},
            {"refused_forks", value(usage.refused_forks)}};
}

Json value(const Listed::MemoryEvents& events) {
    return {{"low", value(events.low)},
            {"high", value(events.high)},
            {"max", value(events.max)},
            {"oom", value(events.oom)},
            {"oom_kill", value(events.oom_kill)}};
}

Json value(const std::optional<Listed::Stall>& stall) {
    if (!stall) return nullptr;
    return {{"avg10", stall->avg10},
            {"avg60", stall->avg60},
            {"avg300", stall->avg300},
            {"total_microseconds", stall->total_microseconds}};
}

void add_usage(Json& to, const Listed& wpar) {
    if (!wpar.usage) return;
    to["usage"] = value(*wpar.usage);
    to["memory_events"] = wpar.memory_events ? value(*wpar.memory_events) : Json();
    Json pressure = {{"cpu", nullptr}, {"memory", nullptr}, {"io", nullptr}};
    for (const auto& one : wpar.pressure)
        pressure[one.resource] = {{"some", value(one.some)}, {"full", value(one.full)}};
    to["pressure"] = std::move(pressure);
    if (!wpar.no_pressure.empty()) to["no_pressure"] = wpar.no_pressure;
}

void add_blockers(Json& to, const Listed& wpar) {
    if (wpar.blockers) to["blockers"] = members(Sheet::blockers, wpar);
}

Json everything(const Listed& wpar) {
    Json whole = {{"name", wpar.name()},
                  {"state", std::string(1, static_cast<char>(wpar.status.state))},
                  {"reason", wpar.status.reason}};
    if (!wpar.status.image.empty()) whole["image"] = wpar.status.image;
    whole["general"] = one(Sheet::general, wpar, "state");
    whole["network"] = members(Sheet::network, wpar);
    whole["routes"] = members(Sheet::routes, wpar);
    whole["filesystems"] = members(Sheet::mounts, wpar);
    whole["resources"] = one(Sheet::resources, wpar, "state");
    whole["operation"] = one(Sheet::operation, wpar, "name");
    whole["security"] = one(Sheet::security, wpar, "state");
    whole["devices"] = members(Sheet::devices, wpar);
    whole["kernel_extensions"] = members(Sheet::extensions, wpar);
    add_usage(whole, wpar);
    add_blockers(whole, wpar);
    return whole;
}

}  // namespace

std::string show_json(Sheet sheet, std::span<const std::size_t> columns,
                      std::span<const Listed> wpars) {
    auto list = Json::array();
    for (const auto& wpar : wpars)
        for (const auto& record : records(sheet, wpar)) {
            list.push_back(object(sheet, columns, record));
            if (sheet == Sheet::general && !wpar.status.reason.empty())
                list.back()["reason"] = wpar.status.reason;
            if (sheet == Sheet::general && !wpar.status.image.empty())
                list.back()["image"] = wpar.status.image;
            if (sheet == Sheet::general) add_blockers(list.back(), wpar);
            // who names fields gets these
            if (sheet == Sheet::resources && columns.size() == fields(sheet).size())
                add_usage(list.back(), wpar);
        }
    return written(list);
}

std::string show_long_json(std::span<const Listed> wpars) {
    auto list = Json::array();
    for (const auto& wpar : wpars) list.push_back(everything(wpar));
    return written(list);
}

}  // namespace cli
