// Any bytes as a definition: nothing may crash, and what is accepted must come back unchanged from
// what is written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "spec/address.h"
#include "spec/check.h"
#include "spec/command.h"
#include "spec/defaults.h"
#include "spec/file.h"
#include "spec/merge.h"
#include "spec/values.h"

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

void read_as_values(std::string_view text) {
    if (const auto range = spec::parse_percent_range(text); range) {
        const auto again = spec::parse_percent_range(spec::show(*range));
        must(again && *again == *range);
    }
    if (const auto address = spec::to_address(text))
        must(spec::to_address(spec::show(*address)) == address);
    if (const auto words = spec::command_words(text); words) {
        const auto again = spec::command_words(spec::command_line(*words));
        must(again && *again == *words);
    }
    must(static_cast<bool>(spec::check_name(spec::usable_name(text))));
    (void)spec::parse_cpus(text);  // only must not crash
    (void)spec::parse_amount(text);
    (void)spec::parse_netmask(text);
    (void)spec::check_path(text);
}

void read_as_file(std::string_view text) {
    const auto definition = spec::parse(text, "fuzz");
    if (!definition) return;
    const auto again = spec::parse(spec::write(*definition), "written");
    must(again && *again == *definition);
    const auto general = spec::parse_general(text, "fuzz");
    must(general && general->general == definition->general);
    must(static_cast<bool>(spec::parse_specification(text, "fuzz")));
    (void)spec::check(*definition);  // only must not crash
    const auto complete = spec::with_default_mounts(*definition);
    must(spec::with_default_mounts(complete) == complete);
    must(spec::copy_of(spec::merge({}, *definition)).name().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_as_file(text);
    read_as_values(text.substr(0, text.find('\n')));
    return 0;
}
