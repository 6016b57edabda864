#include "spec/values.h"

#include <algorithm>

#include "base/size.h"

namespace spec {
namespace {

constexpr std::uint32_t whole = 10000;  // 100% in hundredths of a percent

bool unlimited(std::string_view text) { return text.empty() || text == "unlimited"; }

/// "10", "10%", "0.5%", ".01" in hundredths of a percent; nothing if it is none or more than 100%.
std::optional<std::uint32_t> to_hundredths(std::string_view text) {
    if (text.ends_with('%')) text.remove_suffix(1);
    const auto point = text.find('.');
    const auto before = text.substr(0, point);
    const auto units = before.empty() && point != std::string_view::npos ? 0 : to_number(before);
    if (!units || *units > 100) return std::nullopt;
    std::uint64_t hundredths = 0;
    if (point != std::string_view::npos) {
        const auto after = text.substr(point + 1);
        const auto decimals = to_number(after);
        if (!decimals || after.size() > 2) return std::nullopt;
        hundredths = after.size() == 1 ? *decimals * 10 : *decimals;
    }
    const auto all = *units * 100 + hundredths;
    if (all > whole) return std::nullopt;
    return static_cast<std::uint32_t>(all);
}

std::string show_percent(std::uint32_t hundredths) {
    auto shown = std::to_string(hundredths / 100);
    if (const auto rest = hundredths % 100; rest != 0) {
        shown += rest < 10 ? ".0" : ".";
        shown += std::to_string(rest % 10 == 0 ? rest / 10 : rest);
    }
    return shown + "%";
}

struct Cpus {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};

std::optional<Cpus> to_cpus(std::string_view text) {
    constexpr std::uint64_t most = 65535;  // keeps a typing error from filling the memory
    const auto dash = text.find('-');
    const auto first = to_number(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : to_number(text.substr(dash + 1));
    if (!first || !last || *first > *last || *last > most) return std::nullopt;
    return Cpus{static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*last)};
}

}  // namespace

Result<PercentRange> parse_percent_range(std::string_view text) {
    if (text.empty()) return PercentRange{};
    const auto bad = [&](std::string_view why) {
        return Error{Kind::invalid, cat("'", printable(text), "' is not a range of percentages: ",
                                        why, "; give min%-soft%,hard% like 10%-50%,100%")};
    };
    const auto dash = text.find('-');
    if (dash == std::string_view::npos)
        return bad("the '-' between minimum and soft maximum is missing");
    const auto behind = text.substr(dash + 1);
    const auto comma = behind.find(',');
    const auto min = to_hundredths(text.substr(0, dash));
    const auto soft = to_hundredths(behind.substr(0, comma));
    const auto hard =
        comma == std::string_view::npos ? whole : to_hundredths(behind.substr(comma + 1));
    if (!min) return bad("the minimum is not a percentage from 0 to 100");
    if (!soft || *soft == 0) return bad("the soft maximum is not a percentage from .01 to 100");
    if (!hard || *hard == 0) return bad("the hard maximum is not a percentage from .01 to 100");
    if (*min > *soft) return bad("the minimum is greater than the soft maximum");
    if (*soft > *hard) return bad("the soft maximum is greater than the hard maximum");
    return PercentRange{*min, *soft, *hard};
}

std::string show(const PercentRange& range) {
    return cat(show_percent(range.min), "-", show_percent(range.soft), ",",
               show_percent(range.hard));
}

Result<std::uint32_t> parse_percent(std::string_view text) {
    if (text.empty()) return 100U;
    const auto digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
    const auto number = to_number(digits);
    if (!number || *number < 1 || *number > 100)
        return Error{Kind::invalid,
                     cat("'", printable(text), "' is not a percentage from 1 to 100")};
    return static_cast<std::uint32_t>(*number);
}

Result<std::optional<std::uint32_t>> parse_shares(std::string_view text) {
    if (unlimited(text)) return std::optional<std::uint32_t>();
    const auto number = to_number(text);
    if (!number || *number < 1 || *number > 65535)
        return Error{Kind::invalid,
                     cat("'", printable(text), "' is not a number of shares from 1 to 65535")};
    return std::optional(static_cast<std::uint32_t>(*number));
}

Result<std::optional<std::uint64_t>> parse_count(std::string_view text, std::uint64_t least) {
    if (unlimited(text)) return std::optional<std::uint64_t>();
    const auto number = to_number(text);
    if (!number || *number < least)
        return Error{Kind::invalid, cat("'", printable(text), "' is not a number of at least ",
                                        least, ", or 'unlimited'")};
    return std::optional(*number);
}

Result<std::optional<std::uint64_t>> parse_amount(std::string_view text) {
    if (unlimited(text)) return std::optional<std::uint64_t>();
    constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;
    auto size = text;
    const bool spelled_out = size.size() > 1 && (size.ends_with('B') || size.ends_with('b'));
    if (spelled_out && to_number(size.substr(size.size() - 2, 1)) == std::nullopt)
        size.remove_suffix(1);  // GB is G; 5B stays and is refused
    return std::optional(TRY(parse_size(size, megabyte)));
}

Result<std::vector<std::uint32_t>> parse_cpus(std::string_view text) {
    std::vector<std::uint32_t> numbers;
    if (text.empty()) return numbers;
    for (const auto& part : split(text, ',')) {
        const auto cpus = to_cpus(part);
        if (!cpus)
            return Error{Kind::invalid, cat("'", printable(text), "' is not a list of CPUs: '",
                                            printable(part), "' is neither a number nor a range; ",
                                            "give numbers and ranges like 0-1,3")};
        for (auto number = cpus->first; number <= cpus->last; ++number) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

Result<bool> parse_yes_no(std::string_view text, bool otherwise) {
    if (text.empty()) return otherwise;
    if (text == "yes" || text == "no") return text == "yes";
    return Error{Kind::invalid, cat("'", printable(text), "' is neither yes nor no")};
}

std::vector<std::string_view> vfs_names() {
    return {"directory", "namefs", "bind", "jfs2",  "jfs",    "ext4",
            "xfs",       "btrfs",  "nfs",  "tmpfs", "overlay"};
}

bool is_own_file_system(std::string_view vfs) {
    return vfs == "jfs2" || vfs == "jfs" || vfs == "ext4" || vfs == "xfs" || vfs == "btrfs";
}

}  // namespace spec
