// The mkfs programs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "filesystem/file_system.h"

namespace filesystem {

/// Whether the program is there; Kind::missing names the Debian package.
Result<void> check_maker(Type type);
/// The smallest size its mkfs accepts.
std::uint64_t least_size(Type type);

/// What the type keeps for itself of a file system of that size: journal, inodes, metadata. Rather too much.
std::uint64_t overhead(Type type, std::uint64_t size);
/// What is written on it, so that it is known again: "web1/var", as much of it as the type can hold.
std::string label_of(const FileSystem& wanted);

struct Place {
    std::string path = {};  // image file or block device
    bool zeroed =
        false;  // a fresh sparse image: nothing needs to be zeroed, now or by a kernel thread later
};
std::vector<std::string> maker_command(const FileSystem& wanted, const Place& place);
Result<void> make_file_system(const FileSystem& wanted, const Place& place);

/// A program of the global environment, by name, or Kind::missing with the package that brings it.
Result<void> need_program(std::string_view program, std::string_view package);

}  // namespace filesystem
