// What the program that packs is asked to do, as lines of text: KEY VALUE, values escaped.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pack {

struct Front {
    std::string path = {};  // ".savewpar_dir/wpar.spec"
    std::string text = {};
    bool operator==(const Front&) const = default;
};
struct Request {
    std::vector<std::string> enter =
        {};  // mount points, without the slash at their beginning, whose file systems belong to it
    std::vector<std::string> exclude = {};   // names that are left out with all below them
    std::vector<std::string> patterns = {};  // extended regular expressions against "./etc/passwd"
    std::vector<Front> front = {};           // the first members
    std::int64_t time = 0;                   // of those
    std::int64_t moment = 0;                 // when a copy was begun: nanoseconds since the epoch
    int level = 3;                           // 1 to 19; 0: not compressed
    unsigned threads = 1;
    bool attributes = true;   // extended attributes and access lists, too
    bool names = false;       // tell each name that is stored
    bool only_count = false;  // write nothing
    bool operator==(const Request&) const = default;
};

std::string write(const Request& request);
Result<Request> parse(std::string_view text);

}  // namespace pack
