#include "rootpart/manifest.h"

#include <gtest/gtest.h>

namespace rootpart {
namespace {

Manifest some() {
    Manifest manifest;
    manifest.level = "0123456789abcdef0123456789abcdef";
    manifest.passwd = "root:x:0:0:root:/root:/bin/bash\n";
    manifest.diversions = "/a\n/b\n:\n";
    manifest.entries["etc/a file"] = {Sort::file, 04755, 1,
                                      2,          33,    "d41d8cd98f00b204e9800998ecf8427e"};
    manifest.entries["etc/link"] = {Sort::link, 0777, 0, 0, 0, "../x y"};
    manifest.entries["var"] = {Sort::directory, 0755, 0, 0, 0, ""};
    return manifest;
}

TEST(Manifest, IsReadAsItWasWritten) {
    const auto before = some();
    auto after = parse_manifest(manifest_text(before));
    ASSERT_TRUE(after);
    EXPECT_EQ((*after).level, before.level);
    EXPECT_EQ((*after).passwd, before.passwd);
    EXPECT_EQ((*after).diversions, before.diversions);
    ASSERT_EQ((*after).entries.size(), 3U);
    for (const auto& [path, entry] : before.entries) {
        const auto& read = (*after).entries[path];
        EXPECT_TRUE(read.same_content(entry)) << path;
        EXPECT_TRUE(read.same_nature(entry)) << path;
        EXPECT_EQ(read.size, entry.size) << path;
    }
    EXPECT_EQ(manifest_text(*after), manifest_text(before));
}

TEST(Manifest, ADamagedOneIsRefused) {
    for (const auto* text : {"", "something else\n", "corral root part 1\nnonsense\n",
                             "corral root part 1\nf\t1\t2\tx\t4\tmd5\tetc/a\n",
                             "corral root part 1\nf\t1\t2\t3\t4\tmd5\t/etc/a\n"}) {
        const auto read = parse_manifest(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().kind, Kind::invalid);
    }
}

}  // namespace
}  // namespace rootpart
