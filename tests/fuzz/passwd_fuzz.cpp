// Any bytes as a WPAR's account files, and as a command: nothing may crash, and what is taken from
// them must be harmless for the one who acts on it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "session/account.h"
#include "session/login.h"

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

void read_as_accounts(std::string_view text) {
    for (const char* user : {"root", "web", "a"}) {
        const auto account = session::find_account(text, user);
        if (account) {
            must(account->name == user && account->uid != 0xffffffff && account->gid != 0xffffffff);
            for (const auto& path : {account->home, account->shell})
                must(path.starts_with('/') && path.size() < 4096 && !has_control(path) &&
                     path.find(':') == std::string::npos);
        }
        const auto groups = session::groups_of(text, user, 7);
        must(!groups.empty() && groups.front() == 7 && groups.size() <= 1024);
        must(std::set<gid_t>(groups.begin(), groups.end()).size() == groups.size());
        for (const auto gid : groups) must(gid != 0xffffffff);
    }
}

void read_as_user(std::string_view text) {
    const auto account = session::find_account("root:x:0:0::/:/bin/sh\n", text);
    must(!account || text == "root");
}

void read_as_command(std::string_view text) {
    const auto plain = session::plain_words(text);
    if (!plain) return;
    must(!plain->empty() && plain->front().starts_with('/'));
    for (const auto& word : *plain)
        must(shell_word(word) == word && word.find('\0') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_as_accounts(text);
    read_as_user(text);
    read_as_command(text);
    return 0;
}
