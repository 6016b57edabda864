#include "partition/mobility/move_shared.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/fd.h"
#include "filesystem/file_system.h"
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

}  // namespace

Result<std::vector<std::string>> shared_places(const spec::Definition& definition) {
    std::vector<std::string> places;
    for (const auto& one : TRY(file_systems(definition)))
        if (one.type == filesystem::Type::bind && !filesystem::is_read_only(one) &&
            !is_in_generation(one))
            places.push_back(one.device);
    return places;
}

// Its root inside may write there as well: what he made before is not followed.
Result<Token> Token::leave(const std::string& directory) {
    auto word = TRY(new_uuid());
    Token token(directory, cat(prefix, TRY(new_uuid())), std::move(word));
    const auto path = cat(directory, "/", token.name_);
    const UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return Error::os(errno, "create", path);
    const auto& text = token.word_;
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fsync(file.get()) != 0)  // a server tells it to others
        return Error::os(errno, "write", path);
    return token;
}

Token::Token(Token&& from) noexcept
    : directory_(std::move(from.directory_)),
      name_(std::exchange(from.name_, std::string())),
      word_(std::move(from.word_)) {}

Token::~Token() {
    if (!name_.empty()) (void)::unlink(cat(directory_, "/", name_).c_str());  // gone is as good
}

std::string read_token(const std::string& directory, const std::string& name) {
    if (!directory.starts_with('/') || !is_token_name(name)) return {};
    const auto path = cat(directory, "/", name);
    const UniqueFd file(
        ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat found = {};
    if (!file || ::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
    std::string word(longest_word, '\0');
    const auto got = ::read(file.get(), word.data(), word.size());
    word.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return word;
}

Result<bool> is_shared(wire::Stream& stream, const std::string& directory,
                       const Observer& observer) {
    const auto token = Token::leave(directory);
    if (!token) {
        observer.tell_detail(token.error().text);  // nobody can prove anything there
        return false;
    }
    TRY(stream.send({"shared", {{"directory", directory}, {"file", token->name()}}}));
    return TRY(await(stream, "token", observer)).value("word") == token->word();
}

Result<void> answer_shared(wire::Stream& stream, const wire::Message& asked) {
    return stream.send(
        {"token", {{"word", read_token(asked.value("directory"), asked.value("file"))}}});
}

}  // namespace partition::mobility
