// What stat(2) tells of files.
#pragma once
#include <sys/stat.h>

namespace os {

/// By whatever names they go.
bool same_file(const struct stat& one, const struct stat& other);
/// Two descriptors; what cannot be asked is no file.
bool same_file(int one, int other);
/// /dev/null, or another node of it.
bool is_null_device(const struct stat& found);

}  // namespace os
