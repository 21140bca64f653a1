#include "tests/end_to_end/cutter.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <memory>

namespace sr::test {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Failed = boost::system::error_code;

// One connection: two sockets and what may still pass.
class Cutter::Line : public std::enable_shared_from_this<Line> {
 public:
  Line(tcp::socket client, Cut cut)
      : client_(std::move(client)), host_(client_.get_executor()), cut_(cut) {}

  void start(const tcp::endpoint& to) {
    host_.async_connect(to, [self = shared_from_this()](Failed failed) {
      if (failed) return self->end();
      Failed ignored;
      self->host_.set_option(tcp::no_delay(true), ignored);
      self->client_.set_option(tcp::no_delay(true), ignored);
      self->pass(self->client_, self->host_, self->cut_.up, self->up_);
      self->pass(self->host_, self->client_, self->cut_.down, self->down_);
    });
  }

 private:
  using Buffer = std::array<char, 4096>;

  void pass(tcp::socket& from, tcp::socket& to, std::uint64_t& left, Buffer& buffer) {
    if (left == 0) return end();
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    from.async_read_some(
        asio::buffer(buffer.data(), most),
        [self = shared_from_this(), &from, &to, &left, &buffer](Failed failed, std::size_t n) {
          if (failed) return self->end();
          left -= n;
          asio::async_write(to, asio::buffer(buffer.data(), n),
                            [self, &from, &to, &left, &buffer](Failed broken, std::size_t) {
                              if (broken) return self->end();
                              self->pass(from, to, left, buffer);
                            });
        });
  }

  void end() {
    Failed ignored;
    for (auto* socket : {&client_, &host_}) {
      if (cut_.reset) socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
    }
  }

  tcp::socket client_, host_;
  Cut cut_;
  Buffer up_, down_;
};

Cutter::Cutter(unsigned short to)
    : listener_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      to_(asio::ip::address_v4::loopback(), to) {
  accept();
  thread_ = std::jthread([this] { io_.run(); });
}

Cutter::~Cutter() { io_.stop(); }

void Cutter::next(Cut cut) {
  const std::lock_guard lock(mutex_);
  next_ = cut;
}

void Cutter::accept() {
  listener_.async_accept([this](Failed failed, tcp::socket client) {
    if (failed) return;
    Cut cut;
    {
      const std::lock_guard lock(mutex_);
      cut = next_;
    }
    std::make_shared<Line>(std::move(client), cut)->start(to_);
    accept();
  });
}

}  // namespace sr::test
