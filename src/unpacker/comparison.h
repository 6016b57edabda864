// Members beside the manifest: each has to be what the manifest says, in the manifest's order, and none may be missing.
#pragma once
#include "unpacker/content_digest.h"
#include "unpacker/manifest_lines.h"

struct archive_entry;

namespace unpacker {

class Comparison {
  public:
    explicit Comparison(ManifestLines lines) : lines_(std::move(lines)) {}
    /// The line of this member.
    Result<backup::Listed> begin(::archive_entry* entry, const std::string& path);
    /// What its content was.
    static Result<void> check(const backup::Listed& line, const backup::NamedDigest& digest);
    Result<void> finish();

  private:
    ManifestLines lines_;
};

}  // namespace unpacker
