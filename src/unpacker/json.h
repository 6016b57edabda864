// Foreign JSON, read without trust: limited in depth, no exceptions, a missing or odd part is an empty one.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unpacker {

using Json = nlohmann::json;

/// `what` names it in errors: "the image's index".
Result<Json> parse_json(std::string_view text, std::string_view what);

const Json& part(const Json& of, const char* name);  // null when it is missing
std::string text_of(const Json& of, const char* name);
std::uint64_t number_of(const Json& of, const char* name);
std::vector<std::string> texts_of(const Json& of, const char* name);

}  // namespace unpacker
