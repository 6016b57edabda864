#include "backup/blake3.h"

#include <gtest/gtest.h>

#include <string>

#include "base/hexadecimal.h"

namespace backup {
namespace {

// As in the designers' own test vectors.
std::string counting(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t at = 0; at < size; ++at) bytes[at] = static_cast<char>(at % 251);
    return bytes;
}

std::string digest_of(std::string_view bytes) {
    Blake3 digest;
    digest.add(bytes);
    return hexadecimal(digest.digest());
}

TEST(Blake3, GivesTheDesignersOwnVectors) {
    for (const auto& [size, digest] :
         {std::pair(0U, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
          {1U, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"},
          {1023U, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"},
          {1024U, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"},
          {1025U, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"},
          {2049U, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"},
          {3073U, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"},
          {5121U, "628bd2cb2004694adaab7bbd778a25df25c47b9d4155a55f8fbd79f2fe154cff"},
          {8193U, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b"},
          {31744U, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"},
          {102400U, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"}})
        EXPECT_EQ(digest_of(counting(size)), digest) << size;
}

TEST(Blake3, DoesNotMindHowTheBytesArePortioned) {
    for (const std::size_t size : {1U, 1023U, 1024U, 1025U, 4096U, 70000U, 200001U}) {
        const auto all = counting(size);
        const auto whole = digest_of(all);
        for (const std::size_t portion : {1U, 7U, 64U, 1024U, 1500U, 4096U, 65536U}) {
            Blake3 digest;
            for (std::size_t at = 0; at < size; at += portion)
                digest.add(std::string_view(all).substr(at, portion));
            EXPECT_EQ(hexadecimal(digest.digest()), whole) << size << " in portions of " << portion;
        }
    }
}

TEST(Blake3, StartsAfreshAfterADigest) {
    Blake3 digest;
    digest.add(counting(5000));
    (void)digest.digest();
    digest.add("abc");
    EXPECT_EQ(hexadecimal(digest.digest()), digest_of("abc"));
}

}  // namespace
}  // namespace backup
