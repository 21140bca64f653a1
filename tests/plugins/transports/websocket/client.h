// tests/plugins/transports/websocket/client.h - a server under test, and clients on real sockets.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <map>
#include <optional>
#include <string>

#include "tests/plugins/transports/fake_host.h"

namespace sr::host {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Response = http::response<http::string_body>;

// A started transport on a free port. Members are destroyed in the order that stops it first.
class Server {
 public:
  explicit Server(std::vector<OptionInput> options = {});
  ~Server() { transport.stop(); }
  unsigned short port() const;

  FakeHost host;
  LoadedTransport transport;
};

// Headers of an upgrade that a browser would send; a test changes what it is about.
struct Upgrade {
  std::string target = "/ws";
  std::optional<std::string> protocol = "sr.v1";
  std::optional<std::string> origin;
};

class Client {
 public:
  explicit Client(const Server&, int receive_buffer = 0);
  // The answer to the upgrade: 101, or why not.
  Response upgrade(const Upgrade& = {});
  void send(const std::string& text) { stream.write(asio::buffer(text)); }
  std::string receive();
  // Reads until the server closes; the close code, or 0 when there was none. Whether it still hears
  // the answer to it does not matter.
  int close_code();
  std::string close_reason() { return std::string(stream.reason().reason.c_str()); }

  asio::io_context io;
  beast::websocket::stream<asio::ip::tcp::socket> stream;
};

class HttpClient {
 public:
  explicit HttpClient(const Server&);
  void send(const std::string& raw);
  Response receive(bool head = false);
  Response get(const std::string& target);
  bool is_closed();  // reads: true when the server has closed, not when it has said something

  asio::io_context io;
  asio::ip::tcp::socket socket;
  beast::flat_buffer buffer;
};

}  // namespace sr::host
