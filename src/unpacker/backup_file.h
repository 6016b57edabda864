// A file that savewpar wrote, opened for reading: the texts in front, the manifest at its end, the members between.
#pragma once
#include <stdio.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "backup/frame.h"
#include "backup/manifest.h"
#include "tar/reader.h"
#include "tar/stream.h"
#include "unpacker/frame_stream.h"

namespace unpacker {

struct Front {
    std::string spec = {};
    std::string image_data = {};
    std::string backup_data = {};
};

class BackupFile {
  public:
    /// Kind::invalid when it is none, or was cut short.
    static Result<BackupFile> open(int file, unsigned threads);
    /// The tree is unpacked while what is asked first is answered. Stays where it is from then on.
    void read_ahead() { ahead_ = stream(true, threads_); }
    /// The three members that come first.
    Result<Front> front();
    /// The text of the manifest goes into `to`, a file.
    Result<void> manifest(int to);
    /// Calls for each member of the tree; paths are those of tar/path.h.
    using Visit =
        std::function<Result<void>(tar::Reader&, ::archive_entry*, const std::string& path)>;
    Result<void> members(const Visit& visit);

    /// While members are visited: what keeps these bytes of theirs alive; nothing when they will not live.
    std::shared_ptr<const std::string> holder(std::span<const char> bytes) const {
        return visited_ == nullptr ? nullptr : visited_->holder(bytes);
    }
    bool framed() const { return tables_.has_value(); }
    std::string digest() const;
    std::uint64_t size() const { return size_; }
    /// Of the archive: holes are not in it.
    std::uint64_t unpacked() const;

  private:
    BackupFile(int file, std::uint64_t size, unsigned threads)
        : file_(file), size_(size), threads_(threads) {}
    std::unique_ptr<tar::Stream> stream(bool tree, unsigned threads) const;

    int file_;
    std::uint64_t size_;
    unsigned threads_;
    std::optional<backup::Tables> tables_ = {};
    const FrameStream* visited_ = nullptr;
    std::unique_ptr<tar::Stream> ahead_ = {};  // the last: it reads the tables
};

}  // namespace unpacker
