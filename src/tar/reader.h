// A tar archive, compressed or not, member by member: libarchive behind our streams and errors. Whatever decompresses or
// parses runs in the confined process only.
#pragma once
#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <optional>

#include "tar/stream.h"

namespace tar {

class Reader {
  public:
    enum class Packing : std::uint8_t { any, none };
    /// Plain, gzip, bzip2, xz, lzma or zstd, or plain only; Kind::invalid when it is none of these, or no tar in it.
    static Result<Reader> open(Stream& from, Packing packing = Packing::any);
    /// The next member, valid until the one after; nullptr at the end.
    Result<::archive_entry*> next();

    struct Block {
        std::span<const char> bytes = {};
        std::uint64_t offset = 0;  // a gap before it is a hole
    };
    /// Of the present member; nothing at its end.
    Result<std::optional<Block>> block();

  private:
    struct Source {  // where libarchive's callbacks find us
        Stream* stream = nullptr;
        std::optional<Error> failed = {};
        std::unique_ptr<char[]> buffer = {};
    };
    struct Free {
        void operator()(::archive* reader) const { ::archive_read_free(reader); }
    };
    Reader(std::unique_ptr<Source> source, ::archive* reader)
        : source_(std::move(source)), reader_(reader) {}
    static la_ssize_t read_some(::archive*, void* given, const void** bytes);
    static la_int64_t skip_some(::archive* reader, void* given, la_int64_t wanted);
    Error error() const;

    std::unique_ptr<Source> source_;
    std::unique_ptr<::archive, Free> reader_;
};

/// The content of the present member as a stream. Holes are not read: a member that has some is Kind::invalid.
class MemberStream : public Stream {
  public:
    explicit MemberStream(Reader& reader) : reader_(reader) {}
    Result<std::size_t> read(std::span<char> into) override;

  private:
    Reader& reader_;
    std::span<const char> left_ = {};
    std::uint64_t at_ = 0;
};

}  // namespace tar
