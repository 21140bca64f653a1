// plugins/transports/websocket/http_connection.h - one connection while it speaks HTTP.
//
// Requests are handed to the host one at a time and answered in order; an upgrade turns the
// connection into a WebSocket (connection.h). Everything happens on the loop; answer() gets there
// from any thread. A request must arrive whole within handshake_timeout, also one that follows
// another on the same connection.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub.h"
#include "request_check.h"

namespace sr::websocket {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  unsigned status;
  Headers headers;
  std::string body;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  // With `overloaded` the first request is answered 503.
  HttpConnection(Hub&, Socket&&, Slot, bool overloaded);
  ~HttpConnection();

  // [loop]
  void read();
  // [any] The host's answer to the exchange that was taken from the hub. Hands the connection to
  // the loop.
  static void answer(std::shared_ptr<HttpConnection>, Answer);
  // [loop] Closes at once.
  void abort();

 private:
  using Error = boost::system::error_code;

  void on_read(Error);
  void refuse_request(Error);
  void handle();
  void upgrade();
  void ask_host();
  void write(Answer);
  void refuse(unsigned status, std::string why, Headers headers = {});
  void linger();
  void discard();

  Hub& hub_;
  Slot slot_;
  Stream stream_;
  const bool overloaded_;
  std::string address_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  Request request_;
  Target target_;  // of the request
  Timer answer_timer_;
  std::uint64_t exchange_ = 0;  // 0: none waits
  std::size_t discarded_ = 0;
};

}  // namespace sr::websocket
