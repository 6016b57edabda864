// Directories of the global environment that a WPAR writes to (vfs=namefs): they stay where they are, and are of use on the
// other host if that has the same storage. Whether it has is proven by a file with a random word, which one host leaves there
// for a moment and the other reads: names, numbers and times are the same on machines that were copied from one image.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "partition/mobility/move_facts.h"
#include "partition/observer.h"
#include "spec/definition.h"
#include "wire/stream.h"

namespace partition::mobility {

/// Those directories; not what is read-only, such as a shared /usr.
Result<std::vector<std::string>> shared_places(const spec::Definition& definition);
struct Sharing {
    bool same = false;
    std::string unknown = {};  // why it could not be found out: a full or read-only file system
};
/// Errors: the link's.
Result<Sharing> find_sharing(wire::Stream& stream, const std::string& directory,
                             const Observer& observer);
/// Pure. What it means for one that moves as it runs, or not.
MoveFinding judge_sharing(const std::string& directory, const Sharing& sharing, bool live);
/// The other side of it, after "shared" came.
Result<void> answer_shared(wire::Stream& stream, const wire::Message& asked);

/// A file with a random word, as long as this lives.
class Token {
  public:
    static Result<Token> leave(const std::string& directory);
    Token(Token&& from) noexcept;
    Token& operator=(Token&&) = delete;
    ~Token();
    const std::string& name() const { return name_; }
    const std::string& word() const { return word_; }

  private:
    Token(os::Dir folder, std::string name, std::string word)
        : folder_(std::move(folder)), name_(std::move(name)), word_(std::move(word)) {}
    os::Dir folder_;
    std::string name_;
    std::string word_;
};
/// "" when there is no such token. Links on the way are an error.
Result<std::string> read_token(const std::string& directory, const std::string& name);

}  // namespace partition::mobility
