// What check() collects: one line for each thing that is wrong.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "spec/check.h"
#include "spec/definition.h"

namespace spec {

class Problems {
  public:
    template <class... Parts>
    void add(const Parts&... parts) {
        if (!text_.empty()) text_ += '\n';
        text_ += cat(parts...);
    }
    /// Adds "WHAT: ..." if the result is an error; true if it is none.
    template <class T>
    bool expect(const Result<T>& result, std::string_view what) {
        if (!result) add(what, ": ", result.error().text);
        return static_cast<bool>(result);
    }
    Result<void> result() const {
        if (text_.empty()) return {};
        return Error{Kind::invalid, text_};
    }

  private:
    std::string text_ = {};
};

bool consists_of(std::string_view text, std::string_view allowed);
inline constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr std::string_view digits = "0123456789";
bool is_at_or_below(std::string_view path, std::string_view directory);

void check_general(const Definition& definition, Problems& problems);
void check_type(const Definition& definition,
                Problems& problems);  // what the kind of WPAR rules out
void check_networks(const Definition& definition, Problems& problems);
void check_routes(const Definition& definition, Problems& problems);
void check_mounts(const Definition& definition, Problems& problems);
void check_resources(const Definition& definition, Problems& problems);
void check_security(const Definition& definition, const Knowledge& knowledge, Problems& problems);
void check_devices(const Definition& definition, Problems& problems);
void check_free_stanzas(const Definition& definition, Problems& problems);

}  // namespace spec
