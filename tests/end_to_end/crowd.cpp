#include "tests/end_to_end/crowd.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

#include "tests/end_to_end/child.h"

namespace sr::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Failed = boost::system::error_code;

class Crowd::Member : public std::enable_shared_from_this<Member> {
 public:
  Member(Crowd& crowd, std::size_t number)
      : crowd_(crowd), number_(number), stream_(crowd.io_) {}

  void start() {
    const asio::ip::tcp::endpoint there(asio::ip::address_v4::loopback(), crowd_.port_);
    stream_.next_layer().async_connect(there, [self = shared_from_this()](Failed failed) {
      if (failed) return self->end(failed);
      self->shake_hands();
    });
  }
  void leave() {
    left_ = true;
    Failed ignored;
    stream_.next_layer().close(ignored);
  }
  void say(std::string text) {
    to_say_.push_back(std::move(text));
    if (ready_ && to_say_.size() == 1) write();
  }

 private:
  void shake_hands() {
    stream_.next_layer().set_option(asio::ip::tcp::no_delay(true));
    stream_.set_option(beast::websocket::stream_base::decorator([](auto& request) {
      request.set(beast::http::field::sec_websocket_protocol, "sr.v1");
    }));
    const auto name = "127.0.0.1:" + std::to_string(crowd_.port_);
    stream_.async_handshake(name, "/ws", [self = shared_from_this()](Failed failed) {
      if (failed) return self->end(failed);
      self->stream_.text(true);
      self->ready_ = true;
      self->read();
      if (!self->to_say_.empty()) self->write();
    });
  }
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](Failed failed, std::size_t) {
      if (failed) return self->end(failed);
      const auto data = self->buffer_.cdata();
      if (!self->left_) {
        self->crowd_.hear_(self->number_, {static_cast<const char*>(data.data()), data.size()});
      }
      self->buffer_.consume(self->buffer_.size());
      self->read();
    });
  }
  void write() {
    stream_.async_write(asio::buffer(to_say_.front()),
                        [self = shared_from_this()](Failed failed, std::size_t) {
                          if (failed) return;  // reading fails as well, and tells
                          self->to_say_.pop_front();
                          if (!self->to_say_.empty()) self->write();
                        });
  }
  void end(Failed failed) {
    if (std::exchange(left_, true)) return;
    const auto why = stream_.reason().reason;
    crowd_.lost_(number_, why.empty() ? failed.message() : std::string(why.data(), why.size()));
  }

  Crowd& crowd_;
  const std::size_t number_;
  beast::websocket::stream<asio::ip::tcp::socket> stream_;
  beast::flat_buffer buffer_;
  std::deque<std::string> to_say_;
  bool ready_ = false, left_ = false;
};

Crowd::Crowd(unsigned short port, Hear hear, Lost lost)
    : port_(port), hear_(std::move(hear)), lost_(std::move(lost)) {}

Crowd::~Crowd() {
  for (auto& member : members_) {
    if (member) member->leave();
  }
  io_.restart();
  io_.poll();  // what was under way lets go
}

void Crowd::join(std::size_t client) {
  if (members_.size() <= client) members_.resize(client + 1);
  leave(client);
  members_[client] = std::make_shared<Member>(*this, client);
  members_[client]->start();
}

void Crowd::leave(std::size_t client) {
  if (members_[client]) members_[client]->leave();
}

void Crowd::say(std::size_t client, std::string text) { members_[client]->say(std::move(text)); }

bool Crowd::run_until(const std::function<bool()>& done) {
  io_.restart();
  while (!done()) {
    if (io_.run_one_for(kPatience) == 0) return false;
  }
  return true;
}

}  // namespace sr::test
