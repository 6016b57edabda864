// An application WPAR that comes from another host while it runs. There it was wparexec's to hold; here nobody has called for
// it, so a process of its own holds it from now on: it takes what comes, builds it again, Paused, and stays when it is ours.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/mobility/move_facts.h"
#include "wire/stream.h"

namespace partition::mobility {

/// No WPAR has it, and no host may ask for an application that had it.
Result<void> name_is_free(const std::string& name);
/// All that stands in the way of it here; `facts` gets the ids that it would have.
std::vector<std::string> objections_to_application(const wire::Message& asked, HostFacts& facts);

struct ArrivingApplication {
    wire::Stream& stream;
    const wire::Message& asked;
    std::string name = {};
    std::string token = {};
};
/// When it returns, it is ours, Paused, and held. After an error nothing of it is left, and the other side knows why.
Result<void> receive_application(const ArrivingApplication& call);

}  // namespace partition::mobility
