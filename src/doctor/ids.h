// Check "ids": every WPAR has a number and a range of user ids that nobody else has, and there are more.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct UsedIds {
    std::string name = {};
    std::uint32_t key = 0;
    std::uint32_t first = 0;
    bool system = true;
};
struct HandedOut {  // a line of /etc/subuid or /etc/subgid
    std::string file = {};
    std::string user = {};
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};
struct IdFacts {
    std::vector<UsedIds> used = {};
    std::vector<HandedOut> handed_out = {};
};
Report judge_ids(const IdFacts& facts);
/// subuid(5): lines that make no sense are passed over.
std::vector<HandedOut> parse_subordinate(const std::string& file, std::string_view text);

Report look_at_ids(const Survey& survey);

}  // namespace doctor
