#include "doctor/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/interfaces.h"
#include "doctor/test_support.h"

namespace doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Where = network::Obstacle::Where;

network::GlobalInterface global(const std::string& name, bool up) {
    network::GlobalInterface one;
    one.name = name;
    one.up = up;
    return one;
}

const std::vector<network::TriedKind> all_kinds = {{"veth", {}}, {"bridge", {}}, {"macvlan", {}}};

TEST(Interfaces, ThatADefinitionNamesAreThereAndUp) {
    const auto report =
        judge_interfaces({.kinds = all_kinds,
                          .there = {global("en0", true), global("en1", false)},
                          .uses = {{"web1", "en0", ""}, {"web2", "en1", ""}, {"web3", "en7", ""}}});
    EXPECT_EQ(report.state, "en0 en1 (down); can make veth bridge macvlan");
    EXPECT_THAT(report.findings,
                ElementsAre(finds(Severity::warning, "interface en1, which web2 uses, is down"),
                            finds(Severity::warning, "no interface 'en7', which web3 uses")));
    EXPECT_EQ(report.findings[0].remedy, "ip link set en1 up");
}

TEST(Interfaces, AKindThatCannotBeMadeIsAnErrorWhereItIsUsed) {
    const Error error{Kind::unsupported, "this kernel has no macvlan"};
    const auto unused = judge_interfaces({.kinds = {{{"macvlan", error}}}});
    EXPECT_THAT(only(unused), finds(Severity::note, "macvlan"));
    const auto used = judge_interfaces({.kinds = {{{"macvlan", error}}},
                                        .there = {global("en0", true)},
                                        .uses = {{"web1", "en0", "macvlan"}}});
    EXPECT_THAT(only(used), finds(Severity::error, "macvlan can be made (web1)"));
    const auto basic = judge_interfaces({.kinds = {{{"veth", error}}}});
    EXPECT_THAT(only(basic), finds(Severity::error, "veth"));
    EXPECT_THAT(only(basic).remedy, HasSubstr("modprobe veth"));
}

TEST(Interfaces, AnOrdinaryUserCannotTryKinds) {
    EXPECT_THAT(only(judge_interfaces({})), finds(Severity::unknown, "only root"));
}

TEST(Forwarding, TellsHowItIs) {
    const auto report = judge_forwarding({.four = true, .six = false});
    EXPECT_THAT(report.state, HasSubstr("IPv4 on, IPv6 off"));
    EXPECT_THAT(report.findings, IsEmpty());
}

TEST(Forwarding, ThatAStartCannotSwitchIsAnError) {
    EXPECT_THAT(only(judge_forwarding({.writable = false})), finds(Severity::error, "read-only"));
    EXPECT_THAT(judge_forwarding({.writable = false, .root = false}).findings, IsEmpty());
}

TEST(Obstacles, EachCheckTellsItsOwn) {
    const std::vector<network::Obstacle> all = {{Where::firewall, "chain drops", "nft insert ..."},
                                                {Where::guard, "the guard is gone", "start one"},
                                                {Where::forwarding, "off", "sysctl -w ..."}};
    EXPECT_THAT(judge_firewall(all).findings,
                ElementsAre(finds(Severity::warning, "chain drops"),
                            finds(Severity::error, "the guard is gone")));
    EXPECT_THAT(only(judge_forwarding({.obstacles = all})), finds(Severity::error, "off"));
    EXPECT_THAT(judge_firewall({}).findings, IsEmpty());
}

}  // namespace
}  // namespace doctor
