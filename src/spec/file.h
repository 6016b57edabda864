// Definitions as AIX stanza files: NAME.cf and specification files.
//
//   general:
//           name = "web1"
//   * comment
//   network:
//           address = "10.0.0.5"
//
// A value may stand in double quotes, in which \" \\ \n \t and \xNN are escapes, or bare up to the
// end of its line.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "spec/definition.h"

namespace spec {

inline constexpr std::size_t file_size_limit = std::size_t{1} << 20;

/// A definition as Corral keeps it. Errors read "FILE:LINE: what is wrong there, and what was
/// expected". Says nothing about the sense of the values: see spec/check.h.
Result<Definition> parse(std::string_view text, std::string_view file_name);
/// A specification file (-f): what only Corral writes (type, version, key, idbase, cdate, mdate,
/// owner) is ignored.
Result<Definition> parse_specification(std::string_view text, std::string_view file_name);
/// Stanza general alone; the others are stepped over unseen. For listing a thousand WPARs.
Result<Definition> parse_general(std::string_view text, std::string_view file_name);

/// Only what differs from the default, in the table's order: parse(write(d)) is d.
std::string write(const Definition& definition);
/// For -o: without what only Corral writes.
std::string write_specification(const Definition& definition);

}  // namespace spec
