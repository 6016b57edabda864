#include "rootpart/identity.h"

#include <fcntl.h>
#include <fnmatch.h>

#include <algorithm>

#include "rootpart/fresh.h"
#include "rootpart/place.h"
#include "rootpart/services.h"

namespace rootpart {
namespace {

constexpr std::string_view without_network = "127.0.1.1";  // Debian's address of a name alone

std::string first_label(const std::string& hostname) {
    return hostname.substr(0, hostname.find('.'));
}

std::string renewed_name(const std::string& name, const Options& former, const Options& now) {
    if (name == former.hostname) return now.hostname;
    return name == first_label(former.hostname) ? first_label(now.hostname) : name;
}

// Which of the former addresses it is; nothing when it is none.
std::optional<std::size_t> place_among(const std::string& address, const Options& former) {
    const auto& hosts = former.hosts;
    const auto found = std::find_if(hosts.begin(), hosts.end(),
                                    [&](const HostLine& line) { return line.address == address; });
    if (found != hosts.end()) return static_cast<std::size_t>(found - hosts.begin());
    if (address == without_network) return 0;
    return std::nullopt;
}

std::string renewed_line(const std::string& line, const Options& former, const Options& now) {
    const auto comment = std::min(line.find('#'), line.size());
    auto parts = words(std::string_view(line).substr(0, comment));
    if (parts.size() < 2) return line;
    const auto before = parts;
    if (const auto place = place_among(parts[0], former))
        parts[0] = now.hosts.empty() ? std::string(without_network)
                                     : now.hosts[std::min(*place, now.hosts.size() - 1)].address;
    for (auto name = parts.begin() + 1; name != parts.end(); ++name)
        *name = renewed_name(*name, former, now);
    if (parts == before) return line;
    const auto address = parts[0];
    parts.erase(parts.begin());
    return cat(address, "\t", join(parts, " "), comment < line.size() ? " " : "",
               line.substr(comment));
}

bool names_address(const std::vector<std::string>& lines, const std::string& address) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        const auto parts = words(line);
        return !parts.empty() && parts[0] == address;
    });
}

Result<void> renew_hosts(const Renewal& how) {
    const auto text = how.target.read("etc/hosts");
    const auto renewed = text ? renewed_hosts(*text, how.former, how.now) : hosts_text(how.now);
    if (text && renewed == *text) return {};
    return place_file(how.target, how.target, {"etc/hosts", renewed, 0644, "etc/hosts"});
}

// No link on the way, whoever placed it; what is not there has nothing to lose.
Result<bool> remove_matching(const os::Dir& target, const std::string& folder, const char* names) {
    auto opened = target.open_file(
        {.path = folder, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW, .no_symlinks = true});
    if (!opened) return false;
    const os::Dir directory(std::move(*opened), cat(target.path(), "/", folder));
    bool any = false;
    for (const auto& name : TRY(directory.entries())) {
        if (::fnmatch(names, name.c_str(), FNM_NOESCAPE) != 0) continue;
        TRY(directory.remove(name));
        any = true;
    }
    return any;
}

}  // namespace

std::string renewed_hosts(std::string_view text, const Options& former, const Options& now) {
    if (text == hosts_text(former)) return hosts_text(now);
    std::vector<std::string> lines;
    for (const auto& line : split(text, '\n')) {
        auto renewed = renewed_line(line, former, now);
        const bool twice = renewed != line && std::find(lines.begin(), lines.end(), renewed) !=
                                                  lines.end();  // of two addresses one is left
        if (!twice) lines.push_back(std::move(renewed));
    }
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    for (const auto& own : now.hosts)
        if (!names_address(lines, own.address)) lines.push_back(cat(own.address, "\t", own.names));
    return join(lines, "\n") + "\n";
}

Result<void> renew_identity(const Renewal& how) {
    const auto& target = how.target;
    TRY(place_file(target, target, {"etc/hostname", how.now.hostname + "\n"}));
    TRY(renew_hosts(how));
    TRY(forget_machine_ids(target));
    if (how.now.copy_name_resolution) TRY(write_name_resolution(how.global, target, how.now));
    TRY(remove_matching(target, "var/lib/systemd", "random-seed"));
    TRY(remove_matching(target, "var/lib/urandom", "random-seed"));
    TRY(remove_matching(target, "etc/dropbear", "dropbear_*_host_key"));
    if (!TRY(remove_matching(target, "etc/ssh", "ssh_host_*"))) return {};
    return make_host_keys_at_start(how.software, target);
}

}  // namespace rootpart
