#include <signal.h>
#include <sys/wait.h>

#include "machine_fixture.h"
#include "os/interrupt.h"
#include "registry/journal.h"
#include "registry/paths.h"

namespace registry {

bool operator==(const Record& one, const Record& other) {
    return one.reverse == other.reverse && one.arguments == other.arguments;
}
void PrintTo(const Record& record, std::ostream* to) {
    *to << record.reverse << " " << join(record.arguments, " | ");
}

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JournalTest : public MachineTest {
  protected:
    static std::vector<Record> records(const std::string& path = paths::journal("web1")) {
        auto found = read_journal(path);
        EXPECT_TRUE(found && *found) << path;
        return found && *found ? **found : std::vector<Record>();
    }
    // A command that is killed in the middle of things.
    template <class Body>
    static int killed(Body body) {
        const auto child = ::fork();
        if (child == 0) {
            body();
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
};

TEST_F(JournalTest, GivesBackWhateverItWasTold) {
    const std::vector<Record> told = {
        {"erase-definition", {"web1"}},
        {"restore-definition", {"general:\n\tname = \"a\\tb\"\n", "", "\\n\\"}},
        {"nothing", {}}};
    auto journal = Journal::begin("web1", Lifetime::persistent);
    ASSERT_TRUE(journal);
    for (const auto& record : told) ASSERT_TRUE(journal->will(record));
    EXPECT_EQ(records(), told);
}

TEST_F(JournalTest, IsGoneWhenAllIsDone) {
    auto journal = *Journal::begin("web1", Lifetime::persistent);
    ASSERT_TRUE(journal.will({"unmount", {"/wpars/web1"}}));
    EXPECT_TRUE(journal.done());
    EXPECT_FALSE(has(paths::journal("web1")));
    EXPECT_FALSE(read_journal(paths::journal("web1"))->has_value());
}

TEST_F(JournalTest, LiesWhereItsTracesLive) {
    (void)*Journal::begin("web1", Lifetime::persistent);
    (void)*Journal::begin("web1", Lifetime::boot);
    EXPECT_TRUE(has("/var/lib/wpars/.journal/web1"));
    EXPECT_TRUE(has("/run/wpars/.journal/web1"));
}

TEST_F(JournalTest, NeverStartsOverAnother) {
    auto first = *Journal::begin("web1", Lifetime::boot);
    ASSERT_TRUE(first.will({"release", {"web1"}}));
    const auto second = Journal::begin("web1", Lifetime::boot);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Kind::exists);
    EXPECT_EQ(records(paths::volatile_journal("web1")).size(), 1U);
}

TEST_F(JournalTest, OutlivesACommandThatIsKilled) {
    EXPECT_EQ(killed([] {
                  auto journal = Journal::begin("web1", Lifetime::boot);
                  (void)journal->will({"release", {"web1"}});
                  ::raise(SIGKILL);
              }),
              SIGKILL);
    EXPECT_THAT(records(paths::volatile_journal("web1")), ElementsAre(Record{"release", {"web1"}}));
}

TEST_F(JournalTest, ForgetsALastLineThatWasCutShort) {
    file(paths::journal("web1"), "erase-definition\tweb1\nunmount\t/wpars/we");
    EXPECT_THAT(records(), ElementsAre(Record{"erase-definition", {"web1"}}));
}

TEST_F(JournalTest, NeverTakesALineCutShortForAWholeOneLater) {
    file(paths::journal("web1"), "erase-definition\tweb1\nunmount\t/wpars/we");
    ASSERT_TRUE(mark_broken("web1", "it is stuck"));
    EXPECT_THAT(records(), ElementsAre(Record{"erase-definition", {"web1"}},
                                       Record{"broken", {"it is stuck"}}));
}

TEST_F(JournalTest, OfACutFirstLineHoldsNothing) {
    file(paths::journal("web1"), "erase-def");
    EXPECT_THAT(records(), IsEmpty());
}

TEST_F(JournalTest, TellsWhyAWparIsBroken) {
    EXPECT_FALSE(broken_reason("web1"));
    auto journal = *Journal::begin("web1", Lifetime::boot);
    ASSERT_TRUE(journal.will({"release", {"web1"}}));
    EXPECT_FALSE(broken_reason("web1"));
    ASSERT_TRUE(journal.broken("unmount '/wpars/web1':\ttarget is busy"));
    EXPECT_EQ(broken_reason("web1"), "unmount '/wpars/web1':\ttarget is busy");
    EXPECT_FALSE(broken_reason("web"));
}

TEST_F(JournalTest, KeepsTheReasonWithTheRecordsThatAreLeft) {
    (void)*Journal::begin("web1", Lifetime::persistent);
    ASSERT_TRUE(mark_broken("web1", "still mounted"));
    EXPECT_FALSE(has(paths::volatile_journal("web1")));
    EXPECT_THAT(records(), ElementsAre(Record{"broken", {"still mounted"}}));
}

TEST_F(JournalTest, MarksAWparBrokenThatHasNoJournal) {
    ASSERT_TRUE(mark_broken("web1", "processes would not die"));
    EXPECT_EQ(broken_reason("web1"), "processes would not die");
}

TEST_F(JournalTest, HeedsAnInterruptBeforeTheNextStepIsDone) {
    EXPECT_EQ(killed([] {
                  os::catch_interrupts();
                  auto journal = *Journal::begin("web1", Lifetime::boot);
                  (void)journal.will({"release", {"web1"}});
                  ::raise(SIGINT);
                  const auto refused = journal.will({"unmount", {"/wpars/web1"}});
                  if (!refused && refused.error().kind == Kind::interrupted && !journal.step())
                      ::raise(SIGKILL);
              }),
              SIGKILL);
    EXPECT_EQ(records(paths::volatile_journal("web1")).size(), 1U);
}

}  // namespace
}  // namespace registry
