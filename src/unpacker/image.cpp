#include "unpacker/image.h"

#include "tar/digest.h"
#include "unpacker/layer.h"
#include "unpacker/manifest.h"

namespace unpacker {
namespace {

constexpr int most_indexes = 4;  // one may name another

Error not_the_same(std::string_view what, std::string_view found, std::string_view wanted) {
    return {Kind::invalid, cat(what, " is not what it should be: its digest is ", printable(found),
                               ", not ", printable(wanted))};
}

Result<void> check_digest(const std::string& found, const std::string& wanted) {
    if (wanted.empty() || found == wanted) return {};
    return not_the_same("the image", found, wanted);
}

std::string blob(const Descriptor& which) { return cat("blobs/sha256/", which.digits); }

// A small part whole, so that nothing of it is believed before its digest is known.
Result<std::string> verified(Parts& parts, const Descriptor& which) {
    auto text = TRY(read_part(parts, blob(which)));
    tar::Sha256 digest;
    digest.add(text);
    const auto found = digest.finish();
    if (found != which.digest)
        return not_the_same(cat("a part of the image ('", blob(which), "')"), found, which.digest);
    return text;
}

Result<Descriptor> manifest_of(Parts& parts) {
    const auto architecture = own_architecture();
    auto chosen = TRY(choose_manifest(TRY(read_part(parts, "index.json")), architecture));
    for (int level = 0; chosen.index; ++level) {
        if (level == most_indexes)
            return Error{Kind::invalid, "the image's indexes name one another"};
        chosen = TRY(choose_manifest(TRY(verified(parts, chosen)), architecture));
    }
    return chosen;
}

}  // namespace

void Image::tell_config(const Config& config) {
    for (const auto& word : config.command) fact_("word", word);
    for (const auto& variable : config.environment) fact_("variable", variable);
    fact_("directory", config.directory);
    fact_("user", config.user);
}

Result<void> Image::finish() {
    TRY(unpacker_.finish());
    const auto& totals = unpacker_.totals();
    fact_("members", cat(totals.members));
    fact_("bytes", cat(totals.bytes));
    fact_("devices", cat(totals.devices));
    return {};
}

Result<void> Image::layer(tar::Stream& from) {
    Layer layer(tree_);
    return unpacker_.stream(
        from, [&](const std::string& path) { return layer.take(path); }, placed_);
}

Result<void> Image::from_file(int file, const std::string& digest,
                              const std::function<void(const std::string&)>& placed) {
    placed_ = placed;
    TarParts parts(file);
    switch (TRY(kind_of(file))) {
        case FileKind::layout:
            return from_layout(parts, digest, placed);
        case FileKind::saved:
            return from_saved(parts, digest);
        case FileKind::root:
            break;
    }
    return from_root(file, digest);
}

Result<void> Image::from_root(int file, const std::string& digest) {
    tar::FileStream stream(file);
    tar::MeasuredStream measured(stream);
    TRY(unpacker_.stream(measured, {}, placed_));
    TRY(measured.drain());
    const auto found = measured.digest();
    TRY(check_digest(found, digest));
    fact_("digest", found);
    return finish();
}

Result<void> Image::from_layout(Parts& parts, const std::string& digest,
                                const std::function<void(const std::string&)>& placed) {
    placed_ = placed;
    const auto chosen = TRY(manifest_of(parts));
    TRY(check_digest(chosen.digest, digest));
    const auto manifest = TRY(parse_manifest(TRY(verified(parts, chosen))));
    const auto config =
        TRY(parse_config(TRY(verified(parts, manifest.config)), own_architecture()));
    for (const auto& which : manifest.layers)
        TRY(parts.with(blob(which), [&](tar::Stream& from) -> Result<void> {
            tar::MeasuredStream measured(from);
            TRY(layer(measured));
            TRY(measured.drain());
            const auto found = measured.digest();
            if (found != which.digest || measured.size() != which.size)
                return not_the_same("a layer of the image", found, which.digest);
            return {};
        }));
    fact_("digest", chosen.digest);
    tell_config(config);
    return finish();
}

// The configuration is named by its digest, and it names those of the layers.
Result<void> Image::from_saved(Parts& parts, const std::string& digest) {
    const auto saved = TRY(parse_saved(TRY(read_part(parts, "manifest.json"))));
    const auto text = TRY(read_part(parts, saved.config));
    tar::Sha256 sum;
    sum.add(text);
    const auto known_by = sum.finish();
    const auto digits = *tar::sha256_digits(known_by);
    if (saved.config.find(digits) == std::string::npos)
        return not_the_same("the image's configuration", known_by, saved.config);
    TRY(check_digest(known_by, digest));
    const auto config = TRY(parse_config(text, own_architecture()));
    if (config.layers.size() != saved.layers.size())
        return Error{Kind::invalid, "the image's configuration speaks of other layers"};
    for (std::size_t at = 0; at < saved.layers.size(); ++at)
        TRY(parts.with(saved.layers[at], [&](tar::Stream& from) -> Result<void> {
            tar::MeasuredStream measured(from);
            TRY(layer(measured));
            TRY(measured.drain());
            const auto found = measured.digest();
            if (found == config.layers[at]) return {};
            return not_the_same("a layer of the image", found, config.layers[at]);
        }));
    fact_("digest", known_by);
    tell_config(config);
    return finish();
}

}  // namespace unpacker
