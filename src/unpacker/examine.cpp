#include "unpacker/examine.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace unpacker {
namespace {

constexpr std::size_t longest_release = 65536;
constexpr std::size_t longest_word = 32;

#if defined(__x86_64__)
constexpr std::array<unsigned, 2> machines = {EM_X86_64, EM_386};
#elif defined(__aarch64__)
constexpr std::array<unsigned, 2> machines = {EM_AARCH64, EM_ARM};
#elif defined(__i386__)
constexpr std::array<unsigned, 1> machines = {EM_386};
#elif defined(__powerpc64__)
constexpr std::array<unsigned, 1> machines = {EM_PPC64};
#elif defined(__s390x__)
constexpr std::array<unsigned, 1> machines = {EM_S390};
#elif defined(__riscv)
constexpr std::array<unsigned, 1> machines = {EM_RISCV};
#else
constexpr std::array<unsigned, 0> machines = {};
#endif

std::string word_of(std::string_view value) {
    value = trim(value);
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front())
        value = value.substr(1, value.size() - 2);
    std::string word;
    for (const char letter : value.substr(0, longest_word)) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9') || letter == '.' || letter == '_';
        if (plain || letter == '-') word += letter;
    }
    const auto first = word.find_first_not_of("-.");
    return first == std::string::npos ? std::string() : word.substr(first);
}

// The first bytes of a file that is there and may be executed.
std::string header_of(const os::Dir& root, const std::string& path) {
    const auto fd = root.open_file({.path = path, .flags = O_RDONLY | O_NONBLOCK, .in_root = true});
    struct stat found = {};
    if (!fd || ::fstat(fd->get(), &found) != 0) return {};
    if (!S_ISREG(found.st_mode) || (found.st_mode & 0111) == 0) return {};
    std::array<char, 64> bytes = {};
    const auto got = ::pread(fd->get(), bytes.data(), bytes.size(), 0);
    return got <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(got));
}

Error foreign(std::string_view path) {
    return {Kind::unsupported, cat("'/", path,
                                   "' of the image is a program for another "
                                   "architecture than this machine's")};
}

}  // namespace

std::string ostype_of(std::string_view os_release) {
    std::string id;
    std::string version;
    for (const auto& line : split(os_release, '\n')) {
        const std::string_view text = line;
        if (text.starts_with("ID=")) id = word_of(text.substr(3));
        if (text.starts_with("VERSION_ID=")) version = word_of(text.substr(11));
    }
    if (id.empty()) return "unknown";
    return version.empty() ? id : cat(id, "-", version);
}

bool runs_here(std::string_view header) {
    if (!header.starts_with("\x7f"
                            "ELF"))
        return true;  // a script: its interpreter decides
    if (header.size() < 20) return false;
    const bool little = header[EI_DATA] == ELFDATA2LSB;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(header[at]); };
    constexpr std::size_t at = offsetof(Elf32_Ehdr, e_machine);  // the same in both classes
    const unsigned machine = little ? byte(at) | byte(at + 1) << 8U : byte(at) << 8U | byte(at + 1);
    return std::find(machines.begin(), machines.end(), machine) != machines.end();
}

Result<Examined> examine(const os::Dir& root) {
    Examined found;
    for (const auto* path : {"sbin/init", "bin/sh"})
        if (!runs_here(header_of(root, path))) return foreign(path);
    found.has_init = !header_of(root, "sbin/init").empty();
    found.has_systemd = !header_of(root, "usr/lib/systemd/systemd").empty() ||
                        !header_of(root, "lib/systemd/systemd").empty();
    for (const auto* path : {"etc/os-release", "usr/lib/os-release"}) {
        const auto text = root.read(path, longest_release);
        if (!text) continue;
        found.ostype = ostype_of(*text);
        break;
    }
    return found;
}

}  // namespace unpacker
