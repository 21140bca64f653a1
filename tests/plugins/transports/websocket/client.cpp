#include "tests/plugins/transports/websocket/client.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

extern "C" const sr_plugin* sr_plugin_v1_websocket() noexcept;

namespace sr::host {
namespace {

std::shared_ptr<Instance> make(std::vector<OptionInput> options) {
  bool listens = false;
  for (const auto& option : options) listens = listens || option.name == "listen";
  if (!listens) options.push_back({"listen", "127.0.0.1:0", {}, false});
  return *make_transport(sr_plugin_v1_websocket(), options);
}

asio::ip::tcp::endpoint endpoint(const Server& server) {
  return {asio::ip::make_address("127.0.0.1"), server.port()};
}

}  // namespace

Server::Server(std::vector<OptionInput> options) : transport(make(std::move(options))) {
  const auto started = transport.start(host);
  EXPECT_TRUE(started.ok()) << started.error().text();
}

unsigned short Server::port() const {
  const auto address = transport.address();
  return static_cast<unsigned short>(std::stoi(address.substr(address.rfind(':') + 1)));
}

Client::Client(const Server& server, int receive_buffer) : stream(io) {
  auto& socket = stream.next_layer();
  socket.open(asio::ip::tcp::v4());
  if (receive_buffer > 0) {
    socket.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
  }
  socket.connect(endpoint(server));
  socket.set_option(asio::ip::tcp::no_delay(true));
  stream.read_message_max(0);
}

Response Client::upgrade(const Upgrade& wanted) {
  stream.set_option(
      beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
        if (wanted.protocol) request.set(http::field::sec_websocket_protocol, *wanted.protocol);
        if (wanted.origin) request.set(http::field::origin, *wanted.origin);
      }));
  beast::websocket::response_type response;
  boost::system::error_code error;
  const auto local = stream.next_layer().remote_endpoint();
  stream.handshake(response, "127.0.0.1:" + std::to_string(local.port()), wanted.target, error);
  return response;
}

std::string Client::receive() {
  beast::flat_buffer buffer;
  stream.read(buffer);
  return beast::buffers_to_string(buffer.cdata());
}

int Client::close_code() {
  boost::system::error_code error;
  while (!error) {
    beast::flat_buffer buffer;
    stream.read(buffer, error);
  }
  return stream.reason().code;
}

HttpClient::HttpClient(const Server& server) : socket(io) { socket.connect(endpoint(server)); }

void HttpClient::send(const std::string& raw) {
  boost::system::error_code gone;  // the server may answer and close before it has read all
  asio::write(socket, asio::buffer(raw), gone);
}

Response HttpClient::receive(bool head) {
  http::response_parser<http::string_body> parser;
  parser.skip(head);
  http::read(socket, buffer, parser);
  return parser.release();
}

Response HttpClient::get(const std::string& target) {
  send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return receive();
}

bool HttpClient::is_closed() {
  char byte;
  boost::system::error_code error;
  socket.read_some(asio::buffer(&byte, 1), error);
  return error == asio::error::eof || error == asio::error::connection_reset;
}

}  // namespace sr::host
