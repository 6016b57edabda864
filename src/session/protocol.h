// What the keeper and those who talk to it agree on: its command line, its socket's packets, its
// lock's bytes. Plain values only: the keeper holds one WPAR in a few dozen kilobytes and uses no
// heap.
//
// The one who starts a WPAR makes /run/wpars/NAME with the files below, takes both locks, starts
// init as its own child and then becomes the keeper by execve (session/keeper.h: `become_keeper`):
//
//   keeper --name N --run-fd R --lock-fd L --socket-fd S [--console-fd C] --init-pid P --init-start
//   T [--pidfd F]
//          [--oom-fd O] [--oom-event-fd E] [--adopt] -- /path/of/corral
//
//   --run-fd      directory /run/wpars/N             --lock-fd    its file "keeper", locked on both
//   bytes
//   --socket-fd   its socket "control", listening    --console-fd the console's pty master, any
//   flags
//   --init-pid 0  nothing runs yet (state L)         --pidfd      init's; opened from the number
//   when not given
//   --oom-fd, --oom-event-fd: where the kernel tells of kills for want of memory (session/oom_watch.h)
//   --adopt       init is not our child: the keeper before us was killed
//
// When init ends, and no stop operation cleans up, the keeper becomes `corral --ended N
// reboot|halt|died`: same process, stdio on /dev/null, all other descriptors and thereby both locks
// given back. SIGTERM and `stop_signal` run `corral --stop N`. A kill for want of memory runs
// `corral --oom N`.
#pragma once
#include <csignal>
#include <cstddef>
#include <cstdint>

namespace session::protocol {

constexpr std::uint32_t version = 1;

// Files in /run/wpars/NAME, and bytes of the lock file (os/lock.h).
constexpr char lock_file[] = "keeper";
constexpr char socket_file[] = "control";
constexpr char console_file[] = "console";
constexpr std::int64_t keeper_byte = 0;       // locked while a keeper lives
constexpr std::int64_t init_byte = 1;         // locked while init lives
constexpr std::size_t console_limit = 65536;  // the file never grows larger; the last half is kept
constexpr std::size_t name_limit = 64;
/// systemd sends its unit's KillSignal to everything in a WPAR's scope: this one means nothing to what runs inside, and
/// asks the one who holds it to stop it in order.
constexpr int stop_signal = SIGURG;

enum class Verb : std::uint32_t {
    ping = 1,      // answers: alive, and which version
    describe = 2,  // answers with init's pidfd beside it (SCM_RIGHTS); ESRCH when init has ended or
                   // none runs yet
    /// "I stop it and clean up": binds the connection. While it is open the keeper does not run the
    /// after-end program; when init ends, an Answer of kind `ended` arrives. A connection that
    /// closes without `finished` is a stop that was killed: the keeper goes on as before, or runs
    /// the after-end program if init has ended meanwhile. EBUSY if another connection stops it
    /// already.
    stopping = 3,
    /// All is cleaned up: the keeper answers and exits. Only after `stopping`, and only when init
    /// has ended (else EBUSY).
    finished = 4,
    console = 5,  // answers, then packets of raw console output: what is kept, then what comes;
                  // until closed
    /// Becomes the program file that is at its path now, same process, WPAR untouched. Success
    /// closes the connection without an answer (`ping` then tells the new version); failure
    /// answers. EBUSY during a stop.
    upgrade = 6,
    memory =
        7,  // with one or two descriptors: watches these for kills for want of memory; EBADF without
};

struct Request {
    std::uint32_t version = protocol::version;
    Verb verb = Verb::ping;
};

enum class Kind : std::uint32_t { answer = 1, ended = 2 };
enum class End : std::uint32_t { none = 0, reboot = 1, halt = 2, died = 3 };

enum Flag : std::uint32_t {
    has_init = 1,  // init runs
    adopted = 2,   // not the parent of init
    stops = 4,     // a stop operation is connected
};

struct Answer {
    std::uint32_t version = protocol::version;
    Kind kind = Kind::answer;
    std::int32_t error = 0;  // errno; 0 is success
    std::uint32_t flags = 0;
    std::int32_t keeper_pid = 0;
    std::int32_t init_pid = 0;
    std::uint64_t init_start = 0;   // clock ticks after boot, as os::start_time
    End end = End::none;            // how init ended, once it has
    std::int32_t wait_status = -1;  // as waitpid gives it; -1 when the kernel could not tell
};
static_assert(sizeof(Request) == 8 && sizeof(Answer) == 40);

constexpr std::size_t console_packet = 4096;  // the longest packet of console output

}  // namespace session::protocol
