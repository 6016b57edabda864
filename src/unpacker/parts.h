// Where the parts of an image come from: a directory with an OCI layout, whose files mkwpar opens for us, or a tar archive
// that holds such a layout or what `docker save` writes.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "tar/stream.h"

namespace unpacker {

using Use = std::function<Result<void>(tar::Stream&)>;

class Parts {
  public:
    Parts() = default;
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    virtual ~Parts() = default;
    /// Calls `use` with the content. Kind::missing when there is no such part.
    virtual Result<void> with(const std::string& name, const Use& use) = 0;
};

/// "index.json" and "blobs/sha256/DIGITS", asked for over the socket.
class LayoutParts : public Parts {
  public:
    explicit LayoutParts(int socket) : socket_(socket) {}
    Result<void> with(const std::string& name, const Use& use) override;

  private:
    int socket_;
};

/// Members of a tar archive, compressed or not: one pass for each.
class TarParts : public Parts {
  public:
    explicit TarParts(int file) : file_(file) {}
    Result<void> with(const std::string& name, const Use& use) override;

  private:
    Result<void> look_for(const std::string& name, const Use& use, int links);
    int file_;
};

/// A small part. Kind::invalid when it is larger than a JSON part may be.
Result<std::string> read_part(Parts& parts, const std::string& name);

enum class FileKind : std::uint8_t { root, layout, saved };
/// What a tar archive holds, by the names at its top.
Result<FileKind> kind_of(int file);

}  // namespace unpacker
