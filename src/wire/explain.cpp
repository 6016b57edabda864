#include <array>

#include "wire/remote.h"

namespace wire {
namespace {

struct Known {
    std::string_view words;
    Kind kind;
    std::string_view meaning;
};
constexpr std::array known = {
    Known{"REMOTE HOST IDENTIFICATION HAS CHANGED", Kind::denied,
          "its host key has changed: if that is right, remove the old one with ssh-keygen -R"},
    Known{"Host key verification failed", Kind::denied,
          "its host key is not known: log in there once with ssh, and compare the fingerprint"},
    Known{"Permission denied", Kind::denied,
          "it does not let us in: give root there our public key (ssh-copy-id), or start an agent"},
    Known{"Too many authentication failures", Kind::denied,
          "it does not let us in: name the key in ~/.ssh/config (IdentitiesOnly)"},
    Known{"Could not resolve hostname", Kind::missing, "no such host"},
    Known{"Connection refused", Kind::missing, "nothing answers there: is sshd running?"},
    Known{"Connection timed out", Kind::missing, "it does not answer"},
    Known{"No route to host", Kind::missing, "it cannot be reached"},
    Known{"Network is unreachable", Kind::missing, "it cannot be reached"},
};

std::string quoted(std::string_view text) {
    constexpr std::size_t enough = 500;
    const auto trimmed = trim(text);
    return trimmed.empty() ? "" : cat(" (", printable(trimmed.substr(0, enough)), ")");
}

}  // namespace

Error explain(const Failure& failure) {
    constexpr int not_found = 127;
    constexpr int not_executable = 126;
    for (const auto& one : known)
        if (failure.errors.find(one.words) != std::string::npos)
            return {one.kind, cat(failure.host, ": ", one.meaning, quoted(failure.errors))};
    if (failure.status == not_found || failure.status == not_executable)
        return {Kind::missing, cat(failure.host, ": there is no corral; install the package there",
                                   quoted(failure.errors))};
    if (failure.errors.find("only root") != std::string::npos)
        return {Kind::denied, cat(failure.host, ": not root there", quoted(failure.errors))};
    if (!failure.said.empty())
        return {Kind::unsupported,
                cat(failure.host,
                    ": what answers there is no corral that takes workload partitions; install "
                    "the same version there",
                    quoted(failure.errors.empty() ? failure.said : failure.errors))};
    return {Kind::other, cat(failure.host, ": the link could not be made; the command ended with ",
                             "status ", failure.status, quoted(failure.errors))};
}

Result<void> check_greeting(const Greeting& theirs, const std::string& host) {
    if (theirs.protocol == protocol_version) return {};
    return Error{
        Kind::unsupported,
        cat(host, " has corral ", theirs.version, ", which speaks protocol ", theirs.protocol,
            " of moves; this one is ", CORRAL_VERSION, " and speaks protocol ", protocol_version,
            ": install the same version on both")};
}

}  // namespace wire
