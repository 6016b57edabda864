// One move, seen from the host that the WPAR leaves: its steps in a row (partition/mobility/move.cpp), those about
// files and those about what runs.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "partition/mobility/move.h"
#include "partition/mobility/move_live.h"
#include "partition/mobility/move_talk.h"
#include "partition/observer.h"
#include "registry/moves.h"
#include "registry/state.h"
#include "spec/definition.h"
#include "wire/remote.h"

namespace partition::mobility {

/// What its files take on disk.
std::uint64_t bytes_of_files(const spec::Definition& definition);

class Moving {
  public:
    Moving(const MoveCall& call, const Manner& manner, wire::Remote remote)
        : call_(call), observer_(manner.observer), remote_(std::move(remote)) {}

    Result<Moved> foresee(const spec::Definition& definition);
    Result<Moved> run(const spec::Definition& definition);

  private:
    Result<void> examine();
    Result<void> examine_what_runs();
    Result<void> look_at_shared();
    Result<void> look_at_used();
    Result<void> announce_application();
    Result<void> foresee_what_runs();
    std::chrono::milliseconds fixed_part() const;
    Result<void> choose_way();
    Result<void> send_rounds();
    Result<void> stop_here();
    Result<void> store_what_runs();
    Result<void> send_what_runs();
    bool wants_to_go_on() const { return registry::alive(call_.name).init && !call_.stop; }
    bool live() const { return record_.active && !call_.stop; }
    Result<void> copy_all();
    Result<void> copy();
    Result<void> copy_base(const std::string& path);
    Result<void> restore_there();
    Result<void> send_changes();
    Result<void> switch_over();
    Result<void> hand_over();
    Result<void> end_here();
    Result<std::string> save_copy(const std::string& path);
    Result<Sent> send(const std::string& path, bool first);
    Result<wire::Message> await(std::string_view verb) {
        return partition::mobility::await(remote_.stream(), verb, observer_);
    }
    Result<void> ask(const wire::Message& message) { return remote_.stream().send(message); }
    Observer quiet() const {
        auto silent = observer_;
        silent.say = {};
        return silent;
    }
    void tell_phase(MovePhaseTime phase);
    static std::int64_t since(std::chrono::steady_clock::time_point begun);
    wire::Message about(std::string_view verb) const;

    const MoveCall& call_;
    const Observer& observer_;
    wire::Remote remote_;
    spec::Definition definition_ = {};
    registry::MoveRecord record_ = {};
    Moved moved_ = {};
    std::string folder_ = {};
    std::string newest_ = {};  // the copy that the next one adds to
    std::string digest_ = {};  // of it
    unsigned copies_ = 0;
    bool renewed_ = false;  // the first copy was made just now
    bool synchronize_ = false;
    std::chrono::steady_clock::time_point stopped_ = {};
    LiveWish wish_ = {};
    MovePace pace_ = {};
    std::chrono::milliseconds check_ = {};  // that CRIU's look at the kernel took
    std::chrono::milliseconds files_ = {};  // that the last changes took
    MoveMethod method_ = MoveMethod::stop_and_copy;
    std::optional<LiveState> state_ = {};
    UniqueFd waiting_ = UniqueFd();  // the command that waits for an application's end
    std::string output_ = {};        // where there it goes on saying what it has to say
};

}  // namespace partition::mobility
