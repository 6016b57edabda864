#include "backup/save.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <clocale>
#include <fstream>
#include <map>
#include <optional>

#include "backup/frame.h"
#include "os/test_tree.h"

namespace backup {
namespace {

using testing::ElementsAre;
using testing::Key;

struct Member {
    mode_t type = 0;
    std::string text = {};
    std::string link = {};
    std::int64_t nanoseconds = 0;
};
using Members = std::map<std::string, Member>;

class SaveTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr); }

    Result<Saved> save_tree() {
        output = UniqueFd(::memfd_create("backup", MFD_CLOEXEC));
        spool = UniqueFd(::memfd_create("manifest", MFD_CLOEXEC));
        how.spool = spool.get();
        how.threads = 2;
        return save(tree.dir(), output.get(), how);
    }
    Members members() const { return read(output.get()); }
    std::vector<Listed> manifest() const {
        std::vector<Listed> lines;
        for (const auto& line : split(members()[std::string(manifest_path)].text, '\n'))
            if (!line.empty()) lines.push_back(*parse_line(line));
        return lines;
    }

    static Members read(int file) {
        Members found;
        (void)::lseek(file, 0, SEEK_SET);
        auto* reader = archive_read_new();
        archive_read_support_format_tar(reader);
        archive_read_support_filter_zstd(reader);
        EXPECT_EQ(archive_read_open_fd(reader, file, 65536), ARCHIVE_OK);
        archive_entry* entry = nullptr;
        while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
            Member member{.type = archive_entry_filetype(entry)};
            member.text.resize(static_cast<std::size_t>(archive_entry_size(entry)));
            const auto size = static_cast<la_ssize_t>(member.text.size());
            EXPECT_EQ(archive_read_data(reader, member.text.data(), member.text.size()), size);
            if (const char* link = archive_entry_symlink(entry)) member.link = link;
            if (const char* link = archive_entry_hardlink(entry)) member.link = link;
            member.nanoseconds = archive_entry_mtime_nsec(entry);
            found[archive_entry_pathname(entry)] = std::move(member);
        }
        EXPECT_EQ(archive_errno(reader), 0) << archive_error_string(reader);
        archive_read_free(reader);
        return found;
    }

    os::TestTree tree;
    Save how = {};
    UniqueFd output;
    UniqueFd spool;
};

TEST_F(SaveTest, WhatWasGivenComesFirstAndTheManifestLast) {
    tree.file("a", "text of a");
    how.front = {{.path = ".savewpar_dir/wpar.spec", .text = "general:\n"}};
    const auto saved = save_tree();
    ASSERT_TRUE(saved) << saved.error().text;
    const auto all = members();
    EXPECT_EQ(all.at(".savewpar_dir/wpar.spec").text, "general:\n");
    EXPECT_EQ(all.at("a").text, "text of a");
    EXPECT_EQ(manifest().size(), 2U);  // the top and a
    EXPECT_EQ(saved->total.files, 2U);
    EXPECT_EQ(saved->total.bytes, 9U);
}

TEST_F(SaveTest, NamesAreBytes) {
    const std::string name = "line\nbreak \xff\xfe \xc3\xa4";
    tree.file(name, "1");
    tree.file(std::string(250, 'x'), "2");
    ASSERT_TRUE(save_tree());
    const auto all = members();
    EXPECT_EQ(all.at(name).text, "1");
    EXPECT_EQ(all.at(std::string(250, 'x')).text, "2");
}

TEST_F(SaveTest, ATimeKeepsItsNanoseconds) {
    tree.file("a");
    const timespec times[2] = {{1, 0}, {1234567890, 987654321}};
    ASSERT_EQ(::utimensat(AT_FDCWD, tree.path("a").c_str(), times, 0), 0);
    ASSERT_TRUE(save_tree());
    EXPECT_EQ(members().at("a").nanoseconds, 987654321);
}

TEST_F(SaveTest, AFileWithTwoNamesIsStoredOnce) {
    tree.file("first", "content");
    ASSERT_EQ(::link(tree.path("first").c_str(), tree.path("second").c_str()), 0);
    ASSERT_TRUE(save_tree());
    EXPECT_EQ(members().at("second").link, "first");
    EXPECT_EQ(manifest().back().to, "first");
}

// What a tree's owner does between the walk and the reading: few files are all walked before the first is read.
TEST_F(SaveTest, AFirstNameThatVanishesLeavesTheSecondItsContent) {
    tree.file("first", "content");
    tree.file("third", "x");
    ASSERT_EQ(::link(tree.path("first").c_str(), tree.path("second").c_str()), 0);
    how.walk.leave_out = [&](const std::string& path) {
        if (path == "third") (void)::unlink(tree.path("first").c_str());
        return false;
    };
    ASSERT_TRUE(save_tree());
    const auto all = members();
    EXPECT_EQ(all.at("second").link, "first");
    EXPECT_EQ(all.at("first").text, "content");
}

TEST_F(SaveTest, AFileThatIsReplacedMeanwhileIsStoredAsItIsNow) {
    tree.file("a", "old");
    tree.file("b", "x");
    how.walk.leave_out = [&](const std::string& path) {
        if (path == "b") {
            tree.file("new", "new");
            (void)::rename(tree.path("new").c_str(), tree.path("a").c_str());
        }
        return false;
    };
    ASSERT_TRUE(save_tree());
    EXPECT_EQ(members().at("a").text, "new");
}

TEST_F(SaveTest, ADirectoryThatVanishesMeanwhileIsThereForWhatMayFollow) {
    tree.directory("a");
    tree.file("b", "x");
    how.walk.leave_out = [&](const std::string& path) {
        if (path == "b") (void)::rmdir(tree.path("a").c_str());
        return false;
    };
    ASSERT_TRUE(save_tree());
    EXPECT_EQ(members().at("a/").type, static_cast<mode_t>(AE_IFDIR));
}

TEST_F(SaveTest, WhatIsDeeperThanABackupCanHoldIsLeftOutAndCounted) {
    std::string path = "d";
    for (std::size_t level = 1; level < most_levels; ++level) path += "/d";
    tree.directory(path + "/below");
    tree.directory(path + "/too");
    tree.file(path + "/too/deep", "x");
    tree.file("z", "after it");
    const auto saved = save_tree();
    ASSERT_TRUE(saved) << saved.error().text;
    EXPECT_EQ(saved->unfit, 2U);
    EXPECT_EQ(saved->first_unfit, path + "/below");
    const auto all = members();
    EXPECT_TRUE(all.contains(path + "/"));
    EXPECT_FALSE(all.contains(path + "/below/"));
    EXPECT_EQ(all.at("z").text, "after it");
}

TEST_F(SaveTest, LinksFifosAndEmptyDirectoriesAreKept) {
    tree.directory("empty");
    tree.link("link", "../outside/of it");
    tree.fifo("fifo");
    ASSERT_TRUE(save_tree());
    const auto all = members();
    EXPECT_EQ(all.at("empty/").type, static_cast<mode_t>(AE_IFDIR));
    EXPECT_EQ(all.at("link").link, "../outside/of it");
    EXPECT_EQ(all.at("fifo").type, static_cast<mode_t>(AE_IFIFO));
}

TEST_F(SaveTest, ASocketIsLeftOutAndCounted) {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = {}};
    tree.path("socket").copy(name.sun_path, sizeof name.sun_path - 1);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    const auto saved = save_tree();
    ASSERT_TRUE(saved);
    EXPECT_EQ(saved->left_out, 1U);
    EXPECT_FALSE(members().contains("socket"));
}

TEST_F(SaveTest, AHoleTakesNoRoom) {
    const UniqueFd file(::open(tree.path("sparse").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(::pwrite(file.get(), "end", 3, 64 << 20), 3);
    const auto saved = save_tree();
    ASSERT_TRUE(saved) << saved.error().text;
    EXPECT_LT(saved->compressed, 100000U);
    const auto text = members().at("sparse").text;
    ASSERT_EQ(text.size(), (64U << 20) + 3);
    EXPECT_EQ(text.substr(64 << 20), "end");
}

TEST_F(SaveTest, LargeAndSmallFilesKeepTheirOrderAndTheirContent) {
    std::string large(5 << 20, 'l');
    for (std::size_t at = 0; at < large.size(); at += 4096) large[at] = static_cast<char>(at >> 12);
    for (const auto* name : {"a", "c", "e"}) tree.file(name, name);
    for (const auto* name : {"b", "d"}) tree.file(name, large + name);
    ASSERT_TRUE(save_tree());
    EXPECT_EQ(members().at("d").text, large + "d");
    std::vector<std::string> order;
    for (const auto& line : manifest()) order.push_back(line.path);
    EXPECT_THAT(order, ElementsAre(".", "a", "b", "c", "d", "e"));
}

TEST_F(SaveTest, AHugeHoleIsNotRead) {
    const UniqueFd file(::open(tree.path("sparse").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(::pwrite(file.get(), "end", 3, off_t{4} << 40), 3);
    tree.file("z", "after it");
    const auto saved = save_tree();
    ASSERT_TRUE(saved) << saved.error().text;
    EXPECT_LT(saved->compressed, 100000U);
}

TEST_F(SaveTest, ADirectoryThatIsExcludedIsNotThere) {
    tree.directory("keep");
    tree.directory("leave/deep");
    how.walk.exclude = {"leave"};
    ASSERT_TRUE(save_tree());
    EXPECT_THAT(members(), ElementsAre(Key("./"), Key(manifest_path), Key("keep/")));
}

TEST_F(SaveTest, WithABaseOnlyWhatChangedIsStored) {
    for (const auto* name : {"same", "touched", "gone"}) tree.file(name, "before");
    ASSERT_TRUE(save_tree());
    const auto base = std::move(spool);
    (void)::lseek(base.get(), 0, SEEK_SET);
    tree.file("touched", "after!");
    tree.file("new", "n");
    (void)::unlink(tree.path("gone").c_str());
    how.base = base.get();
    const auto saved = save_tree();
    ASSERT_TRUE(saved) << saved.error().text;
    EXPECT_EQ(saved->unchanged, 1U);
    EXPECT_THAT(members(), ElementsAre(Key("./"), Key(manifest_path), Key("new"), Key("touched")));
    EXPECT_EQ(manifest().size(), 4U);
    for (const auto& line : manifest()) {
        EXPECT_NE(line.path, "gone");
        EXPECT_EQ(line.how == How::unchanged, line.path == "same") << line.path;
    }
}

TEST_F(SaveTest, TheTablesFitWhatWasWritten) {
    tree.file("a", std::string(3 << 20, 'a'));
    const auto saved = save_tree();
    ASSERT_TRUE(saved);
    struct stat file = {};
    ASSERT_EQ(::fstat(output.get(), &file), 0);
    EXPECT_EQ(saved->compressed, static_cast<std::uint64_t>(file.st_size));
    const auto tables = read_tables(output.get(), saved->compressed);
    ASSERT_TRUE(tables) << tables.error().text;
    EXPECT_EQ(tables->whole, saved->digest);
}

TEST_F(SaveTest, FramesAreFullWhateverFilesThereAre) {
    for (const auto* name : {"b", "d", "f"}) tree.file(name, std::string(frame_size / 2 + 1, 'l'));
    for (const auto* name : {"a", "c", "e"}) {
        tree.directory(name);
        for (int number = 0; number < 40; ++number)
            tree.file(cat(name, "/", number), std::string(20000, 's'));
    }
    const auto saved = save_tree();
    ASSERT_TRUE(saved) << saved.error().text;
    const auto read = read_tables(output.get(), saved->compressed);
    ASSERT_TRUE(read) << read.error().text;
    std::uint64_t whole = 0;
    for (const auto& frame : read->frames.all) {
        EXPECT_LE(frame.plain, frame_size);
        whole += frame.plain;
    }
    EXPECT_LE(read->frames.all.size(), whole / frame_size * 2 + 2);  // the manifest, and the rest
    const auto all = members();
    EXPECT_EQ(all.at("f").text, std::string(frame_size / 2 + 1, 'l'));
    EXPECT_EQ(all.at("e/39").text, std::string(20000, 's'));
}

TEST_F(SaveTest, ASmallHoleTakesNoRoomEither) {
    const UniqueFd file(::open(tree.path("sparse").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(::pwrite(file.get(), "end", 3, 40000), 3);
    how.level = 0;
    const auto saved = save_tree();
    ASSERT_TRUE(saved) << saved.error().text;
    EXPECT_LT(saved->compressed, 20000U);
    EXPECT_EQ(members().at("sparse").text, std::string(40000, '\0') + "end");
}

TEST_F(SaveTest, AClosedPipeIsAnErrorAndNoEnd) {
    (void)::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    ::close(ends[0]);
    const UniqueFd writer(ends[1]);
    tree.file("a", std::string(3 << 20, 'a'));
    const auto saved = save(tree.dir(), writer.get(), how);
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().os_number, EPIPE);
}

TEST_F(SaveTest, ARequestToStopEndsIt) {
    tree.file("a");
    const std::atomic<bool> stop = true;
    how.stop = &stop;
    const auto saved = save_tree();
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().kind, Kind::interrupted);
}

}  // namespace
}  // namespace backup
