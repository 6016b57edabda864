// Any bytes as the account files of a WPAR that is brought level: nothing may crash, no line of the inside's is lost,
// nobody but root becomes root, and what is needed is there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "rootpart/merge_accounts.h"
#include "rootpart/merge_texts.h"

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

std::size_t roots_in(std::string_view passwd) {
    std::size_t count = 0;
    for (const auto& line : split(passwd, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() == 7 && to_number(fields[2]) == 0U) ++count;
    }
    return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const rootpart::Accounts inside = {text, text, text, text};
    const rootpart::Accounts wanted = {"redis:x:105:110::/:/bin/false\n", "redis:x:110:redis\n",
                                       "redis:*:9:0:99999:7:::\n", "redis:*::redis\n"};
    const auto merged = rootpart::merge_accounts({inside, wanted, "", "", false});
    must(("\n" + merged.texts.passwd).find("\nredis:") != std::string::npos);
    must(("\n" + merged.texts.group).find("\nredis:") != std::string::npos);
    must(roots_in(merged.texts.passwd) == roots_in(text));
    must(merged.texts.shadow.size() >= text.size());
    must(merged.texts.passwd.substr(0, text.size()) == text);
    (void)rootpart::merge_records(text, text);
    (void)rootpart::merge_lines(text, text, "a\n", 3);
    return 0;
}
