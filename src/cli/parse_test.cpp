#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "cli/arguments.h"
#include "cli/flags.h"

namespace {

using cli::Flag;
using cli::Rule;
using cli::Takes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Words = std::vector<std::string>;

constexpr std::array flags = {
    Flag{.name = "F"},
    Flag{.name = "h"},
    Flag{.name = "1"},
    Flag{.name = "n", .takes = Takes::value, .value = "name"},
    Flag{.name = "t", .takes = Takes::value, .value = "seconds"},
    Flag{.name = "k", .takes = Takes::value, .value = "path", .repeats = true},
    Flag{.name = "p", .takes = Takes::optional, .value = "name"},
    Flag{.name = "U", .takes = Takes::optional, .value = "uuid", .fits = cli::is_uuid},
    Flag{.name = "N", .takes = Takes::pairs, .repeats = true},
    Flag{.name = "R", .takes = Takes::pairs},
    Flag{.name = "B", .takes = Takes::variant, .value = "rf"},
    Flag{.name = "K"},
    Flag{.name = "json"},
    Flag{.name = "level", .takes = Takes::value, .value = "number"},
};
constexpr std::array back = {
    Flag{.name = "K"},
    Flag{.name = "F"},
    Flag{.name = "R", .takes = Takes::names},
};
constexpr std::array rules = {
    Rule{Rule::Kind::exclusive, "Fh"},
    Rule{Rule::Kind::needs, "tn"},
};
constexpr cli::Command one_name = {
    .name = "example",
    .flags = flags,
    .form = {.key = 'K', .flags = back},
    .rules = rules,
    .operands = {.shown = "wparname", .least = 1, .most = 1},
};
constexpr cli::Command no_operands = {.name = "example", .flags = flags, .ascii = true};
constexpr cli::Command runner = {
    .name = "example",
    .flags = flags,
    .operands = {.shown = "command", .most = cli::Operands::any, .last_before = 1},
};

cli::Arguments parsed(const cli::Command& command, const Words& words) {
    auto result = cli::parse(command, words);
    EXPECT_TRUE(result) << (result ? "" : result.error().text);
    return result ? *result : cli::Arguments();
}
std::string refused(const cli::Command& command, const Words& words) {
    const auto result = cli::parse(command, words);
    EXPECT_FALSE(result);
    if (result) return {};
    EXPECT_EQ(result.error().kind, Kind::invalid);
    return result.error().text;
}

TEST(Parse, LettersAndDigitsCluster) {
    const auto given = parsed(one_name, {"-F1nweb", "web1"});
    EXPECT_TRUE(given.has('F'));
    EXPECT_TRUE(given.has('1'));
    EXPECT_FALSE(given.has('h'));
    EXPECT_EQ(given.value('n'), "web");
    EXPECT_EQ(given.operand(), "web1");
}

TEST(Parse, ALongFlagsValueFollowsASignOrIsTheNextWord) {
    EXPECT_EQ(parsed(no_operands, {"--level", "9"}).value("level"), "9");
    EXPECT_EQ(parsed(no_operands, {"--level=9"}).value("level"), "9");
    EXPECT_EQ(refused(no_operands, {"--level"}), "flag --level needs a value: number");
    EXPECT_EQ(refused(no_operands, {"--level", "--json"}),
              "flag --level needs a value: number, found the flag '--json'");
    EXPECT_EQ(refused(no_operands, {"--json=9"}), "flag --json takes no value");
    EXPECT_EQ(refused(no_operands, {"--=9"}), "flag --=9 is not known");
}

TEST(Parse, AValueIsAttachedOrTheNextWord) {
    EXPECT_EQ(parsed(no_operands, {"-n", "web"}).value('n'), "web");
    EXPECT_EQ(parsed(no_operands, {"-nweb"}).value('n'), "web");
    EXPECT_EQ(parsed(no_operands, {"-n", ""}).value('n'), "");
    EXPECT_EQ(parsed(no_operands, {"-n", "-"}).value('n'), "-");
}

TEST(Parse, AMissingValueIsNamed) {
    EXPECT_THAT(refused(no_operands, {"-n"}), HasSubstr("-n needs a value: name"));
    EXPECT_THAT(refused(no_operands, {"-n", "-F"}), HasSubstr("found the flag '-F'"));
}

TEST(Parse, AttributesFollowOneFlagAsLongAsTheyLookLikeThem) {
    const auto given = parsed(one_name, {"-R", "memory=5%", "CPU+=1", "privs-=X", "web1", "-N",
                                         "address=a", "-N", "address=b", "netmask="});
    EXPECT_THAT(given.all('R'), ElementsAre("memory=5%", "CPU+=1", "privs-=X"));
    EXPECT_THAT(given.objects('N'),
                ElementsAre(ElementsAre("address=a"), ElementsAre("address=b", "netmask=")));
    EXPECT_EQ(given.operand(), "web1");
}

TEST(Parse, ABlankMustFollowAnAttributeFlag) {
    EXPECT_THAT(refused(no_operands, {"-Naddress=1"}), HasSubstr("a blank must follow flag -N"));
    EXPECT_THAT(refused(no_operands, {"-N"}), HasSubstr("needs attribute=value"));
    EXPECT_THAT(refused(no_operands, {"-N", "en0"}), HasSubstr("found 'en0'"));
}

TEST(Parse, ARepeatableFlagKeepsItsOrder) {
    EXPECT_THAT(parsed(no_operands, {"-k", "/a", "-k/b"}).values('k'), ElementsAre("/a", "/b"));
}

TEST(Parse, OtherFlagsComeOnce) {
    EXPECT_THAT(refused(no_operands, {"-FF"}), HasSubstr("-F is given twice"));
    EXPECT_THAT(refused(no_operands, {"-R", "a=1", "-R", "b=1"}), HasSubstr("-R is given twice"));
    EXPECT_THAT(refused(no_operands, {"--json", "--json"}), HasSubstr("--json is given twice"));
}

TEST(Parse, AnOptionalValueMayBeLeftOut) {
    EXPECT_EQ(parsed(no_operands, {"-p", "web"}).value('p'), "web");
    const auto alone = parsed(no_operands, {"-p", "-F"});
    EXPECT_TRUE(alone.has('p'));
    EXPECT_EQ(alone.value('p'), "");
    EXPECT_TRUE(alone.has('F'));
}

TEST(Parse, AnOptionalValueDoesNotTakeTheOperand) {
    EXPECT_EQ(parsed(one_name, {"-p", "web1"}).operand(), "web1");
    EXPECT_EQ(parsed(one_name, {"-U", "web1"}).operand(), "web1");
    const auto both = parsed(one_name, {"-U", "01234567-89ab-cdef-0123-456789abcdef", "web1"});
    EXPECT_EQ(both.value('U'), "01234567-89ab-cdef-0123-456789abcdef");
}

TEST(Parse, AVariantLetterMayFollow) {
    EXPECT_EQ(parsed(no_operands, {"-Br"}).value('B'), "r");
    const auto clustered = parsed(no_operands, {"-BfF"});
    EXPECT_EQ(clustered.value('B'), "f");
    EXPECT_TRUE(clustered.has('F'));
    EXPECT_EQ(parsed(no_operands, {"-B"}).value('B'), "");
}

TEST(Parse, TheKeySwitchesToTheOtherTableWhereverItStands) {
    EXPECT_THAT(parsed(one_name, {"-K", "-R", "memory", "CPU", "web1"}).all('R'),
                ElementsAre("memory", "CPU"));
    EXPECT_THAT(parsed(one_name, {"-K", "-R", "web1"}).all('R'), IsEmpty());
    EXPECT_THAT(parsed(one_name, {"-K", "-R", "memory", "-F", "web1"}).all('R'),
                ElementsAre("memory"));
    EXPECT_TRUE(parsed(one_name, {"-F", "-K", "web1"}).has('F'));
    EXPECT_THAT(refused(one_name, {"-K", "-n", "x", "web1"}), HasSubstr("-n is not known"));
}

TEST(Parse, TwoDashesEndTheFlags) {
    EXPECT_EQ(parsed(one_name, {"--", "-F"}).operand(), "-F");
    EXPECT_THAT(parsed(runner, {"-N", "address=1", "--", "A=b", "/bin/ls"}).operands(),
                ElementsAre("A=b", "/bin/ls"));
}

TEST(Parse, FlagsMayFollowOperands) { EXPECT_TRUE(parsed(one_name, {"web1", "-F"}).has('F')); }

TEST(Parse, ButNotInAnotherProgramsCommandLine) {
    const auto given = parsed(runner, {"-F", "/bin/ls", "-h", "--json"});
    EXPECT_FALSE(given.has('h'));
    EXPECT_THAT(given.operands(), ElementsAre("/bin/ls", "-h", "--json"));
}

TEST(Parse, UnknownFlagsAreRefused) {
    EXPECT_EQ(refused(one_name, {"-Z", "web1"}), "flag -Z is not known");
    EXPECT_EQ(refused(one_name, {"--jsn", "web1"}), "flag --jsn is not known");
    EXPECT_EQ(refused(one_name, {"--F", "web1"}), "flag --F is not known");
    EXPECT_EQ(refused(one_name, {"-\x1b", "web1"}), "flag -\\x1b is not known");
}

TEST(Parse, OperandsAreCounted) {
    EXPECT_EQ(refused(one_name, {"-F"}), "an operand is missing: wparname");
    EXPECT_THAT(refused(one_name, {"a", "b"}), HasSubstr("'b' is one operand too many"));
    EXPECT_THAT(refused(no_operands, {"a"}), HasSubstr("takes none"));
}

TEST(Parse, RulesHold) {
    EXPECT_EQ(refused(one_name, {"-F", "-h", "a"}), "flags -F, -h exclude each other");
    EXPECT_EQ(refused(one_name, {"-t", "5", "a"}), "flag -t makes sense only with -n");
    (void)parsed(one_name, {"-t", "5", "-n", "x", "a"});
}

TEST(Parse, HelpNeedsNothingElse) {
    EXPECT_TRUE(parsed(one_name, {"--help"}).has("help"));
    EXPECT_TRUE(parsed(one_name, {"-Fh", "--version"}).has("version"));
}

TEST(Parse, OnlyAsciiWhereAixWantsIt) {
    EXPECT_THAT(refused(no_operands, {"-n", "w\xc3\xa9"}), HasSubstr("printable ASCII"));
    EXPECT_THAT(refused(no_operands, {"-n", "a\nb"}), HasSubstr("a\\x0ab"));
    EXPECT_EQ(parsed(one_name, {"w\xc3\xa9"}).operand(), "w\xc3\xa9");
}

TEST(Arguments, NumbersAreWholeAndBounded) {
    const auto given = parsed(one_name, {"-t", "60", "-n", "6x", "a"});
    EXPECT_EQ(**given.number('t'), 60U);
    EXPECT_EQ(given.seconds('t', {})->count(), 60);
    EXPECT_EQ(given.seconds('k', std::chrono::seconds(9))->count(), 9);
    EXPECT_FALSE(given.number('n'));
    EXPECT_FALSE(parsed(one_name, {"-t", "99999999999", "-n", "x", "a"}).seconds('t', {}));
}

TEST(Arguments, TheTextCanBePastedIntoAShell) {
    EXPECT_EQ(parsed(one_name, {"-n", "a b", "web1"}).text(), "-n 'a b' web1");
}

TEST(Flags, PairsAreTold) {
    EXPECT_TRUE(cli::is_pair("a=b"));
    EXPECT_TRUE(cli::is_pair("shares_CPU="));
    EXPECT_TRUE(cli::is_pair("privs+=X"));
    EXPECT_FALSE(cli::is_pair("/a=b"));
    EXPECT_FALSE(cli::is_pair("=b"));
    EXPECT_FALSE(cli::is_pair("a"));
    EXPECT_FALSE(cli::is_pair("a+b"));
}

}  // namespace
