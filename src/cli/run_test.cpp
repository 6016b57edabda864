#include "cli/run.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "base/fd.h"
#include "cli/arguments.h"
#include "cli/terminal.h"

namespace {

using testing::HasSubstr;

constexpr std::array flags = {
    cli::Flag{.name = "F", .meaning = "force"},
    cli::Flag{.name = "v", .meaning = "verbose"},
};

Result<int> succeed(const cli::Arguments&, cli::Terminal& terminal) {
    terminal.line("done");
    return 0;
}
Result<int> relay(const cli::Arguments&, cli::Terminal&) { return 42; }
Result<int> fail(const cli::Arguments&, cli::Terminal& terminal) {
    terminal.text("half");
    return Error{Kind::missing, "Could not find a workload partition called x.", 0, "0960-419"};
}
Result<int> refuse(const cli::Arguments&, cli::Terminal&) {
    return Error{Kind::invalid, "bad name", 0, {}};
}
Result<int> explode(const cli::Arguments&, cli::Terminal&) { throw std::runtime_error("boom"); }

cli::Command command(cli::Action action) {
    return {.name = "startwpar",
            .summary = "start a defined WPAR",
            .flags = flags,
            .operands = {.shown = "wparname", .least = 1, .most = 1},
            .needs = cli::Needs::nothing,
            .action = action};
}

// What a run wrote, by way of pipes that hold less than they could.
struct Ran {
    int status = 0;
    std::string output = {};
    std::string errors = {};
};

std::string drain(int fd) {
    std::array<char, 65536> text = {};
    const auto size = ::read(fd, text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

Ran ran(cli::Action action, const std::vector<std::string>& words) {
    int out[2] = {};
    int err[2] = {};
    EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(err, O_CLOEXEC), 0);
    const UniqueFd out_end(out[0]);
    const UniqueFd err_end(err[0]);
    Ran result;
    {
        const UniqueFd output(out[1]);
        const UniqueFd errors(err[1]);
        cli::Terminal terminal("startwpar", {output.get(), errors.get()});
        result.status = cli::run(command(action), {.shown = "startwpar", .words = words}, terminal);
    }
    result.output = drain(out_end.get());
    result.errors = drain(err_end.get());
    return result;
}

TEST(Run, SuccessIsZero) {
    const auto result = ran(succeed, {"web1"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.output, "done\n");
    EXPECT_EQ(result.errors, "");
}

TEST(Run, TheStatusOfWhatRanIsRelayed) { EXPECT_EQ(ran(relay, {"web1"}).status, 42); }

TEST(Run, AnErrorHasTheCommandAndTheMessageId) {
    const auto result = ran(fail, {"x"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.errors, "startwpar: 0960-419 Could not find a workload partition called x.\n");
    EXPECT_EQ(result.output, "half");
}

TEST(Run, ARequestWithoutSenseIsTwo) {
    EXPECT_EQ(ran(refuse, {"x"}).status, 2);
    const auto result = ran(succeed, {"-Z", "x"});
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors,
              "startwpar: flag -Z is not known\nUsage: startwpar [-F] [-v] wparname\n");
}

TEST(Run, ExceptionsBecomeErrors) {
    const auto result = ran(explode, {"x"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.errors, "startwpar: internal error: boom\n");
}

TEST(Run, VerboseTellsStartAndEnd) {
    EXPECT_EQ(ran(succeed, {"-v", "web1"}).output,
              "startwpar: COMMAND START, ARGS: -v web1\ndone\n"
              "startwpar: Return Status = SUCCESS\n");
    EXPECT_THAT(ran(fail, {"-v", "x"}).output, HasSubstr("Return Status = FAILURE\n"));
}

TEST(Run, HelpGoesToStandardOutput) {
    const auto result = ran(fail, {"--help"});
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.output, HasSubstr("Usage: startwpar [-F] [-v] wparname\n"));
    EXPECT_THAT(result.output, HasSubstr("  -F                      force\n"));
    EXPECT_EQ(ran(fail, {"--version"}).output, "startwpar (Corral) " CORRAL_VERSION "\n");
}

TEST(Run, RootIsDemandedInPlainWords) {
    const auto as_nobody = [] {
        if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(99);
        auto needing = command(succeed);
        needing.needs = cli::Needs::root;
        cli::Terminal terminal("startwpar");
        const std::vector<std::string> words = {"web1"};
        ::_exit(cli::run(needing, {.shown = "startwpar", .words = words}, terminal));
    };
    EXPECT_EXIT(as_nobody(), testing::ExitedWithCode(1), "startwpar: only root may do this");
}

TEST(Run, AFullDiskUnderStandardOutputIsAnError) {
    const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    if (!full) GTEST_SKIP() << "no /dev/full";
    cli::Terminal terminal("startwpar", {full.get(), 2});
    testing::internal::CaptureStderr();
    const std::vector<std::string> words = {"web1"};
    EXPECT_EQ(cli::run(command(succeed), {.shown = "startwpar", .words = words}, terminal), 1);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("ENOSPC"));
}

TEST(Run, AClosedPipeIsAnErrorNotADeath) {
    int ends[2] = {};
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    ::close(ends[0]);
    const UniqueFd writer(ends[1]);
    cli::Terminal terminal("startwpar", {writer.get(), 2});
    testing::internal::CaptureStderr();
    const std::vector<std::string> words = {"web1"};
    EXPECT_EQ(cli::run(command(succeed), {.shown = "startwpar", .words = words}, terminal), 1);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("EPIPE"));
}

TEST(Terminal, StepsNameTheCommandWhenVerbose) {
    testing::internal::CaptureStdout();
    cli::Terminal terminal("stopwpar");
    terminal.step("one");
    terminal.set_verbose(true);
    terminal.step("two");
    terminal.message("0960-242", "Waiting");
    EXPECT_EQ(testing::internal::GetCapturedStdout(),
              "one\nstopwpar: two\nstopwpar: 0960-242 Waiting\n");
}

TEST(Terminal, PendingTextComesBeforeALaterComplaint) {
    testing::internal::CaptureStdout();
    cli::Terminal terminal("lswpar", {1, 1});
    terminal.text("a\n");
    terminal.warn("b");
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "a\nlswpar: ATTENTION: b\n");
}

}  // namespace
