#include "checkpoint/log.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "os/dir.h"

namespace checkpoint {
namespace {

constexpr std::size_t log_limit = std::size_t{64} << 20;
constexpr std::size_t most = 3;
constexpr std::size_t line_limit = 200;

// What every run says and nothing follows from.
constexpr std::array idle = {"RLIMIT_NOFILE", "Dumping FAILED", "Restoring FAILED"};

constexpr std::string_view mark = "Error (";

// Nothing stands before it, a time or a process's number.
std::size_t place_of_error(std::string_view line) {
    const auto place = line.find(mark);
    const bool begins = place == 0 || (place != std::string_view::npos && line[place - 1] == ' ');
    return begins ? place : std::string_view::npos;
}

bool counts(std::string_view line) {
    return place_of_error(line) != std::string_view::npos &&
           std::none_of(idle.begin(), idle.end(), [&](const char* word) {
               return line.find(word) != std::string_view::npos;
           });
}

// "(00.017965)    123: Error (criu/fsnotify.c:284): fsnotify: Can't ..." to "fsnotify: Can't ..."
std::string said(std::string_view line) {
    const auto place = line.find("): ", place_of_error(line));
    if (place != std::string_view::npos) line.remove_prefix(place + 3);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    std::string words(line.substr(0, line_limit));
    std::replace(words.begin(), words.end(), '\t', ' ');
    return printable(words);
}

}  // namespace

std::string errors_of_log(std::string_view text) {
    std::vector<std::string> found;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (!counts(line)) continue;
        auto one = said(line);
        if (std::find(found.begin(), found.end(), one) == found.end())
            found.push_back(std::move(one));
    }
    // the first is the cause, what follows are its consequences
    if (found.size() > most) found.resize(most);
    return join(found, "; ");
}

std::string errors_of_log(int directory, const std::string& name) {
    const os::Dir folder(UniqueFd(::fcntl(directory, F_DUPFD_CLOEXEC, 3)), "log");
    const auto text = folder.read(name, log_limit);
    return text ? errors_of_log(*text) : std::string();
}

}  // namespace checkpoint
