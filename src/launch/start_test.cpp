#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/child.h"
#include "launch/launch.h"

namespace launch {
namespace {

using testing::HasSubstr;

Plan system_plan() {
    Plan plan;
    plan.root = "/wpars/web1";
    plan.confinement.own_users = true;
    plan.confinement.ids = {1000000, 65536};
    return plan;
}

void expect_refused(const Plan& plan, const std::string& reason) {
    const auto started = start(plan, {});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, Kind::invalid);
    EXPECT_THAT(started.error().text, HasSubstr(reason));
}

TEST(Start, RefusesAPlanThatWouldGuardNothing) {
    auto plan = system_plan();
    plan.confinement.ids.first = 0;
    expect_refused(plan, "range of ids");
    plan = system_plan();
    plan.own_network = false;
    expect_refused(plan, "all namespaces");
    plan = system_plan();
    plan.root = "wpars";
    expect_refused(plan, "base directory");
}

TEST(Start, RefusesCommandsWithoutAnAbsolutePath) {
    Plan plan;
    expect_refused(plan, "needs a command");
    plan.command = {"vmstat", "5"};
    expect_refused(plan, "'vmstat' is not an absolute path");
}

TEST(Start, RefusesParametersOfNamespacesThatAreShared) {
    Plan plan;
    plan.command = {"/bin/true"};
    plan.own_network = false;
    plan.sysctls = {{"net.ipv4.ip_forward", "1"}};
    expect_refused(plan, "net.ipv4.ip_forward");
    plan.own_ipc = false;
    plan.sysctls = {{"kernel.sem", "1 1 1 1"}};
    expect_refused(plan, "kernel.sem");
}

TEST(CannotExecute, SaysWhatIsWrongWithTheProgram) {
    EXPECT_EQ(cannot_execute(ENOENT, "/sbin/init").kind, Kind::missing);
    EXPECT_THAT(cannot_execute(ENOENT, "/sbin/init").text, HasSubstr("'/sbin/init' was not found"));
    EXPECT_THAT(cannot_execute(EACCES, "/etc/fstab").text, HasSubstr("not an executable file"));
    EXPECT_THAT(cannot_execute(ENOEXEC, "/x").text, HasSubstr("#!"));
    EXPECT_THAT(cannot_execute(ELOOP, "/x").text, HasSubstr("ELOOP"));
}

}  // namespace
}  // namespace launch
