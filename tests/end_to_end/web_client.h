// tests/end_to_end/web_client.h - one WebSocket to a host, blocking; one thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <optional>
#include <string>

#include "host/base/json.h"
#include "host/wire/client_view.h"

namespace sr::test {

class WebClient {
 public:
  // To 127.0.0.1. What fails here or later leaves a connection that is not open.
  explicit WebClient(unsigned short port);

  bool open() const { return open_; }
  void say(const host::Json& message);
  // The next message; none when the connection has ended. Fails the test when none comes.
  std::optional<host::Json> hear();
  void cut();  // without a goodbye

 private:
  template <class Start>
  bool finish(Start start);

  boost::asio::io_context io_{1};
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream_{io_};
  boost::beast::flat_buffer buffer_;
  bool open_ = true;
};

// hello for the session of the view, from where the view stands.
host::Json hello_for(const host::wire::ClientView& view);

}  // namespace sr::test
