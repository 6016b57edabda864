#include "checkpoint/socket_mounts.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "os/test_tree.h"

namespace checkpoint {
namespace {

// A number as protocol buffers write it, and fields of a message.
std::string number(std::uint64_t value) {
    std::string text;
    for (; value >= 128; value >>= 7) text += static_cast<char>(value | 128);
    return text + static_cast<char>(value);
}
std::string field(unsigned which, std::uint64_t value) {
    return number(which << 3) + number(value);
}
std::string field(unsigned which, const std::string& bytes) {
    return number(which << 3 | 2) + number(bytes.size()) + bytes;
}

std::string image(const std::vector<std::string>& messages) {
    std::string text = "12345678";
    for (const auto& message : messages) {
        const auto size = static_cast<std::uint32_t>(message.size());
        text.append(reinterpret_cast<const char*>(&size), sizeof size);
        text += message;
    }
    return text;
}

// As files.img has it: "type" and "id", and then a socket with number, name and, as CRIU writes it last, its mount.
std::string socket(std::uint64_t id, const std::string& name, const std::string& mount) {
    return field(1, 6) + field(2, id) +
           field(16, field(1, id) + field(2, 4711) + field(11, name) + field(99, 5) + mount);
}
// Numbers with a sign are doubled.
std::string on(std::uint64_t mount) { return field(17, mount * 2); }

class SocketMounts : public testing::Test {
  protected:
    void SetUp() override {
        put("ids-1.img", image({field(1, 2) + field(9, 13)}));
        put("mountpoints-13.img", image({field(1, 5) + field(2, 40), field(1, 5) + field(2, 41)}));
        put("mountpoints-16.img", image({field(1, 5) + field(2, 50)}));
    }
    void put(const std::string& name, const std::string& text) { tree_.file(name, text); }
    std::string files() const { return tree_.text("files.img"); }
    Result<void> forget() { return forget_socket_mounts(tree_.dir()); }
    os::TestTree tree_;
};

TEST_F(SocketMounts, OfTheFirstNamespaceNamesNoMountAnyMore) {
    put("files.img", image({socket(7, "/run/a", on(41)), field(1, 1) + field(2, 8)}));
    ASSERT_TRUE(forget());
    const auto text = files();
    EXPECT_EQ(text.find(on(41)), std::string::npos);
    for (const auto& kept : {field(2, 4711), field(11, std::string("/run/a")), field(99, 5)})
        EXPECT_NE(text.find(kept), std::string::npos);
    EXPECT_TRUE(text.starts_with("12345678"));
    EXPECT_TRUE(text.ends_with(field(1, 1) + field(2, 8)));
    EXPECT_FALSE(tree_.has("files.img.new"));
}

TEST_F(SocketMounts, OthersStayAsTheyAre) {
    const auto text =
        image({socket(7, "/run/a", on(50)), socket(8, std::string("\0abstract", 9), on(41)),
               socket(9, "", on(41)), socket(10, "/run/b", ""), socket(11, "/run/c", field(17, 1)),
               field(1, 2) + field(2, 12)});
    put("files.img", text);
    ASSERT_TRUE(forget());
    EXPECT_EQ(files(), text);
}

TEST_F(SocketMounts, WhatNoCriuWritesIsNoImage) {
    for (const auto& wrong :
         {std::string(), std::string("1234"), std::string("123456789"), image({field(16, "x")}),
          image({socket(7, "/run/a", on(41))}).substr(0, 30), image({"\xff\xff\xff"})}) {
        put("files.img", wrong);
        const auto done = forget();
        ASSERT_FALSE(done) << wrong;
        EXPECT_EQ(done.error().kind, Kind::invalid);
        EXPECT_EQ(files(), wrong);
    }
    std::filesystem::remove(tree_.path("files.img"));
    EXPECT_EQ(forget().error().kind, Kind::missing);
}

}  // namespace
}  // namespace checkpoint
