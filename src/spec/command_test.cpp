#include "spec/command.h"

#include "spec/test_support.h"

namespace spec {
namespace {

using Words = std::vector<std::string>;

TEST(Command, AnyWordsComeBack) {
    const Words words = {
        "/bin/sh", "-c", "echo \"it's\" $HOME \\ > /x\n", "", " ", "a b", "\xc3\xbc", "'", "\\",
        "*?[~]",   "\t"};
    EXPECT_THAT(command_words(command_line(words)), Holds(words));
}

TEST(Command, QuotesWorkAsInAShell) {
    EXPECT_THAT(command_words(R"( /a  "b c" 'd "e' f\ g "h\"i\x" j''k "" )"),
                Holds(Words{"/a", "b c", "d \"e", "f g", "h\"i\\x", "jk", ""}));
    EXPECT_THAT(command_words("/a 'b"), FailsWith("the quote ' is not closed"));
    EXPECT_THAT(command_words("/a \\"), FailsWith("a backslash stands at the end"));
    EXPECT_THAT(command_words(""), Holds(Words{}));
}

TEST(Command, SettingsComeBeforeTheProgram) {
    const auto command = parse_command("LANG=C X='a b' /usr/bin/env A=b");
    ASSERT_THAT(command, Works());
    EXPECT_EQ(command->environment, (Words{"LANG=C", "X=a b"}));
    EXPECT_EQ(command->arguments, (Words{"/usr/bin/env", "A=b"}));
}

TEST(Command, TheProgramIsNamedByItsFullPath) {
    EXPECT_THAT(parse_command("vmstat 5"),
                FailsWith("'vmstat' is not an absolute path; name the program by"));
    EXPECT_THAT(parse_command("./vmstat"), FailsWith("not an absolute path"));
    EXPECT_THAT(parse_command("1A=b /bin/x"), FailsWith("'1A=b' is not an absolute path"));
    EXPECT_THAT(parse_command("A=b"), FailsWith("no program is named"));
    EXPECT_THAT(parse_command(" "), FailsWith("no program is named"));
}

}  // namespace
}  // namespace spec
