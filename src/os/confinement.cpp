#include "os/confinement.h"

#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace os {
namespace {

constexpr std::string_view header = "corral confinement 1";
constexpr std::size_t instruction_digits = 16;  // code, jt, jf, k

std::string hex(std::uint64_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (auto place = digits; place-- > 0; value >>= 4)
        text[place] = "0123456789abcdef"[value & 15];
    return text;
}

std::optional<std::uint64_t> from_hex(std::string_view text, std::size_t digits) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, value, 16);
    if (text.size() != digits || problem != std::errc() || stop != end || text.front() == '-')
        return std::nullopt;
    return value;
}

std::uint64_t packed(const sock_filter& step) {
    return std::uint64_t{step.code} << 48 | std::uint64_t{step.jt} << 40 |
           std::uint64_t{step.jf} << 32 | step.k;
}

sock_filter unpacked(std::uint64_t value) {
    return {static_cast<std::uint16_t>(value >> 48), static_cast<std::uint8_t>(value >> 40),
            static_cast<std::uint8_t>(value >> 32), static_cast<std::uint32_t>(value)};
}

bool parse_capabilities(const std::vector<std::string>& line, Confinement& into) {
    const auto mask = line.size() == 2 ? from_hex(line[1], 16) : std::nullopt;
    if (mask) into.capabilities = *mask;
    return mask.has_value();
}

bool parse_users(const std::vector<std::string>& line, Confinement& into) {
    if (line.size() != 3) return false;
    const auto first = to_number(line[1]);
    const auto count = to_number(line[2]);
    if (!first || !count || *first == 0 || *count == 0 || *first + *count > 0xffffffff)
        return false;
    into.own_users = true;
    into.ids = {static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*count)};
    return true;
}

bool parse_limit(const std::vector<std::string>& line, Confinement& into) {
    if (line.size() != 4) return false;
    const auto resource = to_number(line[1]);
    const auto soft = to_number(line[2]);
    const auto hard = to_number(line[3]);
    if (!resource || !soft || !hard || *resource >= RLIM_NLIMITS || *soft > *hard) return false;
    into.limits.push_back({static_cast<int>(*resource), *soft, *hard});
    return true;
}

bool parse_filter(const std::vector<std::string>& line, Confinement& into) {
    if (line.size() != 2 || line[1].size() % instruction_digits != 0) return false;
    if (line[1].size() / instruction_digits > BPF_MAXINSNS) return false;
    for (std::size_t at = 0; at < line[1].size(); at += instruction_digits) {
        const auto step =
            from_hex(std::string_view(line[1]).substr(at, instruction_digits), instruction_digits);
        if (!step) return false;
        into.filter.push_back(unpacked(*step));
    }
    return true;
}

bool parse_line(const std::vector<std::string>& line, Confinement& into) {
    if (line.front() == "capabilities") return parse_capabilities(line, into);
    if (line.front() == "users") return parse_users(line, into);
    if (line.front() == "limit") return parse_limit(line, into);
    if (line.front() == "filter") return parse_filter(line, into);
    return false;
}

Result<void> set_limits(const std::vector<Limit>& limits) {
    for (const auto& limit : limits) {
        const rlimit64 wanted = {limit.soft, limit.hard};
        if (::prlimit64(0, static_cast<__rlimit_resource>(limit.resource), &wanted, nullptr) != 0)
            return Error::os(errno, "setrlimit", cat(limit.resource));
    }
    return {};
}

Result<void> install(const std::vector<sock_filter>& filter) {
    if (filter.empty()) return {};
    const sock_fprog program = {static_cast<unsigned short>(filter.size()),
                                const_cast<sock_filter*>(filter.data())};
    // SPEC_ALLOW: the host's choice about speculation stays; older kernels slow every filtered
    // process down otherwise
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) ==
        0)
        return {};
    return Error::os(errno, "seccomp", "default filter").explained_by(checks::kernel);
}

struct Held {
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
};

Result<Held> held_capabilities() {
    Held held;
    if (::syscall(SYS_capget, &held.header, held.data) != 0) return Error::os(errno, "capget", "");
    return held;
}

Result<void> hold(Held& held) {
    if (::syscall(SYS_capset, &held.header, held.data) == 0) return {};
    return Error::os(errno, "capset", "");
}

Result<void> bound(std::uint64_t allowed) {
    for (unsigned number = 0; number < 64; ++number) {
        if ((allowed >> number & 1) != 0) continue;
        if (::prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0) continue;
        if (errno == EINVAL) break;  // past the kernel's last capability
        return Error::os(errno, "drop capability", cat(number));
    }
    (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0,
                  0);  // fails where there is no such set
    auto held = TRY(held_capabilities());
    for (auto& half : held.data) half.inheritable = 0;
    return hold(held);
}

}  // namespace

std::string to_text(const Confinement& confinement) {
    auto text = cat(header, "\ncapabilities ", hex(confinement.capabilities, 16), "\n");
    if (confinement.own_users)
        text += cat("users ", confinement.ids.first, " ", confinement.ids.count, "\n");
    for (const auto& limit : confinement.limits)
        text += cat("limit ", limit.resource, " ", limit.soft, " ", limit.hard, "\n");
    if (!confinement.filter.empty()) text += "filter ";
    for (const auto& step : confinement.filter) text += hex(packed(step), instruction_digits);
    return text + (confinement.filter.empty() ? "end\n" : "\nend\n");
}

Result<Confinement> parse_confinement(std::string_view text) {
    // a text that was cut short must not read as a wider confinement
    if (!text.ends_with("\nend\n")) return Error{Kind::invalid, "a confinement is incomplete"};
    text.remove_suffix(std::string_view("\nend\n").size());
    const auto lines = split(text, '\n');
    if (lines.size() < 2 || lines[0] != header || !lines[1].starts_with("capabilities "))
        return Error{Kind::invalid,
                     cat("not a confinement: '", printable(lines[0].substr(0, 40)), "'")};
    Confinement confinement;
    for (std::size_t number = 1; number < lines.size(); ++number) {
        const auto parts = words(lines[number]);
        if (parts.empty() || !parse_line(parts, confinement))
            return Error{Kind::invalid, cat("line ", number + 1, " of a confinement is damaged")};
    }
    return confinement;
}

Result<void> confine(const Confinement& confinement) {
    TRY(set_limits(confinement.limits));
    // a keyring that was inherited would hold the administrator's keys; without keyrings in the
    // kernel: nothing to do
    if (::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0 && errno != ENOSYS)
        return Error::os(errno, "keyctl", "join session keyring");
    TRY(install(confinement.filter));
    return bound(confinement.capabilities);
}

Result<void> keep_capabilities(std::uint64_t allowed) {
    auto held = TRY(held_capabilities());
    for (unsigned half = 0; half < 2; ++half) {
        const auto mask = static_cast<std::uint32_t>(allowed >> (32 * half));
        held.data[half].permitted &= mask;
        held.data[half].effective &= mask;
    }
    return hold(held);
}

}  // namespace os
