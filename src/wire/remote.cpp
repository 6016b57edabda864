#include "wire/remote.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace wire {
namespace {

constexpr std::size_t most_before_greeting = std::size_t{64} << 10;
constexpr int pipe_bytes = 1 << 20;
constexpr std::size_t most_errors = std::size_t{16} << 10;

bool has_terminal() {
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    return static_cast<bool>(terminal);
}

// A host that is gone is noticed within half a minute; all else is for ~/.ssh/config to say.
std::vector<std::string> command_of(const Destination& to) {
    auto command = to.command;
    if (command.empty()) {
        command = {"ssh", "-T", "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3"};
        if (!has_terminal()) command.insert(command.end(), {"-o", "BatchMode=yes"});
        command.emplace_back("--");
    }
    command.insert(command.end(), {to.host, "/usr/sbin/corral", "--receive"});
    return command;
}

std::string read_all(int file) {
    std::string text(most_errors, '\0');
    const auto got = ::pread(file, text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

struct Pipe {
    UniqueFd reader;
    UniqueFd writer;
};
Result<Pipe> make_pipe() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::os(errno, "pipe", "link");
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Its own environment and terminal: the agent's socket, and where it asks for a passphrase.
struct Standard {
    int input;
    int output;
    int errors;
};
Result<pid_t> spawn(const std::vector<std::string>& command, const Standard& given) {
    std::vector<char*> row;
    row.reserve(command.size() + 1);
    for (const auto& word : command) row.push_back(const_cast<char*>(word.c_str()));
    row.push_back(nullptr);
    posix_spawn_file_actions_t files = {};
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, given.input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, given.output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, given.errors, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files, 3);
    pid_t pid = 0;
    const int problem = ::posix_spawnp(&pid, row[0], &files, nullptr, row.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (problem == 0) return pid;
    if (problem == ENOENT && command.front() == "ssh")
        return Error{Kind::missing, "there is no ssh here; install openssh-client"};
    return Error::os(problem, "run", command.front());
}

}  // namespace

Result<void> check_destination(const Destination& to) {
    if (!to.host.empty() && to.host.front() != '-' && !has_control(to.host) &&
        to.host.find(' ') == std::string::npos)
        return {};
    return Error{Kind::invalid, cat("'", printable(to.host), "' is no host; as in root@server")};
}

Result<Remote> Remote::connect(const Destination& to) {
    TRY(check_destination(to));
    // two pipes: ssh makes what it is given non-blocking, and whatever stands before it in -e reads from the other
    auto to_them = TRY(make_pipe());
    auto to_us = TRY(make_pipe());
    UniqueFd errors(::memfd_create("errors", MFD_CLOEXEC));
    if (!errors) return Error::os(errno, "memfd_create", "errors");
    const auto pid =
        TRY(spawn(command_of(to), {to_them.reader.get(), to_us.writer.get(), errors.get()}));
    // memory goes through it
    (void)::fcntl(to_them.writer.get(), F_SETPIPE_SZ, pipe_bytes);  // a smaller one does, too
    if (::fcntl(to_them.writer.get(), F_SETFL, O_NONBLOCK) != 0)
        return Error::os(errno, "fcntl", "link");
    to_them.reader = UniqueFd();
    to_us.writer = UniqueFd();  // else we would never see its end
    Remote remote(pid, to.host, std::move(errors),
                  Stream(std::move(to_us.reader), std::move(to_them.writer)));
    TRY(remote.shake_hands());
    return remote;
}

Remote::Remote(Remote&& from) noexcept
    : pid_(std::exchange(from.pid_, 0)),
      host_(std::move(from.host_)),
      errors_(std::move(from.errors_)),
      stream_(std::move(from.stream_)),
      greeting_(std::move(from.greeting_)),
      status_(from.status_) {}

Remote::~Remote() { (void)end(); }

// What we started ends with the stream; one that does not is not waited for without end.
int Remote::end() {
    stream_.close();
    if (pid_ <= 0) return status_;
    constexpr int slices = 300;
    constexpr useconds_t slice = 10'000;
    int status = 0;
    for (int left = slices; left > 0 && ::waitpid(pid_, &status, WNOHANG) == 0; --left) {
        if (left == 1) {
            (void)::kill(pid_, SIGTERM);
            (void)::waitpid(pid_, &status, 0);
            break;
        }
        ::usleep(slice);
    }
    pid_ = 0;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return status_;
}

Result<void> Remote::shake_hands() {
    // somebody may have to type a passphrase
    const auto patience = std::chrono::seconds(has_terminal() ? 300 : 60);
    const auto until = std::chrono::steady_clock::now() + patience;
    std::string before;
    for (;;) {
        const auto line = stream_.receive_line(most_before_greeting, until);
        if (!line && std::chrono::steady_clock::now() >= until) {
            (void)end();
            return Error{Kind::missing, cat(host_, ": it did not answer within ", patience.count(),
                                            " seconds; is it up, and its sshd?")};
        }
        if (!line && line.error().kind == Kind::interrupted) return line.error();
        if (!line) {
            const int status = end();
            return explain({host_, status, read_all(errors_.get()), before});
        }
        if (const auto greeted = parse_greeting(*line)) {
            greeting_ = *greeted;
            return check_greeting(greeting_, host_);
        }
        before += cat(*line, "\n");
        if (before.size() > most_before_greeting) return explain({host_, 0, "", before});
    }
}

Error Remote::explained(const Error& error) {
    if (error.kind != Kind::missing) return error;
    const int status = end();
    const auto said = read_all(errors_.get());
    const auto words = trim(said);
    return {Kind::other, cat(host_, ": ", error.text, words.empty() ? "" : ": ", printable(words),
                             status > 0 ? cat(" (status ", status, ")") : "")};
}

}  // namespace wire
