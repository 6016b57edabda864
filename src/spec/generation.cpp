#include "spec/generation.h"

#include <algorithm>

#include "base/text.h"

namespace spec {
namespace {

constexpr std::string_view word = "generation";
constexpr std::uint64_t largest = 999'999'999;

}  // namespace

std::optional<unsigned> generation_of(std::string_view dev) {
    if (!dev.starts_with(word)) return std::nullopt;
    dev.remove_prefix(word.size());
    if (dev.empty() || dev == ":newest") return newest_generation;
    if (!dev.starts_with(':') || dev.starts_with(":0")) return std::nullopt;
    const auto number = to_number(dev.substr(1));
    if (!number || *number > largest) return std::nullopt;
    return static_cast<unsigned>(*number);
}

std::string generation_dev(unsigned number) {
    return number == newest_generation ? std::string(word) : cat(word, ":", number);
}

bool names_generation(std::string_view dev) { return dev.starts_with(word); }

std::vector<unsigned> generations_of(const Definition& definition) {
    std::vector<unsigned> found;
    for (const auto& mount : definition.mounts)
        if (const auto number = generation_of(mount.dev);
            number && std::find(found.begin(), found.end(), *number) == found.end())
            found.push_back(*number);
    return found;
}

}  // namespace spec
