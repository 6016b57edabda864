// For the tests of this folder.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/result.h"

namespace spec {

/// What went wrong, or "" if nothing did.
template <class T>
std::string problem(const Result<T>& result) {
    return result ? "" : result.error().text;
}

MATCHER(Works, "is no error") {
    *result_listener << problem(arg);
    return static_cast<bool>(arg);
}
MATCHER_P(FailsWith, words, "is an error that says '" + std::string(words) + "'") {
    *result_listener << problem(arg);
    return !arg && arg.error().text.find(words) != std::string::npos;
}
MATCHER_P(Holds, value, "holds the value") {
    *result_listener << problem(arg);
    return arg && *arg == value;
}

}  // namespace spec
