// Check "systemd": where it is process 1, it owns the groups of WPARs and starts them at boot.
#pragma once
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct SystemdFacts {
    bool running = false;
    std::string process_one = {};  // its name
    bool answers = false;          // the system bus, or systemd's own socket
    bool helper = true;            // the program that makes scopes is installed
    std::string helper_path = {};
    bool has_service = false;               // corral.service is installed ...
    bool starts_service = false;            // ... and wanted at boot
    std::vector<std::string> at_boot = {};  // WPARs that are to start then
};
Report judge_systemd(const SystemdFacts& facts);

Report look_at_systemd(const Survey& survey);

}  // namespace doctor
