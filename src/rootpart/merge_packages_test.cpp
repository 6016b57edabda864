#include "rootpart/merge_packages.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "rootpart/relations.h"

namespace rootpart {
namespace {

using Names = std::vector<std::string>;

std::string stanza(std::string_view name, std::string_view version, std::string_view more = "") {
    return cat("Package: ", name, "\nStatus: install ok installed\nVersion: ", version, "\n", more,
               "\n");
}
PackageMerge merged(const std::string& before, const std::string& inside,
                    const std::string& wanted) {
    return merge_packages(versions_of(parse_status(before)), parse_status(inside),
                          parse_status(wanted));
}

const auto libc = stanza("libc6", "2.36");
const auto newer_libc = stanza("libc6", "2.37");

TEST(MergePackages, WhatNobodyTouchedInsideFollows) {
    const auto merge = merged(libc + stanza("old", "1"), libc + stanza("old", "1"),
                              newer_libc + stanza("new", "1"));
    EXPECT_EQ(status_text(merge.status), newer_libc + stanza("new", "1"));
    EXPECT_EQ(merge.own, Names{});
    EXPECT_EQ(merge.clashes, Names{});
}

TEST(MergePackages, WhatCameOrChangedOrWentInsideStaysSo) {
    const auto merge = merged(libc + stanza("ssh", "9") + stanza("tool", "1"),
                              libc + stanza("postgres", "15") + stanza("tool", "2"),
                              newer_libc + stanza("ssh", "9") + stanza("tool", "1"));
    EXPECT_EQ(status_text(merge.status),
              newer_libc + stanza("postgres", "15") + stanza("tool", "2"));
    EXPECT_EQ(merge.own, (Names{"postgres", "tool"}));
    EXPECT_EQ(merge.gone, Names{"ssh"});
    EXPECT_EQ(merge.clashes, Names{});
}

TEST(MergePackages, TheSameChangeOnBothSidesIsNone) {
    const auto merge = merged(libc, newer_libc, newer_libc);
    EXPECT_EQ(merge.own, Names{});
    EXPECT_EQ(merge.clashes, Names{});
}

TEST(MergePackages, DifferentChangesClash) {
    const auto merge =
        merged(libc + stanza("a", "1"), stanza("libc6", "2.36.1"), newer_libc + stanza("a", "2"));
    EXPECT_EQ(merge.clashes, (Names{"a is not there inside and would become 2",
                                    "libc6 is 2.36.1 inside and would become 2.37"}));
}

TEST(MergePackages, WhatWouldNotGetOnClashes) {
    const auto postgres =
        stanza("postgres", "15", "Depends: libc6 (<< 2.37), locales | locales-all\n") +
        stanza("locales-all", "1");
    EXPECT_EQ(merged(libc, libc + postgres, newer_libc).clashes,
              Names{"postgres needs libc6 (<< 2.37)"});
    EXPECT_EQ(merged(libc, libc + postgres, libc + stanza("x", "1", "Breaks: postgres (<< 16)\n"))
                  .clashes,
              Names{"x does not go with postgres (<< 16)"});
    EXPECT_EQ(merged(libc + stanza("ssh", "9"), libc,
                     libc + stanza("ssh", "9") + stanza("y", "1", "Pre-Depends: ssh\n"))
                  .clashes,
              Names{"y needs ssh"});
}

TEST(MergePackages, WhatWasBrokenBeforeStopsNobody) {
    const auto broken = stanza("postgres", "15", "Depends: nowhere\n");
    EXPECT_EQ(merged(libc, libc + broken, newer_libc).clashes, Names{});
}

TEST(MergePackages, WhatIsLeftOfARemovedPackageInsideIsKept) {
    const auto left = cat("Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n");
    EXPECT_EQ(status_text(merged(libc, left + libc, newer_libc).status), left + newer_libc);
}

TEST(Relations, VirtualPackagesAndVersionsAreUnderstood) {
    const auto provider = stanza("exim", "4", "Provides: mail-agent, mailer (= 4)\n");
    const auto asks = [&](std::string_view what) {
        return complaints(
                   parse_status(provider + stanza("asks", "1", cat("Depends: ", what, "\n"))))
            .empty();
    };
    EXPECT_TRUE(asks("mail-agent"));
    EXPECT_FALSE(asks("mail-agent (>= 1)"));
    EXPECT_TRUE(asks("mailer (>= 4)"));
    EXPECT_FALSE(asks("mailer (>> 4)"));
    EXPECT_TRUE(asks("exim:any (<= 4)"));
    EXPECT_TRUE(asks("nobody | exim (= 4), mailer"));
    EXPECT_FALSE(asks("exim, nobody"));
}

TEST(Relations, APackageDoesNotConflictWithItself) {
    EXPECT_TRUE(complaints(parse_status(stanza("exim", "4",
                                               "Provides: mail-agent\nConflicts: mail-agent\n")))
                    .empty());
}

TEST(Status, KeepsWhatItReadsAndDropsWhatIsNoPackage) {
    const auto text =
        stanza("libc6", "1", "Architecture: amd64\nMulti-Arch: same\nDescription: the\n library\n");
    const auto status =
        parse_status(text + stanza("../../etc", "1") + stanza("", "1") + "junk\n\n\n");
    ASSERT_EQ(status.size(), 1U);
    EXPECT_EQ(status.begin()->first, "libc6:amd64");
    EXPECT_EQ(status_text(status), text);
}

TEST(Versions, AreReadAsTheyWereWritten) {
    const Versions versions = {{"libc6:amd64", "2.36-9"}, {"ssh", "1:9"}};
    EXPECT_EQ(parse_versions(versions_text(versions)), versions);
}

}  // namespace
}  // namespace rootpart
