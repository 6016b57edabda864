#include "session/record.h"

#include <fcntl.h>
#include <lastlog.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include <algorithm>
#include <cstring>

#include "base/time.h"

namespace session {
namespace {

constexpr off_t utmp_limit = 4 << 20;

// Only a plain file that is there: the owner of the WPAR may have put anything in its place.
UniqueFd open_record(const os::Dir& root, const char* name, int flags) {
    auto opened =
        root.open_file({.path = name, .flags = flags | O_NONBLOCK | O_NOCTTY, .in_root = true});
    struct stat found = {};
    if (!opened || ::fstat(opened->get(), &found) != 0 || !S_ISREG(found.st_mode))
        return UniqueFd();
    return std::move(*opened);
}

template <std::size_t size>
void set_field(char (&field)[size], const std::string& text) {
    std::memcpy(field, text.data(), std::min(size, text.size()));
}

template <std::size_t size>
std::string field_text(const char (&field)[size]) {
    return printable(std::string_view(field, ::strnlen(field, size)));
}

std::string last_login_line(const lastlog& last) {
    if (last.ll_time == 0) return "";
    const auto from = field_text(last.ll_host);
    return cat("Last login: ", local_time(last.ll_time, "%a %b %e %H:%M:%S %Y"), " on /dev/",
               field_text(last.ll_line), from.empty() ? "" : " from ", from);
}

std::string exchange_lastlog(const os::Dir& root, const LoginRecord& record) {
    const auto file = open_record(root, "var/log/lastlog", O_RDWR);
    if (!file) return "";
    lastlog last = {};
    const auto place = static_cast<off_t>(record.uid) * static_cast<off_t>(sizeof last);
    const bool known = ::pread(file.get(), &last, sizeof last, place) == sizeof last;
    auto line = known ? last_login_line(last) : "";
    lastlog now = {};
    now.ll_time = static_cast<decltype(now.ll_time)>(::time(nullptr));
    set_field(now.ll_line, record.line);
    set_field(now.ll_host, record.from);
    (void)!::pwrite(file.get(), &now, sizeof now, place);  // a full disk must not keep root out
    return line;
}

utmp utmp_entry(const LoginRecord& record, short type) {
    utmp entry = {};
    timespec now = {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    entry.ut_type = type;
    entry.ut_pid = record.pid;
    entry.ut_tv.tv_sec = static_cast<std::int32_t>(now.tv_sec);
    entry.ut_tv.tv_usec = static_cast<std::int32_t>(now.tv_nsec / 1000);
    set_field(entry.ut_line, record.line);
    set_field(entry.ut_id, record.line.substr(record.line.rfind('/') + 1));
    if (type == USER_PROCESS) {
        set_field(entry.ut_user, record.user);
        set_field(entry.ut_host, record.from);
    }
    return entry;
}

// Where the entry of this line is or was, else the end.
void put_utmp(const os::Dir& root, const utmp& entry) {
    const auto file = open_record(root, "run/utmp", O_RDWR);
    if (!file) return;
    utmp present = {};
    off_t place = 0;
    for (; place < utmp_limit; place += static_cast<off_t>(sizeof present)) {
        if (::pread(file.get(), &present, sizeof present, place) != sizeof present) break;
        const bool session = present.ut_type == USER_PROCESS || present.ut_type == DEAD_PROCESS;
        if (session && std::memcmp(present.ut_line, entry.ut_line, sizeof present.ut_line) == 0)
            break;
    }
    if (place < utmp_limit) (void)!::pwrite(file.get(), &entry, sizeof entry, place);
}

void add_wtmp(const os::Dir& root, const utmp& entry) {
    const auto file = open_record(root, "var/log/wtmp", O_WRONLY | O_APPEND);
    if (file) (void)!::write(file.get(), &entry, sizeof entry);
}

}  // namespace

std::string record_login(const os::Dir& root, const LoginRecord& record) {
    const auto entry = utmp_entry(record, USER_PROCESS);
    put_utmp(root, entry);
    add_wtmp(root, entry);
    return exchange_lastlog(root, record);
}

void record_logout(const os::Dir& root, const LoginRecord& record) {
    const auto entry = utmp_entry(record, DEAD_PROCESS);
    put_utmp(root, entry);
    add_wtmp(root, entry);
}

}  // namespace session
