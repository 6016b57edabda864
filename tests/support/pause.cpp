// pause NAME DIRECTORY: leaves a WPAR Paused as a finished chkptwpar -p does, on machines where nothing can be stored.
#include "partition/pause.h"

#include <cstdio>

#include "partition/recover.h"
#include "partition/reverse.h"
#include "registry/lock.h"

namespace {

Result<bool> pause_locked(const partition::PauseCall& call) {
    const auto lock = TRY(registry::AdminLock::take(
        {.name = call.name, .verb = std::string(partition::checkpoint_verb)}));
    TRY(partition::recover(call.name, partition::Observer{}));
    bool connections = false;
    TRY(partition::journaled({call.name, registry::Lifetime::boot},
                             [&](registry::Journal& journal) -> Result<void> {
                                 TRY(journal.will(partition::reverse::resume(call.name)));
                                 connections = TRY(partition::pause(call));
                                 return journal.step();
                             }));
    return connections;
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) return 2;
    const auto done = pause_locked({.name = words[1], .image = words[2]});
    if (!done) {
        std::fprintf(stderr, "pause: %s\n", done.error().shown().c_str());
        return 1;
    }
    std::puts(*done ? "connections are held" : "connections are not held");
    return 0;
}
