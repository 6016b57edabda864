// AIX's image.data, the file systems of a backup and what they lay on (mkwpar -L image_data=). Of its stanzas only lv_data
// and fs_data count:
//
//   lv_data:
//           VOLUME_GROUP= datavg
//           LOGICAL_VOLUME= fslv00
//           TYPE= jfs2
//   fs_data:
//           FS_NAME= /var
//           FS_SIZE= 262144         (blocks of 512 bytes)
//           FS_MIN_SIZE= 100000
//           FS_LV= /dev/fslv00
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/definition.h"

namespace spec {

struct ImageData {
    std::string_view text;
    std::string_view file_name = {};  // for messages
    bool shrink = false;              // FS_MIN_SIZE counts instead of FS_SIZE
};
/// Each file system has its logical volume, and each logical volume its file system: else Kind::invalid with the line.
/// Names of logical volumes are not taken over: they follow from the WPAR's.
Result<std::vector<Mount>> parse_image_data(const ImageData& image);

}  // namespace spec
