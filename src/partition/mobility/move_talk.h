// What both sides of a move say to one another besides frames: errors as values, files by digest, progress.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "wire/stream.h"

namespace partition::mobility {

wire::Message error_message(const Error& error);
Error parse_error(const wire::Message& message);

/// Waits for a message of that verb; says on the way what the other side tells. Its error is ours.
Result<wire::Message> await(wire::Stream& stream, std::string_view verb, const Observer& observer);

/// An observer whose words go over the link. A link that is cut is noticed elsewhere.
Observer telling(wire::Stream& stream);

/// 64 digits of a backup's digest: names a file on both sides.
bool is_digest(std::string_view text);

struct LinkPace {
    std::chrono::milliseconds there_and_back = {};
    std::uint64_t bytes_per_second = 0;
};
/// Measured with bytes that are thrown away: for a tenth of a second, or one piece.
Result<LinkPace> probe_link(wire::Stream& stream, const Observer& observer);
/// The other side of it.
Result<void> receive_probe(wire::Stream& stream, const wire::Message& asked);

struct SentFile {
    std::string path = {};
    std::string digest = {};
    bool first = false;  // no other copy will be needed there
};
struct Sent {
    std::uint64_t size = 0;
    std::uint64_t bytes = 0;  // the rest was there already
};
Result<Sent> send_file(wire::Stream& stream, const SentFile& file, const Observer& observer);
/// The other side of it, after "offer" came. What comes lies in `folder` under its digest, whole or to be continued.
Result<void> receive_file(wire::Stream& stream, const wire::Message& offer,
                          const std::string& folder);
struct ArrivalCommit {
    const std::string& name;
    const std::string& token;
    const std::string& output;  // where an application's words go from now on
};
/// Says that all of it is here, and waits for the word that it is to be ours: that is on disk when this returns.
Result<void> commit_arrival(wire::Stream& stream, const ArrivalCommit& what);
std::string received_file(const std::string& folder, const std::string& digest);

}  // namespace partition::mobility
