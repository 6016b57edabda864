#include "base/error.h"

#include <cerrno>
#include <cstring>

Kind kind_of(int os_number) {
    switch (os_number) {
        case ENAMETOOLONG:
        case E2BIG:
            return Kind::invalid;
        case ENOENT:
        case ENOTDIR:
        case ESRCH:
        case ENODEV:
        case ENXIO:
            return Kind::missing;
        case EEXIST:
        case ENOTEMPTY:
            return Kind::exists;
        case EBUSY:
        case EAGAIN:
        case ETXTBSY:
        case EADDRINUSE:
            return Kind::busy;
        case EPERM:
        case EACCES:
        case EROFS:
            return Kind::denied;
        case ENOSYS:
        case EOPNOTSUPP:
        case EAFNOSUPPORT:
            return Kind::unsupported;
        case ENOSPC:
        case EDQUOT:
        case ENOMEM:
        case EMFILE:
        case ENFILE:
            return Kind::full;
        case EINTR:
            return Kind::interrupted;
        default:
            return Kind::other;
    }
}

namespace {

// Of a path that is too long to be used, its beginning and end tell where it is.
std::string shown_subject(std::string_view subject) {
    constexpr std::size_t most = 400;
    constexpr std::size_t part = 120;
    if (subject.size() <= most) return printable(subject);
    return cat(printable(subject.substr(0, part)), "...",
               printable(subject.substr(subject.size() - part)));
}

}  // namespace

Error Error::os(int number, std::string_view call, std::string_view subject) {
    const char* words = ::strerrordesc_np(number);
    const char* name = ::strerrorname_np(number);
    return {kind_of(number),
            cat(call, " '", shown_subject(subject), "': ", words ? words : "unknown error", " (",
                name ? name : "?", ")"),
            number,
            {},
            number == ENOSPC || number == EDQUOT ? std::string(checks::space) : std::string()};
}

std::string Error::shown() const {
    return check.empty() ? text : cat(text, " (check: corral doctor ", check, ")");
}
