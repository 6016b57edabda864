// A cgroup subtree of the test's own on the real machine, and processes born in it.
#pragma once
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cgroup/group.h"
#include "os/process.h"

#define ASSERT_OK(expression)                         \
    do {                                              \
        const auto& outcome = (expression);           \
        ASSERT_TRUE(outcome) << outcome.error().text; \
    } while (false)

namespace cgroup {

using std::chrono::milliseconds;
constexpr auto long_enough = std::chrono::seconds(30);

/// A child that was born in a group; killed with the test at the latest.
class Child {
  public:
    /// It runs the function once let go, and ends with its value.
    Child(const Group& group, const std::function<int()>& body) {
        int gate[2];
        if (::pipe2(gate, O_CLOEXEC) != 0) ::abort();
        clone_args call = {};
        call.flags = CLONE_INTO_CGROUP;
        call.exit_signal = SIGCHLD;
        call.cgroup = static_cast<std::uint64_t>(group.clone_fd());
        pid_ = static_cast<pid_t>(::syscall(SYS_clone3, &call, sizeof call));
        if (pid_ == 0) {
            char byte = 0;
            ::close(gate[1]);
            (void)!::read(gate[0], &byte, 1);
            ::_exit(body());
        }
        // -1 must never reach kill(): it means everybody
        if (pid_ < 0) throw std::runtime_error(Error::os(errno, "clone3", group.name()).text);
        ::close(gate[0]);
        gate_ = UniqueFd(gate[1]);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (!ended_) ::kill(pid_, SIGKILL);
        (void)status();
    }
    pid_t pid() const { return pid_; }
    void let_go() { gate_ = UniqueFd(); }
    bool alive() const {
        siginfo_t info = {};
        return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
               info.si_pid == 0;
    }
    int status() {  // as waitpid says it
        gate_ = UniqueFd();
        if (!ended_ && ::waitpid(pid_, &status_, 0) == pid_) ended_ = true;
        return status_;
    }

  private:
    pid_t pid_ = -1;
    UniqueFd gate_;
    int status_ = 0;
    bool ended_ = false;
};

inline int sleeps() {
    for (;;) ::pause();
}

inline int touches(std::size_t bytes) {
    auto* memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 3;
    for (std::size_t at = 0; at < bytes; at += 4096) static_cast<volatile char*>(memory)[at] = 1;
    return 0;
}

/// A child that was let go and holds that much memory, all of it in use when this is made.
class MemoryHolder {
  public:
    MemoryHolder(const Group& group, std::size_t bytes)
        : child_(group, [this, bytes] {
              (void)touches(bytes);
              (void)!::write(ready_.writer.get(), "!", 1);
              return sleeps();
          }) {
        const auto joined = group.join_controllers(child_.pid());
        if (!joined) throw std::runtime_error(joined.error().text);
        child_.let_go();
        char byte = 0;
        if (::read(ready_.reader.get(), &byte, 1) != 1) throw std::runtime_error("it ended");
    }
    bool alive() const { return child_.alive(); }

  private:
    struct Pipe {
        UniqueFd reader;
        UniqueFd writer;
        Pipe() {
            int ends[2];
            if (::pipe2(ends, O_CLOEXEC) != 0) ::abort();
            reader = UniqueFd(ends[0]);
            writer = UniqueFd(ends[1]);
        }
    };
    Pipe ready_;
    Child child_;
};

class CgroupTest : public testing::Test {
  protected:
    void SetUp() override {
        const bool strict = std::getenv("WPAR_TEST_STRICT") != nullptr;
        const auto found = Hierarchy::detect(cat("corral-test-", ::getpid()));
        if (::geteuid() == 0 && found) {
            host_ = *found;
            handed_on_ = words(text(cat(host_->v2(), "/cgroup.subtree_control")));
            return;
        }
        const auto why = found ? std::string("needs root") : found.error().text;
        if (strict) FAIL() << why;
        GTEST_SKIP() << why;
    }

    void TearDown() override {
        if (!host_) return;
        for (const auto& name : host_->list()) {
            if (const auto group = Group::open(*host_, name)) {
                EXPECT_TRUE(group->kill());
                EXPECT_TRUE(*group->wait_empty(long_enough));
            }
            EXPECT_TRUE(remove(*host_, name, long_enough));
        }
        auto bases = host_->v1_bases();
        bases.push_back(host_->v2_base());
        for (const auto& base : bases) EXPECT_FALSE(os::exists(base)) << base << " was left behind";
        take_back_controllers();
    }

    const Hierarchy& host() const { return *host_; }
    Group make(const std::string& name, Owner owner = {}) const {
        auto made = Group::create(*host_, name, owner);
        if (!made) throw std::runtime_error(made.error().text);
        return *std::move(made);
    }
    static std::string text(const std::string& path) {
        const auto read = os::read_file(path);
        return read ? std::string(trim(*read)) : read.error().text;
    }
    /// A control file of a WPAR's group, by its name in v2 or in v1.
    std::string control(Controller controller, const std::string& name, const std::string& v2,
                        const std::string& v1) const {
        const bool first = host_->version(controller) == Version::v1;
        const auto base = first ? cat(host_->v1(controller), "/", host_->base()) : host_->v2_base();
        return text(cat(base, "/", name, "/", first ? v1 : v2));
    }

  private:
    // the machine's root goes on as it was before the test
    void take_back_controllers() const {
        const auto file = cat(host_->v2(), "/cgroup.subtree_control");
        for (const auto& name : words(text(file))) {
            const bool before =
                std::find(handed_on_.begin(), handed_on_.end(), name) != handed_on_.end();
            EXPECT_TRUE(before || os::write_existing(file, cat("-", name)));
        }
    }
    std::optional<Hierarchy> host_;
    std::vector<std::string> handed_on_;
};

}  // namespace cgroup
