// Carrying out what was decided for single paths, in a tree whose root may interfere at any moment (rootpart/inside.h).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/decide.h"
#include "rootpart/manifest.h"

namespace rootpart {

struct Step {
    std::string path = {};  // "etc/hosts"
    Decision decision = {};
    std::optional<Entry> present = {};
    const Entry* wanted = nullptr;  // nothing: to be removed
};

inline constexpr std::string_view new_beside = ".dpkg-dist";
inline constexpr std::string_view old_beside = ".dpkg-old";

/// `wanted` is the tree that holds what is placed.
Result<void> apply(const os::Dir& wanted, const os::Dir& target, const Step& step);

struct Text {
    std::string path = {};
    std::string text = {};
    mode_t mode = 0644;  // of one that is not there yet; else it keeps mode and owner
    uid_t uid = 0;
    gid_t gid = 0;
};
/// Whole or not at all.
Result<void> replace_text(const os::Dir& wanted, const os::Dir& target, const Text& text);

}  // namespace rootpart
