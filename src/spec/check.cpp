#include "spec/check.h"

#include "spec/command.h"
#include "spec/problems.h"

namespace spec {
namespace {

// Nothing can be a base directory that the global environment itself lives in, nor lie below what
// every WPAR shares or the kernel invents.
constexpr std::string_view not_itself[] = {"/bin",   "/etc",  "/home", "/lib",  "/lib32",
                                           "/lib64", "/root", "/run",  "/sbin", "/srv",
                                           "/tmp",   "/var",  "/mnt",  "/media"};
constexpr std::string_view not_below[] = {"/boot", "/dev", "/opt", "/proc", "/sys", "/usr"};

void check_base_directory(std::string_view directory, Problems& problems) {
    if (!problems.expect(check_path(directory), "base directory")) return;
    bool refused = directory == "/";
    for (const auto each : not_itself) refused = refused || directory == each;
    for (const auto each : not_below) refused = refused || is_at_or_below(directory, each);
    if (refused)
        problems.add("base directory: '", directory,
                     "' belongs to the global environment; give one of its own, like /wpars/web1");
}

void expect_path(std::string_view path, std::string_view what, Problems& problems) {
    if (!path.empty()) problems.expect(check_path(path), what);
}

bool is_uuid(std::string_view uuid) {
    if (uuid.size() != 36) return false;
    for (std::size_t at = 0; at < uuid.size(); ++at) {
        const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
        if (dash ? uuid[at] != '-' : !consists_of(uuid.substr(at, 1), "0123456789abcdefABCDEF"))
            return false;
    }
    return true;
}

bool is_word(std::string_view text) {
    constexpr std::string_view others = "_.+-";
    if (text.empty() || text.size() > 64 || text.front() == '-' || text.front() == '.')
        return false;
    for (const char c : text)
        if (letters.find(c) == std::string_view::npos && digits.find(c) == std::string_view::npos &&
            others.find(c) == std::string_view::npos)
            return false;
    return true;
}

void expect_word(std::string_view text, std::string_view what, Problems& problems) {
    if (!text.empty() && !is_word(text))
        problems.add(what, ": '", printable(text),
                     "' must be letters, digits, '_', '.', '+' and '-'");
}

bool is_digest(std::string_view digest) {
    constexpr std::string_view prefix = "sha256:";
    return digest.starts_with(prefix) && digest.size() == prefix.size() + 64 &&
           consists_of(digest.substr(prefix.size()), "0123456789abcdef");
}

void check_image(const General& general, Problems& problems) {
    expect_path(general.image, "image", problems);
    if (!general.image.empty() && general.systemcopy)
        problems.add("a system copy (-t) has no image (-B)");
    if (!general.imagedigest.empty() && !is_digest(general.imagedigest))
        problems.add("imagedigest: '", printable(general.imagedigest),
                     "' is not of the form sha256: and 64 hexadecimal digits");
    const auto command = command_words(general.imagecommand);
    if (problems.expect(command, "imagecommand") && general.imageinit && command->empty())
        problems.add("imageinit: there is no imagecommand to run");
    problems.expect(command_words(general.imageenvironment), "imageenvironment");
}

void check_own_attributes(const General& general, Problems& problems) {
    constexpr std::uint32_t most_keys = 8191;
    constexpr std::uint32_t ids = 65536;
    if (general.key > most_keys) problems.add("key: ", general.key, " is more than ", most_keys);
    // ids below would be people and services of the global environment
    if (general.idbase != 0 && (general.idbase < ids || general.idbase > UINT32_MAX - ids))
        problems.add("idbase: ", general.idbase,
                     " leaves no room for 65536 ids of its own; it must lie between ", ids, " and ",
                     UINT32_MAX - ids);
    if (general.cdate < 0 || general.mdate < 0)
        problems.add("cdate, mdate: a date cannot be negative");
    expect_word(general.owner, "owner", problems);
}

void refuse(bool given, std::string_view what, std::string_view kind, Problems& problems) {
    if (given) problems.add(what, " is not possible for ", kind, " workload partition");
}

void check_application(const Definition& definition, Problems& problems) {
    const auto& general = definition.general;
    constexpr std::string_view kind = "an application";
    const auto unlike_default = definition.security != Security{};
    refuse(unlike_default, "a privilege set (-S)", kind, problems);
    refuse(!definition.devices.empty(), "a device (-D)", kind, problems);
    refuse(!definition.kernel_extensions.empty(), "a kernel extension (-X)", kind, problems);
    refuse(!definition.copy_controls.empty(), "a copy control (-T)", kind, problems);
    refuse(!definition.options.empty(), "a file-system option (-L)", kind, problems);
    refuse(general.privateusr, "privateusr (-l)", kind, problems);
    refuse(!general.devices.empty(), "a device exports file (-b)", kind, problems);
    refuse(!general.vg.empty(), "a volume group (-g)", kind, problems);
    refuse(general.autostart, "auto (-A)", kind, problems);
    refuse(general.copynameres, "copynameres (-r)", kind, problems);
    refuse(general.preserve, "preserve (-p)", kind, problems);
    refuse(general.rootvg, "rootvg", kind, problems);
    refuse(!general.postscripts.empty(), "a postscript (-k)", kind, problems);
    refuse(!general.image.empty(), "an image (-B)", kind, problems);
    refuse(general.systemcopy, "a system copy (-t)", kind, problems);
    refuse(definition.directory() != "/", "a base directory (-d)", kind, problems);
    if (!general.application.empty())
        problems.expect(parse_command(general.application), "application");
}

}  // namespace

void check_general(const Definition& definition, Problems& problems) {
    const auto& general = definition.general;
    const bool named = problems.expect(check_name(general.name), "name");
    if (!general.hostname.empty())
        problems.expect(check_hostname(general.hostname), "hostname");
    else if (named && !check_hostname(general.name))
        problems.add("hostname: '", printable(general.name),
                     "' cannot be a host name as well; give one with -h");
    if (definition.system()) check_base_directory(definition.directory(), problems);
    expect_word(general.vg, "vg", problems);
    expect_path(general.script, "script", problems);
    expect_path(general.devices, "devices", problems);
    for (const auto& each : general.postscripts) expect_path(each, "postscript", problems);
    expect_word(general.ostype, "ostype", problems);
    expect_word(general.architecture, "architecture", problems);
    if (!general.uuid.empty() && !is_uuid(general.uuid))
        problems.add("uuid: '", printable(general.uuid),
                     "' is not of the form 01234567-89ab-cdef-0123-456789abcdef");
    check_image(general, problems);
    check_own_attributes(general, problems);
}

void check_type(const Definition& definition, Problems& problems) {
    if (!definition.system()) return check_application(definition, problems);
    refuse(!definition.general.application.empty(), "application", "a system", problems);
    refuse(definition.general.xwparipc, "xwparipc (-x)", "a system", problems);
}

void check_free_stanzas(const Definition& definition, Problems& problems) {
    for (const auto& [name, value] : definition.copy_controls)
        if (value != "yes" && value != "no")
            problems.add("copy_controls: ", name, " is '", printable(value), "'; give yes or no");
    for (const auto& [name, value] : definition.options) {
        if (name == "image_data") expect_path(value, "image_data", problems);
        if (name == "shrink" && value != "yes" && value != "no")
            problems.add("options: shrink is '", printable(value), "'; give yes or no");
    }
}

Result<void> check(const Definition& definition, const Knowledge& knowledge) {
    Problems problems;
    check_general(definition, problems);
    check_type(definition, problems);
    check_networks(definition, problems);
    check_routes(definition, problems);
    check_mounts(definition, problems);
    check_resources(definition, problems);
    check_security(definition, knowledge, problems);
    check_devices(definition, problems);
    check_free_stanzas(definition, problems);
    return problems.result();
}

}  // namespace spec
