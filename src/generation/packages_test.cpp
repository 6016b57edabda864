#include "generation/packages.h"

#include <gmock/gmock.h>

namespace generation {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr auto status =
    "Package: bash\nStatus: install ok installed\nVersion: 5.2\n\n"
    "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"
    "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\n"
    "Version: 2.36\nDescription: Package: none\n Version: 9\n";

TEST(PackagesOf, AreThoseThatAreInstalled) {
    EXPECT_THAT(packages_of(status), ElementsAre(Pair("bash", "5.2"), Pair("libc6:amd64", "2.36")));
    EXPECT_TRUE(packages_of("").empty());
}

TEST(PackageChanges, AreAddedChangedAndRemovedOnesInOrder) {
    const Packages before = {{"a", "1"}, {"b", "1"}, {"d", "1"}};
    const Packages after = {{"b", "2"}, {"c", "1"}, {"d", "1"}};
    EXPECT_THAT(changes(before, after),
                ElementsAre(PackageChange{"a", "1", ""}, PackageChange{"b", "1", "2"},
                            PackageChange{"c", "", "1"}));
    EXPECT_TRUE(changes(after, after).empty());
}

}  // namespace
}  // namespace generation
