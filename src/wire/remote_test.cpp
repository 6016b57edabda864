#include "wire/remote.h"

#include <gtest/gtest.h>

namespace {

using wire::explain;

TEST(Explain, NamesWhatIsMissing) {
    EXPECT_EQ(explain({"root@b", 127, "sh: 1: /usr/sbin/corral: not found"}).kind, Kind::missing);
    EXPECT_NE(explain({"root@b", 127, ""}).text.find("no corral"), std::string::npos);
    EXPECT_NE(explain({"root@b", 255, "Host key verification failed."}).text.find("host key"),
              std::string::npos);
    EXPECT_EQ(explain({"root@b", 255, "root@b: Permission denied (publickey)."}).kind,
              Kind::denied);
    EXPECT_NE(explain({"root@b", 255, "connect: Connection refused"}).text.find("sshd"),
              std::string::npos);
    EXPECT_NE(explain({"b", 1, "corral: only root may do this"}).text.find("not root"),
              std::string::npos);
    EXPECT_EQ(explain({"b", 2, "", "usage: corral VERB"}).kind, Kind::unsupported);
    EXPECT_NE(explain({"b", 3, ""}).text.find("status 3"), std::string::npos);
}

TEST(Explain, ShowsForeignBytesSafely) {
    EXPECT_EQ(explain({"b", 3, "\x1b[31m"}).text.find('\x1b'), std::string::npos);
}

TEST(Greeting, OfAnotherProtocolNamesBothVersions) {
    EXPECT_TRUE(wire::check_greeting({wire::protocol_version, "9"}, "b"));
    const auto checked = wire::check_greeting({wire::protocol_version + 1, "9.9"}, "b");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, Kind::unsupported);
    EXPECT_NE(checked.error().text.find("9.9"), std::string::npos);
}

TEST(Destination, IsNoOption) {
    EXPECT_TRUE(wire::check_destination({"root@server"}));
    for (const auto* host : {"", "-oProxyCommand=id", "a b", "a\nb"})
        EXPECT_FALSE(wire::check_destination({host})) << host;
}

// The command takes the place of ssh; it is given the host and the program.
Result<wire::Remote> by_shell(const std::string& script) {
    return wire::Remote::connect({"server", {"/bin/sh", "-c", script, "sh"}});
}

TEST(Remote, SkipsWhatALoginPrintsAndSpeaksFrames) {
    const auto hello = wire::greeting("1");
    auto remote =
        by_shell(cat("echo Welcome; printf '", hello.substr(0, hello.size() - 1), "\\n'; cat"));
    ASSERT_TRUE(remote) << remote.error().text;
    ASSERT_TRUE(remote->stream().send({"ask", {{"name", "web1"}}}));
    const auto answer = remote->stream().receive_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->value("name"), "web1");
}

TEST(Remote, TellsWhyThereIsNone) {
    const auto none = by_shell("echo sh: not found >&2; exit 127");
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text.find("no corral"), std::string::npos);
    const auto missing = wire::Remote::connect({"server", {"/no/such/command"}});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, Kind::missing);
}

TEST(Remote, ALinkThatIsCutSaysWhatTheCommandSaid) {
    const auto hello = wire::greeting("1");
    auto remote = by_shell(
        cat("printf '", hello.substr(0, hello.size() - 1), "\\n'; echo broken pipe >&2; exit 255"));
    ASSERT_TRUE(remote);
    const auto answer = remote->stream().receive_message();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::missing);
    EXPECT_NE(remote->explained(answer.error()).text.find("broken pipe"), std::string::npos);
    EXPECT_FALSE(remote->stream().receive_message());
    EXPECT_FALSE(remote->stream().send({"ask"}));
}

}  // namespace
