// Check "kernel": the system calls that make a WPAR.
#pragma once
#include <string_view>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct TriedCall {
    std::string_view name = {};
    std::string_view since = {};  // the Linux that brought it, for the remedy
    int error = 0;                // errno of an attempt that harms nothing; 0: it works
};
Report judge_calls(const std::vector<TriedCall>& tried);
std::vector<TriedCall> try_calls();

Report look_at_kernel(const Survey& survey);

}  // namespace doctor
