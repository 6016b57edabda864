// Check "criu": whether WPARs can be checkpointed and relocated.
#pragma once
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct CriuFacts {
    bool installed = false;
    std::string version = {};  // "3.17.1"
    bool root = true;
    int status = 0;                       // of `criu check`; 124: it did not end in time
    std::string said = {};                // its last words
    std::vector<std::string> users = {};  // checkpointable WPARs
};
Report judge_criu(const CriuFacts& facts);
/// "Version: 3.17.1\nGitID: ...": the version.
std::string criu_version(std::string_view said);
/// The line that tells why a check failed: the last one that is an error.
std::string last_words(std::string_view said);

Report look_at_criu(const Survey& survey);

}  // namespace doctor
