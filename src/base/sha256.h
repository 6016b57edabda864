// SHA-256 (FIPS 180-4): digests by which trees and files are known.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

class Sha256 {
  public:
    void add(std::string_view bytes);
    /// 64 hexadecimal digits, of all that was added; nothing can be added after it.
    std::string finish();

  private:
    void digest_block(const unsigned char* block);
    std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> rest_ = {};
    std::size_t rest_size_ = 0;
    std::uint64_t size_ = 0;
};

std::string sha256(std::string_view bytes);
