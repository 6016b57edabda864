// What kind of system lies in a root: asked of the files in it, which anybody may have written.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"

namespace unpacker {

/// "debian-11" from the text of os-release; "unknown" when it says nothing that can be shown.
std::string ostype_of(std::string_view os_release);

struct Examined {
    std::string ostype = "unknown";
    bool has_init = false;
    bool has_systemd = false;
};
/// Kind::unsupported when its programs are for another architecture.
Result<Examined> examine(const os::Dir& root);

/// Of the beginning of an ELF file; 0 when it is none. `own` is a machine's number, elf(5).
bool runs_here(std::string_view header);

}  // namespace unpacker
