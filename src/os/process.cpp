#include "os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "os/child.h"
#include "os/dir.h"

namespace os {
namespace {

struct Pipe {
    UniqueFd reader;
    UniqueFd writer;
};

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::os(errno, "pipe", "");
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Feeds and drains the three pipes until the program has closed its ends.
void converse(Pipe& in, Pipe& out, Pipe& err, const Program& program, Ended& ended) {
    std::string_view rest = program.input;
    if (rest.empty()) in.writer = UniqueFd();
    (void)::fcntl(in.writer.get(), F_SETFL, O_NONBLOCK);
    const auto drain = [&](UniqueFd& from, std::string& to) {
        char block[8192];
        const auto got = ::read(from.get(), block, sizeof block);
        if (got > 0)
            to.append(block,
                      std::min(static_cast<std::size_t>(got), program.output_limit - to.size()));
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) from = UniqueFd();
    };
    while (out.reader || err.reader || in.writer) {
        std::array<pollfd, 3> watched = {pollfd{out.reader.get(), POLLIN, 0},
                                         pollfd{err.reader.get(), POLLIN, 0},
                                         pollfd{in.writer.get(), POLLOUT, 0}};
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
        if (watched[0].revents != 0) drain(out.reader, ended.output);
        if (watched[1].revents != 0) drain(err.reader, ended.errors);
        if (watched[2].revents == 0) continue;
        const auto put = ::write(in.writer.get(), rest.data(), rest.size());
        if (put > 0) rest.remove_prefix(static_cast<std::size_t>(put));
        if (rest.empty() || (put < 0 && errno != EINTR && errno != EAGAIN)) in.writer = UniqueFd();
    }
}

class SpawnFiles {
  public:
    SpawnFiles() { ::posix_spawn_file_actions_init(&actions_); }
    ~SpawnFiles() { ::posix_spawn_file_actions_destroy(&actions_); }
    SpawnFiles(const SpawnFiles&) = delete;
    SpawnFiles& operator=(const SpawnFiles&) = delete;
    void place(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
    void close_others() {
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    }  // our caller's, too
    const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_ = {};
};

// The program starts with no signal ignored or blocked, whatever the caller had set for itself.
class SpawnAttributes {
  public:
    explicit SpawnAttributes(bool own_group) {
        ::posix_spawnattr_init(&attributes_);
        sigset_t none = {};
        sigset_t pipe = {};
        ::sigemptyset(&none);
        ::sigemptyset(&pipe);
        ::sigaddset(&pipe, SIGPIPE);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &pipe);
        ::posix_spawnattr_setflags(
            &attributes_, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                             (own_group ? POSIX_SPAWN_SETPGROUP : 0)));
    }
    ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;
    const posix_spawnattr_t* get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_ = {};
};

}  // namespace

Result<std::uint64_t> start_time(pid_t pid) {
    const auto stat = TRY(read_file(cat("/proc/", pid, "/stat")));
    const auto end = stat.rfind(')');  // the name before it may hold anything
    if (end == std::string::npos) return Error{Kind::other, cat("/proc/", pid, "/stat is odd")};
    const auto fields = words(std::string_view(stat).substr(end + 1));
    constexpr std::size_t start_field = 19;  // 22 of proc(5), counted after the name
    const auto start = fields.size() > start_field ? to_number(fields[start_field]) : std::nullopt;
    if (!start) return Error{Kind::other, cat("/proc/", pid, "/stat is odd")};
    return *start;
}

std::optional<ProcessId> ProcessId::parse(std::string_view text) {
    const auto parts = words(text);
    if (parts.size() < 2) return std::nullopt;
    const auto pid = to_number(parts[0]);
    const auto start = to_number(parts[1]);
    if (!pid || !start || *pid == 0 || *pid > 0x7fffffff) return std::nullopt;
    return ProcessId{static_cast<pid_t>(*pid), *start};
}

Result<UniqueFd> pidfd(pid_t pid) {
    UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!fd) return Error::os(errno, "pidfd_open", cat(pid));
    return fd;
}

Result<UniqueFd> pidfd(const ProcessId& id) {
    auto fd = TRY(pidfd(id.pid));
    const auto start = start_time(id.pid);  // after opening: the number cannot change hands now
    if (!start || *start != id.start)
        return Error{Kind::missing, cat("process ", id.pid, " has ended"), ESRCH};
    return fd;
}

Result<void> signal(int pidfd, int number) {
    if (::syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) == 0 || errno == ESRCH)
        return {};
    return Error::os(errno, "signal", cat(number));
}

Result<bool> wait_end(int pidfd, std::chrono::milliseconds patience) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + patience;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd watched = {pidfd, POLLIN, 0};
        const int slice = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
        const int got = ::poll(&watched, 1, slice);
        if (got > 0) return true;
        if (got < 0) return Error::os(errno, "poll", "pidfd");
        if (left <= slice) return false;
    }
}

Result<Ended> run(const Program& program) {
    auto in = TRY(make_pipe());
    auto out = TRY(make_pipe());
    auto err = TRY(make_pipe());
    SpawnFiles files;
    files.place(in.reader.get(), 0);
    files.place(out.writer.get(), 1);
    files.place(err.writer.get(), 2);
    files.close_others();
    const SpawnAttributes attributes(program.own_group);
    auto environment = program.environment;
    if (environment.empty())
        environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                       "LC_ALL=C"};
    pid_t child = 0;
    const int problem =
        ::posix_spawnp(&child, program.arguments.front().c_str(), files.get(), attributes.get(),
                       pointers(program.arguments).data(), pointers(environment).data());
    const auto& name = program.arguments.front();
    if (problem == ENOENT && name.find('/') == std::string::npos)
        return Error::os(problem, "run", name).explained_by(checks::programs);
    if (problem != 0) return Error::os(problem, "run", name);
    for (auto* ours : {&in.reader, &out.writer, &err.writer}) *ours = UniqueFd();
    Ended ended;
    converse(in, out, err, program, ended);
    ended.status = exit_status(reap(child));
    return ended;
}

Result<std::string> run_ok(const Program& program) {
    auto ended = TRY(run(program));
    if (ended.status == 0) return std::move(ended.output);
    const auto said = trim(ended.errors.empty() ? ended.output : ended.errors);
    return Error{Kind::other, cat("'", join(program.arguments, " "), "' ended with status ",
                                  ended.status, said.empty() ? "" : ": ", said)};
}

}  // namespace os
