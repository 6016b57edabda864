#include "launch/nfs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace launch {
namespace {

using testing::HasSubstr;

TEST(Nfs, TheKernelIsToldTheServersAddress) {
    EXPECT_EQ(*nfs_options("192.0.2.7:/export/home", ""), "addr=192.0.2.7,vers=4.2");
    EXPECT_EQ(*nfs_options("[2001:db8::7]:/export", "ro"), "ro,addr=2001:db8::7,vers=4.2");
}

TEST(Nfs, WhatTheOptionsSayStays) {
    EXPECT_EQ(*nfs_options("server:/export", "vers=3,addr=192.0.2.9"), "vers=3,addr=192.0.2.9");
    EXPECT_EQ(*nfs_options("192.0.2.7:/export", "nfsvers=3"), "nfsvers=3,addr=192.0.2.7");
}

TEST(Nfs, ASourceWithoutAServerIsRefused) {
    for (const auto* source : {"", "/export", ":/export", "server", "[2001:db8::7/export"}) {
        const auto options = nfs_options(source, "");
        ASSERT_FALSE(options) << source;
        EXPECT_THAT(options.error().text, HasSubstr("HOST:/PATH"));
    }
}

TEST(Nfs, AServerThatNobodyKnowsIsNamed) {
    const auto options = nfs_options("no-such-host.invalid:/export", "");
    ASSERT_FALSE(options);
    EXPECT_THAT(options.error().text, HasSubstr("no-such-host.invalid"));
}

}  // namespace
}  // namespace launch
