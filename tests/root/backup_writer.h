// Backups as savewpar writes them, and as it never would: members and manifest are given apart, then packed into frames.
#pragma once
#include <string>
#include <vector>

#include "backup/frame.h"
#include "base/escape.h"
#include "base/hexadecimal.h"
#include "base/sha256.h"
#include "tar_writer.h"

class BackupWriter {
  public:
    BackupWriter() {
        front.file(".savewpar_dir/wpar.spec", "general:\n\tname = \"a\"\n")
            .file(".savewpar_dir/image.data", "image_data:\n")
            .file(".savewpar_dir/backup.data", "backup:\n\tVERSION= 1\n");
        tree.directory("./");
        line('d', ".");
    }
    static std::string digest_of(const std::string& text) {
        Sha256 digest;
        digest.add(text);
        return digest.finish();
    }
    /// A line of the manifest; of a file with its content.
    BackupWriter& line(char type, const std::string& path, const std::string& to = {}) {
        return raw_line(cat(type, " + 0 755 0 0 0 0 1 - ", escaped(path),
                            to.empty() ? "" : cat(" ", escaped(to)), "\n"));
    }
    BackupWriter& file_line(const std::string& path, const std::string& text, char how = '+') {
        return raw_line(cat("f ", how, " ", text.size(), " 644 0 0 0 0 1 ", digest_of(text), " ",
                            escaped(path), "\n"));
    }
    BackupWriter& raw_line(const std::string& text) {
        manifest += text;
        return *this;
    }
    /// Member and line.
    BackupWriter& file(const std::string& path, const std::string& text, unsigned mode = 0644) {
        tree.file(path, text, mode);
        return file_line(path, text);
    }
    BackupWriter& directory(const std::string& path) {
        tree.directory(path + "/");
        return line('d', path);
    }
    BackupWriter& symlink(const std::string& path, const std::string& to) {
        tree.symlink(path, to);
        return line('l', path, to);
    }
    BackupWriter& hard_link(const std::string& path, const std::string& to) {
        tree.hard_link(path, to);
        return line('h', path, to);
    }
    BackupWriter& other(const TarWriter::Header& member) {
        const char type = member.type == '3' ? 'c' : member.type == '4' ? 'b' : 'p';
        tree.header(member);
        return line(type, member.name);
    }

    std::string packed(backup::Algorithm algorithm = backup::Algorithm::blake3) {
        backup::Compressor compressor(3);
        std::string bytes;
        frames = {.algorithm = algorithm};
        add_frames(compressor, front.unfinished(), bytes);
        add_frames(compressor, tree.unfinished(), bytes);
        frames.manifest = static_cast<std::uint32_t>(frames.all.size());
        TarWriter last;
        last.file(".savewpar_dir/manifest", manifest, 0600);
        add_frames(compressor, last.finish(), bytes);
        content_size = bytes.size();
        return bytes + backup::tables(frames);
    }
    std::string plain() const {
        TarWriter last;
        last.file(".savewpar_dir/manifest", manifest, 0600);
        return front.unfinished() + tree.unfinished() + last.finish();
    }

    TarWriter front;
    TarWriter tree;
    std::string manifest = {};
    backup::Frames frames = {};
    std::size_t content_size = 0;

  private:
    void add_frames(backup::Compressor& compressor, std::string_view plain, std::string& to) {
        for (; !plain.empty(); plain.remove_prefix(std::min(plain.size(), backup::frame_size))) {
            auto frame = *compressor.compress(plain.substr(0, backup::frame_size));
            to += frame.bytes;
            backup::Sum digest(frames.algorithm);
            digest.add(frame.bytes);
            frame.record.digest = digest.digest().value;
            frames.all.push_back(frame.record);
        }
    }
};
