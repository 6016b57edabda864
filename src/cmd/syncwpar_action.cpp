#include <nlohmann/json.hpp>

#include "cmd/actions.h"
#include "cmd/manner.h"
#include "os/dir.h"
#include "partition/software/sync.h"

namespace cmd {
namespace {

using Json = nlohmann::ordered_json;
using partition::software::Change;
using What = Change::What;

std::string_view word(What what) {
    switch (what) {
        case What::added:
            return "added";
        case What::replaced:
            return "replaced";
        case What::removed:
            return "removed";
        case What::nature:
            return "mode";
        case What::kept:
            return "kept";
        case What::stays_away:
            return "absent";
        case What::account:
            return "account";
        case What::clash:
            return "clash";
        default:
            return "failed";
    }
}

Result<std::vector<std::string>> named_in(const std::string& path) {
    std::vector<std::string> names;
    for (const auto& line : split(TRY(os::read_file(path)), '\n'))
        for (auto& name : words(std::string_view(line).substr(0, line.find('#'))))
            names.push_back(std::move(name));
    if (names.empty()) return Error{Kind::invalid, cat("'", path, "' names no workload partition")};
    return names;
}

Result<std::vector<std::string>> asked_for(const cli::Arguments& given) {
    const auto& names = given.operands();
    const bool other = given.has('A') || given.has('f');
    if (names.empty() != other)
        return Error{Kind::invalid, other ? "-A and -f exclude names of workload partitions"
                                          : "name the workload partitions, or give -A for all"};
    if (given.has('A')) return partition::software::synchronizable(given.has('D'));
    return given.has('f') ? named_in(given.value('f')) : names;
}

class Session {
  public:
    Session(const cli::Arguments& given, cli::Terminal& terminal)
        : terminal_(terminal),
          json_(given.has("json")),
          verbose_(given.has('v')),
          manner_(manner(given, terminal)) {
        call_.detached = given.has('D');
        if (given.has('d')) call_.device = given.value('d');
        call_.only_add = given.has('a');
        call_.force = given.has('F');
        call_.grow = given.has('X');
        call_.preview = given.has('p') || given.has("dry-run");
        if (json_) manner_.observer.say = nullptr;
    }

    /// One that fails does not keep the others from being done.
    int all(const std::vector<std::string>& names) {
        std::size_t number = 0;
        bool whole = true;
        for (const auto& name : names) {
            head(name, ++number, names.size());
            const auto done = one(name);
            if (!done) terminal_.error(done.error());
            whole &= done && !(*done).failed();
            if (!done && done.error().kind == Kind::interrupted) break;
        }
        if (json_) terminal_.text(list_.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
        return whole ? 0 : 1;
    }

  private:
    void head(const std::string& name, std::size_t number, std::size_t count) {
        if (json_) return;
        constexpr std::size_t width = 79;
        const std::string stars(width, '*');
        terminal_.line(stars);
        terminal_.line(cat(call_.preview ? "Previewing the synchronization of" : "Synchronizing",
                           " workload partition ", name, " (", number, " of ", count, ")."));
        terminal_.line(stars);
    }

    Result<partition::software::Synced> one(const std::string& name) {
        call_.name = name;
        auto done = TRY(partition::software::synchronize(call_, manner_));
        for (const auto& change : done.changes) show(name, change);
        if (!json_ && !call_.preview && !done.failed())
            terminal_.line(cat("Workload partition ", name, " synchronized successfully."));
        return done;
    }

    void show(const std::string& name, const Change& change) {
        if (json_) {
            list_.push_back({{"name", name},
                             {"change", word(change.what)},
                             {"path", change.path},
                             {"note", change.note}});
            return;
        }
        const auto said =
            cat(change.path, change.path.empty() || change.note.empty() ? "" : ": ", change.note);
        if (change.to_be_told() && !call_.preview)
            terminal_.warn(said);
        else if (verbose_ || call_.preview)
            terminal_.line(cat("syncroot: ", word(change.what), " ", said));
    }

    cli::Terminal& terminal_;
    bool json_;
    bool verbose_;
    partition::Manner manner_;
    partition::software::SyncCall call_;
    Json list_ = Json::array();
};

}  // namespace

Result<int> sync(const cli::Arguments& given, cli::Terminal& terminal) {
    const auto names = TRY(asked_for(given));
    if (given.has('d')) (void)TRY(partition::software::asked_generation(given.value('d')));
    if (given.has('r')) {
        terminal.line("syncwpar: There are no RPM packages to be synchronized.");
        return 0;
    }
    return Session(given, terminal).all(names);
}

}  // namespace cmd
