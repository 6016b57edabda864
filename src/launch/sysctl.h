// Kernel parameters that belong to a namespace. Which of them belongs to which, and where in
// /proc/sys it lies.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace launch {

using Sysctl = std::pair<std::string, std::string>;

enum class Owner : std::uint8_t { ipc, network, users };
/// Nothing for parameters of the whole machine, which a WPAR may never set.
std::optional<Owner> owner_of(const std::string& name);
/// "/proc/sys/kernel/msgmni" for "kernel.msgmni"; a slash in the name stands for itself
/// ("net/ipv4/conf/eth0.1/...").
std::string path_of(const std::string& name);

/// Sets those that the calling process's namespaces own, as `owners` says.
Result<void> set_sysctls(const std::vector<Sysctl>& wanted, const std::vector<Owner>& owners);
/// Those of the IPC namespace that the caller, global root, is in; `owner` is the uid of root inside.
Result<void> set_ipc_sysctls(const std::vector<Sysctl>& wanted, std::uint32_t owner);

}  // namespace launch
