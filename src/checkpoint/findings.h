// What the looks have found so far; bounded, so that nobody inside can make the list endless.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/blockers.h"
#include "checkpoint/process.h"

namespace checkpoint {

struct Fault {
    std::string what = {};  // printable
    std::string remedy = {};
    bool passing = false;
};

class Findings {
  public:
    void add(const Process& process, Fault fault) {
        const auto& status = process.status;
        add({process.pid, status.inner_pid, status.command, std::move(fault.what),
             std::move(fault.remedy), fault.passing});
    }
    void add(Blocker blocker) {
        if (!full()) all_.push_back(std::move(blocker));
    }
    bool full() const { return all_.size() >= most_blockers; }
    std::vector<Blocker> take() { return std::move(all_); }

  private:
    std::vector<Blocker> all_ = {};
};

}  // namespace checkpoint
