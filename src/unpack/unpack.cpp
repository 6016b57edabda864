#include "unpack/unpack.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>

#include "os/companion.h"
#include "os/dir.h"
#include "unpack/protocol.h"
#include "unpack/target.h"

namespace unpack {
namespace {

constexpr std::size_t most_words = 4096;

Result<UniqueFd> open_regular(const os::Dir& directory, const std::string& path) {
    auto fd = TRY(directory.open_file(
        {.path = path, .flags = O_RDONLY | O_NONBLOCK | O_NOCTTY, .no_symlinks = true}));
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) return Error::os(errno, "stat", path);
    if (!S_ISREG(found.st_mode))
        return Error{Kind::invalid, cat("'", directory.path(), "/", path, "' is no file")};
    return fd;
}

Result<UniqueFd> open_image(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd) return Error::os(errno, "open image", path);
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) return Error::os(errno, "stat", path);
    if (S_ISREG(found.st_mode)) return fd;
    return Error{Kind::invalid,
                 cat("image '", printable(path), "' is neither a file nor a directory")};
}

bool is_digits(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The program names a blob, never a path.
Result<UniqueFd> open_wanted(const os::Dir& layout, const std::string& wanted) {
    if (wanted == "index.json") return open_regular(layout, wanted);
    if (is_digits(wanted)) return open_regular(layout, cat("blobs/sha256/", wanted));
    return Error{Kind::invalid, cat("'", printable(wanted), "' is no part of an image")};
}

Result<void> answer(int socket, const os::Dir& layout, const std::string& wanted) {
    const auto part = open_wanted(layout, wanted);
    if (!part) {
        os::send_error(socket, part.error());
        return {};
    }
    return os::send_packet(socket,
                           {.what = static_cast<std::uint32_t>(Say::want), .carried = part->get()});
}

void take_number(std::uint64_t& to, const std::string& value) { to = to_number(value).value_or(0); }

Result<void> take_fact(Image& image, const std::string& text) {
    const auto blank = std::min(text.find(' '), text.size());
    const auto name = text.substr(0, blank);
    const auto value = blank < text.size() ? text.substr(blank + 1) : std::string();
    if (name == "digest") image.digest = value;
    if (name == "ostype") image.ostype = value;
    if (name == "init") image.has_init = true;
    if (name == "systemd") image.has_systemd = true;
    if (name == "members") take_number(image.members, value);
    if (name == "bytes") take_number(image.bytes, value);
    if (name == "devices") take_number(image.devices, value);
    if (name == "word") image.command.push_back(value);
    if (name == "variable") image.environment.push_back(value);
    if (name == "directory") image.directory = value;
    if (name == "user") image.user = value;
    if (image.command.size() + image.environment.size() <= most_words) return {};
    return Error{Kind::invalid, "the image has a command and an environment of too many words"};
}

struct Parts {
    UniqueFd file = UniqueFd();
    os::Dir layout = {};
    std::string kind = "examine";
};
Result<Parts> open_parts(const std::string& image) {
    Parts parts;
    if (image.empty()) return parts;
    struct stat found = {};
    if (::stat(image.c_str(), &found) != 0) return Error::os(errno, "image", image);
    if (S_ISDIR(found.st_mode)) {
        parts.layout = TRY(os::Dir::open(image));
        parts.kind = "layout";
    } else {
        parts.file = TRY(open_image(image));
        parts.kind = "file";
    }
    return parts;
}

Result<Image> follow(os::CompanionProcess& process, const Parts& parts,
                     const std::function<void(std::string_view)>& placed) {
    Image image;
    for (;;) {
        const auto packet = TRY(process.listen());
        switch (static_cast<Say>(packet.what)) {
            case Say::placed:
                if (placed) placed(printable(packet.text));
                break;
            case Say::want:
                TRY(answer(process.socket(), parts.layout, packet.text));
                break;
            case Say::fact:
                TRY(take_fact(image, packet.text));
                break;
            case Say::done:
                return image;
            default:
                break;
        }
    }
}

}  // namespace

bool is_layout(const std::string& directory) {
    return os::exists(cat(directory, "/oci-layout")) && os::exists(cat(directory, "/index.json"));
}

Result<Image> run(const Request& request, const std::function<void(std::string_view)>& placed) {
    const auto parts = TRY(open_parts(request.image));
    const auto target = TRY(make_target(request.target, request.ids));
    constexpr std::uint64_t own =
        CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    auto process = TRY(os::CompanionProcess::start(
        {.program = request.program.empty() ? CORRAL_UNPACK : request.program,
         .arguments = {parts.kind, request.digest},
         .descriptors = {target.tree.get(), target.users.get(), parts.file.get()},
         .namespaces = own}));
    return follow(process, parts, placed);
}

}  // namespace unpack
