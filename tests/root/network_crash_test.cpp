// A command that is killed anywhere leaves nothing that the next one does not remove.
#include <signal.h>
#include <sys/wait.h>

#include "network_bed.h"

namespace network {
namespace {

class NetworkCrash : public NetworkBed {
  protected:
    /// Runs the step in a process that is killed after a while.
    static void kill_after(std::chrono::microseconds while_, const std::function<void()>& step) {
        const auto child = ::fork();
        if (child == 0) {
            step();
            ::_exit(0);
        }
        ::usleep(static_cast<useconds_t>(while_.count()));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    static Wish whole() {
        auto made = wish(1, {"192.168.21.11/24", "2001:db8:21::11/64", "172.30.1.1/16"});
        made.routes = {{ip("10.9.9.0"), 24, ip("192.168.21.50"), ""}};
        return made;
    }
};

TEST_F(NetworkCrash, ASetUpKilledAnywhereIsTornDown) {
    for (int moment = 0; moment < 40; ++moment) {
        kill_after(std::chrono::microseconds(moment * 400),
                   [&] { (void)set_up(site, whole(), first.get()); });
        ASSERT_OK(tear_down(site, 1));
        ASSERT_EQ(changes(before), "") << "killed at moment " << moment;
    }
}

TEST_F(NetworkCrash, ASetUpKilledAnywhereIsRepeated) {
    for (int moment = 0; moment < 20; ++moment) {
        kill_after(std::chrono::microseconds(moment * 400),
                   [&] { (void)set_up(site, whole(), first.get()); });
        ASSERT_OK(set_up(site, whole(), first.get()));
        ASSERT_TRUE(reaches(lan, "192.168.21.11")) << "killed at moment " << moment;
        ASSERT_TRUE(reaches(first, "10.9.9.9"));
        ASSERT_OK(tear_down(site, 1));
    }
    EXPECT_EQ(changes(before), "");
}

TEST_F(NetworkCrash, ATearDownKilledAnywhereIsFinished) {
    for (int moment = 0; moment < 20; ++moment) {
        ASSERT_OK(set_up(site, whole(), first.get()));
        kill_after(std::chrono::microseconds(moment * 1500), [&] { (void)tear_down(site, 1); });
        ASSERT_OK(tear_down(site, 1));
        ASSERT_EQ(changes(before), "") << "killed at moment " << moment;
    }
}

TEST_F(NetworkCrash, AChangeKilledAnywhereIsTornDownOrRepeated) {
    auto other = wish(1, {"192.168.21.12/24", "192.168.21.11/24"});
    for (int moment = 0; moment < 30; ++moment) {
        ASSERT_OK(set_up(site, whole(), first.get()));
        kill_after(std::chrono::microseconds(moment * 300),
                   [&] { (void)update(site, other, first.get()); });
        if (moment % 2 == 0) {
            ASSERT_OK(update(site, other, first.get()));
            ASSERT_TRUE(reaches(lan, "192.168.21.12")) << "killed at moment " << moment;
            ASSERT_TRUE(reaches(lan, "192.168.21.11")) << "killed at moment " << moment;
        }
        ASSERT_OK(tear_down(site, 1));
        ASSERT_EQ(changes(before), "") << "killed at moment " << moment;
        first = make_netns();
    }
}

TEST_F(NetworkCrash, ManyStartAndStopAtOnce) {
    std::vector<pid_t> children;
    for (std::uint32_t key = 1; key <= 8; ++key) {
        const auto child = ::fork();
        if (child == 0) {
            bool fine = true;
            const auto space = make_netns();
            for (int round = 0; round < 5; ++round) {
                fine = fine &&
                       set_up(site, wish(key, {cat("192.168.21.", 100 + key, "/24")}), space.get());
                fine = fine && tear_down(site, key);
            }
            ::_exit(fine ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const auto child : children) {
        int status = -1;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(changes(before), "");
}

}  // namespace
}  // namespace network
