#include "security/secattrs.h"

#include "base/text.h"
#include "security/privileges.h"

namespace security {
namespace {

Error damaged(std::size_t number, std::string_view expected) {
    return {Kind::invalid, cat("line ", number, ": expected ", expected)};
}

class Reader {
  public:
    Result<void> line(std::string_view text, std::size_t number) {
        const auto content = trim(text);
        if (content.empty() || content.front() == '*' || content.front() == '#') return {};
        if (content.back() == ':') return stanza(content, number);
        if (!in_stanza_) return damaged(number, "'default:' before any attribute");
        if (goes_on_) return add(content, number);
        const auto equals = content.find('=');
        if (equals == std::string_view::npos || trim(content.substr(0, equals)) != "privs")
            return damaged(number, "'privs = PV_...,PV_...'");
        return add(trim(content.substr(equals + 1)), number);
    }
    Result<std::vector<std::string>> finish() {
        if (!in_stanza_) return Error{Kind::invalid, "expected a stanza 'default:'"};
        return std::move(privileges_);
    }

  private:
    Result<void> stanza(std::string_view content, std::size_t number) {
        if (content != "default:" || in_stanza_)
            return damaged(number, "one stanza only, 'default:'");
        in_stanza_ = true;
        return {};
    }
    Result<void> add(std::string_view list, std::size_t number) {
        goes_on_ = !list.empty() && list.back() == ',';
        for (const auto& part : split(list, ',')) {
            const auto name = std::string(trim(part));
            if (name.empty()) continue;
            const auto known = capabilities_of({name});
            if (!known) return known.error().within(cat("line ", number));
            privileges_.push_back(name);
        }
        return {};
    }

    bool in_stanza_ = false;
    bool goes_on_ = false;
    std::vector<std::string> privileges_;
};

}  // namespace

Result<std::vector<std::string>> parse_secattrs(std::string_view text) {
    Reader reader;
    std::size_t number = 0;
    for (const auto& line : split(text, '\n')) TRY(reader.line(line, ++number));
    return reader.finish();
}

std::string default_secattrs() {
    std::string text =
        "* The privileges of a system WPAR whose definition names none (mkwpar -S privs=...).\n"
        "* They bound everything inside, root included, and take effect at the next start.\n"
        "* mkwpar(8) lists what each means on Linux. Absent on purpose: PV_NET_CONFIG, "
        "PV_NET_CNTL,\n"
        "* PV_NET_RAWSOCK (addresses and packets), PV_DEV_LOAD (drivers).\n"
        "\n"
        "default:\n"
        "\tprivs = ";
    std::size_t column = 0;
    for (const auto& name : default_privileges()) {
        if (column > 0) text += ",";
        if (column > 80) {
            text += "\n\t\t";
            column = 0;
        }
        text += name;
        column += name.size() + 1;
    }
    return text + "\n";
}

}  // namespace security
