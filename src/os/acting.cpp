#include "os/acting.h"

#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>

#include <cerrno>

namespace os {

// Without the securebit the kernel takes the file capabilities away from whoever stops being root there.
Result<ActingAs> ActingAs::begin(uid_t id) {
    const int bits = ::prctl(PR_GET_SECUREBITS);
    if (bits < 0) return Error::os(errno, "prctl", "securebits");
    if (::prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP) != 0)
        return Error::os(errno, "prctl", "securebits");
    ActingAs acting(bits);
    ::setfsgid(id);
    ::setfsuid(id);
    // neither call tells of a failure; asked again with an id that is none, it says what is in force
    if (::setfsuid(static_cast<uid_t>(-1)) != static_cast<int>(id) ||
        ::setfsgid(static_cast<gid_t>(-1)) != static_cast<int>(id))
        return Error::os(EPERM, "setfsuid", cat(id));
    return acting;
}

ActingAs::~ActingAs() {
    if (!active_) return;
    ::setfsuid(0);
    ::setfsgid(0);
    (void)::prctl(PR_SET_SECUREBITS, bits_);  // as it was: it cannot be refused
}

}  // namespace os
