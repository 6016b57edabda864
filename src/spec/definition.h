// What a workload partition is wished to be: one value, the same for a specification file (-f, -o,
// -e), for the command line's attributes and for the definition in /etc/wpars/NAME.cf. Stanzas and
// attribute names are AIX's (specification file of mkwpar; sample.spec). Values stay text where
// AIX's spelling carries meaning
// ("10%-50%,100%"); spec/check.h refuses what makes no sense, spec/values.h turns text into
// numbers.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace spec {

enum class Type : std::uint8_t { system, application };  // lswpar's letters S and A

/// Stanza `general`. An empty string means the default that the comment names.
struct General {
    std::string name = {};
    std::string hostname = {};   // the name
    std::string directory = {};  // /wpars/NAME; "/" for an application WPAR
    std::string vg = {};         // volume group of new file systems; none: an image file
    bool autostart = false;      // attribute `auto`
    bool privateusr = false;     // writable /usr and /opt of its own
    bool checkpointable = false;
    bool routing = false;      // WPAR-specific routing (-i)
    std::string script = {};   // user script (-u), called at four events
    std::string devices = {};  // device exports file (-b)
    bool copynameres = false;  // -r
    bool preserve = false;     // -p
    std::string application =
        {};                    // command line of an application WPAR, words quoted as for a shell
    bool xwparipc = false;     // -x
    std::string ostype = "0";  // 0: the native user land
    std::string architecture = "none";
    std::string uuid = {};
    bool rootvg = false;
    std::vector<std::string> postscripts =
        {};                  // -k, run once after installation; attribute `postscript`, repeated
    std::string image = {};  // -B with -C: what its own user land came from
    std::string imagedigest = {};  // "sha256:...", by which that image is known
    // what the image says about how it is to be run, as shell words
    std::string imagecommand = {};
    std::string imageenvironment = {};
    std::string imagedirectory = {};
    std::string imageuser = {};
    bool imageinit = false;   // its first process is the image's command, not /sbin/init
    bool systemcopy = false;  // -t: a copy of the global environment

    // written by Corral only (NAME.cf), ignored in a specification file
    Type type = Type::system;
    std::uint32_t version = 1;
    std::uint32_t key = 0;  // the WPAR's id, 1..8191; names its interfaces and tables in the kernel
    std::uint32_t idbase = 0;  // first of its 65536 user and group ids in the global environment
    std::int64_t cdate = 0;    // epoch seconds: created, last changed
    std::int64_t mdate = 0;
    std::string owner = "root";
    bool operator==(const General&) const = default;
};

/// Stanza `network`, one per address.
struct Network {
    std::string interface =
        {};  // global interface, or a name of /etc/wpars/devmap; default: the one on the subnet
    std::string address = {};  // IPv4
    std::string netmask = {};
    std::string broadcast = {};
    std::string address6 = {};  // not together with `address`
    std::string prefixlen = {};
    std::string mode = {};  // routed (default), macvlan, ipvlan, bridge
    bool operator==(const Network&) const = default;
};

/// Stanza `route` (-I).
struct Route {
    std::string rtdest = {};  // "default", a network or a host
    std::string rtgateway = {};
    std::string rtnetmask = {};
    std::string rtprefixlen = {};
    std::string rttype = {};  // net, host
    std::string rtinterface = {};
    std::string rtfamily = {};  // inet, inet6
    bool operator==(const Route&) const = default;
};

/// Stanza `mount` (-M).
struct Mount {
    std::string directory = {};  // mount point as the WPAR sees it
    std::string vfs =
        {};  // directory, namefs, bind, jfs2, jfs, ext4, xfs, btrfs, nfs, tmpfs, overlay
    std::string size = {};  // 5G; a bare number counts 512-byte blocks
    std::string dev = {};
    std::string host = {};
    std::string vg = {};
    std::string logname = {};
    std::string mountopts = {};
    std::string crfsopts = {};
    bool operator==(const Mount&) const = default;
};

/// Stanza `resources` (-R). Empty is AIX's default: unlimited, 0%-100%,100%, 100%.
struct Resources {
    bool active = true;
    std::string rset = {};  // CPUs, like 0-1,3
    std::string shares_CPU = {};
    std::string CPU = {};  // min%-soft%,hard%
    std::string shares_memory = {};
    std::string memory = {};
    std::string procVirtMem = {};
    std::string totalVirtMem = {};
    std::string totalProcesses = {};
    std::string totalThreads = {};
    std::string totalPTYs = {};
    std::string totalLargePages = {};
    std::string pct_msgIDs = {};
    std::string pct_semIDs = {};
    std::string pct_shmIDs = {};
    std::string pct_pinMem = {};
    bool operator==(const Resources&) const = default;
};

/// Stanza `security` (-S).
struct Security {
    std::string secfile = {};             // default /etc/wpars/secattrs
    std::vector<std::string> privs = {};  // AIX privilege names; empty: the default set
    bool operator==(const Security&) const = default;
};

/// Stanza `device` (-D).
struct Device {
    std::string devname = {};
    std::string devid = {};
    std::string devtype = {};
    std::string export_ = {};  // attribute `export`
    std::string rootvg = {};
    bool operator==(const Device&) const = default;
};

/// Stanza `kext` (-X).
struct KernelExtension {
    std::string kext = {};
    std::string local = {};
    std::string major = {};
    bool operator==(const KernelExtension&) const = default;
};

struct Definition {
    General general = {};
    std::vector<Network> networks = {};
    std::vector<Route> routes = {};
    std::vector<Mount> mounts = {};
    Resources resources = {};
    Security security = {};
    std::vector<Device> devices = {};
    std::vector<KernelExtension> kernel_extensions = {};
    std::map<std::string, std::string> copy_controls = {};  // preserve_private, preserve_wpars
    std::map<std::string, std::string> options = {};        // stanza `options`: image_data, shrink

    bool system() const { return general.type == Type::system; }
    /// All programs are its own, not the global environment's.
    bool own_userland() const { return !general.image.empty() || general.systemcopy; }
    const std::string& name() const { return general.name; }
    const std::string& hostname() const {
        return general.hostname.empty() ? general.name : general.hostname;
    }
    std::string directory() const {
        if (!general.directory.empty()) return general.directory;
        return system() ? "/wpars/" + general.name : "/";
    }
    bool operator==(const Definition&) const = default;
};

}  // namespace spec
