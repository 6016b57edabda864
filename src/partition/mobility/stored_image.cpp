#include "partition/mobility/stored_image.h"

#include <sys/utsname.h>

#include "checkpoint/key.h"
#include "registry/paths.h"
#include "spec/file.h"

namespace partition::mobility {
namespace {

Error refused(const std::string& directory, const Error& error) {
    auto told = error;
    told.text = cat("checkpoint '", directory, "': ", error.text);
    if (error.kind == Kind::denied && error.text.starts_with("its seal"))
        told.text += cat("; restart it where it was made, or bring that server's ",
                         registry::paths::checkpoint_key, " here if you trust all it sealed");
    return told;
}

Result<os::Dir> open_verified(const std::string& path) {
    auto directory = TRY(checkpoint::open_directory(path));
    const auto key = TRY(checkpoint::key_of_server(std::string(registry::paths::checkpoint_key)));
    const auto verified = checkpoint::verify(directory, key);
    if (!verified) return refused(path, verified.error());
    return directory;
}

}  // namespace

Result<StoredImage> read_image(const std::string& path, os::Dir directory) {
    auto record = checkpoint::read(TRY(directory.read("record", std::size_t{16} << 20)));
    if (!record) return refused(path, record.error());
    auto definition = TRY(spec::parse(TRY(directory.read("definition")), cat(path, "/definition")));
    return StoredImage{std::move(directory), *std::move(record), std::move(definition)};
}

Result<StoredImage> open_image(const std::string& path) {
    return read_image(path, TRY(open_verified(path)));
}

Error does_not_fit(const std::string& directory, const std::string& why) {
    return {Kind::busy, cat("checkpoint '", directory, "' does not fit: ", why)};
}

Result<void> check_machine(const StoredImage& image, const std::string& directory) {
    utsname kernel = {};
    (void)::uname(&kernel);
    if (image.record.machine == kernel.machine) return {};
    return does_not_fit(directory, cat("it was made on a ", printable(image.record.machine),
                                       " machine, and this is ", kernel.machine));
}

}  // namespace partition::mobility
