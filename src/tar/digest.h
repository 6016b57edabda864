// SHA-256, by which images name their parts.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/sha256.h"

namespace tar {

class Sha256 {
  public:
    void add(std::span<const char> bytes);
    /// "sha256:" and 64 hexadecimal digits; it starts afresh then.
    std::string finish();

  private:
    ::Sha256 sum_ = {};
};

/// The digits of "sha256:DIGITS". Nothing for any other spelling: they become a file name.
std::optional<std::string> sha256_digits(std::string_view digest);

}  // namespace tar
