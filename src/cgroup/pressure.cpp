#include "cgroup/pressure.h"

#include <cerrno>
#include <charconv>

#include "os/dir.h"

namespace cgroup {
namespace {

std::optional<double> decimal(std::string_view text) {
    double value = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (read.ec != std::errc{} || read.ptr != end || text.empty()) return std::nullopt;
    return value;
}

// "some avg10=0.00 avg60=0.31 avg300=1.02 total=123456"
std::optional<Pressure::Stall> parse_stall(const std::vector<std::string>& fields) {
    Pressure::Stall stall;
    int found = 0;
    const auto take = [&](std::string_view field, std::string_view key, auto& to, auto read) {
        if (field.substr(0, key.size()) != key) return;
        const auto value = read(field.substr(key.size()));
        if (!value) return;
        to = *value;
        ++found;
    };
    for (const auto& field : fields) {
        take(field, "avg10=", stall.avg10, decimal);
        take(field, "avg60=", stall.avg60, decimal);
        take(field, "avg300=", stall.avg300, decimal);
        take(field, "total=", stall.total_microseconds, to_number);
    }
    return found == 4 ? std::optional(stall) : std::nullopt;
}

bool measured_elsewhere() { return os::exists("/proc/pressure"); }

Error not_measured(const Error& error) {
    // ENOENT and EOPNOTSUPP: without PSI, or with it switched off
    if (error.kind != Kind::missing && error.os_number != EOPNOTSUPP) return error;
    if (measured_elsewhere())
        return {Kind::unsupported,
                "the kernel measures no pressure for cgroups; boot without cgroup_disable=pressure",
                error.os_number};
    return {Kind::unsupported, "the kernel does not measure pressure; boot it with psi=1",
            error.os_number};
}

}  // namespace

Pressure parse_pressure(std::string_view text) {
    Pressure pressure;
    for (const auto& line : split(text, '\n')) {
        const auto fields = words(line);
        if (fields.empty()) continue;
        if (fields.front() == "some") pressure.some = parse_stall(fields);
        if (fields.front() == "full") pressure.full = parse_stall(fields);
    }
    return pressure;
}

Result<Pressure> pressure_of(const Hierarchy& hierarchy, const std::string& name,
                             std::string_view resource) {
    const auto group = hierarchy.v2_group(name);
    if (!os::exists(group)) return Error{Kind::missing, cat("no cgroup '", group, "'")};
    const auto text = os::read_file(cat(group, "/", resource, ".pressure"));
    if (!text) return not_measured(text.error());
    return parse_pressure(*text);
}

}  // namespace cgroup
