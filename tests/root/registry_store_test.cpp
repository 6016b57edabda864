// Definitions, states and ids, as they lie on a machine of the test's own.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "machine_fixture.h"
#include "os/lock.h"
#include "registry/events.h"
#include "registry/ids.h"
#include "registry/journal.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"

namespace registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

spec::Definition named(const std::string& name, std::uint32_t key = 0, std::uint32_t idbase = 0) {
    spec::Definition definition;
    definition.general.name = name;
    definition.general.key = key;
    definition.general.idbase = idbase;
    return definition;
}

using StoreTest = MachineTest;

TEST_F(StoreTest, GivesBackWhatWasSaved) {
    auto definition = named("web1", 5, 0x20050000);
    definition.networks.push_back(
        {.interface = "en0", .address = "192.168.21.136", .netmask = "255.255.0.0"});
    ASSERT_TRUE(save(definition));
    const auto loaded = load("web1");
    ASSERT_TRUE(loaded) << loaded.error().text;
    EXPECT_EQ(*loaded, definition);
    EXPECT_EQ(load_general("web1")->general.key, 5U);
}

TEST_F(StoreTest, SaysInAixsWordsThatThereIsNoSuchWpar) {
    const auto loaded = load("web1");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, Kind::missing);
    EXPECT_EQ(loaded.error().id, "0960-419");
    EXPECT_THAT(loaded.error().text, HasSubstr("called web1."));
}

TEST_F(StoreTest, MakesNoPathOfAForeignWord) {
    ASSERT_TRUE(save(named("web1")));
    file("/etc/secret.cf", spec::write(named("secret")));
    for (const auto* odd : {"../secret", "", ".", "a/b", "a\nb"})
        EXPECT_EQ(load(odd).error().id, "0960-419") << odd;
}

TEST_F(StoreTest, NamesFileAndLineOfADamagedDefinition) {
    file("/etc/wpars/web1.cf", "general:\n\tname = \"web1\"\n\tnonsense = \"5\"\n");
    const auto loaded = load("web1");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, Kind::invalid);
    EXPECT_THAT(loaded.error().text, HasSubstr("/etc/wpars/web1.cf:3"));
}

TEST_F(StoreTest, RefusesADefinitionThatWasCopiedUnderAnotherName) {
    ASSERT_TRUE(save(named("web1")));
    std::filesystem::copy("/etc/wpars/web1.cf", "/etc/wpars/web2.cf");
    EXPECT_THAT(load("web2").error().text, HasSubstr("is 'web1', expected 'web2'"));
}

TEST_F(StoreTest, ErasesAlsoWhatAKilledSaveLeft) {
    ASSERT_TRUE(save(named("web1")));
    file("/etc/wpars/web1.cf.new", "half");
    EXPECT_TRUE(erase("web1"));
    EXPECT_TRUE(erase("web1"));
    EXPECT_TRUE(std::filesystem::is_empty("/etc/wpars"));
    EXPECT_FALSE(defined("web1"));
}

TEST_F(StoreTest, ListsEveryWparOnce) {
    EXPECT_THAT(*names(), IsEmpty());
    ASSERT_TRUE(save(named("web2")));
    ASSERT_TRUE(save(named("web1")));
    file("/etc/wpars/devexports", "");
    std::filesystem::create_directories("/run/wpars/web1");
    ASSERT_TRUE(save_transient(named("web1")));
    std::filesystem::create_directories("/run/wpars/app");
    ASSERT_TRUE(save_transient(named("app")));
    file("/run/wpars/.lock/other", "");
    EXPECT_THAT(*names(), ElementsAre("app", "web1", "web2"));
}

TEST_F(StoreTest, TakesTheSavedDefinitionBeforeWhatIsRunning) {
    std::filesystem::create_directories("/run/wpars/web1");
    ASSERT_TRUE(save_transient(named("web1", 1)));
    EXPECT_EQ(load("web1")->general.key, 1U);
    ASSERT_TRUE(save(named("web1", 2)));
    EXPECT_EQ(load("web1")->general.key, 2U);
    EXPECT_EQ(load_loaded("web1")->general.key, 1U);
}

// What holds a WPAR: a process with the locks of a keeper.
class Keeper {
  public:
    explicit Keeper(const std::string& name) {
        std::filesystem::create_directories(paths::run(name));
        fd_ = UniqueFd(::open(paths::keeper(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        EXPECT_TRUE(*os::try_lock(fd_.get(), keeper_byte));
    }
    void has_init() const { EXPECT_TRUE(*os::try_lock(fd_.get(), init_byte)); }

  private:
    UniqueFd fd_;
};

using StateTest = MachineTest;

State state(const std::string& name) { return status_of(name).state; }

TEST_F(StateTest, IsDefinedWhenNothingIsAlive) { EXPECT_EQ(state("web1"), State::defined); }

TEST_F(StateTest, IsLoadedWithAKeeperAndActiveWithAnInit) {
    {
        const Keeper keeper("web1");
        EXPECT_EQ(state("web1"), State::loaded);
        keeper.has_init();
        EXPECT_EQ(state("web1"), State::active);
        EXPECT_TRUE(alive("web1").keeper);
    }
    EXPECT_EQ(state("web1"), State::defined);
}

TEST_F(StateTest, IsActiveWhileAnInitWithoutAKeeperRuns) {
    { const Keeper gone("web1"); }
    const auto self = os::ProcessId{::getpid(), *os::start_time(::getpid())};
    file(paths::init("web1"), self.text());
    EXPECT_EQ(state("web1"), State::active);
    EXPECT_FALSE(alive("web1").keeper);
    file(paths::init("web1"),
         os::ProcessId{self.pid, self.start + 1}.text());  // its number came to another
    EXPECT_EQ(state("web1"), State::defined);
    file(paths::init("web1"), "damaged");
    EXPECT_EQ(state("web1"), State::defined);
}

TEST_F(StateTest, IsTransitionalWhileAnOperationHoldsTheLock) {
    const Keeper keeper("web1");
    keeper.has_init();
    ASSERT_TRUE(mark_broken("web1", "why"));
    const auto lock = *AdminLock::take({.name = "web1", .verb = "stop", .patience = 0ms});
    const auto status = status_of("web1");
    EXPECT_EQ(status.state, State::transitional);
    EXPECT_EQ(status.operation->verb, "stop");
}

TEST_F(StateTest, IsBrokenWithItsReason) {
    ASSERT_TRUE(mark_broken("web1", "unmount: busy"));
    EXPECT_EQ(state("web1"), State::broken);
    EXPECT_EQ(status_of("web1").reason, "unmount: busy");
}

TEST_F(StateTest, HasAWord) {
    EXPECT_EQ(word(State::defined), "Defined");
    EXPECT_EQ(word(State::transitional), "Transitional");
}

using IdsTest = MachineTest;

TEST_F(IdsTest, AreTheSmallestThatAreFree) {
    const auto first = allocate_ids();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->key, 1U);
    ASSERT_TRUE(save(named("web1", first->key, first->idbase)));
    ASSERT_TRUE(save(named("web3", 3, first_idbase + 3 * ids_per_wpar)));
    const auto second = *allocate_ids();
    EXPECT_EQ(second.key, 2U);
    EXPECT_EQ(second.idbase, first_idbase + 2 * ids_per_wpar);
}

TEST_F(IdsTest, KeepClearOfSubordinateRangesThatOverlapByOne) {
    const auto first = first_idbase + ids_per_wpar;
    file("/etc/subuid", cat("# people\njoe:100000:65536\nann:", first - 9, ":10\n"));
    file("/etc/subgid", cat("ann:", first + 2 * ids_per_wpar - 1, ":1\nodd\n"));
    EXPECT_EQ(allocate_ids()->key, 3U);
}

TEST_F(IdsTest, KeepClearOfAWparThatIsBeingMade) {
    auto lock = *AdminLock::take({.name = "web1", .verb = "create", .patience = 0ms});
    ASSERT_TRUE(lock.announce(spec::write(named("web1", 1, first_idbase + ids_per_wpar))));
    EXPECT_EQ(allocate_ids()->key, 2U);
}

TEST_F(IdsTest, OfADamagedDefinitionStopNobody) {
    file("/etc/wpars/web1.cf", "nonsense");
    EXPECT_TRUE(allocate_ids());
}

TEST_F(IdsTest, MayBeKeptWhenNobodyElseHasThem) {
    const Ids ids{7, first_idbase + 7 * ids_per_wpar};
    ASSERT_TRUE(save(named("web1", ids.key, ids.idbase)));
    EXPECT_TRUE(*ids_are_free(ids, "web1"));
    EXPECT_FALSE(*ids_are_free(ids, "web2"));
    EXPECT_FALSE(*ids_are_free({8, ids.idbase + 1}, "web2"));
}

using EventsTest = MachineTest;

TEST_F(EventsTest, AreALineEachWhateverTheTextHolds) {
    record({Severity::info, "mkwpar", "web1", "created"});
    record({Severity::error, "recover", "web1", "two\nlines"});
    const auto log = text(std::string(paths::event_log));
    EXPECT_THAT(log, testing::MatchesRegex("I 20..-..-.. ..:..:.. mkwpar web1 created\n"
                                           "E 20..-..-.. ..:..:.. recover web1 two.x0alines\n"));
}

TEST_F(EventsTest, StopNobodyWhenTheyCannotBeWritten) {
    file("/var/adm", "a file in the way");
    record({Severity::info, "mkwpar", "web1", "created"});
    EXPECT_EQ(text("/var/adm"), "a file in the way");
}

}  // namespace
}  // namespace registry
