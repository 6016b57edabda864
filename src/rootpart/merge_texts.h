// Lists that packages and a WPAR's root both add to, merged. Texts in, texts out; the WPAR's are foreign.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace rootpart {

/// Lines in blocks of `size` (diversions have three): what is wanted now, and what was added inside since `delivered`,
/// without what was removed inside.
std::string merge_lines(std::string_view inside, std::string_view wanted,
                        std::string_view delivered, std::size_t size = 1);

/// debconf's records, separated by empty lines: those of `first`, and of `second` what `first` does not name.
std::string merge_records(std::string_view first, std::string_view second);

}  // namespace rootpart
