#include "packer/pack.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <regex.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <mutex>

#include "backup/count.h"
#include "backup/save.h"
#include "base/escape.h"
#include "base/hexadecimal.h"
#include "os/confinement.h"
#include "os/packet.h"
#include "pack/protocol.h"
#include "pack/request.h"

namespace packer {
namespace {

using pack::Say;

constexpr std::size_t enough = 60;  // of a name that is too long

// To read what others own, whatever its mode says, and without a trace in its times.
constexpr std::uint64_t reading = std::uint64_t{1} << CAP_DAC_READ_SEARCH | std::uint64_t{1}
                                                                                << CAP_FOWNER;

void say(Say what, std::string_view text = {}) {
    // a reader that is gone ends us by itself
    (void)os::send_packet(pack::socket_fd,
                          {.what = static_cast<std::uint32_t>(what), .text = text});
}

// A walk keeps a descriptor for each level, and what is under way keeps some. Where there may not be more, only a deep tree
// fails, and says why.
void allow_descriptors() {
    constexpr rlim_t wanted = 2048;
    rlimit files = {};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
    const rlimit more = {wanted, std::max(wanted, files.rlim_max)};
    if (::setrlimit(RLIMIT_NOFILE, &more) == 0) return;
    files.rlim_cur = files.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &files);
}

Result<void> give_up_rights() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return Error::os(errno, "prctl", "PR_SET_NO_NEW_PRIVS");
    return os::keep_capabilities(reading);
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

Result<pack::Request> read_request() {
    struct stat file = {};
    if (::fstat(pack::request_fd, &file) != 0) return Error::os(errno, "stat", "request");
    std::string text(static_cast<std::size_t>(file.st_size), '\0');
    const auto got = ::pread(pack::request_fd, text.data(), text.size(), 0);
    if (got != static_cast<ssize_t>(text.size())) return Error::os(errno, "read", "request");
    return pack::parse(text);
}

class Patterns {
  public:
    static Result<Patterns> compile(const std::vector<std::string>& texts) {
        Patterns patterns;
        for (const auto& text : texts) {
            auto pattern = std::make_unique<regex_t>();
            const int failed = ::regcomp(pattern.get(), text.c_str(), REG_NOSUB);
            if (failed != 0) {
                char why[128] = {};
                (void)::regerror(failed, pattern.get(), why, sizeof why);
                return Error{Kind::invalid, cat("-e: '", printable(text),
                                                "' is no pattern as grep takes them: ", why)};
            }
            patterns.all_.emplace_back(pattern.release());
        }
        return patterns;
    }
    bool match(const std::string& path) const {
        const auto shown = cat("./", path);
        return std::any_of(all_.begin(), all_.end(), [&](const auto& pattern) {
            return ::regexec(pattern.get(), shown.c_str(), 0, nullptr, 0) == 0;
        });
    }
    bool empty() const { return all_.empty(); }

  private:
    struct Free {
        void operator()(regex_t* pattern) const {
            ::regfree(pattern);
            delete pattern;
        }
    };
    std::vector<std::unique_ptr<regex_t, Free>> all_ = {};
};

backup::Save save_for(const pack::Request& request, const Patterns& patterns) {
    backup::Save save;
    save.walk.enter = request.enter;
    save.walk.exclude = request.exclude;
    if (!patterns.empty())
        save.walk.leave_out = [&patterns](const std::string& path) { return patterns.match(path); };
    for (const auto& front : request.front)
        save.front.push_back({.path = front.path, .text = front.text, .time = request.time});
    save.level = request.level;
    save.threads = request.threads;
    save.attributes = request.attributes;
    save.spool = pack::spool_fd;
    if (request.names)
        save.stored = [](const std::string& path) { say(Say::stored, escaped(path)); };
    if (is_open(pack::base_fd)) save.base = pack::base_fd;
    if (is_open(pack::witness_fd)) save.witness = pack::witness_fd;
    save.moment = request.moment;
    save.progress = [](const backup::Progress& done) {
        say(Say::progress, cat(done.files, " ", done.bytes));
    };
    return save;
}

void tell(const backup::Saved& saved) {
    for (const auto& path : saved.changed) say(Say::changed, escaped(path));
    say(Say::fact, cat("files ", saved.total.files));
    say(Say::fact, cat("bytes ", saved.total.bytes));
    say(Say::fact, cat("written ", saved.compressed));
    say(Say::fact, cat("unchanged ", saved.unchanged));
    say(Say::fact, cat("sockets ", saved.left_out));
    say(Say::fact, cat("changed ", saved.all_changed));
    say(Say::fact, cat("unfit ", saved.unfit));
    if (saved.unfit > 0)
        say(Say::fact, cat("unfit-in ", escaped(saved.first_unfit.substr(0, enough))));
    say(Say::fact, cat("digest ", hexadecimal(saved.digest)));
    say(Say::done);
}

}  // namespace

Result<void> run() {
    (void)std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error that we tell
    const auto request = TRY(read_request());
    const auto patterns = TRY(Patterns::compile(request.patterns));
    allow_descriptors();
    TRY(give_up_rights());
    const os::Dir root(UniqueFd(pack::root_fd), ".");
    const auto save = save_for(request, patterns);
    say(Say::counted, std::to_string(TRY(backup::count(root, save.walk))));
    if (request.only_count) {
        say(Say::done);
        return {};
    }
    tell(TRY(backup::save(root, pack::output_fd, save)));
    return {};
}

}  // namespace packer
