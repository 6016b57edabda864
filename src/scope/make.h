// Makes the transient scope.
#pragma once
#include <sys/types.h>

#include "scope/bus.h"

namespace scope {

struct Wish {
    const char* unit = nullptr;
    const char* slice = nullptr;
    const char* description = nullptr;
    pid_t process = 0;
};

/// Returns when the process is in it.
void make(sd_bus* bus, const Wish& wish);

}  // namespace scope
