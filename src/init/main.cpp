// libexec/corral/tiny-init USER DIRECTORY WORD...: the first process of a WPAR whose image brings a command and no init.
// It starts the command as that user, buries whatever is left to it, hands on signals, and ends with the last process. It
// is seen as /.corral-init inside, and needs nothing that lies there.
#include <unistd.h>

#include <string_view>

#include "init/command.h"
#include "launch/tiny_init.h"

namespace {

constexpr int cannot_run = 127;

int tell(const Error& error) {
    const auto line = cat("corral-init: ", printable(error.text), "\n");
    (void)!::write(STDERR_FILENO, line.data(), line.size());  // the console, or nobody
    return cannot_run;
}

// As another process: only that one changes its user.
std::vector<std::string> second_self(char** words) {
    std::vector<std::string> all = {"/proc/self/exe", "--run"};
    for (char** word = words + 1; *word != nullptr; ++word) all.emplace_back(*word);
    return all;
}

int watch(char** words) {
    launch::Command command = {.words = second_self(words)};
    for (char** variable = environ; *variable != nullptr; ++variable)
        command.environment.emplace_back(*variable);
    const auto started = launch::start_command(command);
    return started ? launch::watch_over(*started) : tell(started.error());
}

}  // namespace

int main(int count, char** words) {
    constexpr int least = 4;
    const bool inner = count > 1 && std::string_view(words[1]) == "--run";
    if (count < least + (inner ? 1 : 0)) return 2;
    if (!inner) return watch(words);
    return tell(
        init::run({.user = words[2], .directory = words[3], .words = {words + 4, words + count}}));
}
