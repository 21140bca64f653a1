#include "transport.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sr::stdio {
namespace {

constexpr std::uint64_t kConnection = 1;
constexpr std::size_t kReadChunk = 16 * 1024;
constexpr std::size_t kWriteChunk = 4096;  // PIPE_BUF: what a writable pipe takes without blocking
constexpr std::chrono::seconds kFlushTime{2};

constexpr auto kMaxMessage =
    option({.name = "max_message",
            .type = SR_SIZE,
            .fallback = "64KiB",
            .min = "1",
            .max = "64MiB",
            .doc = "The longest line that is read. A longer one is answered with an error."});
constexpr auto kSendHighWater =
    option({.name = "send_high_water",
            .type = SR_SIZE,
            .flags = SR_ADVANCED,
            .fallback = "1MiB",
            .min = "1",
            .doc = "Bytes that may wait for a slow reader, beside the longest line of them, before "
                   "further lines are refused."});
constexpr auto kSendLowWater = option({.name = "send_low_water",
                                       .type = SR_SIZE,
                                       .flags = SR_ADVANCED,
                                       .fallback = "256KiB",
                                       .min = "0",
                                       .doc = "Waiting bytes at which lines are taken again."});
constexpr auto kInput = option({.name = "input_fd",
                                .type = SR_INT,
                                .flags = SR_ADVANCED,
                                .fallback = "0",
                                .min = "0",
                                .doc = "The file descriptor to read from."});
constexpr auto kOutput = option({.name = "output_fd",
                                 .type = SR_INT,
                                 .flags = SR_ADVANCED,
                                 .fallback = "1",
                                 .min = "0",
                                 .doc = "The file descriptor to write to."});

}  // namespace

const sr_option* const StdioTransport::kOptions[] = {&kMaxMessage, &kSendHighWater, &kSendLowWater,
                                                     &kInput,      &kOutput,        nullptr};

StdioTransport::StdioTransport(Host, const Config& config)
    : send_high_water_(static_cast<std::size_t>(config.integer("send_high_water"))),
      send_low_water_(static_cast<std::size_t>(config.integer("send_low_water"))),
      input_(static_cast<int>(config.integer("input_fd"))),
      output_(static_cast<int>(config.integer("output_fd"))),
      lines_(static_cast<std::size_t>(config.integer("max_message")),
             [this](std::string_view line) { hand_over(line); },
             [this](std::string_view why) { events_.unread(kConnection, why); }) {
  if (send_low_water_ >= send_high_water_) {
    throw BadOption("send_low_water", "must be below send_high_water (" +
                                          std::to_string(send_high_water_) + " bytes)");
  }
}

StdioTransport::~StdioTransport() { stop(); }

StdioTransport::Wake::~Wake() {
  if (fd_ >= 0) ::close(fd_);
}

void StdioTransport::Wake::make() {
  fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd_ < 0) {
    throw Failure(SR_UNAVAILABLE, std::string("cannot make an event descriptor: ") +
                                      std::strerror(errno) + "; raise the limit of open files");
  }
}

void StdioTransport::Wake::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);  // full means awake already
}

void StdioTransport::Wake::clear() noexcept {
  std::uint64_t count;
  [[maybe_unused]] const auto n = ::read(fd_, &count, sizeof count);
}

void StdioTransport::start(const TransportEvents& events) {
  events_ = events;
  wake_.make();
  halt_.make();
  open_ = true;
  thread_ = std::thread([this] { run(); });
}

std::size_t StdioTransport::largest() const {
  std::size_t bytes = queue_.empty() ? 0 : queue_.front().size() - written_;
  for (auto i = std::size_t{1}; i < queue_.size(); ++i) bytes = std::max(bytes, queue_[i].size());
  return bytes;
}

bool StdioTransport::send(std::uint64_t connection, std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (connection != kConnection || !open_ || closing_) {
    throw Failure(SR_NOT_FOUND, "the connection is closed");
  }
  if (queued_ >= send_high_water_ && queued_ - largest() >= send_high_water_) {
    starved_ = true;
    return false;
  }
  std::string line;
  line.reserve(text.size() + 1);
  line.append(text).append(1, '\n');
  queued_ += line.size();
  const bool first = queue_.empty();
  queue_.push_back(std::move(line));
  if (first) wake_.wake();  // otherwise the thread already waits for the output
  return true;
}

void StdioTransport::close(std::uint64_t connection, sr_close, std::string_view reason) {
  if (connection != kConnection) return;
  begin_close(reason.empty() ? "closed by the host" : std::string(reason));
}

void StdioTransport::stop() noexcept {
  if (!thread_.joinable()) return;
  begin_close("the host is shutting down");
  thread_.join();
}

void StdioTransport::begin_close(std::string reason) {
  const std::lock_guard lock(mutex_);
  if (!open_ || closing_) return;
  closing_ = std::move(reason);
  close_by_ = std::chrono::steady_clock::now() + kFlushTime;
  eased_.notify_all();
  wake_.wake();
  halt_.wake();
}

void StdioTransport::run() {
  // Writing to a pipe that nobody reads must be an error here, not the end of the process.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

  sr_peer peer{};
  peer.struct_size = sizeof peer;
  peer.address = str("stdin");
  peer.flags = SR_PEER_WAITS;
  events_.opened(kConnection, peer);
  std::thread reader([this] { read_all(); });
  while (!closing_is_due()) {
    wait();
    if (output_ready_) write_some();
  }
  reader.join();
  std::string reason;
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
    reason = *closing_;
  }
  events_.closed(kConnection, reason);
}

// Closing waits until the queue is written, for a while.
bool StdioTransport::closing_is_due() {
  const std::lock_guard lock(mutex_);
  return closing_ &&
         (queue_.empty() || output_broken_ || std::chrono::steady_clock::now() >= close_by_);
}

void StdioTransport::wait() {
  bool writes;
  int timeout = -1;
  {
    const std::lock_guard lock(mutex_);
    writes = !queue_.empty();
    if (closing_) {
      using std::chrono::milliseconds;
      const auto now = std::chrono::steady_clock::now();
      const auto left = std::chrono::ceil<milliseconds>(close_by_ - now);
      timeout = static_cast<int>(std::max<milliseconds::rep>(left.count(), 0));
    }
  }
  // A negative descriptor is left out. One that is watched for nothing still reports that its
  // other end is gone, which would be noticed over and over.
  pollfd watched[] = {{wake_.fd(), POLLIN, 0}, {writes ? output_ : -1, POLLOUT, 0}};
  if (::poll(watched, 2, timeout) < 0) return;  // interrupted by a signal
  if (watched[0].revents != 0) wake_.clear();
  output_ready_ = watched[1].revents != 0;
}

void StdioTransport::read_all() {
  char bytes[kReadChunk];
  while (wait_for_input()) {
    const auto n = ::read(input_, bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) break;
    lines_.feed({bytes, static_cast<std::size_t>(n)});
  }
  lines_.end();
  events_.finished();
}

// False when there is nothing more to read for: the connection is closing.
bool StdioTransport::wait_for_input() {
  for (;;) {
    pollfd watched[] = {{halt_.fd(), POLLIN, 0}, {input_, POLLIN, 0}};
    if (::poll(watched, 2, -1) < 0) continue;  // interrupted by a signal
    if (watched[0].revents != 0) return false;
    if (watched[1].revents != 0) return true;
  }
}

bool StdioTransport::may_read_on() {
  std::unique_lock lock(mutex_);
  eased_.wait(lock, [&] { return closing_ || queued_ <= send_low_water_; });
  return !closing_;
}

void StdioTransport::hand_over(std::string_view line) {
  if (may_read_on()) events_.message(kConnection, line);
}

void StdioTransport::write_some() {
  output_ready_ = false;
  bool relieved = false;
  std::string gone;
  {
    const std::lock_guard lock(mutex_);
    auto& line = queue_.front();
    const auto n =
        ::write(output_, line.data() + written_, std::min(line.size() - written_, kWriteChunk));
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (n < 0) {
      output_broken_ = true;
      gone = std::string("the output cannot be written: ") + std::strerror(errno);
    } else {
      written_ += static_cast<std::size_t>(n);
      queued_ -= static_cast<std::size_t>(n);
      if (written_ == line.size()) {
        written_ = 0;
        queue_.pop_front();
      }
      if (queued_ <= send_low_water_) eased_.notify_all();
      if (starved_ && queued_ <= send_low_water_ && !closing_) {
        starved_ = false;
        relieved = true;
      }
    }
  }
  if (!gone.empty()) begin_close(gone);
  if (relieved) events_.writable(kConnection);
}

}  // namespace sr::stdio
