#include "partition/parallel.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/child.h"
#include "os/interrupt.h"
#include "os/process.h"
#include "partition/report.h"

namespace partition {
namespace {

using Clock = Parallel::Clock;
constexpr auto taking_back = std::chrono::seconds(30);  // after a signal: what was begun is undone

struct Worker {
    std::string name;
    pid_t process = 0;
    UniqueFd pidfd;
    UniqueFd report;
};

class Crew {
  public:
    explicit Crew(const Parallel& wanted) : wanted_(wanted), until_(wanted.until) {}

    Result<void> run() {
        for (const auto& name : wanted_.names) {
            while (workers_.size() >= wanted_.at_once && has_time()) TRY(collect());
            if (!has_time() || interrupted_)
                late_.push_back(name);
            else
                TRY(begin(name));
        }
        while (!workers_.empty() && has_time()) TRY(collect());
        abandon();
        if (interrupted_) return os::heed_interrupt();
        return {};
    }
    std::vector<std::string> late() && { return std::move(late_); }

  private:
    bool has_time() const { return !until_ || Clock::now() < *until_; }
    int patience() const {
        if (!until_) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until_ - Clock::now());
        return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
    }

    Result<void> begin(const std::string& name) {
        auto ends = TRY(make_report());
        const auto process = ::fork();
        if (process < 0) return Error::os(errno, "fork", name);
        if (process == 0) {
            const auto done = wanted_.work(name);
            if (!done) report(ends.writer.get(), done.error());
            ::_exit(done ? 0 : 1);
        }
        auto pidfd = TRY(os::pidfd(process));  // our child: its number is not given away
        workers_.push_back({name, process, std::move(pidfd), std::move(ends.reader)});
        return {};
    }

    // Waits until something happened, or the time is over.
    Result<void> collect() {
        std::vector<pollfd> watched;
        watched.reserve(workers_.size());
        for (const auto& worker : workers_) watched.push_back({worker.pidfd.get(), POLLIN, 0});
        const auto happened = ::poll(watched.data(), watched.size(), patience());
        if (happened < 0 && errno != EINTR) return Error::os(errno, "poll", "");
        if (os::interrupt_flag() && !interrupted_) pass_on_interrupt();
        if (happened <= 0) return {};
        for (std::size_t at = 0; at < watched.size(); ++at)
            if (watched[at].revents != 0) bury(workers_[at]);
        std::erase_if(workers_, [](const Worker& worker) { return worker.process == 0; });
        return {};
    }

    void pass_on_interrupt() {
        interrupted_ = true;
        for (const auto& worker : workers_) (void)os::signal(worker.pidfd.get(), SIGTERM);
        const auto limit = Clock::now() + taking_back;
        until_ = until_ ? std::min(*until_, limit) : limit;
    }

    void bury(Worker& worker) {
        const int status = os::reap(worker.process);
        worker.process = 0;
        if (!wanted_.ended) return;
        if (status == 0) return wanted_.ended(worker.name, {});
        auto said = read_end(worker.report.get());
        if (said) said = Error{Kind::other, "its process was killed"};
        wanted_.ended(worker.name, said);
    }

    // What they leave half done is taken back by whoever comes next, as after any killed command.
    void abandon() {
        for (auto& worker : workers_) {
            (void)os::signal(worker.pidfd.get(), SIGKILL);
            late_.push_back(std::move(worker.name));
        }
        workers_.clear();
    }

    const Parallel& wanted_;
    std::optional<Clock::time_point> until_;
    std::vector<Worker> workers_ = {};
    std::vector<std::string> late_ = {};
    bool interrupted_ = false;
};

}  // namespace

Result<std::vector<std::string>> run_parallel(const Parallel& wanted) {
    Crew crew(wanted);
    TRY(crew.run());
    return std::move(crew).late();
}

}  // namespace partition
