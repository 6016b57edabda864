// One end of a link: messages and data, one after the other, each whole or an error.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "wire/frame.h"

namespace wire {

class Stream {
  public:
    Stream(UniqueFd input, UniqueFd output)
        : input_(std::move(input)), output_(std::move(output)) {}
    Result<void> send(const Message& message);
    /// At most longest_data bytes.
    Result<void> send_data(std::string_view bytes);
    /// Waits for the next one. Kind::missing when the other side has closed it; Kind::interrupted.
    Result<Frame> receive();
    /// The same, of a frame that has to be a message.
    Result<Message> receive_message();
    /// Whether something has come already.
    bool has_more() const;
    /// As it is, before the first frame.
    Result<void> send_text(std::string_view text);
    /// One line of it without its end; Kind::invalid for more than `limit` bytes without one, Kind::missing when nothing comes
    /// until then.
    Result<std::string> receive_line(std::size_t limit,
                                     std::chrono::steady_clock::time_point until);
    /// Nothing more will be said.
    void close() {
        input_ = UniqueFd();
        output_ = UniqueFd();
    }

  private:
    Result<void> put(std::string_view bytes);
    Result<std::string> take(std::size_t size,
                             std::optional<std::chrono::steady_clock::time_point> until = {});
    UniqueFd input_;
    UniqueFd output_;
};

}  // namespace wire
