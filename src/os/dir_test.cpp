#include "os/dir.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include <cerrno>

#include "os/test_tree.h"

namespace os {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A WPAR's root whose owner placed links, with a secret beside it.
class HostileRoot : public testing::Test {
  protected:
    void SetUp() override {
        tree.directory("root/etc");
        tree.file("root/etc/passwd", "inside");
        tree.directory("etc");
        tree.file("etc/passwd", "outside");
        tree.file("secret", "outside");
    }
    Dir root() const { return tree.dir("root"); }
    TestTree tree;
};

TEST_F(HostileRoot, AnAbsoluteLinkStaysInside) {
    tree.link("root/absolute", "/etc/passwd");
    EXPECT_EQ(*root().read("absolute"), "inside");
}

TEST_F(HostileRoot, DotsStopAtTheRoot) {
    tree.link("root/up", "../../../../etc/passwd");
    EXPECT_EQ(*root().read("up"), "inside");
    EXPECT_EQ(*root().read("../etc/passwd"), "inside");
    EXPECT_EQ(root().read("../secret").error().kind, Kind::missing);
}

TEST_F(HostileRoot, ALinkToADirectoryOutsideLeadsNowhere) {
    tree.link("root/var", tree.top());
    EXPECT_EQ(root().read("var/secret").error().kind, Kind::missing);
    EXPECT_FALSE(root().beneath("var"));
}

TEST_F(HostileRoot, BeneathGivesADirectoryThatConfinesOnceMore) {
    tree.directory("root/srv");
    tree.link("root/srv/up", "../etc/passwd");
    const auto inner = root().beneath("srv");
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->read("up").error().kind, Kind::missing);
}

TEST_F(HostileRoot, AWriteDoesNotLeaveEither) {
    tree.link("root/target", tree.path("secret"));
    EXPECT_FALSE(root().write("target", "gone"));
    EXPECT_EQ(tree.text("secret"), "outside");
}

TEST_F(HostileRoot, AMagicLinkOfProcIsNotFollowed) {
    const auto proc = *Dir::open("/proc/self");
    EXPECT_EQ(proc.open_file({.path = "cwd", .flags = O_RDONLY}).error().os_number, ELOOP);
}

TEST_F(HostileRoot, NoLinksMeansNone) {
    tree.link("root/plain", "etc/passwd");
    const auto opened = root().open_file({.path = "plain", .flags = O_RDONLY, .no_symlinks = true});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().os_number, ELOOP);
}

TEST_F(HostileRoot, AnEndlessLoopOfLinksIsAnError) {
    tree.link("root/one", "two");
    tree.link("root/two", "one");
    EXPECT_EQ(root().read("one").error().os_number, ELOOP);
}

TEST_F(HostileRoot, AFifoHoldsNobody) {
    tree.fifo("root/fifo");
    EXPECT_EQ(*root().read("fifo"), "");
}

TEST_F(HostileRoot, AFileLargerThanTheLimitIsRefused) {
    tree.file("root/large", std::string(1025, 'x'));
    EXPECT_EQ(root().read("large", 1025)->size(), 1025U);
    const auto read = root().read("large", 1024);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, Kind::invalid);
    EXPECT_THAT(read.error().text, HasSubstr("root/large' is larger than 1K"));
}

TEST_F(HostileRoot, StatIsOfTheLinkItself) {
    tree.link("root/link", "/etc/passwd");
    EXPECT_TRUE(S_ISLNK(root().stat("link")->st_mode));
    tree.link("root/dangling", "nowhere");
    EXPECT_TRUE(root().has("dangling"));
    EXPECT_FALSE(root().has("nothing"));
}

TEST(Dir, ListsEntriesSortedAndAgain) {
    const TestTree tree;
    tree.file("b");
    tree.directory("a");
    tree.file(".hidden");
    const auto dir = tree.dir();
    EXPECT_THAT(*dir.entries(), ElementsAre(".hidden", "a", "b"));
    EXPECT_THAT(*dir.entries(), ElementsAre(".hidden", "a", "b"));
}

TEST(Dir, OpensDirectoriesOnlyAndNotForPrograms) {
    const TestTree tree;
    tree.file("file");
    EXPECT_EQ(Dir::open(tree.path("file")).error().os_number, ENOTDIR);
    EXPECT_NE(::fcntl(tree.dir().fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Dir, WritesExistingFilesOnly) {
    const TestTree tree;
    tree.file("pids.max", "max");
    EXPECT_TRUE(tree.dir().write("pids.max", "100"));
    EXPECT_EQ(tree.text("pids.max"), "100");
    EXPECT_EQ(tree.dir().write("memory.max", "1").error().kind, Kind::missing);
}

TEST(Dir, SaysWhatAKernelFileRefused) {
    const auto written = Dir::open("/proc/self")->write("oom_score_adj", "nonsense");
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().text, HasSubstr("'nonsense': write '/proc/self/oom_score_adj'"));
}

TEST(ReadFile, IsLimitedAndNotHeldByAFifo) {
    const TestTree tree;
    tree.file("large", std::string(100000, 'x'));
    tree.fifo("fifo");
    EXPECT_EQ(read_file(tree.path("large"))->size(), 100000U);
    EXPECT_EQ(read_file(tree.path("large"), 99999).error().kind, Kind::invalid);
    EXPECT_EQ(*read_file(tree.path("fifo")), "");
    EXPECT_EQ(read_file(tree.path("none")).error().kind, Kind::missing);
}

TEST(ReplaceFile, GivesTheWholeTextAndTheModeWhateverTheMask) {
    const TestTree tree;
    const auto mask = ::umask(077);
    const auto replaced = replace_file({.path = tree.path("web1.cf"), .text = "new", .mode = 0644});
    ::umask(mask);
    ASSERT_TRUE(replaced);
    EXPECT_EQ(tree.text("web1.cf"), "new");
    EXPECT_EQ(tree.dir().stat("web1.cf")->st_mode & 07777, 0644U);
}

TEST(ReplaceFile, LeavesReadersOfTheOldOneTheirs) {
    const TestTree tree;
    tree.file("web1.cf", "old");
    std::ifstream reader(tree.path("web1.cf"));
    ASSERT_TRUE(replace_file({.path = tree.path("web1.cf"), .text = "new"}));
    std::string read;
    reader >> read;
    EXPECT_EQ(read, "old");
    EXPECT_EQ(tree.text("web1.cf"), "new");
}

TEST(ReplaceFile, ReplacesALinkInsteadOfWritingThroughIt) {
    const TestTree tree;
    tree.file("secret", "kept");
    tree.link("web1.cf", "secret");
    tree.link("web1.cf.new", "secret");
    ASSERT_TRUE(replace_file({.path = tree.path("web1.cf"), .text = "new"}));
    EXPECT_EQ(tree.text("secret"), "kept");
    EXPECT_THAT(*tree.dir().entries(), ElementsAre("secret", "web1.cf"));
}

TEST(ReplaceFile, LeavesTheOldOneAndNoTraceWhenItFails) {
    const TestTree tree;
    tree.directory("web1.cf/in the way");
    const auto replaced = replace_file({.path = tree.path("web1.cf"), .text = "new"});
    ASSERT_FALSE(replaced);
    EXPECT_THAT(replaced.error().text, HasSubstr("rename '" + tree.path("web1.cf")));
    EXPECT_THAT(*tree.dir().entries(), ElementsAre("web1.cf"));
}

TEST(MakeDirs, GiveTheModeWhateverTheMask) {
    const TestTree tree;
    const auto mask = ::umask(0077);
    const auto made = make_dirs(tree.path("one/two"), 0755);
    const auto inside = tree.dir("one").make_dir("three", 0711);
    ::umask(mask);
    ASSERT_TRUE(made && inside);
    EXPECT_EQ(tree.dir().stat("one")->st_mode & 07777, 0755U);
    EXPECT_EQ(tree.dir("one").stat("two")->st_mode & 07777, 0755U);
    EXPECT_EQ(tree.dir("one").stat("three")->st_mode & 07777, 0711U);
}

TEST(MakeDirs, MakesMissingParentsAndMindsNoneThatExist) {
    const TestTree tree;
    EXPECT_TRUE(make_dirs(tree.path("a/b/c"), 0755));
    EXPECT_TRUE(make_dirs(tree.path("a/b/c"), 0755));
    EXPECT_TRUE(tree.has("a/b/c"));
}

TEST(MakeDirs, TheModeIsThatOfTheLastOne) {
    const TestTree tree;
    EXPECT_TRUE(make_dirs(tree.path("a/b"), 0700));
    EXPECT_EQ(tree.dir().stat("a")->st_mode & 07777, 0755U);
    EXPECT_EQ(tree.dir("a").stat("b")->st_mode & 07777, 0700U);
}

TEST(MakeDirs, FailsUnderAFile) {
    const TestTree tree;
    tree.file("a");
    const auto made = make_dirs(tree.path("a/b"), 0755);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().os_number, ENOTDIR);
}

TEST(RemoveTree, TakesEverythingButWhatLinksLeadTo) {
    const TestTree tree;
    tree.directory("outside");
    tree.file("outside/kept", "kept");
    tree.directory("root/a/b");
    tree.file("root/a/file");
    tree.link("root/a/b/link", tree.path("outside"));
    tree.fifo("root/fifo");
    EXPECT_TRUE(remove_tree(tree.path("root")));
    EXPECT_FALSE(tree.has("root"));
    EXPECT_EQ(tree.text("outside/kept"), "kept");
}

TEST(RemoveTree, OfALinkTakesTheLink) {
    const TestTree tree;
    tree.directory("outside");
    tree.file("outside/kept");
    tree.link("link", "outside");
    EXPECT_TRUE(remove_tree(tree.path("link")));
    EXPECT_FALSE(tree.has("link"));
    EXPECT_TRUE(tree.has("outside/kept"));
}

TEST(RemoveTree, MindsNothingThatIsGone) { EXPECT_TRUE(remove_tree("/nonexistent/tree")); }

TEST(EmptyDirectory, LeavesTheDirectoryItself) {
    const TestTree tree;
    tree.directory("base/a");
    tree.file("base/a/file");
    EXPECT_TRUE(empty_directory(tree.path("base")));
    EXPECT_THAT(*tree.dir("base").entries(), IsEmpty());
}

TEST(EmptyDirectory, RefusesALink) {
    const TestTree tree;
    tree.directory("outside");
    tree.file("outside/kept");
    tree.link("base", "outside");
    EXPECT_FALSE(empty_directory(tree.path("base")));
    EXPECT_TRUE(tree.has("outside/kept"));
}

}  // namespace
}  // namespace os
