#include "launch/nfs.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"
#include "os/process.h"

namespace launch {
namespace {

Result<std::string> server_of(const std::string& source) {
    const bool bracketed = source.starts_with('[');
    const auto end = bracketed ? source.find("]:/") : source.find(":/");
    if (end == std::string::npos || end == 0)
        return Error{Kind::invalid, cat("NFS source '", printable(source), "' is not HOST:/PATH")};
    return bracketed ? source.substr(1, end - 1) : source.substr(0, end);
}

bool is_address(const std::string& text) {
    unsigned char bytes[16];
    return ::inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

Result<std::string> resolve(const std::string& server) {
    if (is_address(server)) return server;
    const auto found = TRY(os::run({.arguments = {"getent", "ahosts", "--", server}}));
    const auto parts = words(found.output);
    if (found.status != 0 || parts.empty() || !is_address(parts.front()))
        return Error{Kind::missing, cat("NFS server '", printable(server), "' has no address")};
    return parts.front();
}

bool has_option(const std::string& options, std::string_view beginning) {
    const auto all = split(options, ',');
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& one) { return one.starts_with(beginning); });
}

}  // namespace

bool is_nfs(std::string_view type) { return type == "nfs" || type == "nfs4"; }

Result<std::string> nfs_options(const std::string& source, const std::string& options) {
    auto all = options;
    const auto add = [&](const std::string& option) { all += cat(all.empty() ? "" : ",", option); };
    if (!has_option(options, "addr=")) {
        const auto server = TRY(server_of(source));
        add(cat("addr=", TRY(resolve(server))));
    }
    if (!has_option(options, "vers=") && !has_option(options, "nfsvers=")) add("vers=4.2");
    return all;
}

}  // namespace launch
