// plugins/transports/stdio/transport.h - the `stdio` component: one connection, a message a line.
//
// One thread polls the output, another the input, each with a wake-up descriptor, so nothing ever
// hangs on a descriptor that is not ready. The host may hold up the thread that reads, and while
// much waits to be written it does not read on: whatever is piped in, nothing of it is refused. When
// the input ends, finished() tells the host, and the connection stays open for answers until the
// host closes it or stops; then closed() follows. A line that is too long or not UTF-8 is told to
// the host and passed over; an output that nobody reads any more closes the connection at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "lines.h"
#include "state_runtime/transport.hpp"

namespace sr::stdio {

class StdioTransport : public Transport {
 public:
  using Interface = Transport;
  static constexpr const char* kType = "stdio";
  static constexpr const char* kSummary =
      "One client on standard input and output: a JSON message a line.";
  static const sr_option* const kOptions[];

  StdioTransport(Host, const Config&);
  ~StdioTransport() override;

  void start(const TransportEvents&) override;
  std::string address() const override { return {}; }  // reached by nobody but its parent
  bool send(std::uint64_t connection, std::string_view text) override;
  void close(std::uint64_t connection, sr_close why, std::string_view reason) override;
  void drain() noexcept override {}  // there never is a second connection
  void stop() noexcept override;

 private:
  void run();         // the thread that writes
  void wait();
  void write_some();
  void read_all();    // the thread that reads
  bool may_read_on();  // waits; false when the connection is closing
  bool wait_for_input();
  void hand_over(std::string_view line);
  void begin_close(std::string reason);
  std::size_t largest() const;  // bytes of the longest line that waits; under mutex_
  bool closing_is_due();

  // A descriptor that ends a poll.
  class Wake {
   public:
    ~Wake();
    void make();
    void wake() noexcept;
    void clear() noexcept;
    int fd() const { return fd_; }

   private:
    int fd_ = -1;
  };

  const std::size_t send_high_water_, send_low_water_;
  const int input_, output_;
  TransportEvents events_;
  std::thread thread_;
  Wake wake_, halt_;  // of the writer, of the reader

  // The writer's.
  bool output_ready_ = false;

  // The reader's.
  LineCutter lines_;

  // Everybody's, under mutex_.
  std::mutex mutex_;
  std::condition_variable eased_;  // less waits to be written, or the connection is closing
  std::deque<std::string> queue_;
  std::size_t queued_ = 0, written_ = 0;  // bytes waiting; bytes of the first line already out
  bool starved_ = false, open_ = false, output_broken_ = false;
  std::optional<std::string> closing_;  // why
  std::chrono::steady_clock::time_point close_by_;
};

}  // namespace sr::stdio
