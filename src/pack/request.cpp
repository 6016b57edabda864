#include "pack/request.h"

#include "base/escape.h"

namespace pack {
namespace {

constexpr int best_level = 19;
constexpr unsigned most_threads = 1024;

Error wrong(std::string_view line) {
    return {Kind::invalid, cat("'", printable(line), "' is no request to pack")};
}

Result<std::string> one(const std::vector<std::string>& words) {
    if (words.size() != 2) return wrong(join(words, " "));
    auto value = unescaped(words[1]);
    if (!value) return wrong(join(words, " "));
    return *std::move(value);
}

template <class Number>
Result<void> take(Number& number, const std::vector<std::string>& words, std::uint64_t most) {
    const auto read = to_number(TRY(one(words)));
    if (!read || *read > most) return wrong(join(words, " "));
    number = static_cast<Number>(*read);
    return {};
}

Result<void> take_front(Request& request, const std::vector<std::string>& words) {
    if (words.size() != 3) return wrong(join(words, " "));
    auto path = unescaped(words[1]);
    auto text = unescaped(words[2]);
    if (!path || !text) return wrong(words[1]);
    request.front.push_back({*std::move(path), *std::move(text)});
    return {};
}

Result<void> take_line(Request& request, std::string_view line) {
    const auto words = split(line, ' ');
    const auto& key = words[0];
    if (key == "front") return take_front(request, words);
    if (key == "time") return take(request.time, words, INT64_MAX);
    if (key == "moment") return take(request.moment, words, INT64_MAX);
    if (key == "level") return take(request.level, words, best_level);
    if (key == "threads") return take(request.threads, words, most_threads);
    if (key == "attributes") return take(request.attributes, words, 1);
    if (key == "names") return take(request.names, words, 1);
    if (key == "only-count") return take(request.only_count, words, 1);
    if (key == "enter") request.enter.push_back(TRY(one(words)));
    if (key == "exclude") request.exclude.push_back(TRY(one(words)));
    if (key == "pattern") request.patterns.push_back(TRY(one(words)));
    if (key == "enter" || key == "exclude" || key == "pattern") return {};
    return wrong(line);
}

}  // namespace

std::string write(const Request& request) {
    std::string text;
    const auto line = [&](std::string_view key, std::string_view value) {
        text += cat(key, " ", escaped(value), "\n");
    };
    line("level", std::to_string(request.level));
    line("threads", std::to_string(request.threads));
    line("attributes", request.attributes ? "1" : "0");
    line("names", request.names ? "1" : "0");
    line("only-count", request.only_count ? "1" : "0");
    line("moment", std::to_string(request.moment));
    line("time", std::to_string(request.time));
    for (const auto& path : request.enter) line("enter", path);
    for (const auto& path : request.exclude) line("exclude", path);
    for (const auto& pattern : request.patterns) line("pattern", pattern);
    for (const auto& front : request.front)
        text += cat("front ", escaped(front.path), " ", escaped(front.text), "\n");
    return text;
}

Result<Request> parse(std::string_view text) {
    Request request;
    for (const auto& line : split(text, '\n'))
        if (!line.empty()) TRY(take_line(request, line));
    return request;
}

}  // namespace pack
