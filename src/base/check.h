// Names of those checks of `corral doctor` that explain why this machine could not do something: what Error::check holds.
#pragma once
#include <string_view>

namespace checks {

inline constexpr std::string_view kernel = "kernel";
inline constexpr std::string_view namespaces = "namespaces";
inline constexpr std::string_view cgroup = "cgroup";
inline constexpr std::string_view idmap = "idmap";
inline constexpr std::string_view loop = "loop";
inline constexpr std::string_view interfaces = "interfaces";
inline constexpr std::string_view forwarding = "forwarding";
inline constexpr std::string_view firewall = "firewall";
inline constexpr std::string_view programs = "programs";
inline constexpr std::string_view ids = "ids";
inline constexpr std::string_view space = "space";
inline constexpr std::string_view permissions = "permissions";

}  // namespace checks
