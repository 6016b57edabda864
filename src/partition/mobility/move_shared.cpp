#include "partition/mobility/move_shared.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "filesystem/file_system.h"
#include "os/write_all.h"
#include "partition/mobility/move_talk.h"
#include "partition/prepare.h"
#include "partition/sharing.h"
#include "partition/storage.h"

namespace partition::mobility {
namespace {

constexpr std::string_view prefix = ".corral-move-";
constexpr std::size_t longest_word = 64;

bool is_token_name(const std::string& name) {
    return name.starts_with(prefix) && name.find('/') == std::string::npos && !has_control(name);
}

// Roots of WPARs may rule what lies on the way, and may write there themselves.
Result<os::Dir> open_place(const std::string& directory) {
    const auto top = TRY(os::Dir::open("/"));
    auto opened = top.open_file(
        {.path = cat(".", directory), .flags = O_PATH | O_DIRECTORY, .no_symlinks = true});
    if (opened) return os::Dir(*std::move(opened), directory);
    if (opened.error().os_number != ELOOP) return opened.error();
    return Error{Kind::invalid, cat("a link is on the way to '", printable(directory), "'")};
}

Result<std::string> read_word(int file, const std::string& shown) {
    struct stat found = {};
    if (::fstat(file, &found) != 0) return Error::os(errno, "stat", shown);
    if (!S_ISREG(found.st_mode)) return std::string();
    std::string word(longest_word, '\0');
    const auto got = ::read(file, word.data(), word.size());
    if (got < 0) return Error::os(errno, "read", shown);
    word.resize(static_cast<std::size_t>(got));
    return word;
}

}  // namespace

Result<std::vector<std::string>> shared_places(const spec::Definition& definition) {
    std::vector<std::string> places;
    for (const auto& one : TRY(file_systems(definition)))
        if (one.type == filesystem::Type::bind && !filesystem::is_read_only(one) &&
            !is_in_generation(one))
            places.push_back(one.device);
    return places;
}

Result<Token> Token::leave(const std::string& directory) {
    auto word = TRY(new_uuid());
    auto name = cat(prefix, TRY(new_uuid()));
    auto folder = TRY(open_place(directory));
    const auto file = TRY(folder.open_file({.path = name,
                                            .flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                                            .mode = 0600,
                                            .no_symlinks = true}));
    Token token(std::move(folder), std::move(name), std::move(word));
    const auto path = cat(directory, "/", token.name_);
    TRY(os::write_all(file.get(), token.word_, path));
    if (::fsync(file.get()) == 0) return token;  // a server tells it to others
    return Error::os(errno, "fsync", path);
}

Token::Token(Token&& from) noexcept
    : folder_(std::move(from.folder_)),
      name_(std::exchange(from.name_, std::string())),
      word_(std::move(from.word_)) {}

Token::~Token() {
    if (!name_.empty()) (void)::unlinkat(folder_.fd(), name_.c_str(), 0);  // gone is as good
}

Result<std::string> read_token(const std::string& directory, const std::string& name) {
    if (!directory.starts_with('/') || !is_token_name(name)) return std::string();
    auto found = [&]() -> Result<std::string> {
        const auto file =
            TRY(TRY(open_place(directory))
                    .open_file({.path = name,
                                .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                                .no_symlinks = true}));
        return read_word(file.get(), cat(directory, "/", name));
    }();
    if (!found && found.error().kind == Kind::missing) return std::string();
    return found;
}

Result<Sharing> find_sharing(wire::Stream& stream, const std::string& directory,
                             const Observer& observer) {
    const auto token = Token::leave(directory);
    if (!token) return Sharing{.unknown = token.error().text};
    TRY(stream.send({"shared", {{"directory", directory}, {"file", token->name()}}}));
    const auto answer = TRY(await(stream, "token", observer));
    return Sharing{.same = answer.value("word") == token->word(),
                   .unknown = printable(answer.value("trouble"))};
}

Result<void> answer_shared(wire::Stream& stream, const wire::Message& asked) {
    const auto word = read_token(asked.value("directory"), asked.value("file"));
    if (!word) return stream.send({"token", {{"word", ""}, {"trouble", word.error().text}}});
    return stream.send({"token", {{"word", *word}}});
}

MoveFinding judge_sharing(const std::string& directory, const Sharing& sharing, bool live) {
    const auto shown = cat("'", printable(directory), "'");
    if (sharing.same)
        return {false, cat(shown, " is on storage that both hosts have, and stays there")};
    if (!sharing.unknown.empty())
        return {live, cat("whether ", shown,
                          " is on storage that both hosts have is not known: ", sharing.unknown,
                          live ? "; mend that, or move it with -s" : "; it is not copied")};
    if (live)
        return {true, cat(shown,
                          ", which it writes to, is another directory there: share that storage "
                          "(NFS), or copy it and move it with -s")};
    return {false, cat(shown, " is another directory there, and is not copied")};
}

}  // namespace partition::mobility
