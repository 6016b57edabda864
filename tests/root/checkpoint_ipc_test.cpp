// A CRIU of old, as far as it matters here: a process in namespaces of its own that writes the settings of another one's.
#include <fcntl.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include <functional>

#include "base/fd.h"
#include "checkpoint/ipc.h"
#include "machine_fixture.h"
#include "os/dir.h"
#include "os/namespace.h"

namespace checkpoint {
namespace {

constexpr auto size_limit = "/proc/sys/kernel/shmmni";
constexpr auto next_number = "/proc/sys/kernel/shm_next_id";

class Resting {
  public:
    explicit Resting(std::uint64_t namespaces) {
        auto cloned = os::clone_process({.flags = namespaces});
        if (!cloned) return;
        if (cloned->pid == 0)
            for (;;) ::pause();
        pid_ = cloned->pid;
    }
    Resting(const Resting&) = delete;
    Resting& operator=(const Resting&) = delete;
    ~Resting() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        (void)::waitpid(pid_, nullptr, 0);
    }
    pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = 0;
};

Result<void> in_namespaces_of(const Resting& process, const std::function<Result<void>()>& act,
                              bool mounts) {
    const auto ipc = TRY(os::open_namespace(process.pid(), "ipc"));
    const auto own = TRY(os::open_namespace(process.pid(), "mnt"));
    return os::in_child([&]() -> Result<void> {
        if (mounts) TRY(os::join_namespaces(own.get(), CLONE_NEWNS));
        TRY(os::join_namespaces(ipc.get(), CLONE_NEWIPC));
        return act();
    });
}

class IpcTest : public MachineTest {
  protected:
    static std::string limit_of(const Resting& process) {
        std::string limit;
        EXPECT_TRUE(in_namespaces_of(
            process,
            [&]() -> Result<void> {
                limit = TRY(os::read_file(size_limit));
                return {};
            },
            false));
        return limit;
    }
};

TEST_F(IpcTest, WhatCriuWritesReachesNobodyButTheNextNumberOfTheOneItBuilds) {
    const Resting criu(CLONE_NEWNS | CLONE_NEWIPC);
    const Resting built(CLONE_NEWIPC);
    ASSERT_GT(built.pid(), 0);
    const auto before = text(size_limit);
    const auto lent = lend_ipc(criu.pid(), built.pid());
    ASSERT_TRUE(lent) << lent.error().text;
    const auto written = in_namespaces_of(
        criu,
        [&]() -> Result<void> {
            TRY(os::write_existing(next_number, "7"));
            return os::write_existing(size_limit, "77");
        },
        true);
    ASSERT_TRUE(written) << written.error().text;
    EXPECT_EQ(text(size_limit), before);
    EXPECT_EQ(limit_of(criu), before);
    EXPECT_EQ(limit_of(built), before);
    int number = -1;
    ASSERT_TRUE(in_namespaces_of(
        built,
        [&]() -> Result<void> {
            number = ::shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
            return {};
        },
        false));
    EXPECT_EQ(number, 7);
}

}  // namespace
}  // namespace checkpoint
