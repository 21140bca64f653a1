#include "transport.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "connection.h"
#include "http_connection.h"

namespace sr::websocket {
namespace {

using beast::websocket::close_code;

// Sockets over max_connections that are told so; beyond them connections are just closed.
constexpr std::size_t kToldOff = 256;
constexpr std::chrono::milliseconds kAcceptPause{100};
// Files that a process opens beside sockets: databases, plugins, standard streams.
constexpr std::size_t kOtherFiles = 128;

close_code code_of(sr_close why) {
  switch (why) {
    case SR_CLOSE_NORMAL:
      return close_code::normal;
    case SR_CLOSE_GOING_AWAY:
      return close_code::going_away;
    case SR_CLOSE_PROTOCOL:
      return close_code::protocol_error;
    case SR_CLOSE_POLICY:
      return close_code::policy_error;
    case SR_CLOSE_TOO_BIG:
      return close_code::too_big;
    case SR_CLOSE_OVERLOADED:
      return close_code::try_again_later;
    case SR_CLOSE_INTERNAL:
      break;
  }
  return close_code::internal_error;
}

}  // namespace

WebsocketTransport::WebsocketTransport(Host host, const Config& config)
    : hub_(config, host), acceptor_(hub_.loop.get_executor()), pause_(hub_.loop.get_executor()) {}

WebsocketTransport::~WebsocketTransport() { stop(); }

void WebsocketTransport::listen() {
  const auto& settings = hub_.settings;
  const auto fail = [&](const char* what, const boost::system::error_code& error) {
    throw Failure(SR_UNAVAILABLE,
                  std::string(what) + " " + settings.host + " port " +
                      std::to_string(settings.port) + ": " + error.message() +
                      "; stop what uses the address or choose another one",
                  "listen");
  };
  boost::system::error_code error;
  asio::ip::tcp::resolver resolver(hub_.loop);
  const auto found = resolver.resolve(settings.host, std::to_string(settings.port),
                                      asio::ip::tcp::resolver::passive, error);
  if (error || found.empty()) fail("cannot find the address", error);
  const auto endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(Acceptor::max_listen_connections, error);
  if (error) {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    fail("cannot listen on", error);
  }
  const auto bound = acceptor_.local_endpoint();
  hub_.listening = bound.address();
  auto host = settings.host;
  if (bound.address().is_unspecified()) host = "localhost";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  address_ = "http://" + host + ":" + std::to_string(bound.port()) + "/";
}

// A socket is an open file. Where fewer may be open than max_connections says, that is told now and
// not by connections that nobody answers.
void WebsocketTransport::fit_to_open_files() {
  const auto wanted = hub_.settings.max_connections;
  hub_.max_connections = wanted;
  const auto files = wanted + kToldOff + kOtherFiles;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= files) return;
  const auto before = limit.rlim_cur;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, files);
  if (limit.rlim_cur > before && ::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  if (limit.rlim_cur >= files) return;
  const auto open = static_cast<std::size_t>(limit.rlim_cur);
  hub_.max_connections = std::max<std::size_t>(open > kToldOff + kOtherFiles
                                                   ? open - kToldOff - kOtherFiles
                                                   : open / 2, 1);
  hub_.host.log(SR_LOG_WARN,
                "max_connections is " + std::to_string(wanted) + ", but this process may open " +
                    std::to_string(open) + " files: no more than " +
                    std::to_string(hub_.max_connections) +
                    " connections are taken; raise the limit of open files (ulimit -n, "
                    "LimitNOFILE=) or lower max_connections");
}

void WebsocketTransport::start(const TransportEvents& events) {
  hub_.events = events;
  fit_to_open_files();
  listen();
  asio::post(hub_.loop, [this] { accept(); });
  thread_ = std::thread([this] { hub_.loop.run(); });
}

void WebsocketTransport::accept() {
  if (!acceptor_.is_open()) return;
  acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
    if (!acceptor_.is_open()) return;
    if (!error) {
      told_ = false;
      accepted(std::move(socket));
      accept();
      return;
    }
    if (error == asio::error::connection_aborted) {
      accept();
      return;
    }
    if (!std::exchange(told_, true)) {
      hub_.host.log(SR_LOG_WARN, "cannot accept connections: " + error.message() +
                                     "; tried again until it works");
    }
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](boost::system::error_code stopped) {
      if (!stopped) accept();
    });
  });
}

void WebsocketTransport::accepted(Socket socket) {
  const auto limit = hub_.max_connections;
  Slot slot(hub_.sockets);
  if (hub_.sockets > limit + kToldOff) return;
  boost::system::error_code ignored;  // the socket may be gone already; reading will tell
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  std::make_shared<HttpConnection>(hub_, std::move(socket), std::move(slot), hub_.sockets > limit)
      ->read();
}

std::string WebsocketTransport::address() const { return address_; }

bool WebsocketTransport::send(std::uint64_t connection, std::string_view text) {
  const auto found = hub_.find(connection);
  if (found == nullptr) throw Failure(SR_NOT_FOUND, "the connection is closed");
  return found->send(text);
}

void WebsocketTransport::close(std::uint64_t connection, sr_close why, std::string_view reason) {
  const auto found = hub_.find(connection);
  if (found != nullptr) found->close(code_of(why), std::string(reason));
}

void WebsocketTransport::respond(std::uint64_t exchange, const sr_response& response) {
  auto connection = hub_.take(exchange);
  if (connection == nullptr) {
    throw Failure(SR_NOT_FOUND, "the exchange has been answered already, or has timed out");
  }
  Answer answer{response.status, {}, std::string(view(response.body))};
  for (std::size_t i = 0; i < response.header_count; ++i) {
    answer.headers.emplace_back(view(response.headers[i].name), view(response.headers[i].value));
  }
  HttpConnection::answer(std::move(connection), std::move(answer));
}

void WebsocketTransport::drain() noexcept {
  hub_.draining = true;
  asio::post(hub_.loop, [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
}

// The loop ends by itself once nothing is left to do; close_timeout bounds every connection.
void WebsocketTransport::stop() noexcept {
  drain();
  if (!thread_.joinable()) return;
  asio::post(hub_.loop, [this] { close_everything(); });
  thread_.join();
}

void WebsocketTransport::close_everything() {
  hub_.stopping = true;
  const auto open = hub_.http;  // closing one may remove it
  for (auto* connection : open) connection->abort();
  for (const auto& connection : hub_.connections()) {
    connection->close(close_code::going_away, "the server is shutting down");
  }
}

}  // namespace sr::websocket
