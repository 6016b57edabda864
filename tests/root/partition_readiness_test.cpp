// Readiness is heard from inside the WPAR's network namespace, and from nowhere else.
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "machine_fixture.h"
#include "os/namespace.h"
#include "os/process.h"
#include "partition/readiness.h"

namespace partition {
namespace {

using namespace std::chrono_literals;

class ReadinessTest : public MachineTest {
  protected:
    // As sd_notify(3) would, in the present network namespace.
    static bool notify(std::string_view text) {
        const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        sockaddr_un to = {};
        to.sun_family = AF_UNIX;
        const auto name =
            std::string_view(readiness_variable).substr(std::strlen("NOTIFY_SOCKET=@"));
        std::memcpy(to.sun_path + 1, name.data(), name.size());
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        return ::sendto(fd.get(), text.data(), text.size(), 0,
                        reinterpret_cast<const sockaddr*>(&to), size) > 0;
    }
};

TEST_F(ReadinessTest, IsHeardFromInsideOnly) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const auto child = ::fork();  // the WPAR: a network of its own, and a word to say when asked
    if (child == 0) {
        char go = 0;
        if (::unshare(CLONE_NEWNET) != 0 || ::read(ends[0], &go, 1) != 1) ::_exit(1);
        while (notify("READY=1")) ::pause();
        ::_exit(2);
    }
    const auto pidfd = *os::pidfd(child);
    const auto ours = *os::open_namespace(0, "net");
    auto network = os::open_namespace(child, "net");
    struct stat here = {};
    struct stat there = {};
    do {  // until it has left ours
        network = os::open_namespace(child, "net");
        ASSERT_TRUE(network);
        ::fstat(ours.get(), &here);
        ::fstat(network->get(), &there);
    } while (here.st_ino == there.st_ino);
    const auto socket = listen_readiness(network->get());
    ASSERT_TRUE(socket) << socket.error().text;
    EXPECT_FALSE(notify("READY=1"));  // we are back in our own network, where nobody listens
    ASSERT_EQ(::write(ends[1], "x", 1), 1);
    EXPECT_EQ(*wait_ready(socket->get(), pidfd.get(), 10s), Readiness::ready);
    ::close(ends[0]);
    ::close(ends[1]);
    EXPECT_TRUE(os::signal(pidfd.get(), SIGKILL));
    EXPECT_TRUE(*os::wait_end(pidfd.get(), 10s));
}

}  // namespace
}  // namespace partition
