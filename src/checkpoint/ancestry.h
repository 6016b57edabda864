// Whose child everybody is, and who traces whom: only what descends from the WPAR's init can be saved with it.
#pragma once
#include <span>
#include <string>

#include "checkpoint/findings.h"

namespace checkpoint {

struct Family {
    std::span<const Process> processes;
    pid_t init = 0;
};
void look_at_ancestry(const Family& family, Findings& findings);

}  // namespace checkpoint
