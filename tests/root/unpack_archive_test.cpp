// What unpacking an archive restores, and that hostile ones change nothing outside.

#include <archive.h>
#include <archive_entry.h>

#include "unpack_fixture.h"

namespace {

using testing::HasSubstr;

class Restoring : public UnpackTest {};
class HostileArchive : public UnpackTest {};

TEST_F(Restoring, GivesFilesTheirContentOwnerModeAndTime) {
    TarWriter tar;
    tar.directory("etc").header(
        {.name = "etc/motd", .size = 5, .mode = 04751, .uid = 7, .gid = 65535, .time = 1234567890});
    tar.content("hello").symlink("motd", "etc/motd").hard_link("again", "etc/motd");
    const auto done = unpack_tar(tar);
    ASSERT_TRUE(done) << done.error().text;
    const auto found = inside_stat("etc/motd");
    EXPECT_EQ(inside_text("etc/motd"), "hello");
    EXPECT_EQ(found.st_uid, 7U);
    EXPECT_EQ(found.st_gid, 65535U);
    EXPECT_EQ(found.st_mode & 07777U, 04751U);
    EXPECT_EQ(found.st_mtime, 1234567890);
    EXPECT_EQ(found.st_nlink, 2U);
    EXPECT_EQ(inside_text("motd"), "hello");
    EXPECT_EQ(inside_stat("etc").st_mtime, 1000000000);
}

TEST_F(Restoring, KeepsNanosecondsLongNamesAndNewlines) {
    const std::string name = std::string(200, 'n') + "/line\nbreak \xfc";
    TarWriter tar;
    tar.pax({{"path", name}, {"mtime", "1234567890.123456789"}}).file("short", "text");
    const auto done = unpack_tar(tar);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text(name), "text");
    EXPECT_EQ(inside_stat(name).st_mtim.tv_nsec, 123456789);
}

TEST_F(Restoring, KeepsAttributesThatMeanSomethingInsideOnly) {
    const std::string capability(
        "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
        "\x00\x00\x00\x00",
        20);
    TarWriter tar;
    tar.pax({{"SCHILY.xattr.user.note", "kept"},
             {"SCHILY.xattr.security.capability", capability},
             {"SCHILY.xattr.trusted.overlay.opaque", "y"},
             {"SCHILY.xattr.security.selinux", "label"},
             {"SCHILY.acl.access", "user::rw-,user:1000:r--,group::r--,mask::r--,other::---"}});
    tar.file("program", "text", 0755);
    const auto done = unpack_tar(tar);
    ASSERT_TRUE(done) << done.error().text;
    std::string names(1000, '\0');
    const auto size = ::listxattr(inside("program").c_str(), names.data(), names.size());
    ASSERT_GT(size, 0);
    names.resize(static_cast<std::size_t>(size));
    EXPECT_THAT(names, HasSubstr("user.note"));
    EXPECT_THAT(names, HasSubstr("security.capability"));
    EXPECT_THAT(names, HasSubstr("system.posix_acl_access"));
    EXPECT_THAT(names, testing::Not(HasSubstr("trusted.")));
    EXPECT_THAT(names, testing::Not(HasSubstr("selinux")));
}

TEST_F(Restoring, LeavesHolesAsHoles) {
    TarWriter tar;
    tar.pax({{"GNU.sparse.major", "0"},
             {"GNU.sparse.minor", "1"},
             {"GNU.sparse.name", "image"},
             {"GNU.sparse.size", "1073741824"},
             {"GNU.sparse.numblocks", "1"},
             {"GNU.sparse.map", "1048576,4"}});
    tar.file("GNUSparseFile.0/image", "data");
    const auto done = unpack_tar(tar);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_stat("image").st_size, 1073741824);
    EXPECT_LT(inside_stat("image").st_blocks, 100);
}

TEST_F(Restoring, LeavesDevicesOutAndCountsThem) {
    TarWriter tar;
    tar.header({.name = "null", .type = '3'}).header({.name = "disk", .type = '4'});
    tar.header({.name = "fifo", .type = '6', .mode = 0640});
    const auto done = unpack_tar(tar);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->devices, 2U);
    EXPECT_FALSE(inside_has("null"));
    EXPECT_FALSE(inside_has("disk"));
    EXPECT_EQ(inside_stat("fifo").st_mode, static_cast<mode_t>(S_IFIFO | 0640));
}

using Filter = int (*)(::archive*);

void write_compressed(const std::string& path, Filter filter) {
    auto* writer = ::archive_write_new();
    ASSERT_EQ(filter(writer), ARCHIVE_OK);
    ASSERT_EQ(::archive_write_set_format_pax(writer), ARCHIVE_OK);
    ASSERT_EQ(::archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
    auto* entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, "file");
    ::archive_entry_set_filetype(entry, AE_IFREG);
    ::archive_entry_set_perm(entry, 0644);
    ::archive_entry_set_size(entry, 4);
    ASSERT_EQ(::archive_write_header(writer, entry), ARCHIVE_OK);
    ASSERT_EQ(::archive_write_data(writer, "text", 4), 4);
    ::archive_entry_free(entry);
    ASSERT_EQ(::archive_write_free(writer), ARCHIVE_OK);
}

TEST_F(Restoring, ReadsWhatIsCompressed) {
    for (const Filter filter : {::archive_write_add_filter_none, ::archive_write_add_filter_gzip,
                                ::archive_write_add_filter_bzip2, ::archive_write_add_filter_xz,
                                ::archive_write_add_filter_zstd}) {
        write_compressed(image(), filter);
        const auto done = unpack_image();
        ASSERT_TRUE(done) << done.error().text;
        EXPECT_EQ(inside_text("file"), "text");
        std::filesystem::remove(inside("file"));
    }
}

TEST_F(HostileArchive, ThatIsCompressedAndCutShortIsRefused) {
    for (const Filter filter : {::archive_write_add_filter_gzip, ::archive_write_add_filter_xz,
                                ::archive_write_add_filter_zstd}) {
        write_compressed(image(), filter);
        std::filesystem::resize_file(image(), std::filesystem::file_size(image()) - 20);
        EXPECT_FALSE(unpack_image());
    }
}

TEST_F(Restoring, KnowsWhatKindOfSystemItIs) {
    TarWriter tar;
    tar.file("etc/os-release", "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"11\"\nID=debian\n");
    tar.file("bin/sh", "#!/nothing\n", 0755).file("lib/systemd/systemd", "#!/bin/sh\n", 0755);
    tar.symlink("sbin/init", "../lib/systemd/systemd");
    const auto done = unpack_tar(tar);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->ostype, "debian-11");
    EXPECT_TRUE(done->has_init);
    EXPECT_TRUE(done->has_systemd);
}

TEST_F(Restoring, IsKnownByTheDigestOfTheFile) {
    file(image(), TarWriter().file("a", "a").finish());
    const auto done = unpack_image();
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->digest.size(), 71U);
    EXPECT_TRUE(unpack_image(done->digest));
    const auto other = unpack_image("sha256:" + std::string(64, '0'));
    ASSERT_FALSE(other);
    EXPECT_THAT(other.error().text, HasSubstr("its digest is " + done->digest));
}

TEST_F(HostileArchive, ThatNamesAPlaceOutsideIsRefused) {
    for (const auto* name : {"../outside/secret", "a/../../outside/secret", ".."})
        EXPECT_THAT(refused(TarWriter().file(name, "bad")), HasSubstr("which leads outside"));
}

TEST_F(HostileArchive, WithAFullPathStaysBelowTheTarget) {
    const auto done = unpack_tar(TarWriter().file(top + "/outside/secret", "bad"));
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(inside_text(top + "/outside/secret"), "bad");
}

TEST_F(HostileArchive, WritesThroughALinkToInsideOnly) {
    TarWriter tar;
    tar.symlink("way", top + "/outside").file("way/secret", "bad");
    EXPECT_NE(refused(tar), "unpacked");
    TarWriter upwards;
    upwards.symlink("up", "../../../../../.." + top + "/outside").file("up/secret", "bad");
    EXPECT_NE(refused(upwards), "unpacked");
    TarWriter usual;
    usual.directory("usr/lib").symlink("lib", "/usr/lib").file("lib/library", "good");
    EXPECT_EQ(refused(usual), "unpacked");
    EXPECT_EQ(inside_text("usr/lib/library"), "good");
}

TEST_F(HostileArchive, DoesNotFollowALinkInPlaceOfTheFileItself) {
    TarWriter tar;
    tar.symlink("file", top + "/outside/secret").file("file", "good");
    EXPECT_EQ(refused(tar), "unpacked");
    EXPECT_EQ(inside_text("file"), "good");
    EXPECT_TRUE(S_ISREG(inside_stat("file").st_mode));
}

TEST_F(HostileArchive, ThatTurnsADirectoryIntoALinkMidwayStaysInside) {
    TarWriter tar;
    tar.directory("d").file("d/one", "1").symlink("d", top + "/outside").file("d/secret", "bad");
    EXPECT_NE(refused(tar), "unpacked");
}

TEST_F(HostileArchive, CannotLinkToWhatIsOutside) {
    EXPECT_THAT(refused(TarWriter().hard_link("x", "../outside/secret")),
                HasSubstr("which leads outside"));
    EXPECT_THAT(refused(TarWriter().hard_link("x", top + "/outside/secret")),
                HasSubstr("No such file"));
    EXPECT_NE(refused(TarWriter().symlink("way", top + "/outside").hard_link("x", "way/secret")),
              "unpacked");
}

TEST_F(HostileArchive, CannotBringForeignIds) {
    EXPECT_THAT(
        refused(TarWriter().header({.name = "f", .uid = 65536})),
        HasSubstr("'/f' belongs to user 65536; a workload partition has the ids 0 to 65535"));
    EXPECT_THAT(refused(TarWriter().pax({{"gid", "4294967295"}}).file("f", "")),
                HasSubstr("belongs to group 4294967295"));
    EXPECT_THAT(refused(TarWriter().pax({{"SCHILY.acl.default", "user:70000:rwx"}}).directory("d")),
                HasSubstr("names id 70000"));
}

TEST_F(HostileArchive, WithEntriesThatRepeatEndsWithTheLast) {
    TarWriter tar;
    tar.directory("x").file("x/inner", "1").file("x", "file").directory("x").file("x/last", "2");
    EXPECT_EQ(refused(tar), "unpacked");
    EXPECT_EQ(inside_text("x/last"), "2");
    EXPECT_FALSE(inside_has("x/inner"));
}

TEST_F(HostileArchive, WithTheRootAsAFileIsRefused) {
    EXPECT_THAT(refused(TarWriter().symlink(".", top + "/outside")), HasSubstr("root itself"));
    EXPECT_THAT(refused(TarWriter().hard_link("/", "/")), HasSubstr("root itself"));
}

TEST_F(HostileArchive, WithAHugeFileOfHolesIsRefused) {
    TarWriter tar;
    tar.pax({{"GNU.sparse.major", "0"},
             {"GNU.sparse.minor", "1"},
             {"GNU.sparse.name", "huge"},
             {"GNU.sparse.size", "9223372036854775807"},
             {"GNU.sparse.numblocks", "1"},
             {"GNU.sparse.map", "0,4"}});
    tar.file("GNUSparseFile.0/huge", "data");
    EXPECT_NE(refused(tar), "unpacked");
}

TEST_F(HostileArchive, ThatEndsEarlyIsRefused) {
    const auto whole = TarWriter().file("a", std::string(100000, 'a')).unfinished();
    file(image(), whole.substr(0, 50000));
    const auto done = unpack_image();
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().text, HasSubstr("damaged"));
}

TEST_F(HostileArchive, OfAnotherArchitectureIsRefused) {
    std::string header(
        "\x7f"
        "ELF\x02\x01\x01",
        7);
    header.resize(64);
    header[18] = '\x16';  // EM_S390
    const auto done = unpack_tar(TarWriter().file("sbin/init", header, 0755));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Kind::unsupported);
    EXPECT_THAT(done.error().text, HasSubstr("another architecture"));
}

TEST_F(HostileArchive, ThatIsNoneIsRefused) {
    file(image(), "this is no archive, but a text that is somewhat longer than a name\n");
    const auto done = unpack_image();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Kind::invalid);
}

TEST_F(HostileArchive, FillsNoDiskToTheBrim) {
    ASSERT_EQ(::mount("tmpfs", target().c_str(), "tmpfs", 0, "size=20m,mode=755"), 0);
    const auto done = unpack_tar(TarWriter().file("big", std::string(30 << 20, 'b')));
    EXPECT_EQ(::umount(target().c_str()), 0);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Kind::full) << done.error().text;
    EXPECT_THAT(done.error().text, HasSubstr("full but for a reserve"));
}

}  // namespace
