// What CRIU before 4.0 does wrong on kernels since 5.19: it opens the settings of System V objects and message queues, and the
// next number that an object gets (/proc/sys/kernel/shmmax, shm_next_id, ...), in its own IPC namespace, believing
// that it counts where they are written. So its own is no longer the global environment's
// (partition/mobility/rebuild), it is lent the files of the next numbers of the one that it builds, and its settings
// are written to nowhere: newer kernels let only root inside write them, and they are the definition's, not the
// image's.
#pragma once
#include <sys/types.h>

#include "base/result.h"

namespace checkpoint {

/// `criu` in a mount namespace of its own, `process` the first of those that it builds, in its IPC namespace already.
Result<void> lend_ipc(pid_t criu, pid_t process);

}  // namespace checkpoint
