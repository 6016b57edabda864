// What went wrong, as a value: a kind to branch on, a text for the administrator, the errno if the kernel said it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
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
    std::string check =
        {};  // of `corral doctor`, when this machine is the cause and that one explains it

    /// "CALL 'SUBJECT': No such file or directory (ENOENT)"; the kind follows from the number.
    static Error os(int number, std::string_view call, std::string_view subject);
    /// The same error seen from one step further out: "STEP: TEXT".
    Error within(std::string_view step) const {
        return {kind, cat(step, ": ", text), os_number, id, check};
    }
    /// Names the check, unless whoever was nearer to the cause named one.
    Error explained_by(std::string_view named) const {
        return {kind, text, os_number, id, check.empty() ? std::string(named) : check};
    }
    /// The text as people read it: "TEXT (check: corral doctor idmap)".
    std::string shown() const;
};

Kind kind_of(int os_number);
