// Members of a pax archive as bytes: header, extended attributes, access lists, holes, content.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "backup/digest.h"
#include "backup/entry.h"
#include "base/result.h"
#include "os/dir.h"

namespace backup {

/// A file of ours among the members: the description of what is saved.
struct OwnMember {
    std::string path = {};  // ".savewpar_dir/wpar.spec"
    std::string text = {};
    int content = -1;       // its text is in this file instead
    std::int64_t time = 0;  // epoch seconds
};

struct Stored {
    enum class How : std::uint8_t {
        whole,
        changed,   // its owner wrote to it while it was read
        vanished,  // it is not in the archive
        refused    // no archive can hold it: a socket
    };
    How how = How::whole;
    std::uint64_t size = 0;   // of its content
    NamedDigest digest = {};  // of its content; zeros when it has none
};

/// What was found there, below `root`, without following links. Kind::missing when it is there no more.
Result<UniqueFd> open(const os::Dir& root, const Entry& entry);

class MemberWriter {
  public:
    /// Gets the bytes, in pieces of any size.
    using Sink = std::function<Result<void>(std::string_view)>;
    explicit MemberWriter(Sink sink, bool attributes = true);
    MemberWriter(const MemberWriter&) = delete;
    MemberWriter& operator=(const MemberWriter&) = delete;
    ~MemberWriter();

    Result<void> add(const OwnMember& member);
    /// A file that another one took the place of is stored as it is now, and a directory that is gone as an empty one, since
    /// what was in it may be back. Anything else that is no longer what was found there has vanished.
    Result<Stored> add(const os::Dir& root, const Entry& entry);
    /// The two empty blocks that end an archive.
    Result<void> end();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace backup
