// What the future keeper tells startwpar: that all went well, or the whole error.
#pragma once
#include "base/fd.h"
#include "base/result.h"
#include "os/process.h"

namespace partition {

struct ReportEnds {
    UniqueFd reader;
    UniqueFd writer;
};
Result<ReportEnds> make_report();
void report(int writer, const Error& error);
void report(int writer, const os::ProcessId& init,
            int attached);  // attached: a descriptor to hand over, or -1

struct Report {
    os::ProcessId init = {};
    UniqueFd attached = UniqueFd();
};
/// One report; Kind::other when the writer died without a word.
Result<Report> read_report(int reader);
/// After a good report: the end of file that execve leaves, or the error why it failed.
Result<void> read_end(int reader);

}  // namespace partition
