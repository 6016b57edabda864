// What restoring a backup brings back, and that a hostile one changes nothing outside and is refused.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include <clocale>
#include <functional>

#include "backup/save.h"
#include "backup_writer.h"
#include "unpack/backup.h"
#include "unpack_fixture.h"

namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class BackupTest : public UnpackTest {
  protected:
    void SetUp() override {
        UnpackTest::SetUp();
        (void)::umask(0);
        ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr);
    }
    UniqueFd opened(const std::string& bytes) {
        file(image(), bytes);
        auto fd = unpack::open_backup(image());
        EXPECT_TRUE(fd) << fd.error().text;
        return *std::move(fd);
    }
    Result<unpack::Restored> restore(std::vector<int> files, std::vector<std::string> only = {}) {
        return unpack::restore({.files = std::move(files),
                                .target = target(),
                                .ids = {.first = 200000},
                                .only = std::move(only),
                                .program = CORRAL_UNPACK},
                               {});
    }
    Result<unpack::Restored> restore_bytes(const std::string& bytes) {
        const auto fd = opened(bytes);
        return restore({fd.get()});
    }
    std::string refused(const std::string& bytes) {
        const auto done = restore_bytes(bytes);
        return done ? "restored" : done.error().text;
    }
    std::string source() const { return top + "/layout"; }  // the fixture does not mind that name
    std::string from(const std::string& path) const { return source() + "/" + path; }
    UniqueFd save_source(int base = -1, int level = 3) {
        UniqueFd output(::open(top.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        spool = UniqueFd(::open(top.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        backup::Save how{.level = level, .threads = 2};
        how.front = {{.path = ".savewpar_dir/wpar.spec", .text = "general:\n"},
                     {.path = ".savewpar_dir/image.data", .text = "image_data:\n"},
                     {.path = ".savewpar_dir/backup.data", .text = "backup:\n"}};
        how.spool = spool.get();
        how.base = base;
        const auto saved = backup::save(*os::Dir::open(source()), output.get(), how);
        EXPECT_TRUE(saved) << saved.error().text;
        return output;
    }
    UniqueFd spool;
};

class RestoringABackup : public BackupTest {};
class HostileBackup : public BackupTest {};

TEST_F(RestoringABackup, IsDescribedByItsFrontAndItsManifest) {
    BackupWriter backup;
    backup.directory("etc").file("etc/motd", "hello");
    const auto fd = opened(backup.packed());
    const UniqueFd manifest(::memfd_create("manifest", MFD_CLOEXEC));
    const auto found = unpack::describe(fd.get(), manifest.get(), CORRAL_UNPACK);
    ASSERT_TRUE(found) << found.error().text;
    EXPECT_EQ(found->spec, "general:\n\tname = \"a\"\n");
    EXPECT_EQ(found->backup_data, "backup:\n\tVERSION= 1\n");
    EXPECT_EQ(found->digest, hexadecimal(backup::whole_digest(backup.frames)));
    EXPECT_EQ(found->names, 3U);
    EXPECT_EQ(found->bytes, 5U);
    std::string text(backup.manifest.size(), '\0');
    EXPECT_EQ(::read(manifest.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    EXPECT_EQ(text, backup.manifest);
}

TEST_F(RestoringABackup, GivesBackWhatSavewparTook) {
    file(from("a\nnew line \xff"), "odd");
    file(from("etc/shadow"), "secret");
    ASSERT_EQ(::chown(from("etc/shadow").c_str(), 7, 65535), 0);
    ASSERT_EQ(::chmod(from("etc/shadow").c_str(), 06751), 0);
    ASSERT_EQ(::link(from("etc/shadow").c_str(), from("etc/shadow-").c_str()), 0);
    ASSERT_EQ(::symlink("/nowhere", from("link").c_str()), 0);
    ASSERT_EQ(::mkfifo(from("fifo").c_str(), 0620), 0);
    file(from("outside"), "of all ids");
    ASSERT_EQ(::chown(from("outside").c_str(), 3000000000U, 100000), 0);
    ASSERT_EQ(::chmod(from("outside").c_str(), 04755), 0);
    ASSERT_EQ(::mknod(from("null").c_str(), S_IFCHR | 0666, ::makedev(1, 3)), 0);
    ASSERT_EQ(::mknod(from("disk").c_str(), S_IFBLK | 0600, ::makedev(8, 0)), 0);
    ASSERT_EQ(::setxattr(from("etc/shadow").c_str(), "trusted.note", "t", 1, 0), 0);
    ASSERT_EQ(::setxattr(from("etc/shadow").c_str(), "user.note", "u", 1, 0), 0);
    ASSERT_EQ(::truncate(from("etc/shadow").c_str(), 100 << 20), 0);
    const timespec times[2] = {{1, 0}, {1234567890, 987654321}};
    ASSERT_EQ(::utimensat(AT_FDCWD, from("etc").c_str(), times, 0), 0);
    const auto saved = save_source();
    const auto done = restore({saved.get()});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("a\nnew line \xff"), "odd");
    const auto shadow = inside_stat("etc/shadow");
    EXPECT_EQ(shadow.st_uid, 7U);
    EXPECT_EQ(shadow.st_gid, 65535U);
    EXPECT_EQ(shadow.st_mode & 07777U, 06751U);
    EXPECT_EQ(shadow.st_nlink, 2U);
    EXPECT_EQ(shadow.st_size, 100 << 20);
    EXPECT_LT(shadow.st_blocks, 100);
    EXPECT_EQ(inside_stat("etc").st_mtim.tv_nsec, 987654321);
    EXPECT_EQ(inside_stat("outside").st_uid, 3000000000U);
    EXPECT_EQ(inside_stat("outside").st_gid, 100000U);
    EXPECT_EQ(inside_stat("outside").st_mode & 07777U, 04755U);
    EXPECT_EQ(inside_stat("null").st_rdev, ::makedev(1, 3));
    EXPECT_EQ(inside_stat("null").st_mode & 07777U, 0666U);
    EXPECT_FALSE(inside_has("disk"));
    EXPECT_EQ(done->left_out, 1U);
    EXPECT_EQ(inside_stat("fifo").st_mode, static_cast<mode_t>(S_IFIFO | 0620));
    char value[8] = {};
    EXPECT_EQ(::getxattr(inside("etc/shadow").c_str(), "trusted.note", value, sizeof value), 1);
    EXPECT_EQ(::getxattr(inside("etc/shadow").c_str(), "user.note", value, sizeof value), 1);
}

TEST_F(RestoringABackup, GivesAFileCapabilityThatHoldsWhereverItIs) {
    file(from("ping"), "program");
    const std::string capability(
        "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
    ASSERT_EQ(::setxattr(from("ping").c_str(), "security.capability", capability.data(), 20, 0), 0);
    const auto saved = save_source();
    ASSERT_TRUE(restore({saved.get()}));
    std::string value(64, '\0');
    const auto size =
        ::getxattr(inside("ping").c_str(), "security.capability", value.data(), value.size());
    ASSERT_EQ(size, 20);
    EXPECT_EQ(value.substr(0, 20), capability);
}

TEST_F(RestoringABackup, TakesAPlainArchiveAsWell) {
    file(from("etc/motd"), "hello");
    file(from(".savewpar_dir/manifest"), "of an earlier restore, inside");
    const auto saved = save_source(-1, 0);
    const auto done = restore({saved.get()});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("etc/motd"), "hello");
    EXPECT_EQ(inside_text(".savewpar_dir/manifest"), "of an earlier restore, inside");
}

TEST_F(RestoringABackup, FollowsAChainOfIncrements) {
    for (const auto* name : {"same", "touched", "gone", "folder/deep/gone", "becomes"})
        file(from(name), "before");
    const auto first = save_source();
    const auto manifest = std::move(spool);
    ASSERT_EQ(::lseek(manifest.get(), 0, SEEK_SET), 0);
    file(from("touched"), "after!!");
    file(from("new/one"), "n");
    std::filesystem::remove_all(from("gone"));
    std::filesystem::remove_all(from("folder"));
    std::filesystem::remove_all(from("becomes"));
    std::filesystem::create_directory(from("becomes"));
    const auto second = save_source(manifest.get());
    const auto done = restore({first.get(), second.get()});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("same"), "before");
    EXPECT_EQ(inside_text("touched"), "after!!");
    EXPECT_EQ(inside_text("new/one"), "n");
    EXPECT_FALSE(inside_has("gone"));
    EXPECT_FALSE(inside_has("folder"));
    EXPECT_TRUE(std::filesystem::is_directory(inside("becomes")));
    EXPECT_EQ(done->removed, 2U);
}

TEST_F(RestoringABackup, RefusesAnIncrementWhoseBaseIsNotThere) {
    BackupWriter backup;
    backup.file_line("absent", "text", '=');
    BackupWriter empty;
    file(top + "/layout", empty.packed());
    const auto first = unpack::open_backup(top + "/layout");
    const auto second = opened(backup.packed());
    const auto done = restore({first->get(), second.get()});
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().text, HasSubstr("absent"));
}

TEST_F(RestoringABackup, TakesOnlyWhatIsWantedAndTellsWhatIsNotThere) {
    BackupWriter backup;
    backup.directory("etc").file("etc/motd", "hello").file("etc/motd.d", "no").file("other", "no");
    const auto fd = opened(backup.packed());
    const auto done = restore({fd.get()}, {"etc/motd", "var"});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("etc/motd"), "hello");
    EXPECT_FALSE(inside_has("etc/motd.d"));
    EXPECT_FALSE(inside_has("other"));
    EXPECT_THAT(done->missed, testing::ElementsAre("var"));
}

TEST_F(RestoringABackup, ThousandsOfFilesInManyFramesComeBackWhole) {
    for (int number = 0; number < 3000; ++number)
        file(from(cat("d", number % 7, "/f", number)), std::string(number * 3, 'x'));
    const auto saved = save_source();
    const auto done = restore({saved.get()});
    ASSERT_TRUE(done) << done.error().text;
    for (int number = 0; number < 3000; ++number)
        ASSERT_EQ(inside_text(cat("d", number % 7, "/f", number)).size(), number * 3U);
    EXPECT_TRUE(unpack::verify(saved.get(), {}, CORRAL_UNPACK));
}

}  // namespace
