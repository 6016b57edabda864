// What was made for each WPAR, written before it is made: from it everything can be removed by key alone. And which
// address is whose.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "network/network.h"

namespace network {

struct Placed {
    unsigned index = 0;  // names the outer end: cor<KEY>n<index>
    Interface interface = {};
    bool operator==(const Placed&) const = default;
};

struct Record {
    std::string name = {};
    bool isolated = false;
    std::vector<Placed> interfaces = {};
    std::vector<Route> routes = {};
    bool operator==(const Record&) const = default;
};

std::string show(const Record& record);
/// One or several records ("--" between them): a change under way has the old and the new one.
Result<std::vector<Record>> parse_records(std::string_view text);

/// Interfaces that were there before keep their index, others get the lowest free ones.
Record place(const Wish& wish, const std::vector<Record>& before);

/// The folder of Site::state. Everything that WPARs share is changed under its lock only.
class Ledger {
  public:
    static Result<Ledger> open(const Site& site);
    Result<void> lock();  // until unlock or the end of the object
    void unlock();
    Result<std::vector<Record>> read(std::uint32_t key) const;  // none: empty
    Result<void> write(std::uint32_t key, const std::vector<Record>& records) const;
    Result<void> erase(std::uint32_t key) const;
    Result<std::vector<std::uint32_t>> keys() const;
    /// Kind::exists when another WPAR has it.
    Result<void> claim(const Ip& ip, std::uint32_t key) const;
    void release(const Ip& ip, std::uint32_t key) const;
    /// Whose it is, if that WPAR has a record.
    std::optional<std::uint32_t> owner(const Ip& ip) const;
    std::string name_of(std::uint32_t key) const;  // "workload partition web1"
    std::string path(std::string_view file) const { return cat(state_, "/", file); }

  private:
    explicit Ledger(std::string state) : state_(std::move(state)) {}
    std::string record_path(std::uint32_t key) const;
    std::string claim_path(const Ip& ip) const;
    std::string state_;
    UniqueFd lock_;
};

}  // namespace network
