#include "session/enter.h"

#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "os/child.h"
#include "session/birth.h"
#include "session/handshake.h"
#include "session/inside.h"
#include "session/relay.h"

namespace session {
namespace {

// The terminal that the child made, or what kept it from that. A signal meanwhile ends it.
Result<Told> wait_terminal(const Child& child, const UniqueFd& link, const Signals& signals) {
    for (;;) {
        pollfd watched[] = {{link.get(), POLLIN, 0}, {signals.fd(), POLLIN, 0}};
        if (::poll(watched, 2, -1) < 0 && errno != EINTR)
            return Error::os(errno, "poll", "session");
        if (watched[0].revents != 0) {
            auto told = TRY(hear(link.get()));
            if (told.what == Told::What::failure) return told.error;
            return told;
        }
        const int number = watched[1].revents != 0 ? signals.next() : 0;
        if (number == 0 || number == SIGWINCH || number == SIGCONT || number == SIGPIPE) continue;
        (void)::kill(child.pid, SIGKILL);
        return Error{Kind::interrupted, "interrupted before the session began"};
    }
}

// What kept the child from running the user's program; nothing when that has run.
Result<void> failure_told(const UniqueFd& link) {
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
    (void)os::reap(child->pid);
}

Result<int> follow(const Entry& entry, Child child, UniqueFd link, Streams streams,
                   const Signals& signals) {
    for (auto& end : streams.inside) end = UniqueFd();
    Told terminal;  // without one nobody waits for the start: each wake-up costs, and the end tells
                    // all
    if (streams.has_terminal()) {
        auto told = wait_terminal(child, link, signals);
        if (!told) (void)os::reap(child.pid);
        terminal = TRY(std::move(told));
    }
    const int status = TRY(converse({.pid = child.pid,
                                     .pidfd = child.pidfd.get(),
                                     .streams = &streams,
                                     .master = &terminal.master,
                                     .signals = &signals}));
    TRY(failure_told(link));
    if (streams.has_terminal() && !entry.command && !entry.ask_password)
        note_logout(entry, terminal.line);
    return status;
}

Result<int> enter_unnamed(const Entry& entry) {
    const auto& confinement = entry.confinement;
    auto streams =
        TRY(plan_streams(entry.terminal, confinement.own_users ? confinement.ids.first : 0));
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
    return follow(entry, std::move(child), std::move(link.outside), std::move(streams), signals);
}

}  // namespace

Result<int> enter(const Entry& entry) { return enter_unnamed(entry).within(entry.name); }

}  // namespace session
