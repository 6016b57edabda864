#include "base/sha256.h"

#include <gtest/gtest.h>

namespace {

TEST(Sha256, GivesTheStandardsOwnExamples) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1000000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotMindHowTheBytesArePortioned) {
    for (const std::size_t size : {1U, 55U, 56U, 63U, 64U, 65U, 119U, 120U, 300U}) {
        const std::string all(size, 'x');
        for (const std::size_t portion : {1U, 7U, 64U}) {
            Sha256 sum;
            for (std::size_t at = 0; at < size; at += portion)
                sum.add(std::string_view(all).substr(at, portion));
            EXPECT_EQ(sum.finish(), sha256(all)) << size << " in portions of " << portion;
        }
    }
}

}  // namespace
