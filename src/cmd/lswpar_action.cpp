#include <unistd.h>

#include <algorithm>

#include "cli/listing.h"
#include "cmd/actions.h"
#include "partition/list.h"

namespace cmd {
namespace {

using cli::Sheet;
using registry::Listed;

Error invalid(std::string text) { return {Kind::invalid, std::move(text), 0, {}}; }

struct Mode {
    char flag;
    Sheet sheet;
};
constexpr Mode modes[] = {
    {'G', Sheet::general},   {'N', Sheet::network},   {'M', Sheet::mounts},
    {'I', Sheet::routes},    {'R', Sheet::resources}, {'S', Sheet::security},
    {'T', Sheet::operation}, {'D', Sheet::devices},   {'X', Sheet::extensions},
    {'b', Sheet::bootsets},  {'B', Sheet::bootsets}};

// As JSON a member of each WPAR's object, else a table of its own.
Result<void> choose_blockers(cli::View& view) {
    if (view.sheet != Sheet::general)
        return invalid("--blockers goes with -G and -L only, and excludes other modes");
    if (view.form == cli::View::Form::json) return {};
    if (view.everything) return invalid("-L has --blockers only with --json");
    view.sheet = Sheet::blockers;
    view.brief = false;
    if (view.form == cli::View::Form::paragraph) view.form = cli::View::Form::table;
    return {};
}

Result<cli::View> view_of(const cli::Arguments& given) {
    using Form = cli::View::Form;
    cli::View view = {.everything = given.has('L'), .header = !given.has('q')};
    view.brief = !view.everything;
    for (const auto& mode : modes) {
        if (!given.has(mode.flag)) continue;
        view.sheet = mode.sheet;
        view.brief = false;
    }
    if (given.has('a')) view.names = split(given.value('a'), ',');
    if (given.has('d')) view.delimiter = given.value('d');
    const bool fields = given.has('c') || given.has('d');
    if (given.has("json"))
        view.form = Form::json;
    else if (fields)
        view.form = Form::delimited;
    else if (view.everything || (!view.brief && cli::is_paragraph(view.sheet)))
        view.form = Form::paragraph;
    view.brief &= view.form != Form::json;
    if (given.has("blockers")) TRY(choose_blockers(view));

    if (given.has("json") && fields) return invalid("--json excludes -c and -d");
    if (view.everything && fields) return invalid("-L has no delimited form; use --json");
    if (view.everything && given.has('a')) return invalid("-L shows all fields and excludes -a");
    if (view.delimiter.empty()) return invalid("flag -d needs a delimiter that is not empty");
    return view;
}

bool details_wanted(const cli::View& view) {
    return view.everything || (view.sheet != Sheet::general && view.sheet != Sheet::operation &&
                               view.sheet != Sheet::routes && view.sheet != Sheet::blockers);
}

// No form for people shows it: there lswpar is AIX's.
bool usage_wanted(const cli::View& view) {
    return view.form == cli::View::Form::json &&
           (view.everything || view.sheet == Sheet::resources);
}

bool general_only(const cli::View& view) {
    return !view.everything && (view.sheet == Sheet::general || view.sheet == Sheet::operation ||
                                view.sheet == Sheet::blockers);
}

struct Filter {
    std::string states = {};  // empty: all
    std::string types = {};
    bool passes(const Listed& wpar) const {
        const char state = static_cast<char>(wpar.status.state);
        const char type = wpar.definition.system() ? 'S' : 'A';
        return (states.empty() || states.find(state) != std::string::npos) &&
               (types.empty() || types.find(type) != std::string::npos);
    }
};

Result<Filter> filter_of(const cli::Arguments& given) {
    Filter filter;
    if (given.has('s')) filter.states = TRY(cli::filter_letters('s', given.value('s'), "DALFPTB"));
    if (given.has('t')) filter.types = TRY(cli::filter_letters('t', given.value('t'), "SAL"));
    return filter;
}

// How many of the names asked for do not exist.
int complain_about_missing(const std::vector<std::string>& names, const std::vector<Listed>& found,
                           cli::Terminal& terminal) {
    int missing = 0;
    for (const auto& name : names) {
        const auto is_it = [&](const Listed& wpar) { return wpar.name() == name; };
        if (std::any_of(found.begin(), found.end(), is_it)) continue;
        ++missing;
        terminal.error({Kind::missing,
                        cat("Could not find a workload partition called ", printable(name), "."), 0,
                        "0960-419"});
    }
    return missing;
}

}  // namespace

Result<int> list(const cli::Arguments& given, cli::Terminal& terminal) {
    const auto view = TRY(view_of(given));
    const auto filter = TRY(filter_of(given));
    if (given.has("blockers") && ::geteuid() != 0)
        return Error{Kind::denied, "--blockers: only root may look into the processes of others"};
    auto wpars = TRY(partition::list({.names = given.operands(),
                                      .general_only = general_only(view),
                                      .usage = usage_wanted(view),
                                      .blockers = given.has("blockers"),
                                      .details = details_wanted(view)}));
    int troubles = complain_about_missing(given.operands(), wpars, terminal);
    for (const auto& wpar : wpars) {
        if (!wpar.problem) continue;
        ++troubles;
        terminal.error(*wpar.problem);
    }
    std::erase_if(wpars, [&](const Listed& wpar) { return !filter.passes(wpar); });
    terminal.text(TRY(cli::show(view, wpars)));
    return troubles == 0 ? 0 : 1;
}

}  // namespace cmd
