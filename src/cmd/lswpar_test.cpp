// lswpar from its command line to its output, over WPARs that are made up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/run.h"
#include "cli/terminal.h"
#include "cmd/commands.h"
#include "partition/list.h"

namespace {

using registry::Listed;
using testing::HasSubstr;

std::vector<Listed> existing;

}  // namespace

namespace partition {
Result<std::vector<Listed>> list(const ListCall& call) {
    std::vector<Listed> found;
    for (const auto& wpar : existing) {
        const auto& names = call.names;
        if (names.empty() || std::find(names.begin(), names.end(), wpar.name()) != names.end())
            found.push_back(wpar);
    }
    return found;
}
}  // namespace partition

namespace {

class Lswpar : public testing::Test {
  protected:
    void SetUp() override {
        existing = {made("mywpar01", registry::State::defined),
                    made("web1", registry::State::active)};
    }
    void TearDown() override { existing.clear(); }

    static Listed made(const std::string& name, registry::State state) {
        Listed wpar;
        wpar.definition.general.name = name;
        wpar.status.state = state;
        return wpar;
    }

    std::string run(const std::string& line) {
        const auto arguments = words(line);
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        cli::Terminal terminal("lswpar");
        status = cli::run(cmd::lswpar(), {.shown = "lswpar", .words = arguments}, terminal);
        errors = testing::internal::GetCapturedStderr();
        return testing::internal::GetCapturedStdout();
    }

    int status = 0;
    std::string errors;
};

TEST_F(Lswpar, ListsAll) {
    EXPECT_EQ(run(""),
              "Name      State  Type  Hostname  Directory\n"
              "-------------------------------------------------\n"
              "mywpar01  D      S     mywpar01  /wpars/mywpar01\n"
              "web1      A      S     web1      /wpars/web1\n");
    EXPECT_EQ(status, 0);
}

TEST_F(Lswpar, AnUnknownNameLeavesTheOthers) {
    EXPECT_EQ(run("-qca name,state nope web1"), "web1:A\n");
    EXPECT_EQ(errors, "lswpar: 0960-419 Could not find a workload partition called nope.\n");
    EXPECT_EQ(status, 1);
}

TEST_F(Lswpar, NothingMakesNoOutput) {
    existing.clear();
    EXPECT_EQ(run(""), "");
    EXPECT_EQ(run("-L"), "");
    EXPECT_EQ(run("-c"), "");
    EXPECT_EQ(status, 0);
}

TEST_F(Lswpar, FiltersByStateAndType) {
    EXPECT_EQ(run("-qca name -s D"), "mywpar01\n");
    EXPECT_EQ(run("-qca name -s D,A -t A"), "");
    EXPECT_EQ(run("-s Q"), "");
    EXPECT_EQ(status, 2);
}

TEST_F(Lswpar, DelimitedDefaultHasTheFieldsOfTheTable) {
    EXPECT_EQ(run("-c web1"), "#name:state:type:hostname:directory\nweb1:A:S:web1:/wpars/web1\n");
    EXPECT_EQ(run("-d SEP -q web1"), "web1SEPASEPSSEPweb1SEP/wpars/web1\n");
}

TEST_F(Lswpar, EveryModeWorksInEveryForm) {
    for (const char mode : std::string("GNMIRSTDXbB"))
        for (const auto* form : {"", " -c", " -d ;", " -q", " --json", " -s A"}) {
            (void)run(cat("-", mode, form));
            EXPECT_EQ(status, 0) << mode << form << errors;
        }
}

TEST_F(Lswpar, BootsetsAreAcceptedAndNone) {
    for (const auto* line : {"-b", "-Br", "-Bf", "-bcq"}) EXPECT_EQ(run(line), "") << line;
}

TEST_F(Lswpar, WhatCannotBeTogetherIsRefused) {
    for (const auto* line : {"-L -c", "-L -a name", "--json -c", "-GN", "-a nonsense", "-c -d :"}) {
        EXPECT_EQ(run(line), "") << line;
        EXPECT_EQ(status, 2) << line;
    }
}

TEST_F(Lswpar, BlockersAreATableOrAMemberOfEachObject) {
    existing[1].blockers = {{4711, 37, "nginx", "descriptor 7: io_uring", "use epoll", false},
                            {0, 0, "", "there are POSIX message queues", "remove them", true}};
    if (::geteuid() != 0) {
        EXPECT_EQ(run("--blockers"), "");
        EXPECT_THAT(errors, HasSubstr("only root"));
        return;
    }
    EXPECT_THAT(run("--blockers"),
                HasSubstr("web1  4711  37      nginx    descriptor 7: io_uring"));
    EXPECT_EQ(run("--blockers -ca name,pid,passing -q"), "web1:4711:no\nweb1::yes\n");
    for (const auto* line : {"--blockers --json", "--blockers -L --json"}) {
        const auto json = run(line);
        EXPECT_THAT(json, HasSubstr("\"what\": \"descriptor 7: io_uring\"")) << line;
        EXPECT_THAT(json, HasSubstr("\"passing\": true")) << line;
    }
    for (const auto* line : {"--blockers -N", "--blockers -L", "--blockers -R --json"}) {
        EXPECT_EQ(run(line), "") << line;
        EXPECT_EQ(status, 2) << line;
    }
}

TEST_F(Lswpar, ADamagedDefinitionIsShownAndToldOf) {
    existing[0].problem =
        Error{Kind::invalid, "/etc/wpars/mywpar01.cf:3: expected name = value", 0, {}};
    existing[0].status.state = registry::State::broken;
    EXPECT_THAT(run(""), HasSubstr("mywpar01  B "));
    EXPECT_THAT(errors, HasSubstr("mywpar01.cf:3"));
    EXPECT_EQ(status, 1);
}

TEST_F(Lswpar, AThousandAreWrittenAtOnce) {
    existing.clear();
    for (int at = 1000; at < 2000; ++at)
        existing.push_back(made(cat("w", at), registry::State::defined));
    EXPECT_EQ(run("-qca name,directory").size(),
              1000U * std::string("w1000:/wpars/w1000\n").size());
}

}  // namespace
