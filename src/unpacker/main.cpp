// libexec/corral/unpack KIND DIGEST: unpacks an image for mkwpar, see unpack/unpack.h. KIND is "file", "layout", or
// "examine", which unpacks nothing. Of backups, see unpack/backup.h: "describe" or "verify" with "-", or "all" or
// "plain" (without attributes) with the number of backups to restore.
#include <malloc.h>

#include <clocale>
#include <cstdlib>
#include <exception>
#include <new>
#include <set>

#include "os/packet.h"
#include "unpack/protocol.h"
#include "unpacker/backup.h"
#include "unpacker/confine.h"
#include "unpacker/examine.h"
#include "unpacker/image.h"

namespace {

using unpack::Say;

constexpr std::size_t longest_fact = 8000;  // of one packet

Result<void> say(Say what, std::string_view text = {}) {
    return os::send_packet(unpack::socket_fd,
                           {.what = static_cast<std::uint32_t>(what), .text = text});
}

// Half a word of a command would be another command.
Result<void> tell(std::string_view name, std::string_view value) {
    if (value.size() > longest_fact || value.find('\0') != std::string_view::npos)
        return Error{Kind::invalid, cat("what the image says of itself is too long, or holds a "
                                        "NUL: '",
                                        printable(value.substr(0, 100)), "'")};
    return say(Say::fact, cat(name, " ", value));
}

// Each name at the top once, as AIX prints what it restores.
class Tops {
  public:
    void operator()(const std::string& path) {
        const auto top = path.substr(0, path.find('/'));
        constexpr std::size_t most = 100;
        if (top.empty() || told_.size() >= most || !told_.insert(top).second) return;
        (void)say(Say::placed, cat("./", top));  // whoever is gone will be missed elsewhere
    }

  private:
    std::set<std::string> told_;
};

Result<void> unpack_image(const std::string& kind, const std::string& digest, const os::Dir& root,
                          Result<void>& told) {
    unpacker::Image image(root, {}, [&](std::string_view name, std::string_view value) {
        if (told) told = tell(name, value);
    });
    Tops tops;
    const auto placed = [&](const std::string& path) { tops(path); };
    if (kind == "file") return image.from_file(unpack::image_fd, digest, placed);
    unpacker::LayoutParts parts(unpack::socket_fd);
    return image.from_layout(parts, digest, placed);
}

unpacker::Told backup_told() {
    return {.fact = tell,
            .progress =
                [](std::uint64_t names, std::uint64_t bytes) {
                    (void)say(Say::progress, cat(names, " ", bytes));  // only to be looked at
                },
            .mend = [](std::string_view text) { return say(Say::mend, text); }};
}

Result<void> look_into_backup(bool everything) {
    TRY(unpacker::confine_to_look(unpacker::threads_for_backups()));
    const auto told = backup_told();
    TRY(everything ? unpacker::verify_backup(told) : unpacker::describe_backup(told));
    return say(Say::done);
}

Result<void> restore(const std::string& kind, const std::string& count) {
    (void)::mallopt(M_ARENA_MAX, 4);  // each reserves address space, which is limited
    TRY(unpacker::confine(unpacker::threads_that_restore()));
    const auto root = TRY(os::Dir::open("/"));
    const auto files = static_cast<unsigned>(to_number(count).value_or(0));
    TRY(unpacker::restore_backups(root, kind, {files, kind == "over"}, backup_told()));
    return say(Say::done);
}

Result<void> work(const std::string& kind, const std::string& digest) {
    (void)std::setlocale(LC_CTYPE, "C.UTF-8");  // names are bytes; libarchive asks what they mean
    if (kind == "describe" || kind == "verify") return look_into_backup(kind == "verify");
    if (kind == "all" || kind == "plain" || kind == "over") return restore(kind, digest);
    TRY(unpacker::confine());
    TRY(say(Say::ready));
    const auto root = TRY(os::Dir::open("/"));
    Result<void> told;
    if (kind != "examine") TRY(unpack_image(kind, digest, root, told));
    TRY(std::move(told));
    const auto found = TRY(unpacker::examine(root));
    TRY(tell("ostype", found.ostype));
    if (found.has_init) TRY(tell("init", "yes"));
    if (found.has_systemd) TRY(tell("systemd", "yes"));
    return say(Say::done);
}

Result<void> guarded(const std::string& kind, const std::string& digest) {
    try {
        return work(kind, digest);
    } catch (const std::bad_alloc&) {
        return Error{Kind::invalid, "the image needs more memory than unpacking may take"};
    } catch (const std::exception& problem) {
        return Error{Kind::other, problem.what()};
    }
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) return 2;
    const auto done = guarded(words[1], words[2]);
    if (done) return 0;
    os::send_error(unpack::socket_fd, done.error());
    return 1;
}
