// While processes stand still, a file system that one of them serves is not asked: it would never answer.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "os/test_tree.h"
#include "partition/mobility/written_files.h"

namespace partition::mobility {
namespace {

constexpr std::uint64_t file_node = 2;

fuse_attr attributes_of(std::uint64_t node) {
    fuse_attr attributes = {};
    attributes.ino = node;
    attributes.nlink = 1;
    attributes.size = node == file_node ? 3 : 0;
    attributes.mode = node == file_node ? S_IFREG | 0644 : S_IFDIR | 0755;
    return attributes;
}

// One file in one directory, of which nothing may be remembered; what else is asked for is refused.
class Server {
  public:
    explicit Server(int device) : device_(device) {}
    void serve() {
        alignas(fuse_in_header) char request[FUSE_MIN_READ_BUFFER];
        for (;;) {
            if (::read(device_, request, sizeof request) <= 0) return;
            const auto& asked = *reinterpret_cast<const fuse_in_header*>(request);
            if (asked.opcode != FUSE_FORGET && asked.opcode != FUSE_BATCH_FORGET) answer(asked);
        }
    }

  private:
    void answer(const fuse_in_header& asked) const {
        if (asked.opcode == FUSE_INIT) {
            fuse_init_out init = {};
            init.major = FUSE_KERNEL_VERSION;
            init.minor = FUSE_KERNEL_MINOR_VERSION;
            init.max_write = 4096;
            reply(asked, 0, &init, sizeof init);
        } else if (asked.opcode == FUSE_LOOKUP) {
            fuse_entry_out entry = {};
            entry.nodeid = file_node;
            entry.attr = attributes_of(file_node);
            reply(asked, 0, &entry, sizeof entry);
        } else if (asked.opcode == FUSE_GETATTR) {
            fuse_attr_out attributes = {};
            attributes.attr = attributes_of(asked.nodeid);
            reply(asked, 0, &attributes, sizeof attributes);
        } else if (asked.opcode == FUSE_OPEN) {
            const fuse_open_out opened = {};
            reply(asked, 0, &opened, sizeof opened);
        } else {
            reply(asked, -ENOSYS, nullptr, 0);
        }
    }
    void reply(const fuse_in_header& asked, int error, const void* content,
               std::size_t size) const {
        fuse_out_header header = {};
        header.len = static_cast<std::uint32_t>(sizeof header + size);
        header.error = error;
        header.unique = asked.unique;
        iovec parts[] = {{&header, sizeof header}, {const_cast<void*>(content), size}};
        (void)::writev(device_, parts, 2);
    }
    int device_;
};

class OpenFilesTest : public testing::Test {
  protected:
    void SetUp() override {
        device_ = UniqueFd(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
        if (::geteuid() != 0 || !device_) {
            if (std::getenv("WPAR_TEST_STRICT") != nullptr && ::geteuid() != 0)
                FAIL() << "needs root";
            GTEST_SKIP() << "needs root and /dev/fuse";
        }
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
        ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        tree_.directory("served");
        const auto options =
            "fd=" + std::to_string(device_.get()) + ",rootmode=40000,user_id=0,group_id=0";
        ASSERT_EQ(::mount("test", tree_.path("served").c_str(), "fuse.test", MS_NOSUID | MS_NODEV,
                          options.c_str()),
                  0);
        server_ = ::fork();
        ASSERT_GE(server_, 0);
        if (server_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // of a test that waited for ever
            Server(device_.get()).serve();
            ::_exit(0);
        }
    }
    // Whoever still waits for an answer gets none then, but an error.
    void TearDown() override {
        device_ = UniqueFd();
        if (server_ <= 0) return;
        ::kill(server_, SIGKILL);
        ::waitpid(server_, nullptr, 0);
        (void)::umount2(tree_.path("served").c_str(), MNT_DETACH);
    }
    void stand_still() const {
        ::kill(server_, SIGSTOP);
        int status = 0;
        ASSERT_EQ(::waitpid(server_, &status, WUNTRACED), server_);
        ASSERT_TRUE(WIFSTOPPED(status));
    }

    os::TestTree tree_ = {};
    UniqueFd device_;
    pid_t server_ = -1;
};

TEST_F(OpenFilesTest, AServerThatStandsStillIsNotAsked) {
    const auto path = tree_.path("served/file");
    const auto before = open_files({::getpid()}, {});
    ASSERT_TRUE(before);
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    stand_still();
    ::alarm(30);  // else a question would wait for ever
    const auto files = open_files({::getpid()}, {});
    ::alarm(0);
    ASSERT_TRUE(files);
    EXPECT_THAT(files->written,
                testing::Contains(testing::Field(&checkpoint::WrittenFile::path, path)));
    EXPECT_EQ(files->to_sync.descriptors(), before->to_sync.descriptors());
    device_ = UniqueFd();
    ::kill(server_, SIGKILL);
    ::close(file);
}

// Of a file, with no descriptor left.
class SharedMemory {
  public:
    SharedMemory(const std::string& path, void* wanted) {
        const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (::ftruncate(file.get(), size) != 0) return;
        const int fixed = wanted != nullptr ? MAP_FIXED_NOREPLACE : 0;
        at_ = ::mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_SHARED | fixed, file.get(), 0);
        struct stat found = {};
        if (::fstat(file.get(), &found) == 0) id_ = {found.st_dev, found.st_ino};
    }
    ~SharedMemory() {
        if (there()) ::munmap(at_, size);
    }
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;
    bool there() const { return at_ != MAP_FAILED; }
    ToSync::File id() const { return id_; }

  private:
    static constexpr std::size_t size = 4096;
    void* at_ = MAP_FAILED;
    ToSync::File id_ = {};
};

TEST_F(OpenFilesTest, WhatIsOnlyMappedGoesToDiskToo) {
    const SharedMemory memory(tree_.path("table"), nullptr);
    // of a program that is linked for low addresses
    const SharedMemory low(tree_.path("low"), reinterpret_cast<void*>(0x1000000));
    ASSERT_TRUE(memory.there() && low.there());
    const auto files = open_files({::getpid()}, {});
    ASSERT_TRUE(files);
    EXPECT_TRUE(files->to_sync.covers(memory.id()));
    EXPECT_TRUE(files->to_sync.covers(low.id()));
    EXPECT_FALSE(files->to_sync.covers({memory.id().device, memory.id().inode + 1'000'000}));
    EXPECT_TRUE(files->to_sync.bring_to_disk());
}

// As it is with the server of a network file system, which nobody can tell from one that answers.
TEST_F(OpenFilesTest, NobodyIsAskedBeforeWhatIsHeldGoesToDisk) {
    const int file = ::open(tree_.path("served/file").c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    stand_still();
    ToSync held;
    ::alarm(30);
    held.add({1, file_node}, "/proc/self/fd/" + std::to_string(file));
    ::alarm(0);
    EXPECT_EQ(held.descriptors(), 1U);
    device_ = UniqueFd();
    ::kill(server_, SIGKILL);
    ::close(file);
}

}  // namespace
}  // namespace partition::mobility
