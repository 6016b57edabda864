#include "spec/file.h"

#include <random>

#include "spec/attributes.h"
#include "spec/test_support.h"

namespace spec {
namespace {

constexpr auto web1 = R"(* The web server.
general:
	name = "web1"
	auto = "yes"
	postscript = "/root/one"
	postscript = "/root/two"
	key = "7"

network:
	interface = "en0"
	address = "10.0.0.5"
network:
	address6 = fd00::5

mount:
        directory = "/"
        vfs = "jfs2"
        size = 5G

security:
	privs = "PV_NET_PORT,PV_FS_MOUNT"
copy_controls:
	preserve_private = "yes"
)";

TEST(File, StanzasBecomeADefinition) {
    const auto read = parse(web1, "web1.cf");
    ASSERT_THAT(read, Works());
    EXPECT_EQ(read->general, (General{.name = "web1",
                                      .autostart = true,
                                      .postscripts = {"/root/one", "/root/two"},
                                      .key = 7}));
    EXPECT_EQ(read->networks, (std::vector<Network>{{.interface = "en0", .address = "10.0.0.5"},
                                                    {.address6 = "fd00::5"}}));
    EXPECT_EQ(read->mounts, (std::vector<Mount>{{.directory = "/", .vfs = "jfs2", .size = "5G"}}));
    EXPECT_THAT(read->security.privs, testing::ElementsAre("PV_NET_PORT", "PV_FS_MOUNT"));
    EXPECT_EQ(read->copy_controls, (Free{{"preserve_private", "yes"}}));
}

TEST(File, WhatIsWrittenIsReadable) {
    Definition web{.general = {.name = "web1", .autostart = true, .key = 7},
                   .networks = {{.address = "10.0.0.5"}},
                   .resources = {.CPU = "10%-50%,100%"}};
    EXPECT_EQ(write(web), R"(general:
	name = "web1"
	auto = "yes"
	key = "7"

network:
	address = "10.0.0.5"

resources:
	CPU = "10%-50%,100%"
)");
}

TEST(File, ASpecificationSaysNothingAboutIdentity) {
    Definition web{
        .general = {.name = "web1", .type = Type::application, .key = 7, .owner = "joe"}};
    EXPECT_EQ(write_specification(web), "general:\n\tname = \"web1\"\n");
    const auto read = parse_specification(write(web), "spec");
    ASSERT_THAT(read, Works());
    EXPECT_EQ(read->general, (General{.name = "web1"}));
}

TEST(File, GeneralAloneIsReadWithoutLookingAtTheRest) {
    const auto read = parse_general(web1, "web1.cf");
    ASSERT_THAT(read, Works());
    EXPECT_EQ(read->general, parse(web1, "web1.cf")->general);
    EXPECT_TRUE(read->networks.empty());
    EXPECT_TRUE(parse_general("network:\n\tnonsense\ngeneral:\n\tname = x\n", "x")->name() == "x");
}

TEST(File, AnEntryWithoutAttributesIsStillAnEntry) {
    const auto read = parse("general:\nnetwork:\n", "x");
    ASSERT_THAT(read, Works());
    EXPECT_EQ(read->networks.size(), 1u);
    EXPECT_EQ(write(*read), "general:\n\nnetwork:\n");
}

TEST(File, CommentsBlankLinesAndWindowsLineEndsAreFine) {
    const auto read = parse(
        "* gr\xc3\xbc\xc3\x9f\r\n\r\n\t * indented\r\ngeneral: \r\n name=web1 \r\n   \t\r\n"
        " hostname = \"w\"",
        "x");
    ASSERT_THAT(read, Works());
    EXPECT_EQ(read->general, (General{.name = "web1", .hostname = "w"}));
}

TEST(File, AMistakeIsNamedWithFileAndLine) {
    EXPECT_EQ(problem(parse("general:\n\tname = web1\n\nnetwork:\n\tadress = 10.0.0.5\n",
                            "/etc/wpars/web1.cf")),
              "/etc/wpars/web1.cf:5: attribute 'adress' is not one of stanza network: interface, "
              "address, "
              "netmask, broadcast, address6, prefixlen, mode");
    EXPECT_EQ(problem(parse("general:\n\tauto = on\n", "f")),
              "f:2: attribute 'auto' cannot be 'on': give yes or no");
    EXPECT_EQ(problem(parse("\nnetwrk:\n", "f")),
              "f:2: there is no stanza 'netwrk'; expected one of general, network, route, mount, "
              "resources, "
              "security, device, kext, copy_controls, options");
}

TEST(File, EveryKindOfBrokenLineIsRefused) {
    const auto refused = [](std::string_view text) { return problem(parse(text, "f")); };
    using testing::HasSubstr;
    EXPECT_THAT(refused("name = web1\n"),
                HasSubstr("f:1: 'name = web1' is not a stanza; expected one like"));
    EXPECT_THAT(refused(" name = web1\n"),
                HasSubstr("f:1: attribute 'name' stands before the first stanza"));
    EXPECT_THAT(refused("general:\n name\n"),
                HasSubstr("f:2: 'name' is not an attribute; expected attribute = "));
    EXPECT_THAT(refused("general:\n = web1\n"), HasSubstr("f:2: '= web1' is not an attribute"));
    EXPECT_THAT(refused("general: web1\n"), HasSubstr("f:1: 'general: web1' is not a stanza"));
    EXPECT_THAT(refused("general:\ngeneral:\n"),
                HasSubstr("f:2: stanza 'general' comes a second time"));
    EXPECT_THAT(refused("general:\n name=a\n name=b\n"),
                HasSubstr("f:3: attribute 'name' is given twice"));
    EXPECT_THAT(refused("general:\n name=\"a\n"),
                HasSubstr("f:2: attribute 'name': the closing quote is missing"));
    EXPECT_THAT(refused("general:\n name=\"a\" b\n"),
                HasSubstr("nothing may follow the closing quote"));
    EXPECT_THAT(refused("general:\n name=a\"b\n"), HasSubstr("must itself stand in quotes"));
    EXPECT_THAT(refused("general:\n name=\"a\\qb\"\n"),
                HasSubstr("a backslash in quotes must be followed by"));
    EXPECT_THAT(refused("general:\n application=\"a\\x00\"\n"), HasSubstr("a backslash in quotes"));
    EXPECT_THAT(refused("general:\n key=4294967296\n"),
                HasSubstr("give a number up to 4294967295"));
    EXPECT_THAT(refused("general:\n type=X\n"), HasSubstr("give S (system) or A (application)"));
    EXPECT_THAT(refused("options:\n shrink=no\n shrink=no\n"),
                HasSubstr("f:3: attribute 'shrink' is given twice"));
}

TEST(File, ControlBytesAreRefusedRawAndMostlyEscaped) {
    EXPECT_THAT(parse(std::string_view("general:\n name=\"a\0b\"\n", 20), "f"),
                FailsWith("f:2: the line holds"));
    EXPECT_THAT(parse("general:\n\x1b[2J\n", "f"),
                FailsWith("f:2: the line holds a control character"));
    EXPECT_THAT(parse("general:\n hostname=\"a\\nb\"\n", "f"), FailsWith("only printable ASCII"));
    EXPECT_THAT(parse("general:\n hostname=\"a\\xc3\"\n", "f"), FailsWith("only printable ASCII"));
}

TEST(File, ACommandKeepsItsNewlinesAndItsLetters) {
    Definition shell{
        .general = {.name = "sh", .application = "/bin/sh -c 'echo \"\\\\\xc3\xbc\"\n\tls\x01'"}};
    const auto text = write(shell);
    EXPECT_THAT(text, testing::HasSubstr(R"(-c 'echo \"\\\\)"));
    EXPECT_THAT(parse(text, "f"), Holds(shell));
}

TEST(File, AHugeFileIsNotRead) {
    EXPECT_THAT(parse(std::string(file_size_limit + 1, ' '), "f"),
                FailsWith("f: 1048577 bytes are too many"));
    EXPECT_THAT(parse(std::string(file_size_limit, '\n'), "f"), Works());
}

// --- property: parse(write(d)) is d, for definitions with arbitrary values

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t bound) { return engine_() % bound; }
    bool coin() { return below(2) == 0; }
    std::string text(bool any_byte) {
        std::string made;
        for (auto left = below(12); left > 0; --left)
            made += static_cast<char>(any_byte ? 1 + below(255) : 0x20 + below(0x5f));
        return made;
    }

    template <class Of>
    void fill(Of& object) {
        for (const auto& attribute : attributes<Of>())
            if (coin())
                std::visit([&](auto field) { fill(object.*field, attribute.use); },
                           attribute.field);
    }
    template <class Of>
    void fill(std::vector<Of>& objects) {
        objects.resize(below(3));
        for (auto& object : objects) fill(object);
    }

  private:
    void fill(std::string& field, Use use) {
        if (auto made = text(use == Use::any_text); !made.empty()) field = made;
    }
    void fill(bool& field, Use) { field = coin(); }
    void fill(std::uint32_t& field, Use) { field = static_cast<std::uint32_t>(engine_()); }
    void fill(std::int64_t& field, Use) { field = static_cast<std::int64_t>(engine_() >> 1); }
    void fill(Type& field, Use) { field = coin() ? Type::system : Type::application; }
    void fill(std::vector<std::string>& field, Use use) {
        for (auto left = below(3); left > 0; --left)
            field.push_back(use == Use::repeated ? text(false) + "x" : cat("PV_", below(1000)));
    }

    std::mt19937_64 engine_;
};

TEST(File, AnyDefinitionComesBackAsItWas) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
        Random random(seed);
        Definition wish;
        random.fill(wish.general);
        random.fill(wish.networks);
        random.fill(wish.routes);
        random.fill(wish.mounts);
        random.fill(wish.resources);
        random.fill(wish.security);
        random.fill(wish.devices);
        random.fill(wish.kernel_extensions);
        if (random.coin()) wish.copy_controls["preserve_wpars"] = random.text(false) + "\"";
        if (random.coin()) wish.options["image_data"] = random.text(false) + "\\";
        const auto text = write(wish);
        ASSERT_THAT(parse(text, "f"), Holds(wish)) << text;
        ASSERT_THAT(write(*parse(text, "f")), text);
    }
}

}  // namespace
}  // namespace spec
