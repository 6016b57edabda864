// From an image, of whatever kind, to a root: what main() does once it is confined.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "tar/unpack.h"
#include "unpacker/parts.h"

namespace unpacker {

using Fact = std::function<void(std::string_view name, std::string_view value)>;

class Image {
  public:
    Image(const os::Dir& root, const tar::Bounds& bounds, Fact fact)
        : tree_(root), unpacker_(tree_, bounds), fact_(std::move(fact)) {}

    /// `digest` is what the image must be known by; empty: any.
    Result<void> from_file(int file, const std::string& digest,
                           const std::function<void(const std::string&)>& placed);
    Result<void> from_layout(Parts& parts, const std::string& digest,
                             const std::function<void(const std::string&)>& placed);

  private:
    Result<void> from_root(int file, const std::string& digest);
    Result<void> from_saved(Parts& parts, const std::string& digest);
    Result<void> layer(tar::Stream& from);
    Result<void> finish();
    void tell_config(const struct Config& config);

    tar::Tree tree_;
    tar::Unpacker unpacker_;
    Fact fact_;
    std::function<void(const std::string&)> placed_ = {};
};

}  // namespace unpacker
