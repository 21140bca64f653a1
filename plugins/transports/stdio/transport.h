// plugins/transports/stdio/transport.h - the `stdio` component: one connection, a message a line.
//
// One thread polls input, output and a wake-up descriptor, so nothing ever hangs on a descriptor
// that is not ready. When the input ends, finished() tells the host, and the connection stays open
// for answers until the host closes it or stops; then closed() follows. A line that is too long or
// not UTF-8, or an output that nobody reads any more, closes it at once.
#pragma once

#include <chrono>
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
  void run();
  void wait();
  void read_some();
  void write_some();
  void input_ended();
  void begin_close(std::string reason);
  bool closing_is_due();
  void wake() noexcept;

  const std::size_t send_high_water_, send_low_water_;
  const int input_, output_;
  TransportEvents events_;
  std::thread thread_;
  int wake_ = -1;  // eventfd

  // The thread's.
  LineCutter lines_;
  bool input_open_ = true, input_ready_ = false, output_ready_ = false;
  bool output_broken_ = false, finished_ = false;

  // Everybody's, under mutex_.
  std::mutex mutex_;
  std::deque<std::string> queue_;
  std::size_t queued_ = 0, written_ = 0;  // bytes waiting; bytes of the first line already out
  bool starved_ = false, open_ = false;
  std::optional<std::string> closing_;  // why
  std::chrono::steady_clock::time_point close_by_;
};

}  // namespace sr::stdio
