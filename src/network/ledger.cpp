#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "network/names.h"
#include "network/record.h"
#include "os/dir.h"
#include "os/lock.h"
#include "os/real_path.h"

namespace network {

Result<Ledger> Ledger::open(const Site& site) {
    TRY(os::make_dirs(site.state, 0700));
    TRY(os::make_dirs(cat(site.state, "/address"), 0700));
    TRY(os::make_dirs(cat(site.state, "/wpar"), 0700));
    return Ledger(site.state);
}

std::string Ledger::record_path(std::uint32_t key) const { return cat(state_, "/wpar/", key); }
std::string Ledger::claim_path(const Ip& ip) const { return cat(state_, "/address/", ip.text()); }

Result<void> Ledger::lock() {
    const auto file = path("lock");
    UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) return Error::os(errno, "open", file);
    TRY(os::wait_lock(fd.get(), 0));
    lock_ = std::move(fd);
    return {};
}

void Ledger::unlock() { lock_ = UniqueFd(); }

Result<std::vector<Record>> Ledger::read(std::uint32_t key) const {
    const auto file = record_path(key);
    const auto text = os::read_file(file);
    if (!text && text.error().kind == Kind::missing) return std::vector<Record>();
    if (!text) return text.error();
    return parse_records(*text).within(file);
}

Result<void> Ledger::write(std::uint32_t key, const std::vector<Record>& records) const {
    std::string text;
    for (const auto& record : records) text += cat(text.empty() ? "" : "--\n", show(record));
    return os::replace_file({record_path(key), text, 0600, false});
}

Result<void> Ledger::erase(std::uint32_t key) const {
    const auto file = record_path(key);
    if (::unlink(file.c_str()) == 0 || errno == ENOENT) return {};
    return Error::os(errno, "remove", file);
}

Result<std::vector<std::uint32_t>> Ledger::keys() const {
    const auto folder = TRY(os::Dir::open(path("wpar")));
    std::vector<std::uint32_t> keys;
    for (const auto& name : TRY(folder.entries()))
        if (const auto key = to_number(name); key && *key <= largest_key)
            keys.push_back(static_cast<std::uint32_t>(*key));
    return keys;
}

Result<void> Ledger::claim(const Ip& ip, std::uint32_t key) const {
    const auto holder = owner(ip);
    if (holder == key) return {};
    if (holder)
        return Error{Kind::exists, cat("address ", ip.text(), " is in use by ", name_of(*holder))};
    const auto file = claim_path(ip);
    (void)::unlink(file.c_str());  // of a WPAR that is gone
    if (::symlink(cat(key).c_str(), file.c_str()) == 0) return {};
    return Error::os(errno, "claim", file);
}

void Ledger::release(const Ip& ip, std::uint32_t key) const {
    if (owner(ip) == key)
        (void)::unlink(claim_path(ip).c_str());  // a stale claim counts for nothing
}

std::optional<std::uint32_t> Ledger::owner(const Ip& ip) const {
    const auto claim = os::read_link(claim_path(ip));
    const auto key = claim ? to_number(*claim) : std::nullopt;
    if (!key || *key > largest_key) return std::nullopt;
    const auto found = static_cast<std::uint32_t>(*key);
    if (!os::exists(record_path(found))) return std::nullopt;
    return found;
}

std::string Ledger::name_of(std::uint32_t key) const {
    const auto records = read(key);
    if (!records || records->empty()) return cat("the workload partition with id ", key);
    return cat("workload partition ", records->back().name);
}

}  // namespace network
