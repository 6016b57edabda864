#include "keeper/options.h"

#include <cstring>

namespace keeper {
namespace {

bool to_number(const char* text, std::uint64_t most, std::uint64_t& number) {
    if (*text == '\0') return false;
    number = 0;
    for (; *text != '\0'; ++text) {
        if (*text < '0' || *text > '9') return false;
        const auto digit = static_cast<std::uint64_t>(*text - '0');
        if (number > (most - digit) / 10) return false;
        number = number * 10 + digit;
    }
    return true;
}

template <class Number>
bool set(const char* text, std::uint64_t most, Number& to) {
    std::uint64_t number = 0;
    if (!to_number(text, most, number)) return false;
    to = static_cast<Number>(number);
    return true;
}

template <std::size_t size>
bool copy(const char* text, char (&to)[size]) {
    const auto length = std::strlen(text);
    if (length == 0 || length >= size) return false;
    std::memcpy(to, text, length + 1);
    return true;
}

bool is(const char* word, const char* option) { return std::strcmp(word, option) == 0; }

bool set_option(const char* word, const char* value, Options& options) {
    constexpr std::uint64_t int_most = 0x7fffffff;
    if (is(word, "--name")) return copy(value, options.name);
    if (is(word, "--run-fd")) return set(value, int_most, options.run_fd);
    if (is(word, "--lock-fd")) return set(value, int_most, options.lock_fd);
    if (is(word, "--socket-fd")) return set(value, int_most, options.socket_fd);
    if (is(word, "--console-fd")) return set(value, int_most, options.console_fd);
    if (is(word, "--pidfd")) return set(value, int_most, options.pidfd);
    if (is(word, "--oom-fd")) return set(value, int_most, options.oom_fd);
    if (is(word, "--oom-event-fd")) return set(value, int_most, options.oom_event_fd);
    if (is(word, "--init-pid")) return set(value, int_most, options.init_pid);
    if (is(word, "--init-start")) return set(value, ~std::uint64_t{0}, options.init_start);
    return false;
}

}  // namespace

const char* parse(int count, char* const* arguments, Options& options) {
    if (count < 1 || !copy(arguments[0], options.program)) return "no usable program name";
    int at = 1;
    for (; at < count && !is(arguments[at], "--"); ++at) {
        if (is(arguments[at], "--adopt")) {
            options.adopt = true;
            continue;
        }
        if (at + 1 == count) return "an option lacks its value, or '--' is missing";
        if (!set_option(arguments[at], arguments[at + 1], options))
            return "unknown option or unusable value";
        ++at;
    }
    if (at + 2 != count || !copy(arguments[at + 1], options.corral))
        return "expected '--' and one program at the end";
    if (options.name[0] == '\0') return "--name is missing";
    if (options.run_fd < 0 || options.lock_fd < 0 || options.socket_fd < 0)
        return "--run-fd, --lock-fd or --socket-fd is missing";
    return nullptr;
}

void CommandLine::add_number(const char* option, std::uint64_t number) {
    char* digit = digits_[numbers_++] + sizeof digits_[0] - 1;
    do {
        *--digit = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    add(option);
    add(digit);
}

CommandLine::CommandLine(const Options& options) {
    const auto add_fd = [&](const char* option, int fd) {
        if (fd >= 0) add_number(option, static_cast<std::uint64_t>(fd));
    };
    add(options.program);
    add("--name");
    add(options.name);
    add_fd("--run-fd", options.run_fd);
    add_fd("--lock-fd", options.lock_fd);
    add_fd("--socket-fd", options.socket_fd);
    add_fd("--console-fd", options.console_fd);
    add_fd("--pidfd", options.pidfd);
    add_fd("--oom-fd", options.oom_fd);
    add_fd("--oom-event-fd", options.oom_event_fd);
    add_number("--init-pid", static_cast<std::uint64_t>(options.init_pid));
    add_number("--init-start", options.init_start);
    if (options.adopt) add("--adopt");
    add("--");
    add(options.corral);
}

}  // namespace keeper
