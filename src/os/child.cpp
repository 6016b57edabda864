#include "os/child.h"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>

namespace os {

int reap(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

int exit_status(int wait_status) {
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> row;
    row.reserve(strings.size() + 1);
    for (const auto& string : strings) row.push_back(const_cast<char*>(string.c_str()));
    row.push_back(nullptr);
    return row;
}

void forget_signals() {
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none = {};
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace os
