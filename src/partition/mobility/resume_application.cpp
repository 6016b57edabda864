#include "partition/mobility/resume_application.h"

#include "base/time.h"
#include "checkpoint/criu_probe.h"
#include "network/network.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/mobility/application.h"
#include "partition/mobility/criu.h"
#include "partition/mobility/rebuild.h"
#include "partition/mobility/way_streams.h"
#include "partition/mobility/written_files.h"
#include "partition/pause.h"
#include "registry/events.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "session/protocol.h"

namespace partition::mobility {
namespace {

Result<void> must_be_free(const std::string& name) {
    if (!registry::defined(name)) return {};
    return Error{Kind::exists, cat("A workload partition called ", name,
                                   " exists; an application workload partition is made anew when "
                                   "it goes on, so end that one first: stopwpar ",
                                   name, ", or rmwpar")};
}

// New pipes in the place of those that led outside then. What it had said last comes before what it says next.
Result<session::Pipes> new_streams(const StoredImage& image) {
    std::vector<int> places;
    for (const auto& one : image.record.streams) places.push_back(one.place);
    auto pipes = TRY(session::Pipes::make(places));
    for (const auto& one : image.record.streams)
        TRY(pipes.put_back(one.place, TRY(kept_stream(image.directory, one))));
    return pipes;
}

std::vector<checkpoint::Inherited> inherited(const StoredImage& image,
                                             const session::Pipes& pipes) {
    const auto ends = pipes.inside();
    std::vector<checkpoint::Inherited> all;
    for (const auto& one : image.record.streams)
        all.push_back({one.key, ends[static_cast<std::size_t>(one.place)]});
    return all;
}

class Revival {
  public:
    Revival(const ResumeApplication& call, const session::Pipes& streams)
        : call_(call), streams_(streams) {}

    Result<launch::Started> operator()(const launch::Plan& plan, const cgroup::Group& group,
                                       const launch::Hooks& hooks) {
        const auto& image = call_.image;
        // as late as can be: what was written since is lost by it
        if (call_.cut) TRY(fit_files(image.record.files, true));
        auto started = rebuild({.plan = plan,
                                .group = group,
                                .record = image.record,
                                .image = image.directory,
                                .log_level = criu_log_level(call_.criu_log),
                                .connections = plan.own_network && image.record.ended,
                                .frozen = call_.paused,
                                .inherited = inherited(image, streams_)},
                               hooks);
        if (!started) return explained(started.error());
        return started;
    }

  private:
    const ResumeApplication& call_;
    const session::Pipes& streams_;
};

std::string shown_time(const std::string& seconds) {
    return local_time(static_cast<std::int64_t>(to_number(seconds).value_or(0)), "%F %T");
}

// What was computed since an older one would be lost, perhaps for a disk that answers again tomorrow.
Error not_older(const std::string& path, Error error) {
    error.text +=
        cat("; --resume goes on from an older one, or starts from the beginning, only once '", path,
            "' is removed");
    return error;
}

}  // namespace

Result<void> check_resumable(const StoredImage& image, bool cut) {
    TRY(must_be_free(image.record.name));
    (void)TRY(checkpoint::criu_program());
    TRY(check_machine(image, image.directory.path()));
    if (cut) return {};
    return fit_files(image.record.files, false);
}

Result<int> resume_application(ResumeApplication call, registry::AdminLock lock,
                               const Observer& observer) {
    auto definition = call.image.definition;
    const auto& name = definition.name();
    os::catch_interrupts({session::protocol::stop_signal});
    TRY(check_resumable(call.image, call.cut));
    TRY(reserve_key(definition, lock));
    Application application = {.definition = definition,
                               .verb = "Restarting",
                               .streams = TRY(new_streams(call.image)),
                               .series = std::move(call.series)};
    Revival revive(call, application.streams);
    application.begin = std::ref(revive);
    application.before_network = [](int network) { return network::still(network); };
    application.begun = [&]() -> Result<void> {
        add_criu_log(cat(registry::paths::run(name), "/", restart_log), call.criu_log, observer);
        if (!call.settle)
            registry::record({registry::Severity::info, "restartwpar", name,
                              cat("restarted from ", call.image.directory.path())});
        if (!call.paused) return go_on(name);
        TRY(pause({.name = name, .image = call.image.directory.path()}));
        return call.settle ? call.settle() : Result<void>();
    };
    application.held = call.held;
    return run_application(application, std::move(lock), observer);
}

std::string differs_from(const spec::Definition& stored, const spec::Definition& wanted) {
    if (stored.system()) return "it is of a system workload partition";
    if (stored.name() != wanted.name()) return cat("it is of ", stored.name());
    if (stored.general.application != wanted.general.application)
        return cat("it is of another command, ", stored.general.application);
    if (stored.mounts != wanted.mounts) return "its file systems (-M) were others";
    if (stored.networks != wanted.networks) return "its network (-N) was another";
    return {};
}

Result<std::optional<StoredImage>> last_checkpoint(const std::string& directory,
                                                   const spec::Definition& definition,
                                                   const Observer& observer) {
    for (const auto& path : TRY(checkpoints_in(directory))) {
        const auto pass_over = [&](std::string_view why) {
            observer.tell_warning(cat("checkpoint '", path, "': ", why, "; it is passed over"));
        };
        if (!TRY(checkpoint::is_complete(path))) {
            pass_over(checkpoint::incomplete);
            continue;
        }
        auto image = open_image(path);
        if (!image) return not_older(path, image.error());
        if (const auto differs = differs_from(image->definition, definition); !differs.empty()) {
            pass_over(differs);
            continue;
        }
        observer.tell(cat("Going on from the checkpoint of ", shown_time(image->record.made), ", '",
                          path, "'."));
        return std::optional<StoredImage>(*std::move(image));
    }
    observer.tell(cat("There is no checkpoint of ", definition.name(), " in '", directory,
                      "': it starts from the beginning."));
    return std::optional<StoredImage>();
}

}  // namespace partition::mobility
