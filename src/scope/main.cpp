// scope make UNIT SLICE DESCRIPTION PID: makes the transient scope UNIT with that process in it.
// scope set UNIT NAME=NUMBER...: sets properties of a unit.
// What corral runs where systemd is PID 1 (systemd/scope.h); a program of its own because libsystemd is a dynamic
// library. What went wrong is on stderr; status 3 says that the unit was stopped before it was there.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <span>
#include <string_view>

#include "scope/make.h"
#include "scope/set.h"

namespace {

pid_t process_of(std::string_view text) {
    pid_t pid = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || pid <= 0)
        throw scope::Failure{"'" + std::string(text) + "' is no process"};
    return pid;
}

int run(std::span<char*> words) {
    const std::string_view verb = words.size() > 1 ? words[1] : "";
    if (verb == "make" && words.size() == 6) {
        const auto bus = scope::connect();
        scope::make(bus.get(), {words[2], words[3], words[4], process_of(words[5])});
        return 0;
    }
    if (verb == "set" && words.size() > 3) {
        const auto bus = scope::connect();
        scope::set(bus.get(), words[2], words.subspan(3));
        return 0;
    }
    std::fputs(
        "usage: scope make UNIT SLICE DESCRIPTION PID\n       scope set UNIT NAME=NUMBER...\n",
        stderr);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv, static_cast<std::size_t>(argc)});
    } catch (const scope::Failure& failure) {
        std::fprintf(stderr, "%s\n", failure.text.c_str());
        return failure.status;
    }
}
