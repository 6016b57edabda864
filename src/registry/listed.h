// One WPAR as lswpar shows it: what is wished, what the kernel says, and what is in effect while it is active.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "registry/state.h"
#include "spec/definition.h"

namespace registry {

struct Listed {
    /// An address in effect. None given: what the definition says is shown.
    struct Address {
        std::string interface = {};
        std::string address = {};
        std::string mask_prefix = {};  // 255.255.0.0, or the prefix length of IPv6
        std::string broadcast = {};
    };
    struct FileSystem {
        std::string mountpoint = {};  // in the global environment: /wpars/web1/var
        std::string device = {};      // /dev/loop3, /usr, server's path
        std::string vfs = {};
        std::string nodename = {};  // NFS server
        std::string options = {};
    };
    struct Device {
        std::string devname = {};
        std::string devtype = {};  // pseudo, clone, disk, ...
        std::string vdevname = {};
        std::string rootvg = {};     // yes, no
        std::string devstatus = {};  // EXPORTED, ALLOCATED
        std::string devid = {};
        std::string adapter = {};
    };
    struct KernelExtension {
        std::string kext = {};
        std::string local = {};
        std::string major = {};
        std::string status = {};
    };
    struct Usage {
        std::uint64_t memory_bytes = 0;
        std::uint64_t cpu_microseconds = 0;
        std::uint64_t tasks = 0;
    };

    spec::Definition definition = {};  // only general.name is sure when there is a problem
    Status status = {};
    std::optional<Error> problem = {};  // the definition could not be read

    // details
    std::vector<Address> addresses = {};
    std::vector<FileSystem> file_systems = {};
    std::vector<Device> devices = {};
    std::vector<KernelExtension> kernel_extensions = {};
    std::vector<std::string> privileges =
        {};                           // the set in effect, or that the next start would give
    std::optional<Usage> usage = {};  // of an active one

    const std::string& name() const { return definition.general.name; }
};

}  // namespace registry
