// Words for the tests of judges: what a report says about whom.
#pragma once
#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "doctor/report.h"

namespace doctor {

inline const Finding& only(const Report& report) {
    static const Finding none;
    EXPECT_EQ(report.findings.size(), 1U);
    return report.findings.empty() ? none : report.findings.front();
}

/// A finding of that severity whose text holds the words.
inline auto finds(Severity severity, const std::string& words) {
    return testing::AllOf(testing::Field(&Finding::severity, severity),
                          testing::Field(&Finding::text, testing::HasSubstr(words)));
}

}  // namespace doctor
