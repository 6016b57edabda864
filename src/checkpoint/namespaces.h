// Namespaces that a process made for itself: CRIU saves further mount and network namespaces, and no others.
#pragma once
#include "checkpoint/findings.h"

namespace checkpoint {

void look_at_namespaces(const Process& process, const Process& init, Findings& findings);

}  // namespace checkpoint
