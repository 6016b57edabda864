// Journals of commands that failed or were killed, and what the next one makes of them.
#include <signal.h>
#include <sys/wait.h>

#include "machine_fixture.h"
#include "os/dir.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {
namespace {

using registry::Journal;
using registry::Lifetime;
using testing::HasSubstr;
namespace paths = registry::paths;

class RecoverTest : public MachineTest {
  protected:
    static spec::Definition web1() {
        spec::Definition definition;
        definition.general.name = "web1";
        definition.general.directory = "/wpars/web1";
        return definition;
    }
    static Result<void> make_base(Journal& journal) {
        TRY(journal.will(reverse::remove_base(web1())));
        TRY(os::make_dirs("/wpars/web1/etc", 0755));
        return {};
    }
    static Result<void> save_definition(Journal& journal) {
        TRY(journal.will(reverse::erase_unless_saved("web1")));
        return registry::save(web1());
    }
    template <class Body>
    static void killed(Body body) {
        const auto child = ::fork();
        if (child == 0) {
            body();
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, SIGKILL);
    }
};

TEST_F(RecoverTest, WhatSucceedsStaysAndLeavesNoJournal) {
    const auto done = journaled({"web1"}, [](Journal& journal) -> Result<void> {
        TRY(make_base(journal));
        return save_definition(journal);
    });
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_TRUE(has("/wpars/web1/etc"));
    EXPECT_TRUE(has("/etc/wpars/web1.cf"));
    EXPECT_FALSE(has(paths::journal("web1")));
}

TEST_F(RecoverTest, WhatFailsIsTakenBackAndSaysWhy) {
    const auto done = journaled({"web1"}, [](Journal& journal) -> Result<void> {
        TRY(make_base(journal));
        TRY(journal.will(reverse::unmount(web1())));
        return Error{Kind::full, "no room for /var"};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Kind::full);
    EXPECT_EQ(done.error().text, "no room for /var");
    EXPECT_FALSE(has("/wpars/web1"));
    EXPECT_FALSE(has(paths::journal("web1")));
}

TEST_F(RecoverTest, ABaseThatWasThereBeforeStaysEmpty) {
    std::filesystem::create_directory("/wpars/web1");
    EXPECT_FALSE(journaled({"web1"}, [](Journal& journal) -> Result<void> {
        TRY(make_base(journal));
        return Error{Kind::other, "failed"};
    }));
    EXPECT_TRUE(has("/wpars/web1"));
    EXPECT_FALSE(has("/wpars/web1/etc"));
}

TEST_F(RecoverTest, WhatAKilledCommandLeftIsTakenBackByTheNextOne) {
    killed([] {
        (void)journaled({"web1"}, [](Journal& journal) -> Result<void> {
            TRY(make_base(journal));
            ::raise(SIGKILL);
            return {};
        });
    });
    ASSERT_TRUE(has("/wpars/web1/etc"));
    const auto recovered = recover("web1", Observer());
    ASSERT_TRUE(recovered) << recovered.error().text;
    EXPECT_FALSE(has("/wpars/web1"));
    EXPECT_FALSE(has(paths::journal("web1")));
    EXPECT_THAT(text("/var/adm/wpars/event.log"), HasSubstr("recover web1"));
}

TEST_F(RecoverTest, AStepThatWasAnnouncedButNotDoneIsNoHindrance) {
    killed([] {
        auto journal = *Journal::begin("web1", Lifetime::persistent);
        (void)journal.will(reverse::remove_base(web1()));
        (void)journal.will(reverse::unmount(web1()));
        ::raise(SIGKILL);
    });
    EXPECT_TRUE(recover("web1", Observer()));
    EXPECT_FALSE(has(paths::journal("web1")));
}

TEST_F(RecoverTest, ACommandThatWasKilledWhenAllWasDoneIsLeftAlone) {
    killed([] {
        (void)journaled({"web1"}, [](Journal& journal) -> Result<void> {
            TRY(save_definition(journal));
            ::raise(SIGKILL);
            return {};
        });
    });
    EXPECT_TRUE(recover("web1", Observer()));
    EXPECT_TRUE(has("/etc/wpars/web1.cf"));
}

TEST_F(RecoverTest, AMkwparThatWasKilledBeforeItsDefinitionWasSavedIsTakenBack) {
    killed([] {
        (void)journaled({"web1"}, [](Journal& journal) -> Result<void> {
            TRY(make_base(journal));
            TRY(journal.will(reverse::erase_unless_saved("web1")));
            ::raise(SIGKILL);
            return {};
        });
    });
    EXPECT_TRUE(recover("web1", Observer()));
    EXPECT_FALSE(has("/wpars/web1"));
}

TEST_F(RecoverTest, WhatCannotBeTakenBackIsBrokenUntilItCan) {
    std::filesystem::create_directories("/wpars/web1/data");
    file(paths::journal("web1"), "remove-base\t/wpars/web1\tnew\n");
    ASSERT_EQ(::mount("tmpfs", "/wpars/web1/data", "tmpfs", 0, nullptr), 0);
    const auto recovered = recover("web1", Observer());
    ASSERT_FALSE(recovered);
    EXPECT_THAT(recovered.error().text, HasSubstr("is a mount point"));
    EXPECT_EQ(registry::status_of("web1").state, registry::State::broken);
    EXPECT_THAT(registry::status_of("web1").reason, HasSubstr("/wpars/web1/data"));
    ASSERT_EQ(::umount2("/wpars/web1/data", 0), 0);
    EXPECT_TRUE(recover("web1", Observer()));
    EXPECT_FALSE(has("/wpars/web1"));
    EXPECT_EQ(registry::status_of("web1").state, registry::State::defined);
}

TEST_F(RecoverTest, ADefinitionThatWasBeingChangedIsTheOldOneAgain) {
    ASSERT_TRUE(registry::save(web1()));
    EXPECT_FALSE(journaled({"web1"}, [](Journal& journal) -> Result<void> {
        TRY(journal.will(reverse::restore_definition(web1())));
        auto changed = web1();
        changed.general.hostname = "other";
        TRY(registry::save(changed));
        return Error{Kind::other, "failed"};
    }));
    EXPECT_EQ(*registry::load("web1"), web1());
}

TEST_F(RecoverTest, AReverseThatNobodyKnowsIsPassedOver) {
    file(paths::journal("web1"), "of-a-later-version\tx\nunmount\n");
    EXPECT_TRUE(recover("web1", Observer()));
}

TEST_F(RecoverTest, NothingToRecoverIsFine) { EXPECT_TRUE(recover("web1", Observer())); }

TEST_F(RecoverTest, TheNextOperationOfAnyKindFindsNamesThatNobodyWouldName) {
    killed([] {
        (void)journaled({"half"}, [](Journal& journal) -> Result<void> {
            TRY(make_base(journal));
            ::raise(SIGKILL);
            return {};
        });
    });
    begin_operation({});
    EXPECT_FALSE(has("/wpars/web1"));
    EXPECT_FALSE(has(paths::journal("half")));
}

}  // namespace
}  // namespace partition
