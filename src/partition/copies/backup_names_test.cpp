#include "partition/copies/backup_names.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"

namespace {

using partition::copies::parse_name;

TEST(BackupNames, ALineTellsTypeSizeDigestPathAndTarget) {
    const auto file = parse_name("f = 12 644 0 0 1 2 3 abcd srv/a%20b");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->type, 'f');
    EXPECT_EQ(file->how, '=');
    EXPECT_EQ(file->size, 12U);
    EXPECT_EQ(file->digest, "abcd");
    EXPECT_EQ(file->path, "srv/a b");
    const auto link = parse_name("h + 0 644 0 0 1 2 3 - srv/b srv/a");
    ASSERT_TRUE(link);
    EXPECT_EQ(link->to, "srv/a");
    EXPECT_EQ(link->digest, "");
}

TEST(BackupNames, WhatIsNoLineOfAManifestIsRefused) {
    for (const auto* line : {"", "f + 1", "file + 12 644 0 0 1 2 3 - a", "f + x 644 0 0 1 2 3 - a",
                             "f + 1 644 0 0 1 2 3 - %zz"})
        EXPECT_EQ(parse_name(line).error().kind, Kind::invalid) << line;
}

TEST(BackupNames, AManifestIsReadFromItsBeginningEachTime) {
    const UniqueFd file(::memfd_create("manifest", MFD_CLOEXEC));
    const std::string_view text = "d + 0 755 0 0 1 2 3 - .\nf + 1 644 0 0 1 2 3 - a\n";
    ASSERT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    for (int round = 0; round < 2; ++round) {
        std::string paths;
        ASSERT_TRUE(partition::copies::each_name(file.get(), [&](const auto& name) {
            paths += name.path;
            return Result<void>();
        }));
        EXPECT_EQ(paths, ".a");
    }
}

TEST(BackupNames, BelowIsByWholeNames) {
    EXPECT_TRUE(partition::copies::is_at_or_below("srv/a", "srv"));
    EXPECT_TRUE(partition::copies::is_at_or_below("srv", "srv"));
    EXPECT_FALSE(partition::copies::is_at_or_below("srv2", "srv"));
}

}  // namespace
