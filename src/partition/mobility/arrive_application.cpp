#include "partition/mobility/arrive_application.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "network/names.h"
#include "os/child.h"
#include "os/dir.h"
#include "partition/copies/backup_rights.h"
#include "partition/mobility/move_state.h"
#include "partition/mobility/move_talk.h"
#include "partition/mobility/resume_application.h"
#include "partition/move_stay.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/journal.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "spec/check.h"
#include "spec/file.h"

namespace partition::mobility {
namespace {

using registry::AdminLock;
using wire::Message;

std::vector<std::string> rights_refused(const spec::Definition& definition, const Message& asked) {
    std::vector<std::string> lines;
    if (asked.value("trust") == "yes") return lines;
    for (const auto& right : copies::rights_of(definition))
        lines.push_back(cat("it asks for more than a workload partition has by itself: ", right,
                            " (--trust grants it)"));
    return lines;
}

Result<spec::Definition> checked_definition(const Message& asked) {
    auto wanted = TRY(spec::parse(asked.value("definition"), "definition"));
    if (wanted.system() || wanted.name() != asked.value("name"))
        return Error{Kind::invalid, "what was asked for makes no sense"};
    rename_interfaces(wanted, parse_devices(asked.value("devices")));
    if (!wanted.networks.empty()) TRY(complete_networks(wanted));
    wanted.general.key = network::largest_key;  // it has no number yet
    TRY(spec::check(wanted));
    return wanted;
}

// What it says goes there: nobody's terminal is behind it.
Result<void> lead_output_to(const std::string& path) {
    TRY(os::make_dirs(path.substr(0, path.rfind('/')), 0755));
    const UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return Error::os(errno, "open", path);
    if (::dup2(file.get(), STDOUT_FILENO) < 0 || ::dup2(file.get(), STDERR_FILENO) < 0)
        return Error::os(errno, "dup2", path);
    return {};
}

class Arriving {
  public:
    Arriving(const ArrivingApplication& call, int said)
        : call_(call), said_(said), observer_(telling(call.stream)) {}
    Result<void> run();

  private:
    Result<void> receive();
    Result<StoredImage> take_image() const;
    Result<void> hold(registry::Journal& journal);
    void stay(registry::Journal& journal);

    const ArrivingApplication& call_;
    const int said_;
    Observer observer_;
    std::optional<AdminLock> lock_ = {};
    std::string state_ = {};
    std::string output_ = {};
};

Result<void> Arriving::receive() {
    auto& stream = call_.stream;
    TRY(stream.send({"restored"}));
    for (;;) {
        const auto asked = TRY(stream.receive_message());
        if (asked.verb == "finish") return {};
        if (asked.verb != "state") return Error{Kind::invalid, "the other side speaks out of turn"};
        if (asked.value("first") == "yes")
            state_ = TRY(place_for_state(call_.name, asked.number("expected")));
        TRY(receive_state(stream, asked, state_));
    }
}

Result<StoredImage> Arriving::take_image() const {
    auto image = TRY(read_image(state_, TRY(os::Dir::open(state_))));
    auto& definition = image.definition;
    if (definition.system() || definition.name() != call_.name || image.record.name != call_.name)
        return Error{Kind::invalid, "what came is not what was announced"};
    const auto refused = rights_refused(definition, call_.asked);
    if (!refused.empty()) return Error{Kind::denied, refused.front()};
    rename_interfaces(definition, parse_devices(call_.asked.value("devices")));
    return image;
}

// Built, Paused, and with its token on disk. The link is for who asked: what holds it must keep nothing of that open.
void Arriving::stay(registry::Journal& journal) {
    if (!journal.done()) ::_exit(1);  // it ends with us, and was never ours
    call_.stream.close();
    observer_ = {.warn = [this](std::string_view line) {
        registry::record({registry::Severity::warning, "movewpar", call_.name, std::string(line)});
    }};
    (void)!::write(said_, "ours", 4);
    (void)::close(said_);
}

Result<void> Arriving::hold(registry::Journal& journal) {
    const auto image = TRY(take_image());
    if (!image.record.streams.empty()) {
        output_ = registry::paths::output(call_.name);
        TRY(lead_output_to(output_));
    }
    auto lock = *std::move(lock_);
    lock_.reset();
    const auto ended = resume_application(
        {.image = image,
         .paused = true,
         .settle =
             [&] {
                 return commit_arrival(call_.stream, {call_.name, call_.token, output_});
             },
         .held = [&] { stay(journal); }},
        std::move(lock), observer_);
    if (!ended) return ended.error();
    registry::record({registry::Severity::info, "movewpar", call_.name,
                      cat("its command has ended with status ", *ended)});
    ::_exit(0);  // the journal is long done, and may be another's by now
}

Result<void> Arriving::run() {
    const auto& name = call_.name;
    const AdminLock::Request request = {.name = name, .verb = "move"};
    lock_.emplace(TRY(AdminLock::take(request)));
    TRY(recover(name, observer_));
    TRY(name_is_free(name));
    TRY(forget_ended_move(name, observer_));
    return journaled({.name = name}, [&](registry::Journal& journal) -> Result<void> {
        TRY(journal.will(reverse::withdraw_arrived(name)));
        for (const auto place : {registry::StatePlace::disk, registry::StatePlace::memory})
            TRY(journal.will(reverse::remove_checkpoint(TRY(registry::moving_state(name, place)))));
        TRY(receive());
        auto held = hold(journal);
        if (lock_) return held;
        // who took the lock meanwhile has undone it all, and the journal is his
        auto again = AdminLock::take(request);
        if (!again) {
            (void)call_.stream.send(error_message(held.error()));
            ::_exit(1);
        }
        lock_.emplace(*std::move(again));
        return held;
    });
}

[[noreturn]] void become_holder(const ArrivingApplication& call, int said) {
    ::setsid();
    ::umask(022);
    // the link's end must not wait for it
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    (void)::dup2(null.get(), STDERR_FILENO);
    const auto done = Arriving(call, said).run();
    if (!done) (void)call.stream.send(error_message(done.error()));
    ::_exit(1);
}

bool hears_ours(int from) {
    char word[4];
    std::size_t have = 0;
    while (have < sizeof word) {
        const auto got = ::read(from, word + have, sizeof word - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        have += static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace

Result<void> name_is_free(const std::string& name) {
    if (registry::defined(name))
        return Error{Kind::exists, cat("a workload partition called ", name, " exists already")};
    // that it was here is all there is to answer the host of an earlier one with
    const auto token = registry::arrived_token(name);
    return token && registry::has_run(name, *token) ? registry::must_be_settled(name)
                                                    : Result<void>();
}

std::vector<std::string> objections_to_application(const Message& asked, HostFacts& facts) {
    const auto wanted = checked_definition(asked);
    if (!wanted) return {wanted.error().text};
    facts.idbase = static_cast<std::uint32_t>(asked.number("idbase"));  // it has no ids of its own
    auto found = rights_refused(*wanted, asked);
    if (const auto free = name_is_free(wanted->name()); !free) found.push_back(free.error().text);
    for (const auto& error : objections(*wanted, Addresses::come_along))
        found.push_back(error.text);
    return found;
}

Result<void> receive_application(const ArrivingApplication& call) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::os(errno, "pipe", "");
    const UniqueFd from(ends[0]);
    UniqueFd to(ends[1]);
    const auto holder = ::fork();
    if (holder < 0) return Error::os(errno, "fork", "corral");
    if (holder == 0) become_holder(call, to.get());
    to = UniqueFd();
    if (hears_ours(from.get())) return {};
    (void)os::reap(holder);
    return Error{Kind::other, "it was not taken"};
}

}  // namespace partition::mobility
