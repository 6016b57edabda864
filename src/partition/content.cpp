#include "partition/content.h"

#include <algorithm>

#include "base/size.h"
#include "filesystem/checks.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/generations.h"
#include "partition/image_content.h"
#include "partition/storage.h"
#include "partition/system_copy.h"
#include "registry/paths.h"

namespace partition {

rootpart::Options population(const spec::Definition& definition) {
    rootpart::Options options;
    options.private_usr = is_copied(definition, "/usr");
    options.private_opt = is_copied(definition, "/opt");
    options.hostname = definition.hostname();
    for (const auto& network : definition.networks)
        options.hosts.push_back(
            {network.address.empty() ? network.address6 : network.address, definition.hostname()});
    options.copy_name_resolution = definition.general.copynameres;
    options.stop = &os::interrupt_flag();
    return options;
}

namespace {

struct Filling {
    filesystem::FileSystem on = {};
    std::vector<std::string> parts = {};
    std::uint64_t bytes = 0;
};

void add_to(std::vector<Filling>& all, filesystem::FileSystem on, std::string_view part,
            std::uint64_t bytes) {
    auto found = std::find_if(all.begin(), all.end(),
                              [&](const Filling& one) { return one.on.directory == on.directory; });
    if (found == all.end()) found = all.insert(all.end(), {.on = std::move(on)});
    found->parts.emplace_back(part);
    found->bytes += bytes;
}

Result<void> check_filling(const Filling& filling) {
    const auto room = TRY(filesystem::room_in(filling.on));
    if (room >= filling.bytes) return {};
    const auto size =
        filling.on.size == 0 ? std::string() : cat(" size=", show_size(filling.on.size));
    return Error{Kind::full, cat("-M directory=", filling.on.directory, size,
                                 " is too small: ", join(filling.parts, ", "),
                                 filling.parts.size() > 1 ? " need " : " needs ",
                                 filling.bytes >> 20, " MB; give at least size=",
                                 filesystem::size_for(filling.on, filling.bytes) >> 20, "M")};
}

// Each part of what populating writes against the file system it lands in: one of its own, or its parent's.
Result<void> check_native_room(const spec::Definition& definition) {
    const auto need = TRY(rootpart::estimate(TRY(open_source(definition)), population(definition)));
    filesystem::Space on_base;
    filesystem::Space on_images;
    std::vector<Filling> own_ones;
    for (const auto& [directory, part] :
         {std::pair<std::string_view, rootpart::Need>{"/", need.root},
          {"/usr", need.usr},
          {"/opt", need.opt}}) {
        auto own = TRY(own_file_system(definition, directory));
        const bool elsewhere = own && !filesystem::is_image(*own);
        if (own && part.bytes > 0) add_to(own_ones, *own, directory, part.bytes);
        if (elsewhere) continue;
        auto& total = own ? on_images : on_base;
        total.bytes += part.bytes;
        total.files += own ? 0 : part.files;
    }
    for (const auto& filling : own_ones) TRY(check_filling(filling));
    TRY(filesystem::check_space(definition.directory(), on_base));
    return filesystem::check_space(std::string(registry::paths::storage), on_images);
}

Result<void> fill_native(const spec::Definition& definition, const Observer& observer) {
    rootpart::Observer watch;
    watch.placed = [&](std::string_view member) { observer.tell(cat("x ", member)); };
    watch.left_out = [&](std::string_view what) { observer.tell_detail(cat("left out: ", what)); };
    return rootpart::populate(TRY(open_source(definition)),
                              TRY(os::Dir::open(definition.directory())), population(definition),
                              watch);
}

}  // namespace

Result<void> check_room(const spec::Definition& definition) {
    if (!definition.general.image.empty()) return check_image(definition);
    if (definition.general.systemcopy) return check_copy(definition);
    return check_native_room(definition);
}

Result<void> fill_root(spec::Definition& definition, const Observer& observer) {
    if (!definition.general.image.empty()) return fill_from_image(definition, observer);
    if (definition.general.systemcopy) return fill_with_copy(definition, observer);
    return fill_native(definition, observer);
}

std::string describe_source(const spec::Definition& definition) {
    if (!definition.general.image.empty()) return cat("image ", definition.general.image);
    return definition.general.systemcopy ? "a copy of the global environment" : "";
}

}  // namespace partition
