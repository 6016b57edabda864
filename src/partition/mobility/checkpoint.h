// chkptwpar: what runs in a WPAR, stored on disk.
//
// CRIU stops all processes, stores them and lets them go on; it never ends them. When they are to stay Paused or to end,
// they are frozen while CRIU still holds them: so not one instruction lies between what is stored and what comes back, and a
// checkpoint that is killed at any moment leaves an Active WPAR, or a whole Paused one.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "partition/mobility/dump.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition::mobility {

enum class After : std::uint8_t { run, pause, kill };

struct CheckpointCall {
    std::string name = {};
    std::string directory = {};  // of the checkpoint: absolute, not there yet or empty
    After after = After::run;
    std::string criu_log =
        {};  // a file that CRIU's own log, in all detail, is added to; empty: none
};
Result<void> checkpoint(const CheckpointCall& call, const Manner& manner);

/// Kind::denied where a WPAR reaches or Corral itself clears.
Result<void> check_checkpoint_place(const std::string& directory);

/// What store_for_move() fills, root's alone; what an earlier attempt left there goes.
Result<void> prepare_store(const std::string& directory);
/// Memory alone, while it runs on (dump_memory): how many bytes.
Result<std::uint64_t> store_round(const std::string& name, const std::string& directory,
                                  unsigned number);
struct StoreCall {
    const spec::Definition& definition;
    std::string directory = {};
    unsigned rounds = 0;  // there already
};
/// For who holds the lock and has a journal that makes it go on: stored there without a seal, for another host to restart,
/// and left Paused.
Result<Stood> store_for_move(const StoreCall& call);

}  // namespace partition::mobility
