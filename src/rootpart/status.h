// dpkg's status file as a list of packages, each with its own words. It may be a WPAR's, whose root wrote what he liked.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rootpart {

struct Package {
    std::string name = {};
    std::string architecture = {};
    std::string version = {};
    std::string state = {};  // "install ok installed"
    std::string depends = {};
    std::string breaks = {};  // Conflicts, too
    std::string provides = {};
    std::string text = {};  // the whole stanza
    bool several = false;   // one of another architecture may stand beside it

    bool is_there() const { return state.ends_with(" installed"); }
    /// As its files in info/ are called: "libc6:amd64".
    std::string key() const { return several ? name + ":" + architecture : name; }
    /// The same software, whatever the administrator's selection.
    bool same_software(const Package& other) const {
        return version == other.version && is_there() == other.is_there();
    }
};
/// By key. What is no package (a name with other than the allowed letters) is left out.
using Status = std::map<std::string, Package>;
Status parse_status(std::string_view text);
std::string status_text(const Status& status);

}  // namespace rootpart
