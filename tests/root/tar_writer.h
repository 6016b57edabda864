// Tar archives byte by byte, the hostile ones included that no tool would write.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

class TarWriter {
  public:
    struct Header {
        std::string name = {};
        char type = '0';
        std::string link = {};
        std::size_t size = 0;
        unsigned mode = 0644;
        unsigned uid = 0;
        unsigned gid = 0;
        unsigned long time = 1000000000;
    };
    using Records = std::vector<std::pair<std::string, std::string>>;

    TarWriter& header(const Header& what) {
        std::array<char, 512> block = {};
        put(block, 0, what.name);
        octal(block, 100, 8, what.mode);
        octal(block, 108, 8, what.uid);
        octal(block, 116, 8, what.gid);
        octal(block, 124, 12, what.size);
        octal(block, 136, 12, what.time);
        block[156] = what.type;
        put(block, 157, what.link);
        put(block, 257, std::string_view("ustar\00000", 8));
        for (std::size_t at = 148; at < 156; ++at) block[at] = ' ';
        unsigned sum = 0;
        for (const char byte : block) sum += static_cast<unsigned char>(byte);
        octal(block, 148, 7, sum);
        bytes_.append(block.data(), block.size());
        return *this;
    }
    TarWriter& content(std::string_view text) {
        bytes_ += text;
        bytes_.append((512 - text.size() % 512) % 512, '\0');
        return *this;
    }
    TarWriter& file(const std::string& name, std::string_view text, unsigned mode = 0644) {
        return header({.name = name, .size = text.size(), .mode = mode}).content(text);
    }
    TarWriter& directory(const std::string& name, unsigned mode = 0755) {
        return header({.name = name, .type = '5', .mode = mode});
    }
    TarWriter& symlink(const std::string& name, const std::string& to) {
        return header({.name = name, .type = '2', .link = to});
    }
    TarWriter& hard_link(const std::string& name, const std::string& to) {
        return header({.name = name, .type = '1', .link = to});
    }
    /// Says more of the member that follows: pax extended records, "SIZE NAME=VALUE\n".
    TarWriter& pax(const Records& records) {
        std::string text;
        for (const auto& [name, value] : records) {
            const auto rest = " " + name + "=" + value + "\n";
            auto size = rest.size() + 1;
            while (std::to_string(size).size() + rest.size() != size)
                size = std::to_string(size).size() + rest.size();
            text += std::to_string(size) + rest;
        }
        return header({.name = "PaxHeader", .type = 'x', .size = text.size()}).content(text);
    }
    std::string finish() const { return bytes_ + std::string(1024, '\0'); }
    const std::string& unfinished() const { return bytes_; }

  private:
    static void put(std::array<char, 512>& block, std::size_t at, std::string_view text) {
        for (std::size_t each = 0; each < text.size() && each < 100; ++each)
            block[at + each] = text[each];
    }
    static void octal(std::array<char, 512>& block, std::size_t at, int width,
                      unsigned long value) {
        for (int place = width - 2; place >= 0; --place, value >>= 3U)
            block[at + static_cast<std::size_t>(place)] = static_cast<char>('0' + (value & 7U));
        block[at + static_cast<std::size_t>(width) - 1] = '\0';
    }
    std::string bytes_ = {};
};
