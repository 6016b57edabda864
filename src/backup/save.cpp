#include "backup/save.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "backup/base_list.h"
#include "backup/frame.h"
#include "backup/pipeline.h"
#include "os/write_all.h"

namespace backup {
namespace {

constexpr std::size_t batch_entries = 1024;
constexpr std::uint64_t large =
    frame_size / 2;  // a file of this size or more is read in its turn, piece by piece
constexpr std::uint64_t around = 1024;  // what a file's header and padding take, mostly
constexpr unsigned most_threads = 8;    // each has two frames of its own
constexpr std::size_t most_slots = 12;  // each holds a frame, compressed or not
constexpr std::size_t most_lines = std::size_t{256} << 10;  // of the manifest, on the way
constexpr std::size_t most_held = 16;  // files of a batch that are open already

struct Product {
    std::vector<Frame> frames = {};
    std::string lines = {};
    Progress part = {};
    std::uint64_t left_out = 0;
    std::vector<std::string> changed = {};
    std::vector<std::string> names = {};  // when they are asked for
};

// What a batch holds: a name to be read, or what the base's list says of one that is as it was.
struct Item {
    Entry entry = {};
    std::optional<Listed> unchanged = {};
};

struct Worker {
    explicit Worker(const Save& how) : compressor(how.level), member(sink(), how.attributes) {}
    MemberWriter::Sink sink() {
        return [this](std::string_view bytes) {
            plain += bytes;
            return Result<void>();
        };
    }
    std::string plain = {};  // of the job at hand
    Compressor compressor;
    MemberWriter member;
};

void note(Product& product, const Entry& entry, const Stored& stored, const Save& how) {
    using How = Stored::How;
    if (stored.how == How::refused) ++product.left_out;
    if (stored.how == How::refused || stored.how == How::vanished) return;
    if (stored.how == How::changed) product.changed.push_back(entry.path);
    product.lines += write(listed(entry, stored));
    if (how.stored) product.names.push_back(entry.path);
    ++product.part.files;
    product.part.bytes += stored.size;
}

// What its owner wrote to meanwhile is read again, in the hope that he has done.
Result<Stored> add_unchanged(Worker& worker, const os::Dir& root, const Entry& entry) {
    constexpr int attempts = 4;
    const auto before = worker.plain.size();
    for (int attempt = 1;; ++attempt) {
        auto stored = TRY(worker.member.add(root, entry));
        if (stored.how != Stored::How::changed || attempt == attempts) return stored;
        worker.plain.resize(before);
    }
}

// In as few frames as it takes, of the same size: a small one has little to find matches in.
Result<void> compress_all(std::string_view plain, Compressor& compressor, Product& product) {
    const auto pieces = (plain.size() + frame_size - 1) / frame_size;
    const auto piece = pieces == 0 ? 0 : (plain.size() + pieces - 1) / pieces;
    for (; !plain.empty(); plain.remove_prefix(std::min(plain.size(), piece)))
        product.frames.push_back(TRY(compressor.compress(plain.substr(0, piece))));
    return {};
}

class Saver {
  public:
    Saver(const os::Dir& root, int output, const Save& how);
    Result<Saved> run();

  private:
    using Line = Pipeline<Worker, Product>;
    Line::Plan plan();
    Result<void> check_stop() const;
    Identity identity_of(const Entry& entry) const;
    Result<void> visit(Entry&& entry);
    Result<void> hold(Entry& entry);
    Result<void> put(Item&& item, std::uint64_t bytes);
    Result<void> flush();
    Result<void> add_large(Entry&& entry);
    Result<void> stream(std::string_view bytes);
    Result<void> submit_stream();
    Result<void> take(Product&& product);
    Result<void> write_tables();

    const os::Dir& root_;
    int output_;
    const Save& how_;
    Saved saved_ = {};
    Frames frames_ = {};
    BaseList base_ = {};
    std::vector<Item> batch_ = {};
    std::uint64_t batch_bytes_ = 0;
    std::size_t batch_held_ = 0;
    std::string stream_ = {};  // of what is read in its turn; the batch comes after it
    Product beside_ = {};      // what there is to say of it
    MemberWriter in_turn_;
    Line line_;  // the last: its threads end before what they use
};

Saver::Saver(const os::Dir& root, int output, const Save& how)
    : root_(root),
      output_(output),
      how_(how),
      in_turn_([this](std::string_view bytes) { return stream(bytes); }, how.attributes),
      line_(plan()) {}

Saver::Line::Plan Saver::plan() {
    const auto threads = std::clamp(how_.threads, 1U, most_threads);
    return {.threads = threads,
            .slots = std::min<std::size_t>(most_slots, std::size_t{threads} * 2 + 3),
            .make = [how = &how_] { return std::make_unique<Worker>(*how); },
            .take = [this](Product&& product) { return take(std::move(product)); }};
}

Result<void> Saver::check_stop() const {
    if (how_.stop == nullptr || !how_.stop->load(std::memory_order_relaxed)) return {};
    return Error{Kind::interrupted, "interrupted"};
}

Result<void> Saver::take(Product&& product) {
    for (const auto& frame : product.frames) {
        TRY(os::write_all(output_, frame.bytes, "backup"));
        saved_.compressed += frame.bytes.size();
        frames_.all.push_back(frame.record);
    }
    if (how_.spool >= 0)
        TRY(os::write_all(how_.spool, product.lines, "backup").within("list of files"));
    saved_.total.files += product.part.files;
    saved_.total.bytes += product.part.bytes;
    saved_.left_out += product.left_out;
    saved_.all_changed += product.changed.size();
    for (auto& path : product.changed)
        if (saved_.changed.size() < most_named) saved_.changed.push_back(std::move(path));
    for (const auto& path : product.names) how_.stored(path);
    if (how_.progress) how_.progress(saved_.total);
    return {};
}

// One that was touched since, or is gone, gets an identity that nothing has: it is stored again next time.
Identity Saver::identity_of(const Entry& entry) const {
    struct stat original = {};
    if (::fstatat(how_.witness, entry.path.c_str(), &original,
                  AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0)
        return {};
    constexpr std::int64_t second = 1'000'000'000;
    const auto& ctime = original.st_ctim;
    if (ctime.tv_sec * second + ctime.tv_nsec >= how_.moment) return {};
    return {original.st_ino, ctime};
}

Result<void> Saver::visit(Entry&& entry) {
    TRY(check_stop());
    if (how_.witness >= 0 && S_ISREG(entry.found.st_mode)) entry.identity = identity_of(entry);
    std::uint64_t bytes = around;
    if (entry.same_as.empty() && S_ISREG(entry.found.st_mode)) {
        if (auto before = TRY(base_.unchanged(entry))) {
            before->how = How::unchanged;
            ++saved_.unchanged;
            return put({.unchanged = std::move(before)}, 0);
        }
        const auto size = static_cast<std::uint64_t>(entry.found.st_size);
        if (size >= large) return add_large(std::move(entry));
        bytes += size;
    }
    TRY(hold(entry));
    return put({.entry = std::move(entry)}, bytes);
}

// A batch is a frame, as far as that can be foreseen.
Result<void> Saver::put(Item&& item, std::uint64_t bytes) {
    const std::size_t held = item.entry.held ? 1 : 0;
    const bool full = stream_.size() + batch_bytes_ + bytes > frame_size ||
                      batch_.size() >= batch_entries || batch_held_ + held > most_held;
    if (full && !batch_.empty()) TRY(flush());
    batch_held_ += held;
    batch_bytes_ += bytes;
    batch_.push_back(std::move(item));
    return {};
}

// Later names are stored as links to this one, so it must not vanish before it is read.
Result<void> Saver::hold(Entry& entry) {
    const auto mode = entry.found.st_mode;
    const bool first = entry.found.st_nlink > 1 && entry.same_as.empty();
    if (!first || S_ISDIR(mode) || S_ISSOCK(mode)) return {};
    entry.held = std::make_shared<const UniqueFd>(TRY(open(root_, entry)));
    return {};
}

// What was read in its turn and did not fill a frame is the beginning of the batch's.
Result<void> Saver::flush() {
    if (batch_.empty()) return submit_stream();
    TRY(check_stop());
    struct Batch {
        std::vector<Item> items;
        std::string before;
        Product product;
    };
    const auto batch = std::make_shared<Batch>(
        Batch{std::exchange(batch_, {}), std::exchange(stream_, {}), std::exchange(beside_, {})});
    batch_bytes_ = 0;
    batch_held_ = 0;
    return line_.submit([this, batch](Worker& worker) -> Result<Product> {
        auto& product = batch->product;
        worker.plain = batch->before;
        for (const auto& [entry, unchanged] : batch->items)
            if (unchanged)
                product.lines += write(*unchanged);
            else
                note(product, entry, TRY(add_unchanged(worker, root_, entry)), how_);
        batch->items.clear();
        TRY(compress_all(worker.plain, worker.compressor, product));
        return std::move(product);
    });
}

// What is read by this thread, in the order of the archive; compressing it is still work for all.
Result<void> Saver::add_large(Entry&& entry) {
    TRY(hold(entry));
    if (!batch_.empty()) TRY(flush());
    note(beside_, entry, TRY(in_turn_.add(root_, entry)), how_);
    return beside_.lines.size() < most_lines ? Result<void>() : submit_stream();
}

Result<void> Saver::stream(std::string_view bytes) {
    if (stream_.empty()) stream_.reserve(frame_size);
    while (!bytes.empty()) {
        const auto part = bytes.substr(0, frame_size - stream_.size());
        stream_ += part;
        bytes.remove_prefix(part.size());
        if (stream_.size() == frame_size) TRY(submit_stream());
    }
    return {};
}

Result<void> Saver::submit_stream() {
    TRY(check_stop());
    const auto plain = std::make_shared<std::string>(std::exchange(stream_, {}));
    const auto product = std::make_shared<Product>(std::exchange(beside_, {}));
    return line_.submit([plain, product](Worker& worker) -> Result<Product> {
        TRY(compress_all(*plain, worker.compressor, *product));
        plain->clear();
        plain->shrink_to_fit();
        return std::move(*product);
    });
}

Result<void> Saver::write_tables() {
    if (how_.level == 0) return {};
    const auto end = tables(frames_);
    TRY(os::write_all(output_, end, "backup"));
    saved_.compressed += end.size();
    saved_.digest = whole_digest(frames_);
    return {};
}

Result<Saved> Saver::run() {
    base_ = TRY(BaseList::open(how_.base));
    for (const auto& member : how_.front) TRY(in_turn_.add(member));
    TRY(submit_stream());  // a frame of its own, so that they are read at once
    auto whole = how_.walk;
    whole.unfit = [&](const std::string& path) {
        if (++saved_.unfit == 1) saved_.first_unfit = path;
    };
    TRY(walk(root_, whole, [&](Entry&& entry) { return visit(std::move(entry)); }));
    TRY(flush());
    TRY(line_.finish());
    frames_.manifest = static_cast<std::uint32_t>(frames_.all.size());
    if (how_.spool >= 0)
        TRY(in_turn_.add({.path = std::string(manifest_path), .content = how_.spool}));
    TRY(in_turn_.end());
    TRY(submit_stream());
    TRY(line_.finish());
    TRY(write_tables());
    return std::move(saved_);
}

}  // namespace

Result<Saved> save(const os::Dir& root, int output, const Save& how) {
    return Saver(root, output, how).run();
}

}  // namespace backup
