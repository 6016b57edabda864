#include "scope/make.h"

#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>

namespace scope {
namespace {

constexpr std::uint64_t patience = 20'000'000;  // microseconds
constexpr int stopped_meanwhile = 3;            // systemd/scope.cpp
constexpr int rounds_until_asked = 10;
constexpr int rounds_for_the_old = 250;  // of 20 ms: a scope of that name is on its way out

// systemd.scope(5), systemd.kill(5), systemd.resource-control(5)
void append_properties(sd_bus_message* to, const Wish& wish) {
    const auto one = [to](const char* name, const char* type, auto... value) {
        check(sd_bus_message_append(to, "(sv)", name, type, value...), name);
    };
    one("Description", "s", wish.description);
    one("Documentation", "as", 1, "man:corral(7)");
    one("Slice", "s", wish.slice);
    one("Delegate", "b", 1);
    one("PIDs", "au", 1, static_cast<std::uint32_t>(wish.process));
    // by default a scope may have 15 % of all tasks; what a WPAR may have is its definition's
    one("TasksMax", "t", UINT64_MAX);
    // at shutdown corral.service stops first, and stops its WPARs in order
    one("Before", "as", 1, "corral.service");
    // ignored by everything inside; the keeper takes it as "stop in order", and SIGKILL follows after TimeoutStopSec
    one("KillSignal", "i", SIGURG);
    one("SendSIGHUP", "b", 0);
    one("CollectMode", "s", "inactive-or-failed");
}

Message wish_for(sd_bus* bus, const Wish& wish) {
    auto message = request(bus, "StartTransientUnit");
    auto* to = message.get();
    check(sd_bus_message_append(to, "ss", wish.unit, "fail"), wish.unit);
    check(sd_bus_message_open_container(to, 'a', "(sv)"), "properties");
    append_properties(to, wish);
    check(sd_bus_message_close_container(to), "properties");
    check(sd_bus_message_append(to, "a(sa(sv))", 0), "no further units");
    return message;
}

void wait_a_moment() {
    const timespec moment = {0, 20'000'000};
    ::nanosleep(&moment, nullptr);
}

// Whether nobody is in it: "populated 0". Where systemd still uses v1 for the controllers, v2 lies one further down.
bool is_empty(const Wish& wish) {
    for (const std::string top : {"/sys/fs/cgroup/", "/sys/fs/cgroup/unified/"}) {
        std::ifstream events(top + wish.slice + "/" + wish.unit + "/cgroup.events");
        std::string key;
        int value = 1;
        while (events >> key >> value)
            if (key == "populated") return value == 0;
    }
    return false;
}

// systemd looks for the end of a process that was never in it; stopping an empty scope costs nobody anything.
void stop(sd_bus* bus, const char* unit) {
    const auto message = request(bus, "StopUnit");
    check(sd_bus_message_append(message.get(), "ss", unit, "replace"), unit);
    (void)call(bus, message.get());
}

// The scope of an earlier life goes when systemd has seen its last process end.
Message start(sd_bus* bus, const Wish& wish) {
    for (int round = 0;; ++round) {
        try {
            return call(bus, wish_for(bus, wish).get());
        } catch (const Failure& failure) {
            const bool exists = failure.name == "org.freedesktop.systemd1.UnitExists";
            if (!exists || round == rounds_for_the_old) throw;
        }
        if (round % rounds_until_asked == rounds_until_asked - 1 && is_empty(wish))
            stop(bus, wish.unit);
        wait_a_moment();
    }
}

struct Job {
    std::string path = {};
    std::string result = {};  // "done", "failed", ...; empty while it is under way
};

// JobRemoved(u id, o job, s unit, s result)
int job_removed(sd_bus_message* message, void* data, sd_bus_error*) {
    auto& job = *static_cast<Job*>(data);
    std::uint32_t id = 0;
    const char* path = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) >= 0 && job.path == path)
        job.result = result;
    return 0;
}

void wait_for(sd_bus* bus, Job& job, const char* unit) {
    while (job.result.empty()) {
        if (check(sd_bus_process(bus, nullptr), "systemd's signals") > 0) continue;
        if (!job.result.empty()) break;
        if (check(sd_bus_wait(bus, patience), "systemd's signals") == 0)
            throw Failure{std::string("the job of ") + unit +
                          " did not end in 20 seconds; look at: systemctl list-jobs"};
    }
    if (job.result == "canceled")
        throw Failure{std::string(unit) + " was asked to stop", "", stopped_meanwhile};
    if (job.result != "done")
        throw Failure{std::string("the job of ") + unit + " ended as '" + job.result +
                      "'; look at: journalctl -u " + unit};
}

}  // namespace

void make(sd_bus* bus, const Wish& wish) {
    const auto caller = ::getppid();
    Job job;
    check(sd_bus_match_signal(bus, nullptr, nullptr, "/org/freedesktop/systemd1",
                              "org.freedesktop.systemd1.Manager", "JobRemoved", job_removed, &job),
          "systemd's signals");
    const auto answer = start(bus, wish);
    const char* path = nullptr;
    check(sd_bus_message_read(answer.get(), "o", &path), "systemd's answer");
    job.path = path;
    wait_for(bus, job, wish.unit);
    // whoever wanted it was killed, and the process it was made for with him
    if (::getppid() != caller && is_empty(wish)) stop(bus, wish.unit);
}

}  // namespace scope
