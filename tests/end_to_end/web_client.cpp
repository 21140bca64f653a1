#include "tests/end_to_end/web_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/end_to_end/child.h"

namespace sr::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
using host::Json;

// Starts one operation and waits for its end.
template <class Start>
bool WebClient::finish(Start start) {
  if (!open_) return false;
  std::optional<boost::system::error_code> ended;
  start([&ended](boost::system::error_code error, auto&&...) { ended = error; });
  io_.restart();
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!ended && std::chrono::steady_clock::now() < give_up) io_.run_one_until(give_up);
  if (!ended) ADD_FAILURE() << "the host neither answered nor closed the connection";
  open_ = ended && !*ended;
  if (!open_) cut();
  io_.poll();  // the operation has been told and lets go of what it was given
  return open_;
}

WebClient::WebClient(unsigned short port) {
  const asio::ip::tcp::endpoint there(asio::ip::address_v4::loopback(), port);
  finish([&](auto done) { stream_.next_layer().async_connect(there, done); });
  if (!open_) return;
  stream_.next_layer().set_option(asio::ip::tcp::no_delay(true));
  stream_.set_option(beast::websocket::stream_base::decorator([](auto& request) {
    request.set(beast::http::field::sec_websocket_protocol, "sr.v1");
  }));
  const auto name = "127.0.0.1:" + std::to_string(port);
  finish([&](auto done) { stream_.async_handshake(name, "/ws", done); });
  stream_.text(true);
}

void WebClient::say(const Json& message) {
  const auto text = message.dump();
  finish([&](auto done) { stream_.async_write(asio::buffer(text), done); });
}

std::optional<Json> WebClient::hear() {
  buffer_.clear();
  if (!finish([&](auto done) { stream_.async_read(buffer_, done); })) return std::nullopt;
  const auto data = buffer_.cdata();
  return Json::parse(std::string_view(static_cast<const char*>(data.data()), data.size()));
}

void WebClient::cut() {
  open_ = false;
  boost::system::error_code ignored;
  stream_.next_layer().close(ignored);
}

Json hello_for(const host::wire::ClientView& view) {
  Json hello{{"type", "hello"}};
  if (view.session().empty()) return hello;
  hello["session"] = view.session();
  hello["token"] = view.token();
  hello["epoch"] = view.epoch();
  hello["lastSeq"] = view.seq();
  return hello;
}

}  // namespace sr::test
