// Standard streams of an application: given from outside, or the caller's, opened again by their names inside.
#pragma once
#include <sys/types.h>

#include <array>
#include <string>

#include "base/result.h"

namespace launch {

/// In the child, before all other descriptors are closed: those that are given take the places 0, 1 and 2.
bool place_streams(const std::array<int, 3>& streams);

/// Files and devices on 0, 1 and 2, which are to be found in another tree. Pipes and sockets are in no tree.
class OwnStreams {
  public:
    static Result<OwnStreams> look();
    /// Kind::missing when the name leads to something else there.
    Result<void> open_again() const;

  private:
    struct Named {
        int place = -1;
        std::string path = {};
        int flags = 0;
        off_t position = 0;
    };
    std::array<Named, 3> streams_ = {};
};

}  // namespace launch
