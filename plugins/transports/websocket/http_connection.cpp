#include "http_connection.h"

#include <boost/asio/dispatch.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "connection.h"
#include "refusal_page.h"

namespace sr::websocket {
namespace {

namespace http = beast::http;

constexpr std::size_t kMaxDiscarded = 1024 * 1024;

std::string address_of(const Stream& stream) {
  boost::system::error_code error;
  const auto peer = stream.socket().remote_endpoint(error);
  if (error) return {};
  const auto host = peer.address().to_string();
  return (peer.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(peer.port());
}

// The whole answer; for HEAD its header alone, which announces the same length.
http::message_generator message_for(Answer answer, unsigned version, bool head, bool keep) {
  const auto fill = [&](auto response) {
    for (const auto& [name, value] : answer.headers) response.set(name, value);
    response.keep_alive(keep);
    const bool never_has_body = answer.status < 200 || answer.status == 204 || answer.status == 304;
    if (!never_has_body) response.content_length(answer.body.size());
    if constexpr (requires { response.body().size(); }) response.body() = std::move(answer.body);
    return http::message_generator(std::move(response));
  };
  const auto status = static_cast<http::status>(answer.status);
  if (head) return fill(http::response<http::empty_body>(status, version));
  return fill(http::response<http::string_body>(status, version));
}

}  // namespace

HttpConnection::HttpConnection(Hub& hub, Socket&& socket, Slot slot, bool overloaded)
    : hub_(hub),
      slot_(std::move(slot)),
      stream_(std::move(socket)),
      overloaded_(overloaded),
      address_(address_of(stream_)),
      answer_timer_(hub.loop.get_executor()) {
  hub_.http.insert(this);
}

HttpConnection::~HttpConnection() { hub_.http.erase(this); }

void HttpConnection::read() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(hub_.settings.max_header));
  parser_->body_limit(kMaxBody);
  stream_.expires_after(hub_.settings.handshake_timeout);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](Error error, std::size_t) { self->on_read(error); });
}

void HttpConnection::on_read(Error error) {
  if (hub_.stopping) return;
  if (error) {
    refuse_request(error);
    return;
  }
  request_ = parser_->release();
  if (overloaded_) {
    refuse(503, "this server has reached max_connections (" +
                    std::to_string(hub_.max_connections) + "); try again later");
  } else {
    handle();
  }
}

// A request that could not be read: said where somebody may still listen.
void HttpConnection::refuse_request(Error error) {
  request_ = {};  // what was read of it does not count
  request_.keep_alive(false);
  if (error == http::error::header_limit) {
    refuse(431, "the request header is longer than max_header (" +
                    std::to_string(hub_.settings.max_header) + " bytes)");
  } else if (error == http::error::body_limit) {
    refuse(413, "the request body is longer than " + std::to_string(kMaxBody) + " bytes");
  } else if (error == http::error::bad_version) {
    refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    refuse(400, "this is not an HTTP request: " + error.message());
  }
}

void HttpConnection::handle() {
  auto refusal = check_syntax(request_, target_);
  const bool for_websocket = target_.path == hub_.settings.path;
  if (!refusal) refusal = check_host(hub_.settings, hub_.listening, request_);
  // Else the page could not say what is wrong.
  if (!refusal && (for_websocket || !is_part_of_page(request_))) {
    refusal = check_origin(hub_.settings, request_, for_websocket || is_fetch(request_));
  }
  if (refusal) {
    if (refusal->notable) hub_.tell_refusal(refusal->why);
    refuse(refusal->status, std::move(refusal->why));
  } else if (beast::websocket::is_upgrade(request_)) {
    if (for_websocket) {
      upgrade();
    } else {
      refuse(404, "WebSockets are served at " + hub_.settings.path);
    }
  } else if (for_websocket) {
    refuse(426, "this address speaks WebSocket, subprotocol " + std::string(kSubprotocol),
           {{"upgrade", "websocket"}});
  } else {
    ask_host();
  }
}

void HttpConnection::upgrade() {
  const auto header = [&](http::field name) {
    const auto value = request_[name];
    return std::string_view(value.data(), value.size());
  };
  if (hub_.settings.require_origin && header(http::field::origin).empty()) {
    refuse(403, "this server only talks to pages: the Origin header is missing");
  } else if (!offers(header(http::field::sec_websocket_protocol), kSubprotocol)) {
    refuse(400, "the WebSocket must ask for the subprotocol " + std::string(kSubprotocol));
  } else if (hub_.draining) {
    refuse(503, "this server is shutting down; connect again later");
  } else if (buffer_.size() > 0) {
    refuse(400, "nothing may be sent before the WebSocket handshake is answered");
  } else {
    std::make_shared<Connection>(hub_, std::move(stream_), address_, std::move(slot_))
        ->accept(std::move(request_));
  }
}

void HttpConnection::ask_host() {
  std::vector<std::string> names;
  std::vector<sr_header> headers;
  for (const auto& field : request_) names.push_back(lower(field.name_string()));
  std::size_t i = 0;
  for (const auto& field : request_) headers.push_back({str(names[i++]), str(field.value())});
  sr_request request{};
  request.struct_size = sizeof request;
  request.method = str(request_.method_string());
  request.path = str(target_.path);
  request.query = str(target_.query);
  request.body = str(request_.body());
  request.headers = headers.data();
  request.header_count = headers.size();

  exchange_ = hub_.expect(shared_from_this());
  stream_.expires_never();
  answer_timer_.expires_after(hub_.settings.answer_timeout);
  answer_timer_.async_wait([self = weak_from_this(), exchange = exchange_](Error error) {
    const auto alive = self.lock();
    if (error || alive == nullptr || alive->hub_.take(exchange) == nullptr) return;
    alive->exchange_ = 0;
    alive->refuse(503, "the server did not answer in time; try again later");
  });
  hub_.events.request(exchange_, request);
}

void HttpConnection::answer(std::shared_ptr<HttpConnection> connection, Answer answer) {
  auto& loop = connection->hub_.loop;
  asio::dispatch(loop, [self = std::move(connection), answer = std::move(answer)]() mutable {
    if (self->hub_.stopping) return;
    self->exchange_ = 0;
    self->answer_timer_.cancel();
    self->write(std::move(answer));
  });
}

void HttpConnection::abort() {
  const auto alive = shared_from_this();  // the exchange may hold the last other reference
  if (exchange_ != 0) hub_.take(exchange_);
  answer_timer_.cancel();
  stream_.close();
}

void HttpConnection::write(Answer answer) {
  const bool keep = request_.keep_alive() && !hub_.draining;
  auto whole = message_for(std::move(answer), request_.version() == 10 ? 10 : 11,
                           request_.method() == http::verb::head, keep);
  stream_.expires_after(hub_.settings.answer_timeout);
  beast::async_write(stream_, std::move(whole),
                     [self = shared_from_this(), keep](Error error, std::size_t) {
                       if (error) return;
                       if (keep) {
                         self->read();
                       } else {
                         self->linger();
                       }
                     });
}

// A person who opened an address reads a page; a script reads JSON.
void HttpConnection::refuse(unsigned status, std::string why, Headers headers) {
  const auto accepts = request_[http::field::accept];
  const bool page = accepts.find("text/html") != accepts.npos;
  request_.keep_alive(false);
  headers.emplace_back("content-type",
                       page ? "text/html; charset=utf-8" : "application/json");
  headers.emplace_back("cache-control", "no-store");
  headers.emplace_back("x-content-type-options", "nosniff");
  write({status, std::move(headers), page ? refusal_page(status, why) : refusal_json(why)});
}

// Reads what the client still sends before the socket is closed: closing it with unread bytes
// would reset the connection, and the answer could be lost on its way.
void HttpConnection::linger() {
  Error ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  buffer_.clear();
  stream_.expires_after(hub_.settings.close_timeout);
  discard();
}

void HttpConnection::discard() {
  stream_.async_read_some(buffer_.prepare(4096),
                          [self = shared_from_this()](Error error, std::size_t n) {
                            self->discarded_ += n;
                            if (!error && self->discarded_ <= kMaxDiscarded) self->discard();
                          });
}

}  // namespace sr::websocket
