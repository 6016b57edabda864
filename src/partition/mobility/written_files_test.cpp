#include "partition/mobility/written_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "os/few_descriptors.h"

namespace partition::mobility {
namespace {

using checkpoint::WrittenFile;
using testing::HasSubstr;

ToSync::File id_of(const std::string& path) {
    struct stat found = {};
    ::stat(path.c_str(), &found);
    return {found.st_dev, found.st_ino};
}

std::vector<WrittenFile> written(const std::vector<std::string>& own) {
    const auto files = open_files({::getpid()}, own);
    return files ? files->written : std::vector<WrittenFile>();
}

class WrittenFiles : public testing::Test {
  protected:
    void SetUp() override {
        char place[] = "/tmp/written.XXXXXX";
        place_ = std::filesystem::canonical(::mkdtemp(place));
    }
    void TearDown() override { std::filesystem::remove_all(place_); }
    std::string path(const std::string& name) const { return place_ + "/" + name; }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path(name)) << text;
    }
    WrittenFile as_it_is(const std::string& name) const {
        struct statx found = {};
        ::statx(AT_FDCWD, path(name).c_str(), 0, STATX_INO | STATX_SIZE | STATX_BTIME, &found);
        const auto seconds = static_cast<std::uint64_t>(found.stx_btime.tv_sec);
        return {path(name), found.stx_ino, found.stx_size,
                seconds * 1'000'000'000 + found.stx_btime.tv_nsec};
    }
    std::string place_;
};

TEST_F(WrittenFiles, ThoseOpenForWritingAreFoundThoseOnlyAddedToAreNot) {
    write("written", "abc");
    write("read", "abc");
    write("log", "abc");
    const UniqueFd one(::open(path("written").c_str(), O_WRONLY | O_CLOEXEC));
    const UniqueFd two(::open(path("read").c_str(), O_RDONLY | O_CLOEXEC));
    const UniqueFd three(::open(path("log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    const auto found = written({});
    EXPECT_THAT(found, testing::Contains(as_it_is("written")));
    EXPECT_THAT(found, testing::Not(testing::Contains(as_it_is("read"))));
    EXPECT_THAT(found, testing::Not(testing::Contains(as_it_is("log"))));
    EXPECT_THAT(written({place_}), testing::Not(testing::Contains(as_it_is("written"))));
}

TEST_F(WrittenFiles, AllThatIsOpenForWritingIsBroughtToDiskEachOnce) {
    write("written", "abc");
    write("log", "abc");
    write("read", "abc");
    const auto before = open_files({::getpid()}, {})->to_sync.descriptors();
    const UniqueFd one(::open(path("written").c_str(), O_WRONLY | O_CLOEXEC));
    const UniqueFd again(::open(path("written").c_str(), O_RDWR | O_CLOEXEC));
    const UniqueFd log(::open(path("log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    const UniqueFd read(::open(path("read").c_str(), O_RDONLY | O_CLOEXEC));
    const auto files = open_files({::getpid()}, {});
    ASSERT_TRUE(files);
    EXPECT_EQ(files->to_sync.descriptors(), before + 2);
    EXPECT_TRUE(files->to_sync.bring_to_disk());
}

TEST_F(WrittenFiles, OfMoreThanAFewTheWholeFileSystemIsBroughtToDisk) {
    std::vector<UniqueFd> open;
    for (int number = 0; number < 100; ++number) {
        write(cat(number), "abc");
        open.emplace_back(::open(path(cat(number)).c_str(), O_WRONLY | O_CLOEXEC));
    }
    const auto files = open_files({::getpid()}, {});
    ASSERT_TRUE(files);
    EXPECT_GE(files->written.size(), 100U);
    EXPECT_LT(files->to_sync.descriptors(), 70U);
    EXPECT_TRUE(files->to_sync.covers(id_of(path("99"))));
    EXPECT_TRUE(files->to_sync.bring_to_disk());
}

TEST_F(WrittenFiles, ThereMayBeMoreThanDescriptorsForThem) {
    std::vector<WrittenFile> then;
    for (int number = 0; number < 40; ++number) {
        write(cat(number), "123");
        then.push_back(as_it_is(cat(number)));
        write(cat(number), "123456");
    }
    const os::FewDescriptors few(20);
    const auto fitted = fit_files(then, true);
    ASSERT_TRUE(fitted) << fitted.error().text;
    EXPECT_EQ(as_it_is("39"), then.back());
}

TEST_F(WrittenFiles, OneThatHasGrownIsCutOnlyWhenThatIsWished) {
    write("out", "123");
    const auto then = as_it_is("out");
    std::ofstream(path("out"), std::ios::app) << "456";
    const auto refused = fit_files({then}, false);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("has grown by 3 bytes"));
    ASSERT_TRUE(fit_files({then}, true));
    EXPECT_EQ(as_it_is("out"), then);
}

TEST_F(WrittenFiles, OneThatIsShorterGoneOrAnotherIsRefusedAndNoneIsCut) {
    write("good", "123");
    write("bad", "123");
    const auto good = as_it_is("good");
    const auto bad = as_it_is("bad");
    write("good", "123456");
    ASSERT_EQ(::truncate(bad.path.c_str(), 1), 0);
    EXPECT_THAT(fit_files({good, bad}, true).error().text, HasSubstr("had 3 bytes and has 1 now"));
    std::filesystem::rename(path("bad"), path("elsewhere"));
    EXPECT_THAT(fit_files({good, bad}, true).error().text, HasSubstr("is gone"));
    write("bad", "123456");
    EXPECT_THAT(fit_files({good, bad}, true).error().text, HasSubstr("is another file by now"));
    auto of_the_same_number = as_it_is("bad");
    of_the_same_number.born = 0;  // unknown where it was stored
    EXPECT_TRUE(fit_files({of_the_same_number}, true));
    of_the_same_number.born = as_it_is("bad").born - 1;
    EXPECT_THAT(fit_files({good, of_the_same_number}, true).error().text,
                HasSubstr("is another file by now"));
    EXPECT_EQ(std::filesystem::file_size(path("good")), 6U);
}

TEST_F(WrittenFiles, ALinkInItsPlaceIsNotFollowed) {
    write("victim", "123456");
    auto wanted = as_it_is("victim");
    wanted.path = path("link");
    wanted.bytes = 1;
    std::filesystem::create_symlink(path("victim"), path("link"));
    EXPECT_FALSE(fit_files({wanted}, true));
    EXPECT_EQ(std::filesystem::file_size(path("victim")), 6U);
}

TEST(IsServed, NamesFileSystemsThatAProgramInsideMayServe) {
    EXPECT_TRUE(is_served("fuse"));
    EXPECT_TRUE(is_served("fuse.sshfs"));
    for (const auto* type : {"ext4", "nfs4", "tmpfs", "fuseblk", "fusectl"})
        EXPECT_FALSE(is_served(type)) << type;
}

TEST(IsWritten, FollowsTheFlags) {
    EXPECT_TRUE(is_written("pos:\t0\nflags:\t0100001\nmnt_id:\t29\n"));
    EXPECT_TRUE(is_written("flags:\t0102002\n"));
    EXPECT_FALSE(is_written("flags:\t0102001\n"));
    EXPECT_FALSE(is_written("flags:\t0100000\n"));
    EXPECT_FALSE(is_written("pos:\t0\n"));
}

}  // namespace
}  // namespace partition::mobility
