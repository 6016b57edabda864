// The reverses of the steps done so far; run backwards unless the whole is kept.
#pragma once
#include <functional>
#include <utility>
#include <vector>

class Undo {
  public:
    Undo() = default;
    Undo(Undo&& from) noexcept : steps_(std::exchange(from.steps_, {})) {}
    Undo& operator=(Undo&&) = delete;
    ~Undo() { run(); }

    void add(std::function<void()> reverse) { steps_.push_back(std::move(reverse)); }
    void keep() { steps_.clear(); }
    void run() {
        while (!steps_.empty()) {
            const auto step = std::move(steps_.back());
            steps_.pop_back();
            step();
        }
    }

  private:
    std::vector<std::function<void()>> steps_;
};
