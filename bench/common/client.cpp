#include "bench/common/client.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket.hpp>
#include <stdexcept>

#include "host/base/clock.h"

namespace sr::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

std::pair<std::string, std::string> host_and_port(const std::string& address) {
  const auto from = address.find("//") + 2;
  const auto colon = address.rfind(':');
  const auto end = address.find('/', colon);
  return {address.substr(from, colon - from), address.substr(colon + 1, end - colon - 1)};
}

}  // namespace

Client::Client(const std::string& address) : socket_(io_) {
  const auto [host, port] = host_and_port(address);
  asio::connect(socket_.next_layer(), asio::ip::tcp::resolver(io_).resolve(host, port));
  socket_.next_layer().set_option(asio::ip::tcp::no_delay(true));
  socket_.set_option(beast::websocket::stream_base::decorator([](auto& request) {
    request.set(beast::http::field::sec_websocket_protocol, "sr.v1");
  }));
  socket_.handshake(host + ":" + port, "/ws");
  socket_.text(true);
  socket_.write(asio::buffer(std::string(R"({"type":"hello"})")));
  wait_for("open");
}

host::Json Client::next() {
  buffer_.clear();
  socket_.read(buffer_);
  const auto data = buffer_.cdata();
  auto message =
      host::Json::parse(std::string_view(static_cast<const char*>(data.data()), data.size()));
  if (auto taken = view_.take(message); !taken) throw std::runtime_error(taken.error().text());
  return message;
}

void Client::wait_for(const std::string& id) {
  for (;;) {
    const auto message = next();
    const auto type = message["type"].get<std::string>();
    if (type == "patch" && message["cause"] == id) return;
    if (type == "error") {
      throw std::runtime_error("the server answered " + message["code"].get<std::string>() + ": " +
                               message["message"].get<std::string>());
    }
  }
}

double Client::send(const std::string& kind, const host::Json& payload) {
  host::Json message;
  message["type"] = "event";
  message["id"] = kind + "-" + std::to_string(++events_);
  message["kind"] = kind;
  message["payload"] = payload;
  const auto text = message.dump();
  const auto start = host::Clock::now();
  socket_.write(asio::buffer(text));
  wait_for(message["id"].get<std::string>());
  return host::ms_since(start);
}

}  // namespace sr::bench
