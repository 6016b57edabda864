// An application WPAR goes on from a checkpoint: restartwpar, wparexec --resume. Its streams lead to ours from then on.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "partition/mobility/series.h"
#include "partition/mobility/stored_image.h"
#include "partition/observer.h"
#include "registry/lock.h"

namespace partition::mobility {

struct ResumeApplication {
    const StoredImage& image;
    bool paused = false;  // it ends Paused instead of Active
    bool cut = false;     // files that it writes and that have grown since get their length back
    std::string criu_log =
        {};  // a file that CRIU's own log, in all detail, is added to; empty: none
    std::optional<Series> series = {};
    /// Of one that comes from another host: says whether it stays, as long as all of it can be taken back.
    std::function<Result<void>()> settle = {};
    std::function<void()> held = {};  // afterwards
};
/// For who holds its lock and has recovered it. The exit status of its command, once every process has ended.
Result<int> resume_application(ResumeApplication call, registry::AdminLock lock,
                               const Observer& observer);
/// Whether it could go on, as far as that can be said beforehand.
Result<void> check_resumable(const StoredImage& image, bool cut);

/// The newest whole checkpoint of this command in the directory of a series; says which it is, or that there is none. One that
/// is whole and cannot be read is an error.
Result<std::optional<StoredImage>> last_checkpoint(const std::string& directory,
                                                   const spec::Definition& definition,
                                                   const Observer& observer);
/// Why a checkpoint is not one of this command; empty when it is.
std::string differs_from(const spec::Definition& stored, const spec::Definition& wanted);

}  // namespace partition::mobility
