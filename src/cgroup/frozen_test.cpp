// Whether a group stands still, from a directory that looks like a tree of cgroups.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "cgroup/group.h"

namespace cgroup {
namespace {

class Frozen : public testing::Test {
  protected:
    void SetUp() override {
        std::string folder = testing::TempDir() + "corral_frozen_XXXXXX";
        ASSERT_NE(::mkdtemp(folder.data()), nullptr);
        top = folder;
        write("cgroup.controllers", "");
        auto found = Hierarchy::from_mounts(cat("30 20 0:26 / ", top, " rw - cgroup2 none rw\n"));
        ASSERT_TRUE(found) << found.error().text;
        host = *std::move(found);
    }
    void TearDown() override { std::filesystem::remove_all(top); }
    void write(const std::string& path, std::string_view text) const {
        const auto whole = cat(top, "/", path);
        std::filesystem::create_directories(whole.substr(0, whole.rfind('/')));
        std::ofstream(whole) << text;
    }
    std::string top;
    std::optional<Hierarchy> host;
};

TEST_F(Frozen, IsWhatItsEventsSay) {
    write("corral/web1/cgroup.events", "populated 1\nfrozen 1\n");
    write("corral/web2/cgroup.events", "populated 1\nfrozen 0\n");
    EXPECT_TRUE(is_frozen(*host, "web1"));
    EXPECT_FALSE(is_frozen(*host, "web2"));
}

TEST_F(Frozen, IsAskedInItsScopeWhereThereIsOne) {
    write("corral.slice/wpar-web1.scope/limits/cgroup.events", "populated 1\nfrozen 1\n");
    write("corral.slice/wpar-web1.scope/cgroup.events", "populated 1\nfrozen 0\n");
    EXPECT_TRUE(is_frozen(*host, "web1"));
}

TEST_F(Frozen, AGroupThatIsNotThereIsNot) { EXPECT_FALSE(is_frozen(*host, "web1")); }

}  // namespace
}  // namespace cgroup
