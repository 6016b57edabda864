#include "cgroup/oom_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace cgroup {
namespace {

using Limit = OomVictim::Limit;
constexpr auto ours = "/corral/web1";

std::string record(std::uint64_t sequence, std::string_view text, std::string_view flag = "-") {
    return cat("6,", sequence, ",12174355290,", flag, ";", text, "\n");
}
std::string summary(std::string_view command, std::string_view oom_group = ours,
                    std::string_view task_group = ours, std::string_view cpuset = "/") {
    return cat("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=", cpuset,
               ",mems_allowed=0,oom_memcg=", oom_group, ",task_memcg=", task_group,
               ",task=", command, ",pid=4711,uid=100000");
}
std::string killed(std::string_view command, int pid = 4711) {
    return cat("Memory cgroup out of memory: Killed process ", pid, " (", command,
               ") total-vm:37444kB, anon-rss:27504kB, file-rss:3656kB, shmem-rss:16kB, UID:100000 "
               "pgtables:108kB oom_score_adj:0");
}

std::vector<OomVictim> read(const std::vector<std::string>& records,
                            const LoggedGroup& group = {ours, true}) {
    OomLog log(group);
    for (const auto& one : records) log.take(one);
    return log.victims();
}

TEST(OomLog, TellsTheVictimTheLimitAndTheMemoryOfAKill) {
    const auto found = read({record(1, "usb 1-1: new device"), record(2, summary("perl")),
                             record(3, killed("perl")), record(4, "oom_reaper: reaped")});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].sequence, 2U);
    EXPECT_EQ(found[0].command, "perl");
    EXPECT_EQ(found[0].pid, 4711);
    EXPECT_EQ(found[0].uid, 100000U);
    EXPECT_EQ(found[0].limit, Limit::own);
    EXPECT_EQ(found[0].memory_bytes, (27504U + 3656U + 16U) * 1024);
}

TEST(OomLog, KnowsWhetherTheMachineOrAGroupAboveHadNoMemoryLeft) {
    const auto machine =
        cat("oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
            "global_oom,task_memcg=",
            ours, ",task=perl,pid=4711,uid=0");
    EXPECT_EQ(read({record(1, machine)}).at(0).limit, Limit::machine);
    EXPECT_EQ(read({record(1, summary("perl", "/corral"))}).at(0).limit, Limit::above);
    EXPECT_EQ(read({record(1, summary("perl", "/"))}).at(0).limit, Limit::above);
    EXPECT_TRUE(read({record(1, summary("perl", "/corr"))}).empty()) << "not above ours";
}

TEST(OomLog, PassesOverKillsInOtherGroups) {
    for (const auto* other : {"/corral/web10", "/corral/web", "/corral/web1/x", "/web1", "/",
                              "/docker/1/corral/web1", "/corral/web1,"})
        EXPECT_TRUE(
            read({record(1, summary("perl", other, other)), record(2, killed("perl"))}).empty())
            << other;
}

TEST(OomLog, KnowsOnlyTheEndOfItsPathInACgroupNamespace) {
    const LoggedGroup end = {ours, false};
    const auto inside = "/corral-beds/one/corral/web1";
    EXPECT_EQ(read({record(1, summary("perl", inside, inside))}, end).size(), 1U);
    EXPECT_EQ(read({record(1, summary("perl"))}, end).size(), 1U);
    EXPECT_TRUE(read({record(1, summary("perl", "/corral/web2", "/corral/web2"))}, end).empty());
    EXPECT_TRUE(
        read({record(1, summary("perl", "/x,y/corral/web1", "/x,y/corral/web1"))}, end).empty());
}

TEST(OomLog, TakesHostileCommandNamesForWhatTheyAre) {
    for (const auto& [written, command] : std::vector<std::pair<std::string, std::string>>{
             {"a,pid=1,uid=0", "a,pid=1,uid=0"},
             {",task=x,pid=1", ",task=x,pid=1"},
             {",task_memcg=/a", ",task_memcg=/a"},
             {",oom_memcg=/x", ",oom_memcg=/x"},
             {"x\\x0apid=2", "x\npid=2"},
             {"\\x5cx41", "\\x41"},
             {"\\x1b[31m", "\x1b[31m"},
             {"a;b", "a;b"},
             {") total-vm:1kB", ") total-vm:1kB"},
             {"\\xc3\\xa4", "\xc3\xa4"},
             {"", ""},
             {"\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c\\x5c",
              "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"}}) {
        const auto found = read({record(1, summary(written)), record(2, killed(written))});
        ASSERT_EQ(found.size(), 1U) << written;
        EXPECT_EQ(found[0].command, command);
        EXPECT_EQ(found[0].pid, 4711) << written;
        EXPECT_EQ(found[0].uid, 100000U) << written;
        EXPECT_EQ(found[0].memory_bytes, 31176U * 1024) << written;
    }
}

TEST(OomLog, BelievesNoGroupNameOfAnotherContainer) {
    const auto fake = cat("/docker/x,task_memcg=", ours, ",task=evil,pid=1,uid=0");
    EXPECT_TRUE(read({record(1, summary("perl", fake, "/docker/y"))}).empty());
    EXPECT_TRUE(read({record(1, summary("perl", "/docker/y", fake))}).empty());
    EXPECT_TRUE(read({record(1, summary("perl", "/docker/y", "/docker/y", fake))}).empty());
    const auto shorter = cat("/docker/x,task_memcg=", ours);
    EXPECT_TRUE(read({record(1, summary("perl", shorter, shorter))}).empty());
    EXPECT_TRUE(read({record(1, summary("perl", "/d", shorter))}).empty());
}

TEST(OomLog, FindsTheMemoryOfTheVictimAloneEvenLater) {
    const auto found = read({record(1, summary("perl")), record(2, killed("perl", 4712)),
                             record(4, "something else"), record(5, killed("perl"))});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].memory_bytes, 31176U * 1024);
    EXPECT_EQ(read({record(1, summary("perl")), record(2, "Killed process 4711 (perl)")})
                  .at(0)
                  .memory_bytes,
              std::nullopt);
}

TEST(OomLog, KnowsAVictimWithoutItsGroupByTheUserIdsOfTheWpar) {
    const LoggedGroup group = {ours, true, 100000, 65536};
    const auto found =
        read({record(1, summary("perl")), record(2, killed("perl")),
              record(3, killed("ruby", 4712)), record(4, killed(") total-vm:1kB", 3))},
             group);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[1].command, "ruby");
    EXPECT_EQ(found[1].pid, 4712);
    EXPECT_EQ(found[1].uid, 100000U);
    EXPECT_EQ(found[1].sequence, 3U);
    EXPECT_EQ(found[1].memory_bytes, 31176U * 1024);
    EXPECT_EQ(found[2].command, ") total-vm:1kB");
    EXPECT_TRUE(read({record(3, killed("ruby"))}, {ours, true, 100001, 65536}).empty());
    EXPECT_TRUE(read({record(3, killed("ruby"))}, {ours, true, 34464, 65536}).empty());
    EXPECT_TRUE(read({record(3, killed("ruby"))}).empty());
}

TEST(OomLog, BelievesNoProgramThatWritesToTheLog) {
    for (const auto* priority : {"14", "30", "8", "x", "-1", ""}) {
        const auto start = cat(priority, ",2,12174355290,-;");
        EXPECT_TRUE(read({cat(start, summary("perl"), "\n")}).empty()) << priority;
        EXPECT_TRUE(read({cat(start, killed("perl"), "\n")}, {ours, true, 0, 200000}).empty());
    }
}

TEST(OomLog, IsCompleteWhenTheLastVictimsMemoryIsKnown) {
    OomLog log({ours, true});
    EXPECT_TRUE(log.complete());
    log.take(record(7, summary("perl")));
    EXPECT_FALSE(log.complete());
    log.take(record(8, killed("perl")));
    EXPECT_TRUE(log.complete());
    EXPECT_EQ(log.sequence(), 8U);
}

TEST(OomLog, PassesOverWhatWasToldBefore) {
    OomLog log({ours, true}, 5);
    for (std::uint64_t number = 4; number <= 6; ++number) log.take(record(number, summary("perl")));
    ASSERT_EQ(log.victims().size(), 1U);
    EXPECT_EQ(log.victims().front().sequence, 6U);
}

TEST(OomLog, JoinsALineThatAnotherProcessorsLineSplit) {
    const auto whole = summary("perl");
    const auto at = whole.find(",task_memcg");
    const auto found = read({record(1, whole.substr(0, at)), record(2, "eth0: link up"),
                             record(3, whole.substr(at), "c"), record(4, killed("perl"))});
    EXPECT_EQ(found.size(), 1U);
    EXPECT_TRUE(read({record(1, whole.substr(at), "c")}).empty());
}

TEST(OomLog, PassesOverWhatIsNoRecordOrIsCutAnywhere) {
    for (const auto* text :
         {"", ";", "6,1;x", "6,,1,-;x", "a,b,c,d;e", "6,99999999999999999999,1,-;x"})
        EXPECT_TRUE(read({text}).empty()) << text;
    const auto line = record(1, summary("perl"));
    const auto uid = line.rfind(",uid=");
    for (std::size_t length = 0; length <= uid + 5; ++length)
        EXPECT_TRUE(read({line.substr(0, length)}).empty()) << length;
    for (const auto* numbers :
         {",pid=,uid=0", ",pid=0,uid=0", ",pid=-1,uid=0", ",pid=4294967296,uid=0",
          ",pid=3000000000,uid=0", ",pid=1,uid=x", ",pid=1,uid=4294967296", ""})
        EXPECT_TRUE(read({record(1, cat("oom-kill:constraint=C,oom_memcg=", ours,
                                        ",task_memcg=", ours, ",task=perl", numbers))})
                        .empty())
            << numbers;
    EXPECT_TRUE(read({record(1, summary("sixteen.letters."))}).empty())
        << "no command is that long";
}

// Every byte of a true log replaced by what could hurt: nothing but a victim of our group comes out.
TEST(OomLog, MakesNothingUpFromDamagedLines) {
    const auto line = record(1, summary("perl"));
    for (std::size_t at = 0; at < line.size(); ++at)
        for (const char byte : {',', '=', ';', '\n', '\\', '\0', '9', '/'}) {
            auto damaged = line;
            damaged[at] = byte;
            for (const auto& victim : read({damaged, record(2, killed("perl"))})) {
                EXPECT_LE(victim.command.size(), 15U);
                EXPECT_GT(victim.pid, 0);
            }
        }
}

}  // namespace
}  // namespace cgroup
