// A command as a table. AIX's flag grammar is in no library: single letters that cluster, flags
// that take several attribute=value words, optional values, two-letter variants (-Br). From the one
// table come the parser, usage, --help, the man page's SYNOPSIS and OPTIONS, and completion. Tables
// are constant data: nothing is built when the program starts.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "spec/attributes.h"

namespace cli {

class Arguments;
class Terminal;

enum class Takes : std::uint8_t {
    nothing,   // -F
    value,     // -n name or -nname
    optional,  // -p [name]: the next word unless it is a flag or does not `fit`
    pairs,     // -R memory=.. CPU=..: every following word like name=value; a blank must follow the
               // letter
    names,     // -K -R memory CPU: following words, as long as enough are left for the operands
    variant    // -B, -Br, -Bf: one of the letters in `value` may follow at once
};

struct Flag {
    std::string_view name;  // one letter or digit; longer names are GNU long options (--json)
    Takes takes = Takes::nothing;
    std::string_view value = {};  // what usage calls the value: "directory"
    std::string_view meaning = {};
    bool repeats = false;
    std::optional<spec::Stanza> stanza = {};   // whose attributes pairs and names take
    bool (*fits)(std::string_view) = nullptr;  // of an optional value
};

struct Rule {
    enum class Kind : std::uint8_t {
        exclusive,  // at most one of `flags`
        needs,      // the first of `flags` is given only together with one of the others
        one_of      // at least one of `flags`
    };
    Kind kind = Kind::exclusive;
    std::string_view flags;  // letters
};

struct Operands {
    static constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
    std::string_view shown = {};  // as usage prints them: "wparname"
    std::size_t least = 0;
    std::size_t most = 0;
    std::size_t last_before =
        any;  // after so many operands all words are operands (another program's command line)
    std::size_t wpars = any;  // so many of the first are names of WPARs, for completion
    std::span<const std::string_view> words = {};  // what else completion offers
};

struct Example {
    std::string_view line;
    std::string_view meaning;
};

enum class Needs : std::uint8_t { root, nothing };

using Action = Result<int> (*)(const Arguments&, Terminal&);

/// A second set of flags that one flag switches to (chwpar -K).
struct Form {
    char key = 0;
    std::span<const Flag> flags = {};  // holds the key too
};

struct Command {
    std::string_view name;       // "mkwpar"
    std::string_view verb = {};  // "make", for `corral make`
    std::string_view summary = {};
    std::string_view page = {};  // of the manual; empty: the name
    std::span<const Flag> flags = {};
    Form form = {};
    std::span<const Rule> rules = {};  // letters that the form in use does not have are passed over
    Operands operands = {};
    std::span<const Example> examples = {};
    Needs needs = Needs::root;
    bool ascii =
        false;  // refuse arguments that are not printable ASCII, as AIX does whatever the locale
    Action action = nullptr;
};

}  // namespace cli
