// A file descriptor that is closed exactly once.
#pragma once
#include <unistd.h>

#include <utility>

class UniqueFd {
  public:
    explicit UniqueFd(int fd = -1) : fd_(fd) {}
    UniqueFd(UniqueFd&& from) noexcept : fd_(std::exchange(from.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd from) noexcept {
        std::swap(fd_, from.fd_);
        return *this;
    }
    ~UniqueFd() {
        if (fd_ >= 0) ::close(fd_);  // never retried: after EINTR the number is already free
    }
    explicit operator bool() const { return fd_ >= 0; }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};
