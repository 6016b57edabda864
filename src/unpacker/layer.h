// A layer of an image changes what the layers before it left: its members replace, and its whiteouts take away
// (".wh.NAME" one thing, ".wh..wh..opq" all that earlier layers put into a directory). OCI image specification, layer.md.
#pragma once
#include <set>
#include <string>

#include "base/result.h"
#include "tar/tree.h"

namespace unpacker {

class Layer {
  public:
    explicit Layer(tar::Tree& tree) : tree_(tree) {}
    /// tar::Meaning: false for a whiteout, which is obeyed and not made.
    Result<bool> take(const std::string& path);

  private:
    void note(const std::string& path);
    Result<void> remove_earlier(const std::string& directory);

    tar::Tree& tree_;
    std::set<std::string> own_ = {};  // what this layer brought, with all directories above
};

}  // namespace unpacker
