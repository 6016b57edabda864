#include "registry/store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/dir.h"
#include "registry/paths.h"
#include "spec/check.h"
#include "spec/file.h"

namespace registry {
namespace {

constexpr std::string_view suffix = ".cf";

Result<void> add_persistent(std::vector<std::string>& found) {
    const auto folder = os::Dir::open(std::string(paths::definitions));
    if (!folder) return {};  // no WPAR was ever made
    for (const auto& entry : TRY(folder->entries()))
        if (entry.size() > suffix.size() && entry.ends_with(suffix))
            found.push_back(entry.substr(0, entry.size() - suffix.size()));
    return {};
}

Result<void> add_transient(std::vector<std::string>& found) {
    const auto folder = os::Dir::open(std::string(paths::runtime));
    if (!folder) return {};
    for (const auto& entry : TRY(folder->entries()))
        if (entry.front() != '.' && folder->has(cat(entry, "/definition"))) found.push_back(entry);
    return {};
}

std::string path_of(const std::string& name) {
    const auto transient = paths::transient_definition(name);
    return os::exists(transient) ? transient : paths::definition(name);
}

}  // namespace

Error no_such(const std::string& name) {
    return {Kind::missing, cat("Could not find a workload partition called ", printable(name), "."),
            0, "0960-419"};
}

bool defined(const std::string& name) {
    return os::exists(paths::definition(name)) || os::exists(paths::transient_definition(name));
}

namespace {

using Parser = Result<spec::Definition> (*)(std::string_view, std::string_view);

Result<spec::Definition> load_with(Parser parse, const std::string& name) {
    if (!spec::check_name(name)) return no_such(name);  // never a path made of a foreign word
    auto path = paths::definition(name);
    auto text = os::read_file(path);
    if (!text && text.error().kind == Kind::missing) {
        path = paths::transient_definition(name);
        text = os::read_file(path);
    }
    if (!text && text.error().kind == Kind::missing) return no_such(name);
    if (!text) return text.error();
    auto definition = TRY(parse(*text, path));
    if (definition.name() != name)
        return Error{Kind::invalid, cat(path, ": attribute 'name' of stanza general is '",
                                        printable(definition.name()), "', expected '", name, "'")};
    return definition;
}

}  // namespace

Result<spec::Definition> load(const std::string& name) { return load_with(spec::parse, name); }

Result<spec::Definition> load_general(const std::string& name) {
    return load_with(spec::parse_general, name);
}

Result<spec::Definition> load_loaded(const std::string& name) {
    const auto path = paths::transient_definition(name);
    return spec::parse(TRY(os::read_file(path)), path);
}

bool is_persistent(const std::string& name) { return os::exists(paths::definition(name)); }

Result<void> save(const spec::Definition& definition) {
    if (!definition.system() && !is_persistent(definition.name()))
        return save_transient(definition);
    return save_persistent(definition);
}

Result<void> save_persistent(const spec::Definition& definition) {
    TRY(os::make_dirs(std::string(paths::definitions), 0755));
    return os::replace_file({.path = paths::definition(definition.name()),
                             .text = spec::write(definition),
                             .mode = 0644});
}

Result<void> save_transient(const spec::Definition& definition) {
    return os::replace_file({.path = paths::transient_definition(definition.name()),
                             .text = spec::write(definition),
                             .mode = 0644,
                             .sync = false});
}

Result<void> erase(const std::string& name) {
    const auto path = path_of(name);
    (void)::unlink(cat(path, ".new").c_str());  // of a save() that was killed
    if (::unlink(path.c_str()) != 0)
        return errno == ENOENT ? Result<void>() : Error::os(errno, "unlink", path);
    if (path != paths::definition(name)) return {};
    const auto folder = TRY(os::Dir::open(std::string(paths::definitions)));
    if (::fsync(folder.fd()) != 0) return Error::os(errno, "fsync", folder.path());
    return {};
}

Result<std::vector<std::string>> names() {
    std::vector<std::string> found;
    TRY(add_persistent(found));
    TRY(add_transient(found));
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace registry
