// The texts that packages and people write both, and that are merged: dpkg's, update-alternatives' and debconf's.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/apply.h"
#include "rootpart/manifest.h"

namespace rootpart {

/// The same path in both trees: in the WPAR's own, whose root may have made anything of it, and in the wanted one.
class TextPair {
  public:
    TextPair(const os::Dir& target, const os::Dir& wanted) : target_(target), wanted_(wanted) {}
    /// What is not there is empty.
    std::string inside(const std::string& path);
    std::string wanted(const std::string& path) const;
    /// The first thing inside that is there and could not be read.
    Result<void> all_read() { return std::move(reading_ok_); }

  private:
    const os::Dir& target_;
    const os::Dir& wanted_;
    Result<void> reading_ok_;
};

struct TextsCall {
    const os::Dir& wanted;
    const os::Dir& target;
    const Manifest& before;               // what was delivered the last time
    const std::set<std::string>& chosen;  // alternatives for which a choice was made inside
};
/// Those that are to change, as they are to be.
Result<std::vector<Text>> plan_texts(const TextsCall& call);

}  // namespace rootpart
