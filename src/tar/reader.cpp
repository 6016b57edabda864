#include "tar/reader.h"

#include <algorithm>

namespace tar {
namespace {

constexpr std::size_t buffer_size = std::size_t{256} << 10U;

void support(::archive* reader, Reader::Packing packing) {
    ::archive_read_support_format_tar(reader);
    if (packing == Reader::Packing::none) return;
    ::archive_read_support_filter_gzip(reader);
    ::archive_read_support_filter_bzip2(reader);
    ::archive_read_support_filter_xz(reader);
    ::archive_read_support_filter_lzma(reader);
    ::archive_read_support_filter_zstd(reader);
}

}  // namespace

la_ssize_t Reader::read_some(::archive* reader, void* given, const void** bytes) {
    auto& source = *static_cast<Source*>(given);
    const auto got = source.stream->piece({source.buffer.get(), buffer_size});
    if (!got) {
        source.failed = got.error();
        ::archive_set_error(reader, EIO, "read");
        return ARCHIVE_FATAL;
    }
    *bytes = got->data();
    return static_cast<la_ssize_t>(got->size());
}

la_int64_t Reader::skip_some(::archive*, void* given, la_int64_t wanted) {
    auto& source = *static_cast<Source*>(given);
    const auto skipped = source.stream->skip(static_cast<std::uint64_t>(wanted));
    if (skipped) return static_cast<la_int64_t>(*skipped);
    source.failed = skipped.error();
    return ARCHIVE_FATAL;
}

Error Reader::error() const {
    if (source_->failed) return *source_->failed;
    const char* said = ::archive_error_string(reader_.get());
    return {Kind::invalid,
            cat("the archive is damaged, or no tar archive: ", printable(said ? said : "?"))};
}

Result<Reader> Reader::open(Stream& from, Packing packing) {
    auto source = std::make_unique<Source>();
    source->stream = &from;
    source->buffer = std::make_unique<char[]>(buffer_size);
    auto* made = ::archive_read_new();
    if (made == nullptr) return Error::os(ENOMEM, "open", "archive");
    Reader reader(std::move(source), made);
    support(made, packing);
    ::archive_read_set_read_callback(made, read_some);
    ::archive_read_set_skip_callback(made, skip_some);
    ::archive_read_set_callback_data(made, reader.source_.get());
    if (::archive_read_open1(made) != ARCHIVE_OK) return reader.error();
    return reader;
}

Result<::archive_entry*> Reader::next() {
    ::archive_entry* entry = nullptr;
    const int status = ::archive_read_next_header(reader_.get(), &entry);
    if (source_->failed) return *source_->failed;
    if (status == ARCHIVE_EOF) return static_cast<::archive_entry*>(nullptr);
    if (status < ARCHIVE_WARN) return error();
    return entry;
}

Result<std::optional<Reader::Block>> Reader::block() {
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = ::archive_read_data_block(reader_.get(), &bytes, &size, &offset);
    if (status == ARCHIVE_EOF) return std::optional<Block>();
    if (status < ARCHIVE_WARN || offset < 0) return error();
    return std::optional<Block>(
        Block{{static_cast<const char*>(bytes), size}, static_cast<std::uint64_t>(offset)});
}

Result<std::size_t> MemberStream::read(std::span<char> into) {
    while (left_.empty()) {
        const auto block = TRY(reader_.block());
        if (!block) return std::size_t{0};
        if (block->offset != at_) return Error{Kind::invalid, "a part of the archive has holes"};
        left_ = block->bytes;
        at_ += left_.size();
    }
    const auto size = std::min(into.size(), left_.size());
    std::copy_n(left_.begin(), size, into.begin());
    left_ = left_.subspan(size);
    return size;
}

}  // namespace tar
