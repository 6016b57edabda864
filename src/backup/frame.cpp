#include "backup/frame.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace backup {
namespace {

// zstd: a skippable frame is one of 0x184D2A50..5F, its size, and its content
constexpr std::uint32_t own_magic = 0x184D2A5B;
constexpr std::uint32_t seek_magic = 0x184D2A5E;
constexpr std::uint32_t seekable = 0x8F92EAB1;
// frames, and what their digests are
constexpr std::string_view own_name = "CORRALF2";
constexpr std::string_view sha256_name = "CORRALF1";
constexpr std::size_t record_size = 4 + 4 + 32;
constexpr std::size_t skip_header = 8;
constexpr std::size_t seek_footer = 9;

void put32(std::string& to, std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) to += static_cast<char>(number >> shift);
}

std::uint32_t get32(std::string_view from, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t byte = 0; byte < 4; ++byte)
        number |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(from[at + byte]))
                  << 8 * byte;
    return number;
}

void put(std::string& to, const Digest& digest) {
    to.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::string skippable(std::uint32_t magic, const std::string& content) {
    std::string frame;
    put32(frame, magic);
    put32(frame, static_cast<std::uint32_t>(content.size()));
    return frame += content;
}

Error broken(std::string_view why) {
    return {Kind::invalid,
            cat("the backup's table of frames ", why, "; the file was cut short or damaged")};
}

Result<std::string> read_at(int file, std::uint64_t offset, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t done = 0; done < size;) {
        const auto got =
            ::pread(file, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "read", "backup");
        if (got == 0) return broken("is missing");
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

std::string seek_table(const Frames& frames) {
    std::string table;
    for (const auto& frame : frames.all) {
        put32(table, frame.compressed);
        put32(table, frame.plain);
    }
    put32(table, static_cast<std::uint32_t>(frames.all.size()));
    table += '\0';  // descriptor: no checksums, they are in our own table
    put32(table, seekable);
    return skippable(seek_magic, table);
}

std::string own_table(const Frames& frames) {
    std::string table(frames.algorithm == Algorithm::sha256 ? sha256_name : own_name);
    put32(table, static_cast<std::uint32_t>(frames.all.size()));
    put32(table, frames.manifest);
    for (const auto& frame : frames.all) {
        put32(table, frame.compressed);
        put32(table, frame.plain);
        put(table, frame.digest);
    }
    put(table, whole_digest(frames));
    return skippable(own_magic, table);
}

Result<Tables> parse_own(std::string_view table, std::uint32_t count) {
    Tables found;
    const auto name = table.substr(skip_header, own_name.size());
    if (name != own_name && name != sha256_name) return broken("is of an unknown version");
    if (name == sha256_name) found.frames.algorithm = Algorithm::sha256;
    auto at = skip_header + own_name.size() + 4;
    found.frames.manifest = get32(table, at);
    at += 4;
    for (std::uint32_t frame = 0; frame < count; ++frame, at += record_size) {
        FrameRecord record{get32(table, at), get32(table, at + 4), {}};
        std::memcpy(record.digest.data(), table.data() + at + 8, record.digest.size());
        found.frames.all.push_back(record);
    }
    found.whole = whole_digest(found.frames);
    if (own_table(found.frames) != table) return broken("contradicts itself");
    return found;
}

}  // namespace

Compressor::Compressor(int level) : context_(level == 0 ? nullptr : ZSTD_createCCtx()) {
    if (!context_) return;
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    if (level != 3) return;
    // tables of half the size, which stay near the processor: 15 % less time for 2 % of the room
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_hashLog, 16);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_chainLog, 15);
}

Result<Frame> Compressor::compress(std::string_view plain) {
    Frame frame;
    if (!context_) {
        frame.bytes = plain;
        return frame;
    }
    if (const auto bound = ZSTD_compressBound(plain.size()); bound > room_size_) {
        room_.reset(new char[bound]);  // not filled with zeros
        room_size_ = bound;
    }
    const auto size =
        ZSTD_compress2(context_.get(), room_.get(), room_size_, plain.data(), plain.size());
    if (ZSTD_isError(size) != 0) return Error{Kind::other, cat("zstd: ", ZSTD_getErrorName(size))};
    frame.bytes.assign(room_.get(), size);
    Sum digest;
    digest.add(frame.bytes);
    frame.record = {static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(plain.size()),
                    digest.digest().value};
    return frame;
}

Digest whole_digest(const Frames& frames) {
    Sum digest(frames.algorithm);
    for (const auto& frame : frames.all)
        digest.add({reinterpret_cast<const char*>(frame.digest.data()), frame.digest.size()});
    std::string place;
    put32(place, frames.manifest);
    digest.add(place);
    return digest.digest().value;
}

std::string tables(const Frames& frames) { return own_table(frames) + seek_table(frames); }

Result<Tables> read_tables(int file, std::uint64_t file_size) {
    if (file_size < seek_footer) return broken("is missing");
    const auto footer = TRY(read_at(file, file_size - seek_footer, seek_footer));
    if (get32(footer, 5) != seekable || footer[4] != 0) return broken("is missing");
    const auto count = get32(footer, 0);
    const auto seek = skip_header + std::uint64_t{count} * 8 + seek_footer;
    const auto own = skip_header + own_name.size() + 8 + std::uint64_t{count} * record_size + 32;
    if (seek + own > file_size) return broken("is larger than the file");
    auto found = TRY(parse_own(TRY(read_at(file, file_size - seek - own, own)), count));
    if (TRY(read_at(file, file_size - seek, seek)) != seek_table(found.frames))
        return broken("contradicts itself");
    found.size = seek + own;
    std::uint64_t content = 0;
    for (const auto& frame : found.frames.all) content += frame.compressed;
    if (count == 0 || found.frames.manifest >= count) return broken("contradicts itself");
    if (content + found.size != file_size) return broken("does not fit the file's size");
    return found;
}

}  // namespace backup
