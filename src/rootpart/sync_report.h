// What was decided for a path, in words for the administrator.
#pragma once
#include "rootpart/apply.h"
#include "rootpart/synchronize.h"

namespace rootpart {

Change change_of(const Step& step);

}  // namespace rootpart
