// Check "clock": dates in definitions and logs, certificates and relocation rely on it.
#pragma once
#include <cstdint>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct ClockFacts {
    std::int64_t now = 0;        // epoch seconds
    std::int64_t installed = 0;  // when Corral was; 0: not known
    std::int64_t newest = 0;     // change of a definition
    bool synchronised = true;    // as the kernel was told: adjtimex(2)
};
Report judge_clock(const ClockFacts& facts);

Report look_at_clock(const Survey& survey);

}  // namespace doctor
