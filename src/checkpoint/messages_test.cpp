#include "checkpoint/messages.h"

#include <gtest/gtest.h>
#include <rpc.pb-c.h>

#include <memory>

namespace checkpoint {
namespace {

struct Free {
    void operator()(CriuReq* request) const { criu_req__free_unpacked(request, nullptr); }
};
std::unique_ptr<CriuReq, Free> parsed(const std::string& bytes) {
    return std::unique_ptr<CriuReq, Free>(criu_req__unpack(
        nullptr, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data())));
}

std::string packed(const CriuResp& response) {
    std::string bytes(criu_resp__get_packed_size(&response), '\0');
    criu_resp__pack(&response, reinterpret_cast<std::uint8_t*>(bytes.data()));
    return bytes;
}

TEST(Request, ADumpNeverEndsTheProcesses) {
    const auto request =
        parsed(pack({.kind = Request::Kind::dump, .images = 5, .work = 6, .process = 42}));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->type, CRIU_REQ_TYPE__DUMP);
    EXPECT_EQ(request->opts->pid, 42);
    EXPECT_TRUE(request->opts->leave_running);
    EXPECT_FALSE(request->opts->has_rst_sibling);
}

TEST(Request, WhatIsRestoredIsOurChild) {
    const auto request = parsed(
        pack({.kind = Request::Kind::restore, .root = "/run/x/0", .external = {"mnt[a]:/b"}}));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->type, CRIU_REQ_TYPE__RESTORE);
    EXPECT_TRUE(request->opts->rst_sibling);
    EXPECT_STREQ(request->opts->root, "/run/x/0");
    ASSERT_EQ(request->opts->n_external, 1U);
    EXPECT_STREQ(request->opts->external[0], "mnt[a]:/b");
}

TEST(Request, ConnectionsAreKeptOrClosedButNeverBoth) {
    for (const bool kept : {true, false}) {
        Request wanted;
        wanted.connections = kept;
        const auto request = parsed(pack(wanted));
        ASSERT_TRUE(request);
        EXPECT_EQ(request->opts->tcp_established != 0, kept);
        EXPECT_EQ(request->opts->tcp_close != 0, !kept);
    }
}

TEST(Request, TheGlobalNetworkIsNotMadeAgain) {
    Request wanted;
    EXPECT_TRUE(parsed(pack(wanted))->opts->has_empty_ns);
    wanted.own_network = false;
    EXPECT_FALSE(parsed(pack(wanted))->opts->has_empty_ns);
}

TEST(Request, StreamsTakeThePlacesOfPipesThatLedOutside) {
    const auto request =
        parsed(pack({.kind = Request::Kind::restore, .inherited = {{"pipe:[4711]", 9}}}));
    ASSERT_TRUE(request);
    ASSERT_EQ(request->opts->n_inherit_fd, 1U);
    EXPECT_STREQ(request->opts->inherit_fd[0]->key, "pipe:[4711]");
    EXPECT_EQ(request->opts->inherit_fd[0]->fd, 9);
}

TEST(Request, AnAnswerSaysWhetherItWentWell) {
    EXPECT_TRUE(parsed(pack_answer(true))->notify_success);
    EXPECT_FALSE(parsed(pack_answer(false))->notify_success);
}

TEST(Response, ANoticeIsNotTheLastWord) {
    char script[] = "setup-namespaces";
    CriuNotify notice = CRIU_NOTIFY__INIT;
    notice.script = script;
    notice.has_pid = 1;
    notice.pid = 7;
    CriuResp response = CRIU_RESP__INIT;
    response.type = CRIU_REQ_TYPE__NOTIFY;
    response.success = 1;
    response.notify = &notice;
    const auto read = unpack(packed(response));
    ASSERT_TRUE(read);
    ASSERT_TRUE(read->notice);
    EXPECT_EQ(read->notice->what, "setup-namespaces");
    EXPECT_EQ(read->notice->process, 7);
}

TEST(Response, ARestoreNamesTheProcess) {
    CriuRestoreResp restored = CRIU_RESTORE_RESP__INIT;
    restored.pid = 99;
    CriuResp response = CRIU_RESP__INIT;
    response.type = CRIU_REQ_TYPE__RESTORE;
    response.success = 1;
    response.restore = &restored;
    const auto read = unpack(packed(response));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->notice);
    EXPECT_TRUE(read->success);
    EXPECT_EQ(read->process, 99);
}

TEST(Response, OtherBytesAreRefused) {
    EXPECT_FALSE(unpack("\xff\xff\xff"));
    EXPECT_FALSE(unpack(""));
}

}  // namespace
}  // namespace checkpoint
