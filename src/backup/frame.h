// The compressed form: independent zstd frames, so that many processors write one and a reader can begin in the middle,
// and after them two skippable frames: our own table (digests) and zstd's seek table (zstd seekable format, version 0.1.0).
// Every zstd reader passes over both.
#pragma once
#include <zstd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backup/digest.h"
#include "base/result.h"

namespace backup {

constexpr std::size_t frame_size = std::size_t{4} << 20;  // before compression

struct FrameRecord {
    std::uint32_t compressed = 0;
    std::uint32_t plain = 0;
    Digest digest = {};  // of the compressed bytes
};
struct Frame {
    std::string bytes = {};
    FrameRecord record = {};
};

class Compressor {
  public:
    explicit Compressor(int level);  // 0: as it is
    Result<Frame> compress(std::string_view plain);

  private:
    struct Free {
        void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    };
    std::unique_ptr<ZSTD_CCtx, Free> context_;
    std::unique_ptr<char[]> room_ = {};  // of room_size_ bytes
    std::size_t room_size_ = 0;
};

struct Frames {
    std::vector<FrameRecord> all = {};
    std::uint32_t manifest = 0;  // the number of the frame that begins with the manifest's header
    Algorithm algorithm = Algorithm::blake3;  // of the digests
};
/// The digest of the whole: of all frames' digests in a row, and the manifest's place.
Digest whole_digest(const Frames& frames);
/// Both tables, as they end the file.
std::string tables(const Frames& frames);

struct Tables {
    Frames frames = {};
    Digest whole = {};
    std::uint64_t size = 0;  // of both, in bytes
};
/// Reads them back from the last bytes of a file of `file_size` bytes. Kind::invalid when they are not there, are cut, or
/// do not fit together or the file.
Result<Tables> read_tables(int file, std::uint64_t file_size);

}  // namespace backup
