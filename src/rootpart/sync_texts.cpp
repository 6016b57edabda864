#include "rootpart/sync_texts.h"

#include <tuple>

#include "rootpart/database.h"
#include "rootpart/inside.h"
#include "rootpart/merge_texts.h"

namespace rootpart {
namespace {

constexpr std::size_t text_limit = 16 << 20;

class Planner {
  public:
    explicit Planner(const TextsCall& call) : call_(call), texts_(call.target, call.wanted) {}

    Result<std::vector<Text>> run() {
        for (const auto& [path, delivered, size] :
             {std::tuple{"var/lib/dpkg/statoverride", &call_.before.statoverride, 1U},
              {"var/lib/dpkg/diversions", &call_.before.diversions, 3U}}) {
            const auto there = texts_.inside(path);
            plan(path, there, merge_lines(there, texts_.wanted(path), *delivered, size));
        }
        plan_debconf();
        TRY(plan_alternatives());
        TRY(texts_.all_read());
        return std::move(planned_);
    }

  private:
    void plan(const std::string& path, const std::string& before, const std::string& after,
              mode_t mode = 0644) {
        if (before != after) planned_.push_back({path, after, mode});
    }

    Result<void> plan_alternatives() {
        const auto folder = directory_inside(call_.wanted, "var/lib/dpkg/alternatives");
        if (!folder) return {};
        for (const auto& name : TRY(folder->entries())) {
            const auto path = cat("var/lib/dpkg/alternatives/", name);
            const auto there = texts_.inside(path);
            const bool chosen = call_.chosen.contains(name);
            plan(path, there, merged_alternative(there, texts_.wanted(path), chosen));
        }
        return {};
    }

    // Answers that were given inside stay; questions are the packages' own.
    void plan_debconf() {
        if (!call_.wanted.has("var/cache/debconf/config.dat")) return;
        const auto answers = texts_.inside("var/cache/debconf/config.dat");
        const auto merged = merge_records(answers, texts_.wanted("var/cache/debconf/config.dat"));
        if (merged != merge_records(answers, ""))
            plan("var/cache/debconf/config.dat", answers, merged, 0600);
        const auto questions = texts_.inside("var/cache/debconf/templates.dat");
        const auto fresh = texts_.wanted("var/cache/debconf/templates.dat");
        const auto all = merge_records(fresh, questions);
        if (all != merge_records(questions, ""))
            plan("var/cache/debconf/templates.dat", questions, all);
    }

    const TextsCall& call_;
    TextPair texts_;
    std::vector<Text> planned_;
};

}  // namespace

std::string TextPair::inside(const std::string& path) {
    auto text = read_inside(target_, path, text_limit);
    if (text) return *std::move(text);
    if (text.error().kind != Kind::missing && reading_ok_) reading_ok_ = text.error();
    return {};
}

std::string TextPair::wanted(const std::string& path) const {
    auto text = wanted_.read(path, text_limit);
    return text ? *std::move(text) : std::string();
}

Result<std::vector<Text>> plan_texts(const TextsCall& call) { return Planner(call).run(); }

}  // namespace rootpart
