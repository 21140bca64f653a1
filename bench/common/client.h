// bench/common/client.h - a WebSocket client that does something and waits for the patch. One
// thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <string>

#include "host/base/json.h"
#include "host/wire/client_view.h"

namespace sr::bench {

class Client {
 public:
  // "http://127.0.0.1:8080/". Throws when it cannot connect or the first screen does not come.
  explicit Client(const std::string& address);

  // Sends an event and waits for its patch; milliseconds of the round trip. Throws when the server
  // answers with an error or the view's hash is not what the server says.
  double send(const std::string& kind, const host::Json& payload);
  double click(const host::Json& payload) { return send("click", payload); }

 private:
  host::Json next();
  void wait_for(const std::string& id);

  boost::asio::io_context io_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> socket_;
  boost::beast::flat_buffer buffer_;
  host::wire::ClientView view_;
  std::uint64_t events_ = 0;
};

}  // namespace sr::bench
