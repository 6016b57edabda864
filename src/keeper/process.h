// The keeper's own process: detaching from whoever started it, and running corral's commands.
#pragma once
#include <sys/types.h>

#include "keeper/options.h"

namespace keeper {

/// Own session, directory / and stdio on /dev/null, all descriptors but the options' ones closed,
/// those close-on-exec; out of reach of the OOM killer; shown by ps as AIX's subsystem name
/// cor_NAME.
void detach(const Options& options, int count, char** arguments);
/// Blocks SIGTERM and SIGCHLD into a descriptor and ignores what a terminal may send; -1 when the
/// kernel refuses.
int open_signals();
/// Becomes `corral --ended NAME reason`. Comes back only when that cannot be run.
void become_after_end(const Options& options, const char* reason);
/// Runs `corral stop NAME` as a child; its pid, or -1.
pid_t run_stop(const Options& options);
/// Runs `corral --oom NAME` as a child; its pid, or -1.
pid_t run_oom(const Options& options);
/// Becomes the program at its own path. Comes back only on failure, with errno; nothing has changed
/// then.
int become_upgraded(const Options& options);

}  // namespace keeper
