#include "partition/addresses.h"

#include "registry/store.h"
#include "spec/address.h"

namespace partition {
namespace {

const std::string& text_of(const spec::Network& network) {
    return network.address.empty() ? network.address6 : network.address;
}

bool has_address(const spec::Definition& definition, const spec::IpAddress& address) {
    for (const auto& network : definition.networks)
        if (spec::to_address(text_of(network)) == address) return true;
    return false;
}

}  // namespace

Result<void> check_addresses(const spec::Definition& definition, const std::string& own_name) {
    if (definition.networks.empty()) return {};
    for (const auto& name : TRY(registry::names())) {
        if (name == own_name || name == definition.name()) continue;
        const auto other = registry::load(name);
        if (!other) continue;  // what is wrong with it, lswpar tells
        for (const auto& network : definition.networks) {
            const auto address = spec::to_address(text_of(network));
            if (!address || !has_address(*other, *address)) continue;
            return Error{Kind::exists,
                         cat("address ", text_of(network), " belongs to workload partition ", name,
                             "; give another one")};
        }
    }
    return {};
}

}  // namespace partition
