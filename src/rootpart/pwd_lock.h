// The lock that passwd(1), useradd(8) and others take inside while they change accounts: lckpwdf(3).
#pragma once
#include "base/fd.h"
#include "base/result.h"
#include "os/dir.h"

namespace rootpart {

class PasswordLock {
  public:
    /// Kind::busy when somebody inside holds it for seconds, rightly or not.
    static Result<PasswordLock> take(const os::Dir& target);

  private:
    explicit PasswordLock(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

}  // namespace rootpart
