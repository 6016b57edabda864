#include "rootpart/merge_texts.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/text.h"

namespace rootpart {
namespace {

std::vector<std::string> blocks_of(std::string_view text, std::size_t size) {
    std::vector<std::string> blocks;
    std::size_t number = 0;
    for (const auto& line : split(text, '\n')) {
        if (line.empty()) continue;
        if (number++ % size == 0) blocks.emplace_back();
        blocks.back() += line + "\n";
    }
    return blocks;
}

std::map<std::string, std::string> records_of(std::string_view text) {
    std::map<std::string, std::string> records;
    std::string record;
    const auto put = [&] {
        const auto name = record.substr(0, record.find('\n'));
        if (name.starts_with("Name:")) (void)records.emplace(name, record);
        record.clear();
    };
    for (const auto& line : split(text, '\n')) {
        if (line.empty())
            put();
        else
            record += line + "\n";
    }
    put();
    return records;
}

}  // namespace

std::string merge_lines(std::string_view inside, std::string_view wanted,
                        std::string_view delivered, std::size_t size) {
    const auto there = blocks_of(inside, size);
    const auto given = blocks_of(delivered, size);
    auto merged = blocks_of(wanted, size);
    const auto holds = [](const std::vector<std::string>& blocks, const std::string& one) {
        return std::find(blocks.begin(), blocks.end(), one) != blocks.end();
    };
    std::erase_if(merged, [&](const std::string& block) {
        return holds(given, block) && !holds(there, block);
    });
    for (const auto& block : there)
        if (!holds(given, block) && !holds(merged, block)) merged.push_back(block);
    return join(merged, "");
}

std::string merge_records(std::string_view first, std::string_view second) {
    auto records = records_of(first);
    records.merge(records_of(second));
    std::string text;
    for (const auto& [name, record] : records) text += record + "\n";
    return text;
}

}  // namespace rootpart
