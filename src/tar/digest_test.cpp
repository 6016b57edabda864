#include "tar/digest.h"

#include <gtest/gtest.h>

namespace {

// FIPS 180-2, appendix B
TEST(TarDigest, IsSha256) {
    tar::Sha256 digest;
    digest.add(std::string_view("a"));
    digest.add(std::string_view("bc"));
    EXPECT_EQ(digest.finish(),
              "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest.finish(),
              "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(TarDigest, HasDigitsThatAreSafeAsAFileName) {
    const std::string digits(64, 'a');
    EXPECT_EQ(tar::sha256_digits("sha256:" + digits), digits);
    for (const auto& wrong :
         {std::string("sha256:../../../etc/passwd"), "sha256:" + std::string(63, 'a'),
          "sha256:" + std::string(64, 'A'), "sha512:" + digits, digits, std::string(),
          "sha256:" + std::string(61, 'a') + "/.."})
        EXPECT_FALSE(tar::sha256_digits(wrong)) << wrong;
}

}  // namespace
