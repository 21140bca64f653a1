#include "connection.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace sr::websocket {
namespace {

using beast::websocket::close_code;

constexpr std::size_t kReadChunk = 16 * 1024;
constexpr std::size_t kKeepBuffer = 4 * 1024;  // an idle connection holds no more than this

// While it is set the kernel sends full segments only: several messages leave as one.
void set_cork(Stream& stream, bool on) {
  const int value = on ? 1 : 0;
  ::setsockopt(stream.socket().native_handle(), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

// A close frame has room for 123 bytes; a character is never cut in two.
std::string_view fitting(std::string_view reason) {
  constexpr std::size_t kRoom = 123;
  if (reason.size() <= kRoom) return reason;
  auto n = kRoom;
  while (n > 0 && (static_cast<unsigned char>(reason[n]) & 0xC0) == 0x80) --n;
  return reason.substr(0, n);
}

}  // namespace

Connection::Connection(Hub& hub, Stream&& stream, std::string address, Slot slot)
    : hub_(hub),
      slot_(std::move(slot)),
      address_(std::move(address)),
      stream_(std::move(stream)),
      deadline_(hub.loop.get_executor()) {}

void Connection::accept(Request request) {
  const auto& settings = hub_.settings;
  beast::get_lowest_layer(stream_).expires_never();  // the WebSocket has timers of its own
  beast::websocket::stream_base::timeout timeouts;
  timeouts.handshake_timeout = settings.close_timeout;  // by now only the closing one
  timeouts.idle_timeout = 2 * settings.ping_interval;   // a ping goes out at half of it
  timeouts.keep_alive_pings = true;
  stream_.set_option(timeouts);
  stream_.set_option(
      beast::websocket::stream_base::decorator([](beast::websocket::response_type& response) {
        response.set(beast::http::field::sec_websocket_protocol, kSubprotocol);
      }));
  stream_.read_message_max(0);  // counted here, so that the client is told its limit
  stream_.auto_fragment(false);
  stream_.text(true);
  stream_.control_callback([this](beast::websocket::frame_type kind, beast::string_view) {
    constexpr unsigned kLastCode = 4999;
    if (kind == beast::websocket::frame_type::close && stream_.reason().code > kLastCode) {
      answer_bad_close(stream_.reason().code);
    }
  });
  auto kept = std::make_shared<const Request>(std::move(request));
  stream_.async_accept(*kept, [self = shared_from_this(), kept](Error error) {
    if (error) return;  // the client has been answered, or is gone; the host never saw it
    self->opened(*kept);
  });
}

void Connection::opened(const Request& request) {
  std::vector<std::string> names;
  std::vector<sr_header> headers;
  for (const auto& field : request) names.push_back(lower(field.name_string()));
  std::size_t i = 0;
  for (const auto& field : request) headers.push_back({str(names[i++]), str(field.value())});
  sr_peer peer{};
  peer.struct_size = sizeof peer;
  peer.address = str(address_);
  peer.headers = headers.data();
  peer.header_count = headers.size();
  id_ = hub_.add(shared_from_this());
  hub_.events.opened(id_, peer);
  if (hub_.stopping) close(close_code::going_away, "the server is shutting down");
  read();
}

void Connection::read() {
  reading_ = true;
  // One byte over the limit is enough to know that a message is too long.
  const auto room = hub_.settings.max_message + 1 - buffer_.size();
  auto done = [self = shared_from_this()](Error error, std::size_t) {
    self->reading_ = false;
    self->on_read(error);
  };
  stream_.async_read_some(buffer_, std::min(room, kReadChunk),
                          asio::bind_cancellation_slot(end_reading_.slot(), std::move(done)));
}

void Connection::on_read(Error error) {
  if (error) {
    finish(reason_for(error));
    return;
  }
  if (!stream_.got_text()) {
    refuse(close_code::unknown_data, "only text messages are understood here");
    return;
  }
  if (buffer_.size() > hub_.settings.max_message) {
    refuse(close_code::too_big, "the message is longer than max_message (" +
                                    std::to_string(hub_.settings.max_message) + " bytes)");
    return;
  }
  if (stream_.is_message_done()) deliver();
  read();
}

void Connection::deliver() {
  bool closing;
  {
    const std::lock_guard lock(mutex_);
    closing = closing_;
  }
  const auto data = buffer_.cdata();
  if (!closing) {
    hub_.events.message(id_, {static_cast<const char*>(data.data()), data.size()});
  }
  buffer_.consume(buffer_.size());
  if (buffer_.capacity() > kKeepBuffer) buffer_.shrink_to_fit();
}

void Connection::refuse(close_code code, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    queue_.clear();  // what the host still has to say does not matter to this client
  }
  close(code, why);
}

std::size_t Connection::largest() const {
  std::size_t bytes = 0;
  for (auto i = next_; i < writing_.size(); ++i) bytes = std::max(bytes, writing_[i].size());
  for (const auto& message : queue_) bytes = std::max(bytes, message.size());
  return bytes;
}

bool Connection::send(std::string_view text) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || failed_) throw Failure(SR_NOT_FOUND, "the connection is closed");
    const auto most = hub_.settings.send_high_water;
    if (queued_ >= most && queued_ - largest() >= most) {
      starved_ = true;
      return false;
    }
    queue_.emplace_back(text);
    queued_ += text.size();
    if (busy_) return true;
    busy_ = true;
  }
  asio::dispatch(hub_.loop, [self = shared_from_this()] { self->flush(); });
  return true;
}

void Connection::close(close_code code, std::string reason) {
  bool wake;
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || failed_) return;
    closing_ = true;
    close_ = {code, fitting(reason)};
    wake = !busy_;
    busy_ = true;
  }
  asio::dispatch(hub_.loop, [self = shared_from_this(), wake] {
    if (self->finished_) return;
    self->deadline_.expires_after(self->hub_.settings.close_timeout);
    self->deadline_.async_wait([self](Error error) {
      if (!error) self->hang_up();
    });
    if (wake) self->flush();
  });
}

// Writes what has gathered, until nothing is left; then closes if that was asked for.
void Connection::flush() {
  bool closing = false;
  {
    const std::lock_guard lock(mutex_);
    writing_.clear();
    next_ = 0;
    if (failed_) return;
    writing_.swap(queue_);
    if (writing_.empty()) {
      closing = closing_;
      busy_ = closing;
    }
  }
  if (closing) start_close();
  if (writing_.empty()) return;
  if (writing_.size() > 1) set_cork(stream_.next_layer(), true);
  write();
}

void Connection::write() {
  stream_.async_write(
      asio::buffer(writing_[next_]),
      [self = shared_from_this()](Error error, std::size_t) { self->on_written(error); });
}

void Connection::on_written(Error error) {
  if (error) {
    {
      const std::lock_guard lock(mutex_);
      failed_ = true;
    }
    hang_up();  // reading ends with it, and reports closed()
    return;
  }
  bool relieved = false;
  {
    const std::lock_guard lock(mutex_);
    queued_ -= writing_[next_++].size();
    if (starved_ && queued_ <= hub_.settings.send_low_water) {
      starved_ = false;
      relieved = !closing_;
    }
  }
  if (relieved) hub_.events.writable(id_);
  if (next_ < writing_.size()) {
    write();
    return;
  }
  if (writing_.size() > 1) set_cork(stream_.next_layer(), false);
  flush();
}

void Connection::start_close() {
  auto done = [self = shared_from_this()](Error) { self->hang_up(); };
  stream_.async_close(close_, asio::bind_cancellation_slot(end_closing_.slot(), std::move(done)));
}

// The library knows the codes below 5000 that RFC 6455 forbids and would echo those above. Instead
// a protocol error is said, where that does not fall into the middle of a frame, and nothing more.
void Connection::answer_bad_close(unsigned code) {
  bad_close_ = code;
  bool midst;
  {
    const std::lock_guard lock(mutex_);
    midst = busy_;
    failed_ = true;
  }
  auto& socket = stream_.next_layer().socket();
  constexpr unsigned char kProtocolError[] = {0x88, 2, 1002 >> 8, 1002 & 0xFF};
  if (!midst) {
    [[maybe_unused]] const auto sent = ::send(socket.native_handle(), kProtocolError,
                                              sizeof kProtocolError, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  Error ignored;
  socket.shutdown(Socket::shutdown_send, ignored);
}

// Ends the socket now. A read that waits fails and reports closed(); without one, this does. The
// library's reading and closing may wait for each other, each holding what the other needs (a
// message that is no UTF-8 behind a close frame that has been sent): no socket's end wakes them.
void Connection::hang_up() {
  beast::get_lowest_layer(stream_).close();
  end_closing_.emit(asio::cancellation_type::terminal);
  end_reading_.emit(asio::cancellation_type::terminal);
  if (!reading_) finish(reason_for(asio::error::operation_aborted));
}

void Connection::finish(const std::string& reason) {
  if (finished_) return;
  finished_ = true;
  deadline_.cancel();
  {
    const std::lock_guard lock(mutex_);
    failed_ = true;
  }
  hub_.remove(id_);
  hub_.events.closed(id_, reason);
}

std::string Connection::reason_for(Error error) {
  using WebsocketError = beast::websocket::error;
  if (bad_close_ != 0) {
    return "the client broke the WebSocket protocol: close code " + std::to_string(bad_close_);
  }
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      return close_.reason.empty() ? "closed by the host"
                                   : std::string(close_.reason.data(), close_.reason.size());
    }
  }
  if (error == WebsocketError::closed) {
    const auto& theirs = stream_.reason();
    std::string text = "closed by the client";
    if (theirs.code != close_code::none) text += " (" + std::to_string(theirs.code) + ")";
    if (!theirs.reason.empty()) text += ": " + std::string(theirs.reason.c_str());
    return text;
  }
  if (error == beast::error::timeout) return "the client did not answer a ping";
  if (error.category() == Error(WebsocketError::closed).category()) {
    return "the client broke the WebSocket protocol: " + error.message();
  }
  return "the connection was lost: " + error.message();
}

}  // namespace sr::websocket
