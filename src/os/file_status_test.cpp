#include "os/file_status.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/fd.h"

namespace {

TEST(FileStatus, AFileIsTheSameByAllItsDescriptors) {
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const UniqueFd reader(ends[0]);
    const UniqueFd writer(ends[1]);
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_TRUE(os::same_file(reader.get(), writer.get()));
    EXPECT_FALSE(os::same_file(reader.get(), null.get()));
    EXPECT_FALSE(os::same_file(reader.get(), -1));
}

TEST(FileStatus, TheNullDeviceIsKnown) {
    struct stat found = {};
    ASSERT_EQ(::stat("/dev/null", &found), 0);
    EXPECT_TRUE(os::is_null_device(found));
    ASSERT_EQ(::stat("/dev/zero", &found), 0);
    EXPECT_FALSE(os::is_null_device(found));
    ASSERT_EQ(::stat("/", &found), 0);
    EXPECT_FALSE(os::is_null_device(found));
}

}  // namespace
