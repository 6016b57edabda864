#include "partition/room.h"

#include "base/size.h"
#include "partition/storage.h"
#include "registry/paths.h"

namespace partition {

Result<void> check_fits(const spec::Definition& definition, const filesystem::Space& need) {
    std::uint64_t own = 0;
    bool own_root = false;
    bool in_images = true;
    bool sized = true;
    for (const auto& each : TRY(file_systems(definition))) {
        if (!filesystem::on_disk(each.type)) continue;
        own += each.size;
        own_root = own_root || each.directory == "/";
        sized = sized && each.size != 0;
        in_images = in_images && filesystem::is_image(each);
    }
    if (!own_root) return filesystem::check_space(definition.directory(), need);
    if (sized && own < need.bytes)
        return Error{Kind::full, cat("its file systems have ", show_size(own),
                                     " together, which is too small: ", (need.bytes >> 20U) + 1,
                                     " MB are needed; give a larger size=")};
    if (!in_images) return {};
    return filesystem::check_space(std::string(registry::paths::storage), {need.bytes, 0});
}

}  // namespace partition
