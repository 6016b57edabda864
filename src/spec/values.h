// Values of attributes: AIX's spelling to numbers. An empty text is always the attribute's default.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace spec {

/// CPU and memory limits in hundredths of a percent, as the kernel of AIX counts them.
struct PercentRange {
    std::uint32_t min = 0;
    std::uint32_t soft = 10000;
    std::uint32_t hard = 10000;
    bool operator==(const PercentRange&) const = default;
};
/// "10%-50%,100%", also without the percent signs and with up to two decimals; without ",hard" hard
/// is 100%. min 0..100, soft and hard .01..100, min <= soft <= hard.
Result<PercentRange> parse_percent_range(std::string_view text);
std::string show(const PercentRange& range);  // "10%-50%,100%"

/// pct_msgIDs and its kin: 1..100, with or without a percent sign; default 100.
Result<std::uint32_t> parse_percent(std::string_view text);

// Nothing stands for "unlimited", which may also be spelled out.
Result<std::optional<std::uint32_t>> parse_shares(std::string_view text);  // 1..65535
Result<std::optional<std::uint64_t>> parse_count(std::string_view text, std::uint64_t least);
/// procVirtMem, totalVirtMem in bytes: 512M, 2GB, 1T; a bare number counts megabytes.
Result<std::optional<std::uint64_t>> parse_amount(std::string_view text);

/// rset: "0-1,3" as {0, 1, 3}, ascending and without repetition; empty: all CPUs.
Result<std::vector<std::uint32_t>> parse_cpus(std::string_view text);

/// "yes" or "no" in attributes that are kept as text (Device::export_, KernelExtension::local).
Result<bool> parse_yes_no(std::string_view text, bool otherwise);

// How a mount's vfs is realised; see the table in the manual.
std::vector<std::string_view> vfs_names();
bool is_own_file_system(std::string_view vfs);  // made by us, of a size: jfs2 jfs ext4 xfs btrfs

}  // namespace spec
