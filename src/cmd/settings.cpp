#include "cmd/settings.h"

#include "os/dir.h"
#include "partition/prepare.h"
#include "registry/store.h"
#include "security/privileges.h"
#include "spec/attributes.h"
#include "spec/file.h"
#include "spec/merge.h"

namespace cmd {
namespace {

template <class Of>
Result<std::vector<Of>> objects(const cli::Arguments& given, char flag) {
    std::vector<Of> list;
    for (const auto& pairs : given.objects(flag)) {
        Of one;
        TRY(spec::set_attributes(one, pairs).within("-", flag));
        list.push_back(std::move(one));
    }
    return list;
}

Result<spec::General> general(const cli::Arguments& given) {
    spec::General wanted;
    wanted.name = given.value('n').empty() ? given.value('p') : given.value('n');
    wanted.hostname = given.value('h');
    wanted.directory = given.value('d');
    wanted.vg = given.value('g');
    wanted.autostart = given.has('A');
    wanted.privateusr = given.has('l');
    wanted.checkpointable = given.has('c');
    wanted.routing = given.has('i') || given.has('I');
    wanted.script = given.value('u');
    wanted.copynameres = given.has('r');
    wanted.preserve = given.has('p');
    wanted.xwparipc = given.has('x');
    wanted.uuid = given.value('U');
    wanted.postscripts = given.values('k');
    if (given.has('H')) wanted.architecture = given.value('H');
    if (given.has('n') && given.has('p') && !given.value('p').empty() &&
        given.value('p') != given.value('n'))
        return Error{Kind::invalid, cat("-n ", given.value('n'), " and -p ", given.value('p'),
                                        " name different workload partitions")};
    return wanted;
}

Result<spec::Definition> read_specification(const std::string& path) {
    return spec::parse_specification(TRY(os::read_file(path).within("specification file")), path);
}

// All flags but -R and -S, whose words change what is there instead of replacing it.
Result<spec::Definition> objects_of(const cli::Arguments& given) {
    spec::Definition wanted;
    wanted.general = TRY(general(given));
    wanted.networks = TRY(objects<spec::Network>(given, 'N'));
    wanted.routes = TRY(objects<spec::Route>(given, 'I'));
    wanted.mounts = TRY(objects<spec::Mount>(given, 'M'));
    return wanted;
}

Result<spec::Definition> with_controls(const cli::Arguments& given, spec::Definition wanted) {
    TRY(spec::set_attributes(wanted.resources, given.all('R')).within("-R"));
    TRY(spec::set_attributes(wanted.security, given.all('S'), security::default_privileges())
            .within("-S"));
    return wanted;
}

}  // namespace

Result<spec::Definition> requested(const cli::Arguments& given) {
    auto wanted = TRY(objects_of(given));
    if (given.has('e'))
        wanted = spec::derive(spec::copy_of(TRY(registry::load(given.value('e')))), wanted);
    else if (given.has('f'))
        wanted = spec::derive(TRY(read_specification(given.value('f'))), wanted);
    return with_controls(given, std::move(wanted));
}

Result<spec::Definition> changed(const cli::Arguments& given, const spec::Definition& existing) {
    auto wanted = TRY(with_controls(given, spec::merge(existing, TRY(objects_of(given)))));
    if (given.has('U') && given.value('U').empty())
        wanted.general.uuid = TRY(partition::new_uuid());
    return wanted;
}

}  // namespace cmd
