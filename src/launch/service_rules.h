// What a checkpointable WPAR tells the systemd inside: do without namespaces that cannot be saved.
//
// It lies in the fresh /run of each start: nothing is left when the WPAR is started without -c, and no package
// inside ever meets it. Only below a systemd: for everybody else /run/systemd/system means that one is running.
#pragma once
#include "base/result.h"

namespace launch {

/// Called inside, with /run mounted.
Result<void> place_service_rules();

}  // namespace launch
