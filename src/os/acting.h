// For a moment, files are made and found with other ids; the capabilities stay. setfsuid(2), capabilities(7).
#pragma once
#include <sys/types.h>

#include <utility>

#include "base/result.h"

namespace os {

/// The calling thread's file system user and group until it is destroyed.
class ActingAs {
  public:
    static Result<ActingAs> begin(uid_t id);
    ActingAs(ActingAs&& from) noexcept
        : active_(std::exchange(from.active_, false)), bits_(from.bits_) {}
    ActingAs& operator=(ActingAs&&) = delete;
    ~ActingAs();

  private:
    explicit ActingAs(int bits) : active_(true), bits_(bits) {}
    bool active_;
    int bits_;
};

}  // namespace os
