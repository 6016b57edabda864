// Requests and responses as rpc.proto packs them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "checkpoint/criu.h"

namespace checkpoint {

std::string pack(const Request& request);
/// The answer to a notice.
std::string pack_answer(bool success);

struct Response {
    std::optional<Notice> notice = {};  // nothing: the last word
    bool success = false;
    pid_t process = 0;  // of a restore
    std::string message = {};
};
Result<Response> unpack(std::string_view bytes);

}  // namespace checkpoint
