#include "rootpart/status.h"

#include <algorithm>
#include <array>

#include "base/lines.h"
#include "base/text.h"

namespace rootpart {
namespace {

constexpr std::array fields = {
    std::pair{"Package:", &Package::name},      std::pair{"Architecture:", &Package::architecture},
    std::pair{"Version:", &Package::version},   std::pair{"Status:", &Package::state},
    std::pair{"Depends:", &Package::depends},   std::pair{"Pre-Depends:", &Package::depends},
    std::pair{"Breaks:", &Package::breaks},     std::pair{"Conflicts:", &Package::breaks},
    std::pair{"Provides:", &Package::provides},
};

// The name becomes the name of files.
bool is_name(std::string_view name) {
    if (name.empty()) return false;
    return std::all_of(name.begin(), name.end(),
                       [](char one) {
                           return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') ||
                                  one == '+' || one == '-' || one == '.';
                       }) &&
           name.front() != '.' && name.front() != '-';
}

void read_line(std::string_view line, Package& package) {
    for (const auto& [field, member] : fields) {
        if (!line.starts_with(field)) continue;
        const auto value = trim(line.substr(std::string_view(field).size()));
        auto& text = package.*member;
        text = text.empty() ? std::string(value) : cat(text, ", ", value);
    }
    if (line.starts_with("Multi-Arch:") && line.ends_with(" same")) package.several = true;
}

void keep(Package& package, Status& status) {
    if (is_name(package.name) && (!package.several || is_name(package.architecture)))
        status.insert_or_assign(package.key(), package);
    package = {};
}

}  // namespace

Status parse_status(std::string_view text) {
    Status status;
    Package package;
    each_line(text, [&](std::string_view line) {
        if (line.empty()) return keep(package, status);
        read_line(line, package);
        package.text += cat(line, "\n");
    });
    keep(package, status);
    return status;
}

std::string status_text(const Status& status) {
    std::string text;
    for (const auto& [key, package] : status) text += cat(package.text, "\n");
    return text;
}

}  // namespace rootpart
