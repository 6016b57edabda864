#include "checkpoint/criu_probe.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "os/process.h"

namespace checkpoint {
namespace {

constexpr int timed_out = 124;  // of timeout(1)
constexpr int killed = 128;     // and the signal
constexpr std::string_view interrupted = "its check ";

std::string find_program() {
    for (const auto* path : {"/usr/local/sbin/criu", "/usr/local/bin/criu", "/usr/sbin/criu",
                             "/usr/bin/criu", "/sbin/criu", "/bin/criu"})
        if (::access(path, X_OK) == 0) return path;
    return {};
}

bool has_feature(const Criu& criu, const char* feature) {
    const auto asked =
        os::run({.arguments = {"timeout", "20", criu.path, "check", "--feature", feature}});
    return asked && asked->status == 0;
}

Abilities abilities_of(const Criu& criu) {
    constexpr unsigned with_pidfds = 40100;
    constexpr unsigned with_ping_sockets = 40200;
    Abilities abilities;
    const auto number = version_number(criu.version);
    abilities.pidfds = number >= with_pidfds;
    abilities.ping_sockets = number >= with_ping_sockets;
    return abilities;
}

std::string lower(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return small;
}

}  // namespace

std::string criu_version(std::string_view said) {
    for (const auto& line : split(said, '\n'))
        if (line.starts_with("Version:")) return printable(trim(line.substr(8)));
    return "of unknown version";
}

unsigned version_number(std::string_view version) {
    std::array<unsigned, 3> parts = {};
    const auto all = split(version, '.');
    for (std::size_t at = 0; at < std::min(all.size(), parts.size()); ++at) {
        const auto digits = all[at].substr(0, all[at].find_first_not_of("0123456789"));
        const auto number = to_number(digits);
        if (!number || *number > 99) return 0;
        parts.at(at) = static_cast<unsigned>(*number);
    }
    return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

std::string last_words(std::string_view said) {
    std::string last;
    bool is_error = false;
    for (const auto& line : split(said, '\n')) {
        const auto text = trim(line);
        const bool error = text.find("Error") != std::string_view::npos;
        if (text.empty() || (is_error && !error)) continue;
        last = text;
        is_error = error;
    }
    return last;
}

std::string why_unusable(std::string_view version, int status, std::string_view said) {
    if (status == timed_out) return cat(interrupted, "did not end within 20 seconds");
    if (status > killed) return cat(interrupted, "was killed by signal ", status - killed);
    if (lower(said).find("vdso") != std::string::npos)
        return cat(
            "it does not understand this kernel's vDSO, the code that the kernel lends to every "
            "process; that takes a newer CRIU than ",
            version);
    return printable(last_words(said));
}

Result<std::string> criu_program() {
    auto path = find_program();
    if (path.empty()) return unusable({});
    return path;
}

Criu find_criu() {
    Criu criu;
    criu.path = find_program();
    if (criu.path.empty()) return criu;
    criu.installed = true;
    const auto asked = os::run({.arguments = {"timeout", "20", criu.path, "--version"}});
    criu.version = criu_version(asked ? asked->output : std::string());
    criu.abilities = abilities_of(criu);
    return criu;
}

Criu check_criu(Criu criu) {
    if (!criu.installed) return criu;
    const auto checked = os::run({.arguments = {"timeout", "20", criu.path, "check"}});
    if (!checked) {
        criu.reason = checked.error().text;
        return criu;
    }
    criu.usable = checked->status == 0;
    if (!criu.usable) {
        criu.reason = why_unusable(criu.version, checked->status,
                                   cat(checked->output, "\n", checked->errors));
        return criu;
    }
    criu.dirty_tracking = has_feature(criu, "mem_dirty_track");
    criu.abilities.programs_32bit = has_feature(criu, "compat_cr");
    return criu;
}

Error unusable(const Criu& criu) {
    if (!criu.installed)
        return Error{Kind::unsupported,
                     "CRIU is not installed, and a checkpoint needs it; install package criu"};
    if (criu.reason.starts_with(interrupted))
        return Error{Kind::busy, cat("whether CRIU ", criu.version,
                                     " works is not known: ", criu.reason, "; try again")};
    return Error{Kind::unsupported, cat("CRIU ", criu.version, " cannot work on this kernel: ",
                                        criu.reason, "; ", criu_remedy)};
}

}  // namespace checkpoint
