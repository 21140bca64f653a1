// tests/end_to_end/cutter.h - a TCP proxy that cuts connections at chosen bytes.
//
// It has a thread of its own. One client at a time says what happens to its next connection.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <limits>
#include <mutex>
#include <thread>

namespace sr::test {

// Bytes that get through before both ends are cut, from the client and to it.
struct Cut {
  static constexpr auto kNever = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t up = kNever, down = kNever;
  bool reset = false;  // with a TCP reset: what the ends have not read yet is lost as well
};

class Cutter {
 public:
  explicit Cutter(unsigned short to);  // on 127.0.0.1
  ~Cutter();
  unsigned short port() const { return listener_.local_endpoint().port(); }
  void next(Cut cut);  // what the connections that come from now on get

 private:
  class Line;
  void accept();

  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor listener_;
  const boost::asio::ip::tcp::endpoint to_;
  std::mutex mutex_;
  Cut next_;
  std::jthread thread_;
};

}  // namespace sr::test
