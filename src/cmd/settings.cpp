#include "cmd/settings.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "cmd/commands.h"
#include "os/dir.h"
#include "partition/copies/retarget.h"
#include "partition/prepare.h"
#include "registry/store.h"
#include "security/privileges.h"
#include "spec/attributes.h"
#include "spec/command.h"
#include "spec/file.h"
#include "spec/image_data.h"
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

// The definition is read in other directories than the one the command was given in.
Result<std::string> full_path(const std::string& path) {
    if (path.starts_with('/')) return path;
    std::array<char, PATH_MAX> here = {};
    if (::getcwd(here.data(), here.size()) == nullptr) return Error::os(errno, "getcwd", path);
    return cat(here.data(), "/", path.starts_with("./") ? path.substr(2) : path);
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
    if (given.has('B')) wanted.image = TRY(full_path(given.value('B')));
    wanted.systemcopy = given.has('t');
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
    TRY(spec::set_attributes(wanted.copy_controls, spec::Stanza::copy_controls, given.all('T'))
            .within("-T"));
    TRY(spec::set_attributes(wanted.security, given.all('S'), security::default_privileges())
            .within("-S"));
    return wanted;
}

// What -M says of a directory comes before what image.data says. Once taken over, the file is not needed any more.
Result<spec::Definition> with_image_data(spec::Definition wanted) {
    const auto& path = wanted.options["image_data"];
    if (!path.empty()) {
        const auto text = TRY(os::read_file(path).within("-L image_data"));
        const auto mounts = TRY(spec::parse_image_data(
            {.text = text, .file_name = path, .shrink = wanted.options["shrink"] == "yes"}));
        for (const auto& mount : mounts) {
            const auto same = [&](const spec::Mount& one) {
                return one.directory == mount.directory;
            };
            if (std::none_of(wanted.mounts.begin(), wanted.mounts.end(), same))
                wanted.mounts.push_back(mount);
        }
    }
    wanted.options.erase("image_data");
    wanted.options.erase("shrink");
    return wanted;
}

// What was recorded of one image is not true of another.
spec::Definition from(spec::Definition source, const spec::Definition& wanted) {
    if (wanted.general.image.empty() && !wanted.general.systemcopy) return source;
    auto& general = source.general;
    for (auto* recorded : {&general.image, &general.imagedigest, &general.imagecommand,
                           &general.imageenvironment, &general.imagedirectory, &general.imageuser})
        recorded->clear();
    general.imageinit = false;
    general.ostype = spec::General().ostype;
    general.systemcopy = false;
    return source;
}

Result<void> check_source(const cli::Arguments& given, const spec::Definition& wanted) {
    if (given.has('B') && !given.has('C'))
        return Error{Kind::invalid,
                     "-B alone would be a backup; give -C, too, to make a workload partition with "
                     "the user land of an image"};
    if (given.has('C') && wanted.general.image.empty())
        return Error{Kind::invalid, "-C needs -B, the image that the user land comes from"};
    if (given.has('T') && !wanted.general.systemcopy)
        return Error{Kind::invalid, "-T needs -t: it says what a system copy keeps"};
    return {};
}

}  // namespace

Result<spec::Definition> requested(const cli::Arguments& given) {
    auto wanted = TRY(objects_of(given));
    if (given.has('e'))
        wanted = spec::derive(from(spec::copy_of(TRY(registry::load(given.value('e')))), wanted),
                              wanted);
    else if (given.has('f'))
        wanted = spec::derive(from(TRY(read_specification(given.value('f'))), wanted), wanted);
    TRY(check_source(given, wanted));
    TRY(spec::set_attributes(wanted.options, spec::Stanza::options, given.all('L')).within("-L"));
    wanted = TRY(with_image_data(std::move(wanted)));
    return with_controls(given, std::move(wanted));
}

namespace {

constexpr std::string_view mkwpar_flags = "AcdghHiIkMNrRSuU";

// As if mkwpar were called with them, which is where they are explained.
Result<cli::Arguments> flags_of_mkwpar(const std::string& text, const std::string& name) {
    auto words = TRY(spec::command_words(text));
    words.insert(words.begin(), {"-n", name});
    auto flags = TRY(cli::parse(mkwpar(), words));
    for (const auto& flag : mkwpar().flags)
        if (flags.has(flag.name) && flag.name != "n" &&
            (flag.name.size() > 1 || mkwpar_flags.find(flag.name) == std::string_view::npos))
            return Error{Kind::invalid,
                         cat("flag ", flag.name.size() > 1 ? "--" : "-", flag.name,
                             " of mkwpar cannot be given here; there are: -", mkwpar_flags)};
    return flags;
}

// What the command says itself comes before what it passes on.
Result<void> put_own_flags(spec::Definition& over, const cli::Arguments& given) {
    auto& general = over.general;
    if (given.has('d')) general.directory = given.value('d');
    if (given.has('h')) general.hostname = given.value('h');
    general.autostart |= given.has('A');
    general.copynameres |= given.has('r');
    auto networks = TRY(objects<spec::Network>(given, 'N'));
    if (!networks.empty()) over.networks = std::move(networks);
    return {};
}

}  // namespace

Result<spec::Definition> retargeted(const Retargeting& wanted) {
    const auto flags = TRY(flags_of_mkwpar(wanted.given.value('M'), wanted.name).within("-M"));
    auto over = TRY(objects_of(flags).within("-M"));
    TRY(put_own_flags(over, wanted.given));
    return with_controls(
        flags, TRY(partition::copies::retarget({wanted.source, over, wanted.keep_devices})));
}

Result<spec::Definition> changed(const cli::Arguments& given, const spec::Definition& existing) {
    auto wanted = TRY(with_controls(given, spec::merge(existing, TRY(objects_of(given)))));
    if (given.has('U') && given.value('U').empty())
        wanted.general.uuid = TRY(partition::new_uuid());
    return wanted;
}

}  // namespace cmd
