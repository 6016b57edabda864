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
    using Count = std::optional<std::uint64_t>;  // nothing where the kernel does not count it
    struct Usage {
        Count memory_bytes = {};
        Count memory_peak_bytes = {};
        Count swap_bytes = {};
        Count cpu_microseconds = {};
        Count cpu_throttled_microseconds = {};
        Count tasks = {};
        Count tasks_peak = {};
        Count refused_forks = {};
    };
    struct MemoryEvents {  // the kernel's words: memory.events
        Count low = {};
        Count high = {};
        Count max = {};
        Count oom = {};
        Count oom_kill = {};
    };
    struct Stall {
        double avg10 = 0;
        double avg60 = 0;
        double avg300 = 0;
        std::uint64_t total_microseconds = 0;
    };
    struct Pressure {
        std::string resource = {};  // cpu, memory, io
        std::optional<Stall> some = {};
        std::optional<Stall> full = {};
    };

    /// What would stand in the way of a checkpoint.
    struct Blocker {
        std::uint64_t pid = 0;        // 0: not one process's
        std::uint64_t inner_pid = 0;  // as the WPAR numbers it; 0: it has no number there
        std::string command = {};
        std::string what = {};
        std::string remedy = {};
        bool passing = false;  // another attempt may find it gone
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
        {};  // the set in effect, or that the next start would give
    // of an active one
    std::optional<Usage> usage = {};
    std::optional<MemoryEvents> memory_events = {};  // nothing: its memory is not accounted
    std::vector<Pressure> pressure = {};
    std::string no_pressure = {};  // why there is none
    std::optional<std::vector<Blocker>> blockers = {};

    const std::string& name() const { return definition.general.name; }
};

}  // namespace registry
