#include <algorithm>
#include <iterator>

#include "partition/copies/backup_source.h"
#include "partition/mobility/move_facts.h"

namespace partition::mobility {
namespace {

class Judging {
  public:
    Judging(const MoveWish& wish, const HostFacts& here, const HostFacts& there)
        : wish_(wish), here_(here), there_(there) {}
    std::vector<MoveFinding> all();

  private:
    std::string_view or_stopped() const {  // an application that is stopped has ended
        return wish_.definition.system() ? ", or move it with -s" : "";
    }
    void stop(std::string text) { found_.push_back({true, std::move(text)}); }
    void tell(std::string text) { found_.push_back({false, std::move(text)}); }
    void compare_machines();
    void compare_software();
    void compare_clocks();
    void weigh_room();
    void compare_for_memory();

    const MoveWish& wish_;
    const HostFacts& here_;
    const HostFacts& there_;
    std::vector<MoveFinding> found_ = {};
};

std::string shown(std::string_view text) { return text.empty() ? "none" : printable(text); }

void Judging::compare_machines() {
    if (there_.machine != here_.machine)
        stop(cat("its architecture is ", shown(there_.machine), ", and this is ", here_.machine,
                 ": no program would run there"));
    if (there_.corral != here_.corral)
        tell(cat("corral ", shown(there_.corral), " there, ", here_.corral, " here"));
    if (there_.kernel != here_.kernel)
        tell(cat("kernel ", shown(there_.kernel), " there, ", here_.kernel, " here"));
}

// A shared /usr is the other host's from now on.
void Judging::compare_software() {
    if (!wish_.shares_software) return;
    const auto lines = copies::differing_packages({.packages = there_.packages}, here_.packages);
    if (lines.empty()) return;
    auto text =
        cat(lines.size(), " packages of the global environment differ, whose /usr it shares");
    constexpr std::size_t enough = 5;
    for (std::size_t at = 0; at < std::min(enough, lines.size()); ++at)
        text += cat("\n    ", lines[at]);
    if (lines.size() > enough) text += cat("\n    and ", lines.size() - enough, " more");
    if (wish_.live)
        stop(cat(text, "\n    what runs has files of that /usr open: move it with -s"));
    else
        tell(std::move(text));
}

void Judging::compare_clocks() {
    constexpr std::int64_t second = 1000;
    const auto ahead = there_.clock - here_.clock;
    if (std::abs(ahead) < second) return;
    tell(cat("its clock is ", std::abs(ahead) / second, " s ", ahead > 0 ? "ahead" : "behind"));
}

// Copies are compressed, but nobody knows how well.
void Judging::weigh_room() {
    for (const auto* side : {&here_, &there_})
        if (side->free < wish_.bytes)
            tell(cat("/var/lib/wpars has ", side->free >> 20, " MB free ",
                     side == &here_ ? "here" : "there", ", and its files take ",
                     (wish_.bytes >> 20) + 1,
                     " MB: the copy on its way, which is compressed, may not fit"));
}

void Judging::compare_for_memory() {
    if (!wish_.live) return;
    for (const auto* side : {&here_, &there_})
        if (side->free < wish_.memory)
            stop(cat("/var/lib/wpars has ", side->free >> 20, " MB free ",
                     side == &here_ ? "here" : "there", ", and its processes have ",
                     (wish_.memory >> 20) + 1, " MB in memory"));
    if (here_.criu.empty()) stop(cat("there is no CRIU here: install criu", or_stopped()));
    if (there_.criu.empty()) stop(cat("there is no CRIU there: install criu", or_stopped()));
    if (!here_.criu.empty() && !there_.criu.empty() && here_.criu != there_.criu)
        stop(cat("CRIU ", printable(there_.criu), " there, ", printable(here_.criu),
                 " here: images are for the same version"));
    if (there_.groups != here_.groups)
        stop(cat("its control groups are laid out in another way (", shown(there_.groups),
                 "; here ", shown(here_.groups),
                 "), and what runs is in groups of these names: boot one as the other",
                 or_stopped()));
    std::vector<std::string> missing;
    std::set_difference(here_.processor.begin(), here_.processor.end(), there_.processor.begin(),
                        there_.processor.end(), std::back_inserter(missing));
    if (!missing.empty())
        stop(cat("its processor has no ", join(missing, ", "),
                 ": programs that found it here may use it there"));
    if (there_.idbase != wish_.definition.general.idbase)
        stop(cat("its user ids, from ", wish_.definition.general.idbase,
                 " on, are taken there, and what runs cannot have others; move it with -s"));
}

std::vector<MoveFinding> Judging::all() {
    for (const auto& objection : there_.objections) stop(printable(objection));
    compare_machines();
    compare_software();
    compare_clocks();
    weigh_room();
    compare_for_memory();
    std::stable_partition(found_.begin(), found_.end(),
                          [](const MoveFinding& finding) { return finding.stops; });
    return std::move(found_);
}

}  // namespace

std::vector<MoveFinding> judge_move(const MoveWish& wish, const HostFacts& here,
                                    const HostFacts& there) {
    return Judging(wish, here, there).all();
}

}  // namespace partition::mobility
