// Gathers what check "leftovers" judges.
#pragma once
#include "doctor/leftovers.h"

namespace doctor {

Holdings gather_holdings();

}  // namespace doctor
