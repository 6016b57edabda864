// Every command's table, its man page and what the shell completes; the actions behind them are not
// linked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/arguments.h"
#include "cli/complete.h"
#include "cli/flags.h"
#include "cli/usage.h"
#include "cmd/actions.h"
#include "cmd/commands.h"
#include "security/capabilities.h"
#include "security/privileges.h"

namespace cmd {
Result<int> make(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> checkpoint(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> restart(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> clone(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> change(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> start(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> stop(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> reboot(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> remove(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> log_in(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> execute(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> autostart(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> autostop(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> examine(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> generations(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> sync(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> save(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> move(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> describe(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> restore(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> restore_files(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> list_backup(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> verify_backups(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> resume(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> kill_paused(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> freeze(const cli::Arguments&, cli::Terminal&) { return 0; }
Result<int> thaw(const cli::Arguments&, cli::Terminal&) { return 0; }
}  // namespace cmd

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Words = std::vector<std::string>;

const std::vector<const cli::Command*> commands(cmd::all_commands().begin(),
                                                cmd::all_commands().end());

const cli::Program program = {.commands = commands, .names = [] {
                                  return Words{"mywpar01", "web1", "web2"};
                              }};

class EveryCommand : public testing::TestWithParam<const cli::Command*> {};
INSTANTIATE_TEST_SUITE_P(Table, EveryCommand, testing::ValuesIn(commands), [](const auto& given) {
    std::string name(given.param->name);
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
});

std::string file_text(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string page_of(const cli::Command& command) {
    auto name = command.name == "corral autostart" ? "corral" : std::string(command.name);
    std::replace(name.begin(), name.end(), ' ', '-');
    return file_text(cat(CORRAL_SOURCE "/man/", name, ".8"));
}

std::string section(const std::string& page, std::string_view title) {
    const auto heading = cat(".SH ", title, "\n");
    const auto at = page.find(heading);
    if (at == std::string::npos) return {};
    const auto from = at + heading.size();
    return page.substr(from, page.find("\n.SH ", from) - from);
}

// "\-n" of a tag line ".BR \-n \ \fIname\fR" is the flag n.
std::set<std::string> documented_flags(const std::string& options) {
    std::set<std::string> flags;
    std::istringstream lines(options);
    std::string line;
    for (bool tag = false; std::getline(lines, line); tag = line == ".TP" || line == ".TQ") {
        const auto dash = line.find("\\-");
        if (!tag || dash == std::string::npos) continue;
        auto name = line.substr(dash + 2);
        const bool is_long = name.starts_with("\\-");
        if (is_long) name.erase(0, 2);
        std::string plain;
        for (std::size_t at = 0; at < name.size(); ++at) {
            if (name.compare(at, 2, "\\-") == 0) {
                plain += '-';
                ++at;
            } else if (std::isalnum(static_cast<unsigned char>(name[at])) != 0) {
                plain += name[at];
            } else {
                break;
            }
        }
        flags.insert(is_long ? plain : plain.substr(0, 1));
    }
    return flags;
}

TEST_P(EveryCommand, HasTextsForEverything) {
    const auto& command = *GetParam();
    EXPECT_FALSE(command.summary.empty());
    EXPECT_FALSE(command.verb.empty());
    EXPECT_FALSE(command.examples.empty());
    EXPECT_NE(command.action, nullptr);
    for (const auto* flag : cli::all_flags(command)) {
        EXPECT_FALSE(flag->meaning.empty()) << flag->name;
        const bool needs_name =
            flag->takes == cli::Takes::value || flag->takes == cli::Takes::optional;
        EXPECT_EQ(flag->value.empty(), !needs_name && flag->takes != cli::Takes::variant)
            << flag->name;
    }
}

TEST_P(EveryCommand, KnowsEachFlagOnce) {
    for (const auto flags : {GetParam()->flags, GetParam()->form.flags}) {
        std::set<std::string_view> seen;
        for (const auto& flag : flags) EXPECT_TRUE(seen.insert(flag.name).second) << flag.name;
    }
}

TEST_P(EveryCommand, AcceptsItsOwnExamples) {
    for (const auto& example : GetParam()->examples) {
        auto words = ::words(example.line);
        ASSERT_TRUE(std::string_view(example.line).starts_with(GetParam()->name));
        words.erase(words.begin(), words.begin() + (words[0] == "corral" ? 2 : 1));
        const auto given = cli::parse(*GetParam(), words);
        EXPECT_TRUE(given) << example.line << ": " << (given ? "" : given.error().text);
    }
}

TEST_P(EveryCommand, UsageFitsATerminal) {
    std::istringstream lines(cli::help(*GetParam(), GetParam()->name));
    std::string line;
    while (std::getline(lines, line)) EXPECT_LE(line.size(), 110U) << line;
}

TEST_P(EveryCommand, HasAManPageWithAllItsFlagsAndNoOthers) {
    const auto page = page_of(*GetParam());
    for (const auto* title : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES",
                              "\"EXIT STATUS\"", "FILES", "\"SEE ALSO\""})
        EXPECT_NE(section(page, title), "") << title;
    std::set<std::string> known = {"help", "version"};
    for (const auto* flag : cli::all_flags(*GetParam())) known.emplace(flag->name);
    EXPECT_EQ(documented_flags(section(page, "OPTIONS")), known);
}

TEST_P(EveryCommand, HasGeneratedPagesOfItsFlags) {
    std::set<std::string> known = {"help", "version"};
    for (const auto* flag : cli::all_flags(*GetParam())) known.emplace(flag->name);
    EXPECT_EQ(documented_flags(section(cli::manual(*GetParam()), "OPTIONS")), known);
}

// Without man(7)'s escapes of dashes and fonts.
std::string plain(std::string text) {
    for (const auto* font : {"\\fB", "\\fI", "\\fR", "\\"})
        for (auto at = text.find(font); at != std::string::npos; at = text.find(font))
            text.erase(at, std::string_view(font).size());
    return text;
}

TEST(Manual, ListsEveryPrivilegeWithItsCapabilities) {
    const auto page = plain(section(file_text(CORRAL_SOURCE "/man/corral.7"), "PRIVILEGES")) + "\n";
    for (const auto& privilege : security::privileges()) {
        auto capabilities = security::capability_list(privilege.capabilities);
        if (privilege.name == "PV_ROOT") capabilities = "all capabilities";
        const auto line = cat(capabilities == "-" ? "" : capabilities + ": ", privilege.description,
                              privilege.by_default ? "" : " (not in the default set)", "\n");
        EXPECT_NE(page.find(std::string(privilege.name)), std::string::npos) << privilege.name;
        EXPECT_NE(page.find(line), std::string::npos) << privilege.name << " " << line;
    }
}

TEST(Manual, ExplainsEveryAttribute) {
    const auto page = file_text(CORRAL_SOURCE "/man/wpar.cf.5");
    for (const auto stanza : spec::stanzas()) {
        EXPECT_THAT(page, HasSubstr(cat("\\fB", spec::stanza_name(stanza), "\\fR")));
        for (const auto name : spec::attribute_names(stanza))
            EXPECT_THAT(page, HasSubstr(cat("\\fB", name, "\\fR")));
    }
}

TEST(Usage, GroupsWhatExcludesEachOther) {
    EXPECT_EQ(cli::usage(cmd::stopwpar(), "corral stop"),
              "Usage: corral stop [-F | -h] [-N | -t seconds] [-r] [-v] [--dry-run] wparname\n");
}

TEST(Usage, TellsBothFormsOfChange) {
    const auto text = cli::usage(cmd::chwpar(), "chwpar");
    EXPECT_THAT(text, HasSubstr("\n       chwpar -K [-A]"));
    EXPECT_THAT(text, HasSubstr("[-R [attribute ...]]"));
    EXPECT_THAT(text, HasSubstr("[-N attribute=value ...]..."));
}

TEST(Usage, SaysThatOneOfSeveralIsNeeded) {
    EXPECT_THAT(cli::usage(cmd::mkwpar(), "mkwpar"),
                HasSubstr("{-n wparname | -f infile | -p [name] | -w}"));
}

Result<cli::Arguments> given(const cli::Command& command, const std::string& line) {
    return cli::parse(command, ::words(line));
}

TEST(Mkwpar, TakesTheArticlesCommandLine) {
    const auto arguments =
        given(cmd::mkwpar(),
              "-N interface=en0 address=192.168.21.136 netmask=255.255.0.0 -A -M directory=/ "
              "vfs=jfs2 size=5G "
              "-M vfs=directory directory=/var -M vfs=directory directory=/tmp -M vfs=directory "
              "directory=/home "
              "-M vfs=directory directory=/usr -M vfs=directory directory=/opt -n mywpar01");
    ASSERT_TRUE(arguments) << arguments.error().text;
    EXPECT_EQ(arguments->value('n'), "mywpar01");
    EXPECT_TRUE(arguments->has('A'));
    EXPECT_EQ(arguments->objects('M').size(), 6U);
    EXPECT_THAT(arguments->objects('N')[0],
                ElementsAre("interface=en0", "address=192.168.21.136", "netmask=255.255.0.0"));
}

TEST(Mkwpar, RefusesWhatMakesNoSense) {
    for (const auto* line : {"", "-n a -n b", "-n a -e b -f c", "-w -n a", "-n a b", "-n a -Z",
                             "-n a -W", "-n a -N", "-n a --json"})
        EXPECT_FALSE(given(cmd::mkwpar(), line)) << line;
    for (const auto* line :
         {"-f spec", "-p", "-p old -n new", "-w -o spec -e web1", "-n a -U -v", "-n a -k /x -k /y",
          "-ln a", "-n a -S privs+=PV_NET_RAWSOCK privs-=PV_TCB"})
        EXPECT_TRUE(given(cmd::mkwpar(), line)) << line;
}

TEST(Chwpar, TakesBack) {
    const auto arguments = given(
        cmd::chwpar(), "-K -A -N address=10.0.0.1 -N address=10.0.0.2 -R memory CPU -S -u web1");
    ASSERT_TRUE(arguments) << arguments.error().text;
    EXPECT_THAT(arguments->all('R'), ElementsAre("memory", "CPU"));
    EXPECT_EQ(arguments->objects('N').size(), 2U);
    EXPECT_EQ(arguments->operand(), "web1");
}

TEST(LswparTable, FlagsCluster) {
    const auto arguments = given(cmd::lswpar(), "-Ncq mywpar01 web1");
    ASSERT_TRUE(arguments) << arguments.error().text;
    EXPECT_TRUE(arguments->has('N') && arguments->has('c') && arguments->has('q'));
    EXPECT_THAT(arguments->operands(), ElementsAre("mywpar01", "web1"));
    EXPECT_EQ(given(cmd::lswpar(), "-Da devname web1")->value('a'), "devname");
    EXPECT_EQ(given(cmd::lswpar(), "-Brq")->value('B'), "r");
    EXPECT_FALSE(given(cmd::lswpar(), "-NM"));
    EXPECT_FALSE(given(cmd::lswpar(), "-c -d :"));
}

TEST(Clogin, LeavesTheCommandAlone) {
    const auto arguments = given(cmd::clogin(), "web1 -l www /bin/ls -l --help");
    ASSERT_TRUE(arguments) << arguments.error().text;
    EXPECT_EQ(arguments->value('l'), "www");
    EXPECT_THAT(arguments->operands(), ElementsAre("web1", "/bin/ls", "-l", "--help"));
}

TEST(Wparexec, LeavesTheCommandAlone) {
    const auto arguments = given(
        cmd::wparexec(), "-n job -R memory=0%-10%,20% -- LANG=C /usr/bin/sort -u --help /tmp/x");
    ASSERT_TRUE(arguments) << arguments.error().text;
    EXPECT_THAT(arguments->operands(),
                ElementsAre("LANG=C", "/usr/bin/sort", "-u", "--help", "/tmp/x"));
    EXPECT_TRUE(given(cmd::wparexec(), "-f spec")->operands().empty());
}

TEST(Complete, VerbsAndFlags) {
    EXPECT_THAT(cli::complete(program, "corral sto"), ElementsAre("stop"));
    EXPECT_THAT(cli::complete(program, "corral stop --d"), ElementsAre("--dry-run"));
    EXPECT_THAT(cli::complete(program, "/usr/sbin/stopwpar -"), Contains("-F"));
    EXPECT_THAT(cli::complete(program, "chwpar -K -"), Not(Contains("-n")));
}

TEST(Complete, NamesWhereNamesBelong) {
    EXPECT_THAT(cli::complete(program, "stopwpar -F web"), ElementsAre("web1", "web2"));
    EXPECT_THAT(cli::complete(program, "stopwpar web1 "), IsEmpty());
    EXPECT_THAT(cli::complete(program, "stopwpar -t "), IsEmpty());
    EXPECT_THAT(cli::complete(program, "lswpar web1 m"), ElementsAre("mywpar01"));
    EXPECT_THAT(cli::complete(program, "mkwpar -n new -e "), Contains("web1"));
    EXPECT_THAT(cli::complete(program, "wparexec "), IsEmpty());
    EXPECT_THAT(cli::complete(program, "clogin web1 w"), IsEmpty());
}

TEST(Complete, AttributesOfTheFlagBefore) {
    EXPECT_THAT(cli::complete(program, "mkwpar -N interface=en0 add"),
                ElementsAre("address=", "address6="));
    EXPECT_THAT(cli::complete(program, "mkwpar -M directory=/ vfs=b"),
                ElementsAre("bind", "btrfs"));
    EXPECT_THAT(cli::complete(program, "chwpar -K -R shares_"),
                ElementsAre("shares_CPU", "shares_memory"));
}

TEST(Complete, TheInstalledScriptIsTheGeneratedOne) {
    EXPECT_EQ(file_text(CORRAL_SOURCE "/completions/corral.bash"), cli::bash_script(program));
}

}  // namespace
