#include "os/file_status.h"

#include <sys/sysmacros.h>

namespace os {

bool same_file(const struct stat& one, const struct stat& other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool same_file(int one, int other) {
    struct stat first = {};
    struct stat second = {};
    return ::fstat(one, &first) == 0 && ::fstat(other, &second) == 0 && same_file(first, second);
}

bool is_null_device(const struct stat& found) {
    return S_ISCHR(found.st_mode) && found.st_rdev == makedev(1, 3);
}

}  // namespace os
