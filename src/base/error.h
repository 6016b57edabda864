// What went wrong, as a value: a kind to branch on, a text for the administrator, the errno if the kernel said it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

enum class Kind : std::uint8_t {
    invalid,      // the request makes no sense: a wrong flag, value or name
    missing,      // what it speaks of is not there
    exists,       // what it would make is there already
    busy,         // somebody else holds it, or it is in the wrong state
    denied,       // not allowed
    unsupported,  // this machine cannot
    full,         // no space, no ids, a limit reached
    interrupted,  // a signal asked us to stop
    other
};

struct Error {
    Kind kind = Kind::other;
    std::string text = {};
    int os_number = 0;    // errno, when a system call was the cause
    std::string id = {};  // AIX message id ("0960-419"), when AIX has one

    /// "CALL 'SUBJECT': No such file or directory (ENOENT)"; the kind follows from the number.
    static Error os(int number, std::string_view call, std::string_view subject);
    /// The same error seen from one step further out: "STEP: TEXT".
    Error within(std::string_view step) const {
        return {kind, cat(step, ": ", text), os_number, id};
    }
};

Kind kind_of(int os_number);
