#include "launch/sysctl.h"

#include <gtest/gtest.h>

namespace launch {
namespace {

TEST(Sysctl, KnowsWhoOwnsAParameter) {
    EXPECT_EQ(owner_of("kernel.sem"), Owner::ipc);
    EXPECT_EQ(owner_of("fs.mqueue.queues_max"), Owner::ipc);
    EXPECT_EQ(owner_of("net.ipv4.ping_group_range"), Owner::network);
    EXPECT_EQ(owner_of("user.max_user_namespaces"), Owner::users);
}

TEST(Sysctl, WhatIsTheMachinesHasNoOwner) {
    for (const auto* name :
         {"kernel.core_pattern", "kernel.hostname", "vm.swappiness", "fs.file-max", "", "net",
          "net./../kernel.core_pattern", "net.ipv4.x\n"})
        EXPECT_FALSE(owner_of(name)) << name;
}

TEST(Sysctl, DotsAreSlashesUnlessThereAreSlashes) {
    EXPECT_EQ(path_of("kernel.msgmni"), "/proc/sys/kernel/msgmni");
    EXPECT_EQ(path_of("net/ipv4/conf/eth0.1/forwarding"),
              "/proc/sys/net/ipv4/conf/eth0.1/forwarding");
}

}  // namespace
}  // namespace launch
