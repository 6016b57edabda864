#include "partition/content.h"

#include "base/size.h"
#include "filesystem/checks.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/generations.h"
#include "partition/storage.h"
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
    options.checkpointable = definition.general.checkpointable;
    options.stop = &os::interrupt_flag();
    return options;
}

// Each part of what populating writes against the file system it lands in: one of its own, or its parent's.
Result<void> check_room(const spec::Definition& definition) {
    const auto need = TRY(rootpart::estimate(TRY(open_source(definition)), population(definition)));
    filesystem::Space on_base;
    filesystem::Space on_images;
    for (const auto& [directory, part] :
         {std::pair<std::string_view, rootpart::Need>{"/", need.root},
          {"/usr", need.usr},
          {"/opt", need.opt}}) {
        const auto own = TRY(own_file_system(definition, directory));
        if (own && own->size != 0 && own->size < part.bytes)
            return Error{Kind::full, cat("-M directory=", own->directory, " size=",
                                         show_size(own->size), " is too small: ", directory,
                                         " needs ", part.bytes >> 20, " MB; give a larger size=")};
        auto& total = own ? on_images : on_base;
        total.bytes += part.bytes;
        total.files += own ? 0 : part.files;
    }
    TRY(filesystem::check_space(definition.directory(), on_base));
    return filesystem::check_space(std::string(registry::paths::storage), on_images);
}

Result<void> fill_root(const spec::Definition& definition, const Observer& observer) {
    rootpart::Observer watch;
    watch.placed = [&](std::string_view member) { observer.tell(cat("x ", member)); };
    watch.left_out = [&](std::string_view what) { observer.tell_detail(cat("left out: ", what)); };
    return rootpart::populate(TRY(open_source(definition)),
                              TRY(os::Dir::open(definition.directory())), population(definition),
                              watch);
}

}  // namespace partition
