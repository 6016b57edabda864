// A chain of backups becomes a tree: the first one's members, then what each later one changed.
#pragma once
#include <sys/types.h>

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tar/unpack.h"
#include "tar/whole_file.h"
#include "unpack/mend.h"
#include "unpacker/backup_file.h"
#include "unpacker/comparison.h"
#include "unpacker/hasher.h"
#include "unpacker/makers.h"

namespace unpacker {

struct RestoreWish {
    bool attributes = true;
    std::vector<std::string> only = {};  // names and all below them; empty: everything
    std::vector<std::string> skip = {};  // nothing below these
};

class Restorer {
  public:
    using Progress = std::function<void(std::uint64_t names, std::uint64_t bytes)>;
    /// `makers`: how many threads make files.
    Restorer(const os::Dir& root, RestoreWish wish, Progress progress, unsigned makers);
    /// Over what is there. `manifest` is a file that holds the backup's manifest.
    Result<void> add(BackupFile& file, int manifest);
    /// What the increment that was just added does not know goes.
    Result<void> prune(int manifest);
    /// Times of directories.
    Result<void> finish() { return unpacker_.finish(); }

    std::vector<unpack::Mend> mends() const;
    std::vector<std::string> missed() const;
    std::uint64_t names() const { return names_; }
    std::uint64_t bytes() const { return unpacker_.totals().bytes + small_bytes_; }
    std::uint64_t removed() const { return removed_; }
    std::uint64_t left_out() const { return left_out_; }

  private:
    tar::Hands hands();
    Result<void> member(tar::Reader& reader, ::archive_entry* entry, const std::string& path,
                        const backup::Listed& line);
    Result<void> small_file(tar::Reader& reader, ::archive_entry* entry, const std::string& path,
                            const backup::Listed& line);
    Result<void> make_small(const tar::WholeFile& file, const backup::Listed& line);
    Result<bool> device(::archive_entry* entry, const std::string& path);
    void mend(const std::string& path, const tar::Metadata& what);
    void note(const std::string& path, unpack::Mend mend);
    bool is_wanted(const std::string& path);
    Result<void> find_stand_ins(int manifest);
    Result<void> settle_stand_ins(int manifest);
    Result<bool> stand_in(tar::Reader& reader, ::archive_entry* entry, const std::string& path,
                          const backup::Listed& line);

    const os::Dir& root_;
    RestoreWish wish_;
    Progress progress_;
    tar::Tree tree_;
    tar::Unpacker unpacker_;
    Hasher hasher_ = {};
    const BackupFile* file_ = nullptr;  // that is being restored
    std::map<std::string, std::vector<unpack::Mend>> mends_ = {};
    // Content that is stored under a name that is not restored, and the wished name that it gets instead; without one when
    // the content lies in an earlier backup.
    std::map<std::string, std::string> stand_ins_ = {};
    std::vector<bool> found_;
    std::uint64_t names_ = 0;
    std::uint64_t removed_ = 0;
    std::uint64_t left_out_ = 0;
    std::uint64_t small_bytes_ = 0;
    std::atomic<std::uint64_t> unchecked_ = 0;  // bytes since free space was looked at
    Makers makers_;                             // the last: they end before what they use
};

}  // namespace unpacker
