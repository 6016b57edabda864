#include "unpacker/restorer.h"

#include <archive_entry.h>

#include "base/escape.h"
#include "unpacker/prune.h"

namespace unpacker {
namespace {

using unpack::Mend;

constexpr std::uint64_t tell_after = 256;  // names
constexpr std::uint64_t small = std::uint64_t{1} << 20;
constexpr std::uint64_t look_after = std::uint64_t{4} << 20;  // bytes
constexpr std::uint64_t each_file = 4096;                     // what the smallest takes at least

tar::Bounds bounds_for(const RestoreWish& wish) {
    return {.taste = {.backup = true, .attributes = wish.attributes}};
}

bool is_at_or_below(const std::string& path, const std::string& top) {
    return top.empty() || path == top ||
           (path.size() > top.size() && path[top.size()] == '/' && path.starts_with(top));
}

std::uint64_t nanoseconds(std::int64_t seconds, long part) {
    constexpr std::int64_t second = 1000000000;
    constexpr std::int64_t latest = std::int64_t{1} << 33;
    if (seconds < 0 || seconds > latest || part < 0 || part >= second) return 0;
    return static_cast<std::uint64_t>(seconds * second + part);
}

std::string shown(const std::string& path) { return path.empty() ? "." : path; }

}  // namespace

Restorer::Restorer(const os::Dir& root, RestoreWish wish, Progress progress, unsigned makers)
    : root_(root),
      wish_(std::move(wish)),
      progress_(std::move(progress)),
      tree_(root),
      unpacker_(tree_, bounds_for(wish_), hands()),
      found_(wish_.only.size(), false),
      makers_(makers) {}

tar::Hands Restorer::hands() {
    return {
        .content =
            [this](const tar::Reader::Block& block) {
                hasher_.add(block, file_->holder(block.bytes));
            },
        .device = [this](::archive_entry* entry,
                         const std::string& path) { return device(entry, path); },
        .mend = [this](const std::string& path, const tar::Metadata& what) { mend(path, what); }};
}

bool Restorer::is_wanted(const std::string& path) {
    for (const auto& place : wish_.skip)
        if (path.size() > place.size() && is_at_or_below(path, place)) return false;
    if (wish_.only.empty()) return true;
    bool wanted = false;
    for (std::size_t at = 0; at < wish_.only.size(); ++at)
        if (is_at_or_below(path, wish_.only[at])) wanted = found_[at] = true;
    return wanted;
}

// Of some files of a backup, or of one without those that it adds to: a hard link may be to what is not restored, and what
// has that name in the target may be another file by now.
Result<void> Restorer::find_stand_ins(int manifest) {
    const bool some = !wish_.only.empty();
    if (!some && !TRY(ManifestLines::open(manifest)).any_unchanged()) return {};
    auto lines = TRY(ManifestLines::open(manifest));
    while (const auto line = TRY(lines.next()))
        if (line->type == 'h' && is_wanted(line->path) && (!some || !is_wanted(line->to)))
            stand_ins_.try_emplace(line->to, line->path);
    return {};
}

Result<void> Restorer::settle_stand_ins(int manifest) {
    if (stand_ins_.empty()) return {};
    auto lines = TRY(ManifestLines::open(manifest));
    while (const auto line = TRY(lines.next())) {
        const auto found = stand_ins_.find(line->path);
        if (found == stand_ins_.end()) continue;
        if (line->how == backup::How::unchanged)
            found->second.clear();
        else if (wish_.only.empty())
            stand_ins_.erase(found);
    }
    return {};
}

// Whether that was all there is to do with a member.
Result<bool> Restorer::stand_in(tar::Reader& reader, ::archive_entry* entry,
                                const std::string& path, const backup::Listed& line) {
    if (stand_ins_.empty()) return false;
    if (line.type != 'h') {
        const auto found = stand_ins_.find(path);
        if (found == stand_ins_.end() || found->second.empty()) return false;
        TRY(member(reader, entry, found->second, line));
        return true;
    }
    const auto found = stand_ins_.find(line.to);
    if (found == stand_ins_.end() || !is_wanted(path)) return false;
    if (!found->second.empty() && found->second != path) {
        ++names_;
        TRY(makers_.finish());
        TRY(tree_.make_hard_link(path, found->second));
    }
    return true;
}

Result<void> Restorer::add(BackupFile& file, int manifest) {
    if (file_ == nullptr) {
        TRY(find_stand_ins(manifest));
        TRY(settle_stand_ins(manifest));
    }
    Comparison comparison(TRY(ManifestLines::open(manifest)));
    file_ = &file;
    TRY(file.members(
        [&](tar::Reader& reader, ::archive_entry* entry, const std::string& path) -> Result<void> {
            const auto line = TRY(comparison.begin(entry, path));
            if (TRY(stand_in(reader, entry, path, line))) return {};
            return is_wanted(path) ? member(reader, entry, path, line) : Result<void>();
        }));
    TRY(makers_.finish());
    TRY(hasher_.finish());
    return comparison.finish();
}

Result<void> Restorer::member(tar::Reader& reader, ::archive_entry* entry, const std::string& path,
                              const backup::Listed& line) {
    if (!mends_.empty()) mends_.erase(path);
    if (line.type == 'f' && line.size <= small) {
        TRY(small_file(reader, entry, path, line));
    } else {
        if (line.type == 'h') TRY(makers_.finish());  // it may be to a file that is being made
        if (line.type == 'f') hasher_.begin(line);
        TRY(unpacker_.member(reader, entry, path));
        if (line.type == 'f') TRY(hasher_.end(line));
    }
    if (++names_ % tell_after == 0 && progress_) progress_(names_, bytes());
    return {};
}

// Its content is at hand, so that making it is work for any thread.
Result<void> Restorer::small_file(tar::Reader& reader, ::archive_entry* entry,
                                  const std::string& path, const backup::Listed& line) {
    struct Work {
        tar::WholeFile file;
        backup::Listed line;
        std::vector<std::shared_ptr<const std::string>> holders = {};
    };
    auto what = TRY(tar::metadata_of(entry, path, bounds_for(wish_).taste));
    if (what.mended || !what.trusted.empty()) mend(path, what);
    const auto work = std::make_shared<Work>(Work{{.path = path,
                                                   .above = TRY(tree_.held_parent(path)),
                                                   .what = std::move(what),
                                                   .size = line.size},
                                                  line});
    std::size_t weight = line.size;
    while (auto block = TRY(reader.block())) {
        if (block->offset > line.size || block->bytes.size() > line.size - block->offset)
            return Error{Kind::invalid, "a file that is larger than it says"};
        auto holder = file_->holder(block->bytes);
        if (!holder) {
            holder = std::make_shared<const std::string>(block->bytes.data(), block->bytes.size());
            block->bytes = {holder->data(), holder->size()};
        }
        weight += sizeof *block + sizeof holder;
        work->file.blocks.push_back(*block);
        work->holders.push_back(std::move(holder));
    }
    small_bytes_ += line.size;
    return makers_.put([this, work] { return make_small(work->file, work->line); }, weight);
}

// Not a byte is written of what is not as the manifest says.
Result<void> Restorer::make_small(const tar::WholeFile& file, const backup::Listed& line) {
    const auto made = [&]() -> Result<void> {
        ContentDigest digest;
        if (line.digest) digest.begin(line.digest->algorithm);
        for (const auto& block : file.blocks) digest.add(block);
        TRY(Comparison::check(line, digest.finish(line.size)));
        const auto open = TRY(tar::make(file));
        if (unchecked_.fetch_add(each_file + file.size) + each_file + file.size < look_after)
            return {};
        unchecked_ = 0;
        return tar::leave(bounds_for(wish_).reserve, open.get());
    };
    return made().within("'/", printable(file.path), "'");
}

Result<void> Restorer::prune(int manifest) {
    return unpacker::prune(root_, tree_,
                           {TRY(ManifestLines::open(manifest)), wish_.skip, wish_.only},
                           [this](const std::string& path) {
                               ++removed_;
                               mends_.erase(path);
                           });
}

// The same ones as in every WPAR's own /dev; another is no use there, and could be one outside.
Result<bool> Restorer::device(::archive_entry* entry, const std::string& path) {
    TRY(tree_.remove(path));
    const auto major = static_cast<std::uint32_t>(::archive_entry_rdevmajor(entry));
    const auto minor = static_cast<std::uint32_t>(::archive_entry_rdevminor(entry));
    if (::archive_entry_filetype(entry) != AE_IFCHR || !unpack::is_harmless_device(major, minor)) {
        ++left_out_;
        return false;
    }
    note(path,
         {.what = Mend::What::device,
          .path = path,
          .uid = static_cast<std::uint32_t>(::archive_entry_uid(entry)),
          .gid = static_cast<std::uint32_t>(::archive_entry_gid(entry)),
          .mode = ::archive_entry_perm(entry) & 07777U,
          .major = major,
          .minor = minor,
          .mtime = nanoseconds(::archive_entry_mtime(entry), ::archive_entry_mtime_nsec(entry))});
    return true;
}

void Restorer::mend(const std::string& path, const tar::Metadata& what) {
    if (what.mended)
        note(path, {.what = Mend::What::owner,
                    .path = shown(path),
                    .uid = what.own_uid,
                    .gid = what.own_gid,
                    .mode = what.own_mode});
    for (const auto& [name, value] : what.trusted)
        note(path,
             {.what = Mend::What::attribute, .path = shown(path), .name = name, .value = value});
}

void Restorer::note(const std::string& path, Mend mend) {
    if (mends_.size() < unpack::most_mends && unpack::write(mend).size() <= unpack::longest_mend)
        mends_[path].push_back(std::move(mend));
    else
        ++left_out_;
}

std::vector<Mend> Restorer::mends() const {
    std::vector<Mend> all;
    for (const auto& [path, some] : mends_) all.insert(all.end(), some.begin(), some.end());
    return all;
}

std::vector<std::string> Restorer::missed() const {
    std::vector<std::string> names;
    for (std::size_t at = 0; at < found_.size(); ++at)
        if (!found_[at]) names.push_back(wish_.only[at]);
    return names;
}

}  // namespace unpacker
