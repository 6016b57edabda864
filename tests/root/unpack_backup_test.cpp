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

TEST_F(RestoringABackup, ReadsWhatHasDigestsOfTheOlderKind) {
    BackupWriter backup;
    backup.file("large", std::string(2 << 20, 'x')).file("motd", "hello");
    const auto done = restore_bytes(backup.packed(backup::Algorithm::sha256));
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("motd"), "hello");
    EXPECT_EQ(inside_stat("large").st_size, 2 << 20);
}

// user::rwx, user:1234:rwx, group::r-x, mask::rwx, other::r-x (linux/posix_acl_xattr.h)
std::string access_list() {
    const std::string nobody = "\xff\xff\xff\xff";
    std::string list("\x02\x00\x00\x00\x01\x00\x07\x00", 8);
    list += nobody + std::string("\x02\x00\x07\x00\xd2\x04\x00\x00\x04\x00\x05\x00", 12) + nobody;
    list += std::string("\x10\x00\x07\x00", 4) + nobody;
    return list + std::string("\x20\x00\x05\x00", 4) + nobody;
}

bool has_list(const std::string& path, const std::string& which) {
    return ::lgetxattr(path.c_str(), ("system.posix_acl_" + which).c_str(), nullptr, 0) > 0;
}

void give_list(const std::string& path, const std::string& which) {
    const auto list = access_list();
    const auto name = "system.posix_acl_" + which;
    ASSERT_EQ(::setxattr(path.c_str(), name.c_str(), list.data(), list.size(), 0), 0);
}

TEST_F(RestoringABackup, LetsNothingInheritAnAccessList) {
    for (const auto* path : {"d/plain", "d/with", "d/below/file"}) file(from(path), "text");
    file(from("d/large"), std::string(2 << 20, 'x'));
    ASSERT_EQ(::mkfifo(from("d/fifo").c_str(), 0640), 0);
    give_list(from("d/with"), "access");
    ASSERT_EQ(::mknod(from("d/null").c_str(), S_IFCHR | 0666, ::makedev(1, 3)), 0);
    give_list(from("d"), "default");
    ASSERT_FALSE(has_list(from("d/plain"), "access"));
    const auto saved = save_source();
    for (const bool again : {false, true}) {  // into nothing, and over what was made then
        const auto done = restore({saved.get()});
        ASSERT_TRUE(done) << done.error().text;
        for (const auto* path :
             {"d/plain", "d/large", "d/fifo", "d/null", "d/below", "d/below/file"})
            EXPECT_FALSE(has_list(inside(path), "access")) << path << again;
        EXPECT_FALSE(has_list(inside("d/below"), "default")) << again;
        EXPECT_TRUE(has_list(inside("d/with"), "access")) << again;
        EXPECT_TRUE(has_list(inside("d"), "default")) << again;
    }
}

TEST_F(RestoringABackup, TakesAwayAnAccessListThatAnIncrementDoesNotHave) {
    file(from("d/plain"), "text");
    give_list(from("d"), "default");
    const auto first = save_source();
    const auto known = std::move(spool);
    ASSERT_EQ(::removexattr(from("d").c_str(), "system.posix_acl_default"), 0);
    file(from("d/new"), "text");
    ASSERT_EQ(::lseek(known.get(), 0, SEEK_SET), 0);
    const auto second = save_source(known.get());
    const auto done = restore({first.get(), second.get()});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_FALSE(has_list(inside("d"), "default"));
    EXPECT_FALSE(has_list(inside("d/new"), "access"));
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

TEST_F(RestoringABackup, AHardLinkGetsItsContentWhenItsFirstNameIsNotWanted) {
    BackupWriter backup;
    backup.file("a", "saved").directory("d").hard_link("d/b", "a").hard_link("d/c", "a");
    file(inside("a"), "of today");
    const auto fd = opened(backup.packed());
    const auto done = restore({fd.get()}, {"d"});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("a"), "of today");
    EXPECT_EQ(inside_text("d/b"), "saved");
    EXPECT_EQ(inside_text("d/c"), "saved");
    EXPECT_EQ(inside_stat("d/c").st_nlink, 2U);
    EXPECT_EQ(done->names, 3U);
    EXPECT_THAT(done->missed, IsEmpty());
}

TEST_F(RestoringABackup, AnIncrementAloneLeavesOutLinksToWhatItDoesNotHold) {
    file(from("a"), "same");
    ASSERT_EQ(::link(from("a").c_str(), from("b").c_str()), 0);
    (void)save_source();
    const auto base = std::move(spool);
    (void)::lseek(base.get(), 0, SEEK_SET);
    file(from("new"), "new");
    const auto increment = save_source(base.get());
    file(inside("a"), "of today");
    const auto done = restore({increment.get()});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("new"), "new");
    EXPECT_FALSE(inside_has("b"));
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

TEST_F(RestoringABackup, AFileReplacesADirectoryWithAllInIt) {
    BackupWriter backup;
    backup.file("a", "file").directory("b").file("b/c", "another");
    file(inside("a/deep/file"), "of today");
    file(inside("b/c/d"), "of today");
    const auto fd = opened(backup.packed());
    const auto done = restore({fd.get()});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("a"), "file");
    EXPECT_EQ(inside_text("b/c"), "another");
}

TEST_F(RestoringABackup, FilesReplaceManyDeepDirectoriesAtOnce) {
    BackupWriter backup;
    for (int number = 10; number < 30; ++number) {
        std::string path = cat("f", number);
        backup.file(path, "file");
        for (int level = 0; level < 100; ++level) path += "/deep";
        file(inside(path), "of today");
    }
    const auto fd = opened(backup.packed());
    const auto done = restore({fd.get()});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text("f29"), "file");
}

TEST_F(RestoringABackup, WritesNothingOfAFileThatIsNotAsTheManifestSays) {
    BackupWriter backup;
    backup.file("good", "hello");
    backup.tree.file("motd", "hullo");
    backup.file_line("motd", "hello");
    EXPECT_THAT(refused(backup.packed()), HasSubstr("'/motd': its content has the digest"));
    EXPECT_EQ(inside_text("good"), "hello");
    EXPECT_FALSE(inside_has("motd"));
}

// One that nobody made with savewpar: what it is, how it is built, and what must be said of it.
struct Hostile {
    std::string name;
    std::function<std::string()> make;
    std::string said;
    bool whole = false;  // nothing is wrong with it but what it is
};
void PrintTo(const Hostile& one, std::ostream* to) { *to << one.name; }

std::string built(const std::function<void(BackupWriter&)>& build) {
    BackupWriter backup;
    build(backup);
    return backup.packed();
}

// The frames' bytes are changed, the tables are not.
std::string damaged(const std::function<void(std::string&, const BackupWriter&)>& damage) {
    BackupWriter backup;
    backup.directory("etc").file("etc/motd", std::string(100000, 'x') + "hello");
    auto bytes = backup.packed();
    damage(bytes, backup);
    return bytes;
}

// Tables that were made by somebody who knows how.
std::string with_tables(const std::function<void(backup::Frames&)>& change) {
    BackupWriter backup;
    backup.file("motd", "hello");
    auto bytes = backup.packed();
    bytes.resize(backup.content_size);
    change(backup.frames);
    return bytes + backup::tables(backup.frames);
}

std::string with_front(const std::function<void(TarWriter&)>& front) {
    BackupWriter backup;
    backup.front = TarWriter();
    front(backup.front);
    return backup.packed();
}

constexpr auto spec_path = ".savewpar_dir/wpar.spec";
constexpr auto image_path = ".savewpar_dir/image.data";
constexpr auto data_path = ".savewpar_dir/backup.data";

// A member under this name, with its line in the manifest: only the name is wrong.
Hostile named(const std::string& what, const std::string& path, const std::string& said) {
    return {what, [path] { return built([&](BackupWriter& b) { b.file(path, "x"); }); }, said};
}
Hostile lying(const std::string& what, const std::string& line, const std::string& said) {
    return {what,
            [line] {
                return built([&](BackupWriter& b) {
                    b.tree.file("motd", "hello");
                    b.raw_line(line);
                });
            },
            said};
}
Hostile cut(const std::string& what, double part) {
    return {
        what,
        [part] {
            return damaged([&](std::string& bytes, const BackupWriter&) {
                bytes.resize(static_cast<std::size_t>(static_cast<double>(bytes.size()) * part));
            });
        },
        "table of frames"};
}
Hostile flipped(const std::string& what, double place, const std::string& said) {
    return {what,
            [place] {
                return damaged([&](std::string& bytes, const BackupWriter& backup) {
                    const auto at = static_cast<double>(backup.content_size) * place;
                    bytes[static_cast<std::size_t>(at)] ^= 0x10;
                });
            },
            said};
}

std::string header_of(const TarWriter::Header& what) {
    return TarWriter().header(what).unfinished();
}

std::vector<Hostile> hostile_names() {
    return {
        named("up", "../outside/evil", "leads outside"),
        named("up_within", "etc/../../evil", "leads outside"),
        named("absolute", "/etc/evil", "is in no directory"),
        named("double_slash", "etc//evil", "is in no directory"),
        named("dot_within", "./etc/./evil", "is in no directory"),
        named("below_nothing", "nowhere/evil", "is in no directory"),
        named("empty_name", "", "no savewpar wrote this"),
        {"very_long_name",
         [] {
             return built([](BackupWriter& b) {
                 const std::string name(300, 'n');
                 b.tree.pax({{"path", name}}).file("short", "x");
                 b.file_line(name, "x");
             });
         },
         "longer than a name"},
        {"very_deep",
         [] {
             return built([](BackupWriter& b) {
                 std::string name;
                 for (int level = 0; level < 600; ++level) name += "d/";
                 name += "f";
                 b.tree.pax({{"path", name}}).file("short", "x");
                 b.file_line(name, "x");
             });
         },
         "too deep"},
        {"very_long_path",
         [] {
             return built([](BackupWriter& b) {
                 std::string name;
                 for (int level = 0; level < 100; ++level) name += std::string(60, 'd') + "/";
                 b.tree.pax({{"path", name + "f"}}).file("short", "x");
                 b.file_line(name + "f", "x");
             });
         },
         "longer than a path"},
    };
}

std::vector<Hostile> hostile_order() {
    return {
        {"twice", [] { return built([](BackupWriter& b) { b.file("a", "1").file("a", "2"); }); },
         "twice"},
        {"backwards",
         [] { return built([](BackupWriter& b) { b.file("b", "1").file("a", "2"); }); },
         "comes after"},
        {"file_then_directory",
         [] { return built([](BackupWriter& b) { b.file("a", "1").directory("a"); }); }, "twice"},
        {"through_a_link_out",
         [] {
             return built(
                 [](BackupWriter& b) { b.symlink("a", "../outside").file("a/evil", "2"); });
         },
         "is in no directory"},
        {"through_an_absolute_link",
         [] { return built([](BackupWriter& b) { b.symlink("a", "/").file("a/evil", "2"); }); },
         "is in no directory"},
        {"link_then_directory",
         [] {
             return built(
                 [](BackupWriter& b) { b.symlink("a", "/").directory("a").file("a/b", "2"); });
         },
         "twice"},
        {"below_a_file",
         [] { return built([](BackupWriter& b) { b.file("a", "1").file("a/b", "2"); }); },
         "is in no directory"},
        {"below_a_fifo",
         [] {
             return built(
                 [](BackupWriter& b) { b.other({.name = "a", .type = '6'}).file("a/b", "2"); });
         },
         "is in no directory"},
        {"top_is_no_directory",
         [] {
             return built([](BackupWriter& b) {
                 b.tree = TarWriter();
                 b.tree.file("a", "1");
                 b.file_line("a", "1");
             });
         },
         "before the top directory"},
        {"top_twice", [] { return built([](BackupWriter& b) { b.tree.directory("./"); }); },
         "twice"},
        {"front_again_in_the_tree",
         [] {
             return built([](BackupWriter& b) { b.file(".savewpar_dir/wpar.spec", "general:"); });
         },
         "is in no directory"},
    };
}

std::vector<Hostile> hostile_links() {
    const auto link = [](const std::string& to) {
        return [to] { return built([&](BackupWriter& b) { b.hard_link("a", to); }); };
    };
    return {
        {"hard_link_out", link("../outside/secret"), "leads outside"},
        {"hard_link_to_nothing", link("_"), "_", true},
        {"hard_link_to_itself", link("a"), "comes later"},
        {"hard_link_to_the_root", link("."), "comes later"},
        {"hard_link_through_a_link_out",
         [] {
             return built(
                 [](BackupWriter& b) { b.symlink("a", "../outside").hard_link("b", "a/secret"); });
         },
         "", true},
        {"link_target_is_another_in_the_manifest",
         [] {
             return built([](BackupWriter& b) {
                 b.tree.symlink("a", "/etc/shadow");
                 b.line('l', "a", "b");
             });
         },
         "target"},
    };
}

std::vector<Hostile> hostile_manifests() {
    const auto digest = BackupWriter::digest_of("hello");
    return {
        lying("wrong_digest", cat("f + 5 644 0 0 0 0 1 ", std::string(64, '0'), " motd\n"),
              "digest"),
        lying("no_digest", "f + 5 644 0 0 0 0 1 - motd\n", "digest"),
        lying("wrong_size", cat("f + 6 644 0 0 0 0 1 ", digest, " motd\n"), "size"),
        lying("wrong_type", "d + 0 755 0 0 0 0 1 - motd\n", "type"),
        lying("other_name", cat("f + 5 644 0 0 0 0 1 ", digest, " shadow\n"), "in its place"),
        lying("not_stored", cat("f = 5 644 0 0 0 0 1 ", digest, " motd\n"), "does not know"),
        lying("nothing_about_it", "", "does not know"),
        lying("one_more",
              cat("f + 5 644 0 0 0 0 1 ", digest, " motd\nf + 5 644 0 0 0 0 1 ", digest, " z\n"),
              "not in the backup"),
        lying("nonsense", "this is no line\n", "manifest"),
        lying("no_line_end", cat("f + 5 644 0 0 0 0 1 ", digest, " motd"), "damaged"),
        lying("path_out", cat("f + 5 644 0 0 0 0 1 ", digest, " ../motd\n"), "leads outside"),
        lying("negative_size", cat("f + -5 644 0 0 0 0 1 ", digest, " motd\n"), "manifest"),
        lying("huge_number", cat("f + 99999999999999999999999 644 0 0 0 0 1 ", digest, " motd\n"),
              "manifest"),
        lying("endless_line", std::string(1 << 20, 'x') + "\n", "manifest"),
        {"empty", [] { return built([](BackupWriter& b) { b.manifest.clear(); }); }, "empty"},
        {"out_of_order",
         [] {
             return built([](BackupWriter& b) {
                 b.tree.file("a", "1").file("b", "1");
                 b.file_line("b", "1").file_line("a", "1");
             });
         },
         "in its place"},
        {"is_a_link",
         [] {
             BackupWriter backup;
             auto bytes = std::string();
             backup::Compressor compressor(3);
             backup::Frames frames;
             for (const auto& part :
                  {backup.front.unfinished() + backup.tree.unfinished(),
                   TarWriter().symlink(".savewpar_dir/manifest", "/etc/shadow").finish()}) {
                 auto frame = *compressor.compress(part);
                 bytes += frame.bytes;
                 frames.all.push_back(frame.record);
             }
             frames.manifest = 1;
             return bytes + backup::tables(frames);
         },
         "manifest is no file"},
    };
}

std::vector<Hostile> hostile_fronts() {
    const auto link = [](TarWriter& front) { front.symlink(spec_path, "/etc/shadow"); };
    return {
        {"front_missing", [] { return with_front([](TarWriter&) {}); }, "not where it belongs"},
        {"front_is_a_link", [link] { return with_front(link); }, "no file"},
        {"front_is_a_fifo",
         [] {
             return with_front([](TarWriter& f) { f.header({.name = spec_path, .type = '6'}); });
         },
         "no file"},
        {"front_is_a_hard_link",
         [] { return with_front([](TarWriter& f) { f.hard_link(spec_path, "/etc/shadow"); }); },
         "no file"},
        {"front_twice",
         [] {
             return with_front([](TarWriter& f) {
                 f.file(spec_path, "a")
                     .file(spec_path, "b")
                     .file(image_path, "c")
                     .file(data_path, "d");
             });
         },
         "not where it belongs"},
        {"front_in_another_order",
         [] {
             return with_front([](TarWriter& f) {
                 f.file(image_path, "a").file(spec_path, "b").file(data_path, "d");
             });
         },
         "not where it belongs"},
        {"front_is_huge",
         [] {
             return with_front([](TarWriter& f) { f.file(spec_path, std::string(5 << 20, 'x')); });
         },
         "larger"},
        {"front_says_more_than_there_is",
         [] {
             return with_front([](TarWriter& f) {
                 f.header({.name = spec_path, .size = 1000000000}).content("x");
             });
         },
         ""},
    };
}

std::vector<Hostile> hostile_contents() {
    return {
        {"size_lies_upwards",
         [] {
             return built([](BackupWriter& b) {
                 b.tree.header({.name = "a", .size = 1 << 30}).content("x");
                 b.raw_line(
                     cat("f + ", 1 << 30, " 644 0 0 0 0 1 ", BackupWriter::digest_of("x"), " a\n"));
             });
         },
         ""},
        {"sparse_bomb",
         [] {
             return built([](BackupWriter& b) {
                 b.tree
                     .pax({{"GNU.sparse.major", "0"},
                           {"GNU.sparse.minor", "1"},
                           {"GNU.sparse.name", "a"},
                           {"GNU.sparse.size", "9000000000000000000"},
                           {"GNU.sparse.numblocks", "1"},
                           {"GNU.sparse.map", "0,4"}})
                     .file("GNUSparseFile.0/a", "data");
                 b.raw_line(cat("f + 9000000000000000000 644 0 0 0 0 1 ",
                                BackupWriter::digest_of("data"), " a\n"));
             });
         },
         "GB"},
        {"bad_checksum_of_a_header",
         [] {
             return built([](BackupWriter& b) {
                 auto bytes = header_of({.name = "a", .size = 0});
                 bytes[0] = 'b';
                 b.tree.content(bytes);
                 b.file_line("b", "");
             });
         },
         ""},
        {"nested_compression",
         [] {
             backup::Compressor compressor(3);
             BackupWriter inner;
             auto frame = *compressor.compress(inner.packed());
             backup::Frames frames;
             frames.all = {frame.record, frame.record};
             frames.manifest = 1;
             return frame.bytes + frame.bytes + backup::tables(frames);
         },
         ""},
        {"owner_that_no_file_has",
         [] {
             return built([](BackupWriter& b) {
                 b.tree.pax({{"uid", "99999999999"}}).file("a", "x");
                 b.file_line("a", "x");
             });
         },
         "belongs to", true},
    };
}

std::vector<Hostile> hostile_tables() {
    return {
        {"frame_is_too_large",
         [] { return with_tables([](backup::Frames& f) { f.all[1].plain = 1U << 31; }); },
         "size that none may have"},
        {"frame_is_empty",
         [] { return with_tables([](backup::Frames& f) { f.all[1].plain = 0; }); },
         "size that none may have"},
        {"frame_holds_less",
         [] { return with_tables([](backup::Frames& f) { f.all[1].plain += 1; }); },
         "does not hold"},
        {"frame_holds_more",
         [] { return with_tables([](backup::Frames& f) { f.all[1].plain -= 1; }); },
         "does not hold"},
        {"table_points_behind_the_file",
         [] { return with_tables([](backup::Frames& f) { f.all[1].compressed += 1000; }); },
         "does not fit"},
        {"manifest_is_outside",
         [] { return with_tables([](backup::Frames& f) { f.manifest = 1000; }); }, "contradicts"},
        {"manifest_is_elsewhere",
         [] { return with_tables([](backup::Frames& f) { f.manifest = 1; }); },
         "not where the table says"},
        {"no_frames", [] { return with_tables([](backup::Frames& f) { f.all.clear(); }); }, ""},
        {"digest_of_another",
         [] { return with_tables([](backup::Frames& f) { f.all[1].digest = f.all[0].digest; }); },
         "does not have the digest"},
        {"no_tables",
         [] {
             return damaged([](std::string& bytes, const BackupWriter& backup) {
                 bytes.resize(backup.content_size);
             });
         },
         "table of frames"},
        {"something_behind",
         [] { return damaged([](std::string& bytes, const BackupWriter&) { bytes += "more"; }); },
         "table of frames"},
        cut("cut_at_a_tenth", 0.1),
        cut("cut_in_the_middle", 0.5),
        cut("cut_in_the_tables", 0.95),
        cut("cut_at_the_last_byte", 0.9999),
        flipped("flipped_at_the_front", 0.05, "digest"),
        flipped("flipped_in_the_middle", 0.5, "digest"),
        flipped("flipped_in_the_manifest", 0.95, "digest"),
        {"empty_file", [] { return std::string(); }, "empty"},
        {"text", [] { return std::string(5000, 'x'); }, ""},
        {"only_zeros", [] { return std::string(10240, '\0'); }, ""},
        {"an_ordinary_archive",
         [] { return TarWriter().directory("etc").file("etc/motd", "x").finish(); },
         "not where it belongs"},
        {"plain_and_cut",
         [] {
             BackupWriter backup;
             backup.file("a", std::string(100000, 'x'));
             auto bytes = backup.plain();
             bytes.resize(bytes.size() / 2);
             return bytes;
         },
         ""},
        {"plain_without_a_manifest",
         [] {
             BackupWriter backup;
             return backup.front.unfinished() + backup.tree.finish();
         },
         "has no manifest"},
        {"plain_with_something_behind_the_manifest",
         [] {
             BackupWriter backup;
             auto bytes = backup.plain();
             bytes.resize(bytes.size() - 1024);
             return bytes + TarWriter().file("evil", "x").finish();
         },
         "follows its manifest"},
    };
}

std::vector<Hostile> all_hostile() {
    std::vector<Hostile> all;
    for (const auto& some : {hostile_names(), hostile_order(), hostile_links(), hostile_manifests(),
                             hostile_fronts(), hostile_contents(), hostile_tables()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

class HostileBackup : public BackupTest, public testing::WithParamInterface<Hostile> {};
INSTANTIATE_TEST_SUITE_P(All, HostileBackup, testing::ValuesIn(all_hostile()),
                         [](const auto& given) { return given.param.name; });

// The fixture looks at what lies outside.
TEST_P(HostileBackup, IsRefusedAndChangesNothingOutside) {
    EXPECT_THAT(refused(GetParam().make()),
                testing::AllOf(testing::Ne("restored"), HasSubstr(GetParam().said)));
}

TEST_P(HostileBackup, IsNotVerified) {
    const auto fd = opened(GetParam().make());
    EXPECT_EQ(static_cast<bool>(unpack::verify(fd.get(), {}, CORRAL_UNPACK)), GetParam().whole);
}

TEST_F(RestoringABackup, IsAsGoodWithEveryByteInItsPlaceOnly) {
    BackupWriter backup;
    backup.directory("etc").file("etc/motd", "hello");
    const auto bytes = backup.packed();
    for (std::size_t at = 0; at < bytes.size(); at += 7) {
        auto other = bytes;
        other[at] = static_cast<char>(other[at] ^ 1);
        const auto fd = opened(other);
        EXPECT_FALSE(unpack::verify(fd.get(), {}, CORRAL_UNPACK)) << "byte " << at;
    }
}

TEST_F(RestoringABackup, LeavesSetIdBitsAndLinksOutAsTheyAre) {
    BackupWriter backup;
    backup.symlink("a", "/etc/shadow").file("su", "program", 04755);
    ASSERT_TRUE(restore_bytes(backup.packed()));
    EXPECT_EQ(std::filesystem::read_symlink(inside("a")), "/etc/shadow");
    EXPECT_EQ(inside_stat("su").st_mode & 07777U, 04755U);
}

TEST_F(RestoringABackup, OfDevicesOnlyThoseThatEveryWparHas) {
    BackupWriter backup;
    backup.other({.name = "disk", .type = '4'}).other({.name = "mem", .type = '3'});
    const auto done = restore_bytes(backup.packed());
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->left_out, 2U);
    EXPECT_FALSE(inside_has("disk"));
    EXPECT_FALSE(inside_has("mem"));
}

}  // namespace
