#include "partition/mobility/arrive.h"

#include <unistd.h>

#include <optional>

#include "network/network.h"
#include "os/dir.h"
#include "os/namespace.h"
#include "partition/copies/backup_rights.h"
#include "partition/copies/restore.h"
#include "partition/copies/restore_plan.h"
#include "partition/copies/restore_views.h"
#include "partition/mobility/arrive_application.h"
#include "partition/mobility/move_application.h"
#include "partition/mobility/move_facts.h"
#include "partition/mobility/move_shared.h"
#include "partition/mobility/move_state.h"
#include "partition/mobility/move_talk.h"
#include "partition/mobility/restart.h"
#include "partition/mobility/resume.h"
#include "partition/pause.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/reserve.h"
#include "partition/reverse.h"
#include "partition/room.h"
#include "partition/start.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/journal.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/check.h"
#include "spec/file.h"

namespace partition::mobility {
namespace {

using wire::Message;

// Never a path made of a foreign word.
Result<std::string> name_in(const Message& message) {
    const auto& name = message.value("name");
    TRY(spec::check_name(name));
    return name;
}

class Serving {
  public:
    explicit Serving(wire::Stream& stream) : stream_(stream), observer_(telling(stream)) {}
    Result<void> answer(const Message& asked);

  private:
    Result<void> examine(const Message& asked);
    Result<void> take_file(const Message& asked);
    Result<void> restore(const Message& asked);
    Result<void> restore_application(const Message& asked);
    Result<void> follow(const copies::Arrival::Add& add);
    Result<void> start_it();
    Result<void> announce();
    Result<void> take_state(const Message& asked);
    Result<void> start_again(const Message& asked);
    Result<void> outcome(const Message& asked);
    Result<void> forget(const Message& asked);

    wire::Stream& stream_;
    Observer observer_;
    std::string name_ = {};
    std::string token_ = {};
    bool live_ = false;       // what runs in it comes, too
    std::string state_ = {};  // where that lies
};

struct Wanted {
    spec::Definition source = {};
    spec::Definition wanted = {};
};
Result<Wanted> wanted_by(const Message& asked) {
    Wanted found;
    found.source = TRY(spec::parse_specification(asked.value("definition"), "definition"));
    found.wanted = found.source;
    rename_interfaces(found.wanted, parse_devices(asked.value("devices")));
    // what its backup will say of its packages is not known yet: each view is taken for a directory
    const copies::OpenedBackup to_come{
        .file = UniqueFd(), .manifest = UniqueFd(), .definition = found.source};
    (void)TRY(copies::settle_views(found.wanted, to_come, nullptr));
    found.wanted = TRY(prepare(std::move(found.wanted)));
    found.wanted.general.idbase = static_cast<std::uint32_t>(asked.number("idbase"));
    return found;
}

std::vector<std::string> objections_to(const Message& asked, HostFacts& facts) {
    std::vector<std::string> found;
    const auto add = [&](const Error& error) { found.push_back(error.text); };
    auto planned = wanted_by(asked);
    if (!planned) return {planned.error().text};
    auto& wanted = planned->wanted;
    const auto& name = wanted.name();
    if (const auto free = name_is_free(name); !free) add(free.error());
    if (asked.value("trust") != "yes")
        for (const auto& right : copies::untrusted_rights(planned->source, wanted, nullptr))
            found.push_back(cat("it asks for more than a workload partition has by itself: ", right,
                                " (--trust grants it)"));
    const auto numbered = number(wanted);
    if (!numbered) add(numbered.error());
    facts.idbase = wanted.general.idbase;
    const auto addresses =
        asked.value("active") == "yes" ? Addresses::come_along : Addresses::must_be_free;
    for (const auto& error : objections(wanted, addresses)) add(error);
    const auto fits = check_fits(wanted, {asked.number("bytes"), asked.number("names")});
    if (!fits) add(fits.error());
    return found;
}

Result<void> Serving::examine(const Message& asked) {
    (void)TRY(name_in(asked));
    auto facts = gather_facts();
    facts.objections = asked.value("application") == "yes" ? objections_to_application(asked, facts)
                                                           : objections_to(asked, facts);
    return stream_.send(write(facts));
}

// One that is built here, beside what the global environment has.
Result<void> Serving::restore_application(const Message& asked) {
    token_ = asked.value("token");
    if (token_.empty() || has_control(token_))
        return Error{Kind::invalid, "what was asked for makes no sense"};
    TRY(receive_application({stream_, asked, name_, token_}));
    registry::record({registry::Severity::info, "movewpar", name_, "arrived from another host"});
    (void)stream_.send({"owned"});  // heard or not, it is ours now, and goes on
    return start_it();
}

Result<void> Serving::take_file(const Message& asked) {
    return receive_file(stream_, asked, TRY(registry::arrival_folder(name_)));
}

Result<void> Serving::take_state(const Message& asked) {
    if (!live_) return Error{Kind::invalid, "the other side speaks out of turn"};
    if (asked.value("first") == "yes")
        state_ = TRY(place_for_state(name_, asked.number("expected")));
    return receive_state(stream_, asked, state_);
}

// While it goes on changing at its old place: what changed there, as often as the other side thinks good.
Result<void> Serving::follow(const copies::Arrival::Add& add) {
    TRY(stream_.send({"restored"}));
    for (;;) {
        const auto asked = TRY(stream_.receive_message());
        if (asked.verb == "finish") return {};
        if (asked.verb == "state") {
            TRY(take_state(asked));
        } else if (asked.verb == "offer") {
            TRY(take_file(asked));
        } else if (asked.verb == "add" && is_digest(asked.value("digest"))) {
            const auto folder = TRY(registry::arrival_folder(name_));
            TRY(add(received_file(folder, asked.value("digest"))));
            TRY(stream_.send({"added"}));
        } else {
            return Error{Kind::invalid, "the other side speaks out of turn"};
        }
    }
}

Result<void> Serving::start_it() {
    if (is_paused(name_))
        TRY(resume({.name = name_}, {.observer = observer_}));
    else if (!registry::alive(name_).any() && !registry::has_run(name_, token_))
        TRY(start({.name = name_}, {.observer = observer_}));
    TRY(registry::forget_moving_state(name_));
    return stream_.send({"started"});
}

// Of a move whose link was cut after it had become ours.
Result<void> Serving::start_again(const Message& asked) {
    token_ = asked.value("token");
    if (registry::arrived_token(name_) == token_) return start_it();
    return Error{Kind::missing, cat(name_, " did not arrive by that move")};
}

Result<void> Serving::restore(const Message& asked) {
    token_ = asked.value("token");
    if (token_.empty() || has_control(token_) || !is_digest(asked.value("digest")))
        return Error{Kind::invalid, "what was asked for makes no sense"};
    const auto folder = TRY(registry::arrival_folder(name_));
    const auto devices = parse_devices(asked.value("devices"));
    const auto idbase = static_cast<std::uint32_t>(asked.number("idbase"));
    copies::RestoreCall call;
    call.files = {received_file(folder, asked.value("digest"))};
    call.name = name_;
    call.trust = asked.value("trust") == "yes";
    call.synchronize = asked.value("synchronize") == "yes";
    call.retarget = [&](const spec::Definition& source,
                        const std::string&) -> Result<spec::Definition> {
        auto wanted = source;
        rename_interfaces(wanted, devices);
        wanted.general.idbase = idbase;
        return wanted;
    };
    call.arrival.begin = [&](registry::Journal& journal) -> Result<void> {
        TRY(name_is_free(name_));
        // else another of that name, made later, would be taken for it
        TRY(journal.will(reverse::withdraw_arrived(name_)));
        for (const auto place : {registry::StatePlace::disk, registry::StatePlace::memory}) {
            const auto path = TRY(registry::moving_state(name_, place));
            TRY(journal.will(reverse::remove_checkpoint(path)));
        }
        return {};
    };
    call.arrival.follow = [&](const copies::Arrival::Add& add) { return follow(add); };
    call.arrival.wake = [&](const spec::Definition& definition, registry::Journal& journal) {
        if (!live_) return Result<void>();
        return rebuild_arrived(definition, state_, journal, observer_);
    };
    call.arrival.commit = [&]() { return commit_arrival(stream_, {name_, token_, {}}); };
    call.arrival.active = asked.value("active") == "yes";
    live_ = asked.value("live") == "yes";
    const auto restored = partition::copies::restore(call, {.observer = observer_});
    if (!restored && restored.error().kind == Kind::invalid)
        (void)::unlink(call.files.front().c_str());  // damaged: the next attempt sends it again
    TRY(restored);
    registry::record({registry::Severity::info, "movewpar", name_, "arrived from another host"});
    (void)stream_.send({"owned"});                   // heard or not, it is ours now, and starts
    const auto opened = TRY(os::Dir::open(folder));  // its copies are of no more use
    for (const auto& entry : TRY(opened.entries()))
        if (entry != "record") TRY(opened.unlink(entry));
    return asked.value("start") == "yes" ? start_it() : stream_.send({"started"});
}

// Whoever asks holds nothing of ours: the lock says that nobody can still commit, and recovering takes back what was not.
Result<void> Serving::outcome(const Message& asked) {
    const auto lock = TRY(registry::AdminLock::take({.name = name_, .verb = "recover"}));
    TRY(recover(name_, observer_));
    const auto& token = asked.value("token");
    const bool ours = registry::arrived_token(name_) == token &&
                      (registry::defined(name_) || registry::has_run(name_, token));
    if (!ours && registry::arrived_token(name_) == token)
        TRY(registry::withdraw_arrived(name_));  // an application whose holder was killed
    if (!ours) TRY(registry::forget_moving_state(name_));
    return stream_.send({"outcome", {{"owner", ours ? "yes" : "no"}}});
}

// Until now the other host answered for its addresses.
Result<void> Serving::announce() {
    const auto init = registry::recorded_init(name_);
    if (!init || !registry::alive(name_).init) return {};
    const auto definition = TRY(registry::load(name_));
    if (!definition.system() && definition.networks.empty()) return {};  // the global network's
    const auto network = TRY(os::open_namespace(init->pid, "net"));
    return network::set_up(network_site(), TRY(network_wish(definition)), network.get());
}

Result<void> Serving::forget(const Message& asked) {
    TRY(announce());
    if (registry::arrived_token(name_) == asked.value("token"))
        TRY(registry::forget_arrival(name_));
    return stream_.send({"forgotten"});
}

Result<void> Serving::answer(const Message& asked) {
    if (asked.verb == "probe") return receive_probe(stream_, asked);
    if (asked.verb == "shared") return answer_shared(stream_, asked);
    if (asked.verb == "used") return answer_used(stream_, asked);
    name_ = TRY(name_in(asked));
    if (asked.verb == "examine") return examine(asked);
    if (asked.verb == "restore") return restore(asked);
    if (asked.verb == "application") return restore_application(asked);
    if (asked.verb == "outcome") return outcome(asked);
    if (asked.verb == "start") return start_again(asked);
    if (asked.verb == "forget") return forget(asked);
    if (asked.verb != "copy") return Error{Kind::invalid, "the other side speaks out of turn"};
    return take_file(TRY(stream_.receive_message()));
}

}  // namespace

Result<void> serve_moves(wire::Stream& stream) {
    TRY(stream.send_text(wire::greeting(CORRAL_VERSION)));
    Serving serving(stream);
    for (;;) {
        const auto asked = stream.receive_message();
        if (!asked && asked.error().kind == Kind::missing) return {};  // the other side has done
        if (!asked) return asked.error();
        const auto answered = serving.answer(*asked);
        if (answered) continue;
        (void)stream.send(error_message(answered.error()));
        return answered.error();
    }
}

}  // namespace partition::mobility
