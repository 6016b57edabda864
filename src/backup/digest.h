// Digests of a backup's contents and frames. What is written has those of BLAKE3; backups with SHA-256 are read as well.
#pragma once
#include <cstdint>
#include <string_view>
#include <variant>

#include "backup/blake3.h"
#include "base/sha256.h"

namespace backup {

enum class Algorithm : std::uint8_t { blake3, sha256 };

struct NamedDigest {
    Algorithm algorithm = Algorithm::blake3;
    Digest value = {};
    bool operator==(const NamedDigest&) const = default;
};

class Sum {
  public:
    explicit Sum(Algorithm algorithm = Algorithm::blake3) {
        if (algorithm == Algorithm::sha256) sum_.emplace<Sha256>();
    }
    void add(std::string_view bytes) {
        std::visit([bytes](auto& sum) { sum.add(bytes); }, sum_);
    }
    /// Of all that was added; it starts afresh then.
    NamedDigest digest() {
        const auto algorithm =
            std::holds_alternative<Sha256>(sum_) ? Algorithm::sha256 : Algorithm::blake3;
        return {algorithm, std::visit([](auto& sum) { return sum.digest(); }, sum_)};
    }

  private:
    std::variant<Blake3, Sha256> sum_ = {};
};

}  // namespace backup
