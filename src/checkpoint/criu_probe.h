// The CRIU of this machine: whether it is there, and whether it can work on this kernel.
#pragma once
#include <string>
#include <string_view>

#include "checkpoint/blockers.h"

namespace checkpoint {

struct Criu {
    bool installed = false;
    std::string path = {};     // "/usr/sbin/criu"
    std::string version = {};  // "3.17.1"; printable
    /// Filled in by check_criu():
    bool usable = false;
    std::string reason = {};  // why it is not; printable
    bool dirty_tracking =
        false;  // the kernel tells what was written since: rounds before the stop (pre-dump)
    Abilities abilities = {};
};
/// Its path; Kind::unsupported where there is none.
Result<std::string> criu_program();
/// Looks for it and asks its version: some milliseconds.
Criu find_criu();
/// Lets it examine the kernel, which takes a while. Needs root.
Criu check_criu(Criu criu);
/// Of one that is not usable, with the remedy.
Error unusable(const Criu& criu);

/// "Version: 3.17.1\nGitID: ...": the version, printable.
std::string criu_version(std::string_view said);
/// 3.17.1 is 31701; 0 for what is no version.
unsigned version_number(std::string_view version);
/// The line that tells why a check failed: the last one that is an error.
std::string last_words(std::string_view said);
/// Why it cannot work, in words, from its status (124: it took too long) and what it said.
std::string why_unusable(std::string_view version, int status, std::string_view said);
/// What to do about a CRIU that cannot work on this kernel.
inline constexpr std::string_view criu_remedy =
    "install a newer CRIU (3.17.1 is too old for kernels of 2024 and later), or boot the "
    "distribution's own kernel";

}  // namespace checkpoint
