#include "session/enter.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "session/birth.h"
#include "session/handshake.h"
#include "session/inside.h"
#include "session/relay.h"

namespace session {
namespace {

// What the child says before it runs the user's program. A signal meanwhile ends it.
Result<Told> hear_child(const Child& child, const UniqueFd& link, const Signals& signals) {
    for (;;) {
        pollfd watched[] = {{link.get(), POLLIN, 0}, {signals.fd(), POLLIN, 0}};
        if (::poll(watched, 2, -1) < 0 && errno != EINTR)
            return Error::os(errno, "poll", "session");
        if (watched[0].revents != 0) return hear(link.get());
        const int number = watched[1].revents != 0 ? signals.next() : 0;
        if (number == 0 || number == SIGWINCH || number == SIGCONT || number == SIGPIPE) continue;
        (void)::kill(child.pid, SIGKILL);
        return Error{Kind::interrupted, "interrupted before the session began"};
    }
}

// Returns when the user's program runs, or with its terminal: that shows by itself what comes next, and may have to be read
// for it to go on.
Result<Told> wait_running(const Child& child, const UniqueFd& link, const Signals& signals) {
    auto told = TRY(hear_child(child, link, signals));
    if (told.what == Told::What::failure) return told.error;
    return told;
}

// A failure that was told after the terminal; nothing when the user's program has run.
Result<void> late_failure(const UniqueFd& link) {
    pollfd watched = {link.get(), POLLIN, 0};
    if (::poll(&watched, 1, 0) <= 0) return {};
    const auto told = TRY(hear(link.get()));
    if (told.what == Told::What::failure) return told.error;
    return {};
}

void note_logout(const Entry& entry, const std::string& line) {
    auto child = bear(entry);
    if (!child) return;  // the WPAR has ended: nothing to note
    if (child->is_child) become_logout(entry, line);
    (void)reap(child->pid);
}

Result<int> follow(const Entry& entry, Child child, UniqueFd link, Streams streams,
                   const Signals& signals) {
    for (auto& end : streams.inside) end = UniqueFd();
    auto terminal = wait_running(child, link, signals);
    if (!terminal) {
        (void)reap(child.pid);
        return terminal.error();
    }
    const int status = TRY(converse({.pid = child.pid,
                                     .pidfd = child.pidfd.get(),
                                     .streams = &streams,
                                     .master = &terminal->master,
                                     .signals = &signals}));
    TRY(late_failure(link));
    if (streams.has_terminal() && !entry.command) note_logout(entry, terminal->line);
    return status;
}

}  // namespace

Result<int> enter(const Entry& entry) {
    auto streams = TRY(plan_streams(entry.terminal));
    auto link = TRY(make_link());
    const auto signals = TRY(Signals::take());
    if (streams.has_terminal() && !entry.command)
        ::tzset();  // before anything inside could be taken for this machine's time zone
    auto child = TRY(bear(entry));
    if (child.is_child) {
        link.outside = UniqueFd();
        become_session(entry, streams, link.inside.get());
    }
    link.inside = UniqueFd();
    return follow(entry, std::move(child), std::move(link.outside), std::move(streams), signals)
        .within(entry.name);
}

}  // namespace session
