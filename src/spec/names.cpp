// Names, host names and paths: check_name, check_hostname, check_path, usable_name.
#include <algorithm>

#include "spec/problems.h"

namespace spec {
namespace {

constexpr std::size_t longest_name = 25;
constexpr std::string_view forbidden_in_names = "=:/!;`'\"<>~&()*+[],.^{}|\\";

bool forbidden(char c) {
    return c <= 0x20 || c >= 0x7f || forbidden_in_names.find(c) != std::string_view::npos;
}

Error bad_name(std::string_view name, std::string_view why) {
    return {Kind::invalid,
            cat("'", printable(name), "' cannot be the name of a workload partition: ", why)};
}

Error bad_path(std::string_view path, std::string_view why) {
    return {Kind::invalid, cat("'", printable(path), "' ", why)};
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) {
               return letters.find(c) != std::string_view::npos ||
                      digits.find(c) != std::string_view::npos || c == '-' || c == '_';
           });
}

}  // namespace

bool consists_of(std::string_view text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_at_or_below(std::string_view path, std::string_view directory) {
    return path.starts_with(directory) &&
           (path.size() == directory.size() || directory.ends_with('/') ||
            path[directory.size()] == '/');
}

Result<void> check_name(std::string_view name) {
    if (name.empty())
        return Error{Kind::invalid, "the name of a workload partition cannot be empty"};
    if (name.size() > longest_name)
        return bad_name(name, cat("it is ", name.size(), " bytes long, at most ", longest_name,
                                  " are allowed"));
    if (name == "." || name == "..") return bad_name(name, "it stands for a directory");
    if (name.front() == '-') return bad_name(name, "it begins with '-'");
    if (name.front() == '0') return bad_name(name, "it begins with '0'");
    const auto* bad = std::find_if(name.begin(), name.end(), forbidden);
    if (bad == name.end()) return {};
    if (*bad == ' ' || *bad == '\t' || *bad == '\n' || *bad == '\r')
        return bad_name(name, "it contains a blank, tab or newline");
    if (static_cast<unsigned char>(*bad) >= 0x80) return bad_name(name, "it is not plain ASCII");
    if (*bad < 0x20 || *bad == 0x7f) return bad_name(name, "it contains a control character");
    return bad_name(name,
                    cat("it contains ", *bad, "; none of these is allowed: ", forbidden_in_names));
}

std::string usable_name(std::string_view wished) {
    std::string name(wished.substr(0, longest_name));
    std::replace_if(name.begin(), name.end(), forbidden, '_');
    if (name.empty() || name.front() == '-' || name.front() == '0') name.insert(0, 1, '_');
    name.resize(std::min(name.size(), longest_name));
    return name;
}

Result<void> check_hostname(std::string_view hostname) {
    constexpr std::size_t longest = 64;  // the kernel's
    const auto labels = split(hostname, '.');
    if (hostname.size() <= longest && std::all_of(labels.begin(), labels.end(), is_label))
        return {};
    return Error{Kind::invalid, cat("'", printable(hostname),
                                    "' is not a host name: labels of letters, digits, '-' and ",
                                    "'_' between dots, at most ", longest, " bytes in all")};
}

Result<void> check_path(std::string_view path) {
    if (!path.starts_with('/')) return bad_path(path, "is not an absolute path");
    if (path.size() > 4000) return bad_path(path.substr(0, 40), "... is too long for a path");
    const auto unprintable = [](char c) { return c < 0x20 || c >= 0x7f; };
    if (std::any_of(path.begin(), path.end(), unprintable))
        return bad_path(path, "contains characters other than printable ASCII");
    if (path == "/") return {};
    for (const auto& part : split(path.substr(1), '/')) {
        if (part.empty()) return bad_path(path, "has a doubled or trailing slash");
        if (part == "." || part == "..") return bad_path(path, "must not contain '.' or '..'");
        if (part.size() > 255) return bad_path(path, "has a component of more than 255 bytes");
    }
    return {};
}

}  // namespace spec
