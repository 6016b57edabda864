#include "checkpoint/maps.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/lines.h"
#include "base/size.h"
#include "base/text.h"

namespace checkpoint {
namespace {

constexpr std::size_t longest_maps = 16 << 20;
constexpr std::string_view deleted = " (deleted)";

std::string_view next_word(std::string_view& rest) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(end);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return word;
}

bool is_device(std::string_view name) {
    // /dev/zero is memory of its own, /dev/shm holds files
    return name.starts_with("/dev/") && !name.starts_with("/dev/zero") &&
           !name.starts_with("/dev/shm/") && !name.starts_with("/dev/hugepages/");
}

// A file that has no name any more goes along, if it is not too large.
std::optional<Fault> judge_ghost(const Process& process, const Mapping& mapping,
                                 const Abilities& abilities) {
    struct statx found = {};
    const auto link = cat("map_files/", name_of_range(mapping.range));
    if (::statx(process.dir.fd(), link.c_str(), AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
                STATX_TYPE | STATX_NLINK | STATX_SIZE, &found) != 0)
        return std::nullopt;
    if (!S_ISREG(found.stx_mode) || found.stx_nlink != 0 || found.stx_size <= abilities.ghost_bytes)
        return std::nullopt;
    return Fault{cat("it runs or maps a deleted file of ", show_size(found.stx_size), ", '",
                     printable(mapping.name), "'"),
                 "restart it: its file was replaced, by an upgrade perhaps"};
}

bool may_be_ghost(const Mapping& mapping) {
    return mapping.is_file && mapping.name.ends_with(deleted) && mapping.name.starts_with('/') &&
           !mapping.name.starts_with("/memfd:") && !mapping.name.starts_with("/SYSV") &&
           !mapping.name.starts_with("/dev/");
}

void look_at_program(const Process& process, const Abilities& abilities, Findings& findings) {
    if (abilities.programs_32bit) return;
    const UniqueFd program(::openat(process.dir.fd(), "exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, 5> start = {};
    if (!program) return;  // a kernel thread, or one that ended
    const auto got = ::pread(program.get(), start.data(), start.size(), 0);
    if (got > 0 && is_32bit({start.data(), static_cast<std::size_t>(got)}))
        findings.add(process, {"it is a 32-bit program", "install the 64-bit one"});
}

}  // namespace

std::string name_of_range(std::string_view range) {
    std::string name;
    for (const auto& address : split(range, '-')) {
        const auto last = address.empty() ? 0 : address.size() - 1;
        const auto first = std::min(address.find_first_not_of('0'), last);
        name += cat(name.empty() ? "" : "-", address.substr(first));
    }
    return name;
}

std::optional<Mapping> parse_mapping(std::string_view line) {
    Mapping mapping;
    mapping.range = next_word(line);
    const auto rights = next_word(line);                            // "rw-s"
    for (int skipped = 0; skipped < 2; ++skipped) next_word(line);  // offset, device
    mapping.is_file = next_word(line) != "0";
    mapping.name = line;
    mapping.shared = rights.ends_with('s');
    mapping.writable = rights.find('w') != std::string_view::npos;
    if (mapping.range.find('-') == std::string_view::npos) return std::nullopt;
    return mapping;
}

std::optional<Fault> judge(const Mapping& mapping) {
    const auto& name = mapping.name;
    if (name.starts_with("/secretmem"))
        return Fault{"secret memory (memfd_secret)", "end that program"};
    if (name.starts_with("anon_inode:") && !name.starts_with("anon_inode:[aio]"))
        return Fault{cat("memory that it shares with the kernel: ", printable(name.substr(11))),
                     "end that program"};
    if (is_device(name))
        return Fault{cat("memory of a device, '", printable(name), "'"), "end that program"};
    return std::nullopt;
}

bool is_32bit(std::string_view program) {
    constexpr char class_32 = 1;
    return program.size() >= 5 && program.starts_with("\177ELF") && program[4] == class_32;
}

void look_at_maps(const Process& process, const Abilities& abilities, Findings& findings) {
    look_at_program(process, abilities, findings);
    const auto text = process.dir.read("maps", longest_maps);
    if (!text) return;  // it has ended, or has more of them than anybody reads
    std::string last;   // a library has several in a row
    each_line(*text, [&](std::string_view line) {
        const auto mapping = parse_mapping(line);
        if (!mapping || mapping->name.empty() || mapping->name == last || findings.full()) return;
        auto fault = judge(*mapping);
        if (!fault && may_be_ghost(*mapping)) fault = judge_ghost(process, *mapping, abilities);
        last = mapping->name;
        if (fault) findings.add(process, *std::move(fault));
    });
}

}  // namespace checkpoint
