// What becomes of one path of a WPAR's root part: what was delivered, what is there now and what is wanted now decide.
// The rule is dpkg's for configuration files: who changed nothing gets the new one, who changed something keeps it.
#pragma once
#include <cstdint>

#include "rootpart/manifest.h"

namespace rootpart {

enum class Act : std::uint8_t {
    nothing,
    add,          // there is none: place it
    replace,      // the old one as delivered: place the new one
    take_over,    // changed inside, but the new one is insisted on: the changed one is kept beside
    remove,       // as delivered, and no longer wanted
    keep,         // changed inside, and the new one is another kind of thing: told
    keep_beside,  // changed inside: stays, the new one is placed beside
    keep_old,     // changed inside, and no longer wanted: stays
    stay_away,    // removed inside, and there is a new one: stays away, told
};

struct Decision {
    Act act = Act::nothing;
    bool nature = false;  // mode and owner follow, too
    bool operator==(const Decision&) const = default;
};

struct Three {
    const Entry* delivered = nullptr;
    const Entry* present = nullptr;
    const Entry* wanted = nullptr;
};

struct Insistence {
    bool only_add = false;  // -a: nothing that is there is replaced or removed
    bool force = false;     // -F: the new one wins everywhere; what was changed is kept beside
    bool follow = false;    // a cache that has to equal the global one
};

Decision decide(const Three& three, const Insistence& how);

}  // namespace rootpart
