// What root inside a WPAR may have written into its package database.
#include <cstdint>
#include <cstdlib>

#include "rootpart/merge_packages.h"
#include "rootpart/relations.h"
#include "rootpart/version.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto half = size / 2;
    const auto one = text.substr(0, half);
    const auto other = text.substr(half);
    const auto order = rootpart::compare_versions(one, other);
    const auto reverse = rootpart::compare_versions(other, one);
    if ((order < 0) != (reverse > 0) || (order == 0) != (reverse == 0)) std::abort();

    const auto status = rootpart::parse_status(text);
    for (const auto& [key, package] : status)
        if (key.find('/') != std::string::npos || key.empty()) std::abort();
    if (rootpart::status_text(rootpart::parse_status(rootpart::status_text(status))) !=
        rootpart::status_text(status))
        std::abort();
    (void)rootpart::complaints(status);
    const auto wanted = rootpart::parse_status(other);
    const auto merge = rootpart::merge_packages(rootpart::parse_versions(one), status, wanted);
    for (const auto& key : merge.own)
        if (!merge.status.contains(key)) std::abort();
    return 0;
}
