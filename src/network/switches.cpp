#include "network/switches.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/dir.h"

namespace network {
namespace {

constexpr std::string_view router = "ipv6/conf/all/forwarding";

// ipv4/conf/NAME/forwarding; NAME may hold dots, not slashes.
std::string interface_of(const Switched& setting, std::string_view family) {
    const auto part = split(setting.path, '/');
    if (part.size() != 4 || part[0] != family || part[1] != "conf" || part[3] != "forwarding")
        return {};
    return part[2];
}

// Everybody's forwarding is on now, so ours is no longer the reason.
bool forwards_anyway() {
    const auto all = read_setting("ipv4/conf/all/forwarding");
    return all && *all == "1";
}

}  // namespace

std::string show(const std::vector<Switched>& list) {
    std::string text;
    for (const auto& setting : list)
        text += cat(setting.path, " ", setting.before, " ", setting.now, "\n");
    return text;
}

std::vector<Switched> parse_switched(std::string_view text) {
    std::vector<Switched> list;
    for (const auto& line : split(text, '\n'))
        if (const auto word = words(line); word.size() == 3)
            list.push_back({word[0], word[1], word[2]});
    return list;
}

Result<std::string> read_setting(const std::string& path) {
    const auto text = TRY(os::read_file(cat("/proc/sys/net/", path)));
    return std::string(trim(text));
}

Result<void> write_setting(const std::string& path, std::string_view value) {
    return os::write_existing(cat("/proc/sys/net/", path), value);
}

Result<Switches> Switches::open(const std::string& file) {
    Switches switches(file);
    const auto text = os::read_file(file);
    if (text) switches.list_ = parse_switched(*text);
    if (!text && text.error().kind != Kind::missing) return text.error();
    switches.first_ = !text;
    return switches;
}

Result<void> Switches::begin() { return os::replace_file({file_, "", 0600, false}); }

Result<void> Switches::remember(const Switched& setting) {
    const bool known = std::any_of(list_.begin(), list_.end(), [&](const Switched& other) {
        return other.path == setting.path;
    });
    changed_ = true;
    if (known) return {};  // the first value is the administrator's
    list_.push_back(setting);
    return os::replace_file({file_, show(list_), 0600, false});
}

Result<void> Switches::set(const std::string& path, std::string_view value) {
    const auto before = TRY(read_setting(path));
    if (before == value) return {};
    TRY(remember({path, before, std::string(value)}));
    return write_setting(path, value).explained_by(checks::forwarding);
}

Result<void> Switches::set_if_there(const std::string& path, std::string_view value) {
    return os::exists(cat("/proc/sys/net/", path)) ? set(path, value) : Result<void>();
}

Result<void> Switches::forward_four(const std::string& interface) {
    TRY(set(cat("ipv4/conf/", interface, "/forwarding"), "1"));
    // a pulled cable must not make the kernel forget for whom we answer
    TRY(set_if_there(cat("ipv4/conf/", interface, "/arp_evict_nocarrier"), "0"));
    return set(cat("ipv4/neigh/", interface, "/proxy_delay"), "0");
}

Result<void> Switches::forward_six(const std::string& interface) {
    if (!os::exists("/proc/sys/net/ipv6"))
        return Error{Kind::unsupported, "IPv6 is switched off in this kernel"};
    TRY(become_router());
    TRY(set(cat("ipv6/conf/", interface, "/forwarding"), "1"));
    TRY(set(cat("ipv6/conf/", interface, "/proxy_ndp"), "1"));
    TRY(set_if_there(cat("ipv6/conf/", interface, "/ndisc_evict_nocarrier"), "0"));
    return set(cat("ipv6/neigh/", interface, "/proxy_delay"), "0");
}

// The kernel forwards IPv6 for all interfaces or none. A router ignores router advertisements unless accept_ra is 2, so
// hosts that live by them would lose their address and default route.
Result<void> Switches::become_router() {
    if (TRY(read_setting(std::string(router))) != "0") return {};
    const auto folder = TRY(os::Dir::open("/proc/sys/net/ipv6/conf"));
    for (const auto& name : TRY(folder.entries())) {
        if (name == "all") continue;
        const auto forwarding = cat("ipv6/conf/", name, "/forwarding");
        const auto advertised = cat("ipv6/conf/", name, "/accept_ra");
        const auto on = read_setting(forwarding);
        const auto accepts = read_setting(advertised);
        if (!on || !accepts) continue;                          // an interface that has just gone
        if (*on == "1") TRY(remember({forwarding, "1", "1"}));  // switching all back would clear it
        if (*on == "0" && *accepts == "1") TRY(set(advertised, "2"));
    }
    return set(std::string(router), "1");
}

Opened Switches::opened() const {
    Opened opened;
    const bool anyway = forwards_anyway();
    for (const auto& setting : list_) {
        if (setting.before != "0" || setting.now != "1") continue;
        if (setting.path == router) opened.six = true;
        if (const auto name = interface_of(setting, "ipv4"); !name.empty() && !anyway)
            opened.four.push_back(name);
    }
    return opened;
}

bool Switches::overtaken() const {
    return forwards_anyway() &&
           std::any_of(list_.begin(), list_.end(), [](const Switched& setting) {
               return !interface_of(setting, "ipv4").empty();
           });
}

Result<void> Switches::restore() {
    Result<void> first;
    const bool anyway = forwards_anyway();
    for (auto setting = list_.rbegin(); setting != list_.rend(); ++setting) {
        const bool four = !interface_of(*setting, "ipv4").empty();
        const auto now = read_setting(setting->path);
        if (!now) continue;                                 // the interface is gone
        const bool kept = setting->before == setting->now;  // lost when IPv6 was switched back
        if ((four && anyway) || (!kept && *now != setting->now) || *now == setting->before)
            continue;
        auto done = write_setting(setting->path, setting->before);
        if (!done && first) first = std::move(done);
    }
    list_.clear();
    if (::unlink(file_.c_str()) != 0 && errno != ENOENT && first)
        first = Error::os(errno, "remove", file_);
    return first;
}

}  // namespace network
