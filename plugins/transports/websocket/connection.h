// plugins/transports/websocket/connection.h - one WebSocket connection after its handshake.
//
// send() and close() may be called from any thread; everything else happens on the loop. Outgoing
// messages wait in a queue under a mutex; the first one wakes the writer with a single post, and
// the writer takes whatever has gathered since.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hub.h"
#include "request_check.h"

namespace sr::websocket {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Hub&, Stream&&, std::string address, Slot);

  // [loop] Answers the upgrade, then reports opened() and starts to read.
  void accept(Request);
  // [any] false: over the high-water mark. Throws Failure(SR_NOT_FOUND) once it is closing.
  bool send(std::string_view text);
  // [any] Sends what is queued, then closes. Only the first call counts.
  void close(beast::websocket::close_code, std::string reason);

 private:
  using Error = boost::system::error_code;

  void opened(const Request&);
  void read();
  void on_read(Error);
  void deliver();
  void refuse(beast::websocket::close_code, const std::string& why);
  std::size_t largest() const;  // bytes of the largest message that waits; under mutex_
  void flush();
  void write();
  void on_written(Error);
  void start_close();
  void answer_bad_close(unsigned code);
  void hang_up();
  void finish(const std::string& reason);
  std::string reason_for(Error);

  Hub& hub_;
  const Slot slot_;
  const std::string address_;
  std::uint64_t id_ = 0;

  // The loop's.
  beast::websocket::stream<Stream> stream_;
  beast::flat_buffer buffer_;
  asio::cancellation_signal end_reading_, end_closing_;
  Timer deadline_;
  std::vector<std::string> writing_;  // these two change under mutex_ only
  std::size_t next_ = 0;
  bool reading_ = false, finished_ = false;
  unsigned bad_close_ = 0;  // a close code of the client's that no endpoint may send

  // Everybody's, under mutex_.
  std::mutex mutex_;
  std::vector<std::string> queue_;
  std::size_t queued_ = 0;  // bytes that were sent and are not yet written
  bool busy_ = false;       // the writer runs or has been posted
  bool starved_ = false;    // a send() was refused
  bool closing_ = false;
  bool failed_ = false;  // writing is of no use any more
  beast::websocket::close_reason close_;
};

}  // namespace sr::websocket
