#include "rootpart/synchronize.h"

#include <fcntl.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <set>

#include "rootpart/apply.h"
#include "rootpart/database.h"
#include "rootpart/inside.h"
#include "rootpart/merge_accounts.h"
#include "rootpart/packages.h"
#include "rootpart/pwd_lock.h"
#include "rootpart/sync_report.h"
#include "rootpart/sync_texts.h"

namespace rootpart {
namespace {

using What = Change::What;
constexpr std::size_t status_limit = 64 << 20;
constexpr std::string_view alternatives = "etc/alternatives/";

// Merged, or the WPAR's alone whatever was delivered.
bool is_apart(const std::string& path) {
    static constexpr std::array names = {"etc/passwd",
                                         "etc/group",
                                         "etc/shadow",
                                         "etc/gshadow",
                                         "etc/subuid",
                                         "etc/subgid",
                                         "etc/hostname",
                                         "etc/machine-id",
                                         "var/cache/debconf/config.dat",
                                         "var/cache/debconf/templates.dat",
                                         "var/cache/debconf/passwords.dat"};
    return std::find(names.begin(), names.end(), path) != names.end();
}

bool is_cache(const std::string& path) {
    return path == "etc/ld.so.cache" || path == "var/lib/systemd/catalog/database" ||
           path.starts_with("etc/init.d/.depend.");
}

class Synchronizer {
  public:
    explicit Synchronizer(const Synchronization& call) : call_(call) {}

    Result<Synchronized> run() {
        TRY(directories_must_be_there());
        done_.delivered = TRY(survey(call_.wanted, call_.left_out));
        TRY(learn_what_was_delivered());
        TRY(plan_accounts());
        TRY(plan_entries());
        texts_ = TRY(plan_texts({call_.wanted, call_.target, before_, chosen_}));
        auto database = TRY(plan_database(call_.wanted, call_.target));
        if (call_.preview) return preview(database);
        TRY(dpkg_must_rest(call_.target));
        TRY(perform(database));
        finish_record();
        return std::move(done_);
    }

  private:
    Result<void> directories_must_be_there() const {
        for (const auto* name : {"etc", "var", "var/lib", "var/lib/dpkg"}) {
            const auto there = directory_inside(call_.target, name);
            if (!there)
                return Error{Kind::invalid,
                             cat("'/", name, "' in the workload partition is no directory: ",
                                 there.error().text,
                                 "; nothing was changed. Put it back, then synchronize again"),
                             there.error().os_number};
        }
        return {};
    }

    bool is_left_out(const std::string& path) const {
        return is_apart(path) ||
               std::any_of(call_.left_out.begin(), call_.left_out.end(), [&](const auto& other) {
                   return path == other || path.starts_with(other + "/");
               });
    }

    Result<void> learn_what_was_delivered() {
        if (call_.delivered) {
            before_ = *call_.delivered;
            return {};
        }
        // made by an older version: its package database tells what configuration files came like
        const auto status = read_inside(call_.target, "var/lib/dpkg/status", status_limit);
        if (!status) return status.error();
        for (const auto& [path, checksum] : shipped_checksums(*status)) {
            constexpr mode_t unknown = ~mode_t{};
            before_.entries[path.substr(1)] = {Sort::file, unknown, 0, 0, any_size, checksum};
        }
        return {};
    }

    Result<void> plan_accounts() {
        TextPair texts(call_.target, call_.wanted);
        const Accounts there = {texts.inside("etc/passwd"), texts.inside("etc/group"),
                                texts.inside("etc/shadow"), texts.inside("etc/gshadow")};
        TRY(texts.all_read());
        const Accounts fresh = {texts.wanted("etc/passwd"), texts.wanted("etc/group"),
                                texts.wanted("etc/shadow"), texts.wanted("etc/gshadow")};
        auto merged = merge_accounts(
            {there, fresh, before_.passwd, before_.group, call_.only_add && !call_.force});
        for (auto& note : merged.notes) done_.changes.push_back({What::account, "", note});
        for (auto& clash : merged.clashes) done_.changes.push_back({What::clash, "", clash});
        plan_account_text("etc/group", there.group, merged.texts.group, 0644);
        plan_account_text("etc/gshadow", there.gshadow, merged.texts.gshadow, 0600);
        plan_account_text("etc/passwd", there.passwd, merged.texts.passwd, 0644);
        plan_account_text("etc/shadow", there.shadow, merged.texts.shadow, 0600);
        for (auto& [path, entry] : done_.delivered.entries) {
            if (const auto user = merged.users.find(entry.uid); user != merged.users.end())
                entry.uid = user->second;
            if (const auto group = merged.groups.find(entry.gid); group != merged.groups.end())
                entry.gid = group->second;
        }
        return {};
    }

    void plan_account_text(const std::string& path, const std::string& before,
                           const std::string& after, mode_t mode) {
        if (before != after) accounts_.push_back({path, after, mode});
    }

    Result<void> plan_entries() {
        std::set<std::string> paths;
        for (const auto& [path, entry] : done_.delivered.entries) paths.insert(path);
        for (const auto& [path, entry] : before_.entries) paths.insert(path);
        for (const auto& path : paths)
            if (!is_left_out(path)) TRY(plan_entry(path));
        return {};
    }

    static const Entry* find(const Entries& entries, const std::string& path) {
        const auto found = entries.find(path);
        return found == entries.end() ? nullptr : &found->second;
    }

    Result<void> plan_entry(const std::string& path) {
        const auto* delivered = find(before_.entries, path);
        const auto* fresh = find(done_.delivered.entries, path);
        const auto* either = delivered != nullptr ? delivered : fresh;
        auto present = TRY(look_inside(call_.target, path, either->size,
                                       fresh != nullptr ? fresh->size : either->size));
        const Three three = {delivered, present ? &*present : nullptr, fresh};
        const bool own = path.starts_with("etc/");
        Insistence how = {call_.only_add, call_.force && own, is_cache(path)};
        auto decision = decide(three, how);
        if (decision.act == Act::keep_beside && !own) decision.act = Act::nothing;
        if (path.starts_with(alternatives)) adjust_alternative(path, three, decision);
        how.only_add = false;
        if (call_.only_add && decide(three, how) != decision) postponed_.push_back(path);
        if (decision != Decision{}) steps_.push_back({path, decision, std::move(present), fresh});
        return {};
    }

    // A choice made inside holds as long as there is what was chosen.
    void adjust_alternative(const std::string& path, const Three& three, Decision& decision) {
        if (three.present == nullptr || three.present->sort != Sort::link) return;
        const bool other = three.wanted != nullptr && !three.present->same_content(*three.wanted) &&
                           (decision.act == Act::keep || decision.act == Act::nothing);
        const bool left = decision.act == Act::keep_old;
        if (!other && !left) return;
        if (is_installed(three.present->content)) {
            if (other) chosen_.insert(path.substr(alternatives.size()));
            return;
        }
        decision.act = other ? Act::replace : Act::remove;
    }

    static bool has(const os::Dir& tree, const std::string& path) {
        return static_cast<bool>(
            tree.open_file({.path = path.substr(1), .flags = O_PATH, .in_root = true}));
    }

    // In the software below, or in what a WPAR with software of its own has beside it.
    bool is_installed(const std::string& leads_to) const {
        for (const auto* shared : {"/usr/", "/bin/", "/sbin/", "/lib"})
            if (leads_to.starts_with(shared))
                return has(call_.global, leads_to) || has(call_.target, leads_to);
        return true;
    }

    void report(const Step& step) { done_.changes.push_back(change_of(step)); }

    void report_database(std::size_t changed) {
        if (changed != 0)
            done_.changes.push_back({What::replaced, "/var/lib/dpkg", "the package database"});
    }

    void need(const std::string& path) {
        const auto found = call_.wanted.stat(path);
        if (found) need(path, static_cast<std::uint64_t>(found->st_size));
    }
    // Whole blocks, and one for a directory that grows.
    void need(const std::string& path, std::uint64_t bytes) {
        constexpr std::uint64_t block = 4096;
        done_.needs.push_back({path, (bytes / block + 2) * block});
    }

    Result<Synchronized> preview(const DatabasePlan& database) {
        for (const auto& step : steps_) report(step);
        report_database(database.steps.size() + texts_.size());
        for (const auto& step : steps_) need(step.path);
        for (const auto& step : database.steps) need(step.path);
        for (const auto& text : accounts_) need(text.path, text.text.size());
        for (const auto& text : texts_) need(text.path, text.text.size());
        return std::move(done_);
    }

    Result<void> between() const {
        if (call_.stop && *call_.stop) return Error{Kind::interrupted, "interrupted"};
        return {};
    }
    Result<void> part_done() const { return call_.step ? call_.step() : Result<void>(); }

    // One path that the WPAR's root made impossible must not keep the others from being done.
    Result<void> carry_out(const Step& step) {
        TRY(between());
        const auto done = apply(call_.wanted, call_.target, step);
        if (done) {
            if (!step.path.starts_with("var/lib/dpkg/")) report(step);
            return {};
        }
        const auto kind = done.error().kind;
        if (kind == Kind::full || kind == Kind::interrupted) return done.error();
        done_.changes.push_back({What::failed, cat("/", step.path), done.error().text});
        postponed_.push_back(step.path);
        return {};
    }

    Result<void> write_texts(const std::vector<Text>& texts) {
        for (const auto& text : texts) {
            TRY(between());
            TRY(replace_text(call_.wanted, call_.target, text));
        }
        return {};
    }

    Result<void> perform(const DatabasePlan& database) {
        if (!accounts_.empty()) {
            const auto lock = TRY(PasswordLock::take(call_.target));
            // what was written since it was planned would be lost
            TRY(accounts_must_be_as_planned());
            TRY(write_texts(accounts_));
        }
        TRY(part_done());
        for (const auto& step : steps_)
            if (step.decision.act != Act::remove) TRY(carry_out(step));
        TRY(part_done());
        for (auto step = steps_.rbegin(); step != steps_.rend(); ++step)  // deepest first
            if (step->decision.act == Act::remove) TRY(carry_out(*step));
        TRY(part_done());
        for (const auto& step : database.steps) TRY(carry_out(step));
        TRY(write_texts(texts_));
        report_database(database.steps.size() + texts_.size());
        return part_done();
    }

    Result<void> accounts_must_be_as_planned() {
        auto again = Synchronizer(call_);
        again.done_.delivered = done_.delivered;
        again.before_ = before_;
        TRY(again.plan_accounts());
        accounts_ = std::move(again.accounts_);
        return {};
    }

    void finish_record() {
        for (const auto& path : postponed_) {
            const auto* old = find(before_.entries, path);
            if (old != nullptr && old->size != any_size)
                done_.delivered.entries[path] = *old;
            else
                done_.delivered.entries.erase(path);
        }
        if (!postponed_.empty()) done_.delivered.level.clear();  // not level yet
    }

    const Synchronization& call_;
    Synchronized done_;
    Manifest before_;
    std::vector<Text> accounts_;
    std::vector<Step> steps_;
    std::vector<Text> texts_;
    std::set<std::string> chosen_;
    std::vector<std::string> postponed_;
};

}  // namespace

Result<Synchronized> synchronize(const Synchronization& call) { return Synchronizer(call).run(); }

}  // namespace rootpart
