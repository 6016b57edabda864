// MD5 (RFC 1321), because package databases record it: it tells a changed file from one as shipped,
// nothing more.
#pragma once
#include <string>
#include <string_view>

namespace rootpart {

std::string md5(std::string_view text);  // 32 hexadecimal digits

}  // namespace rootpart
