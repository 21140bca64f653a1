// tests/end_to_end/crowd.h - many WebSockets to one host, on one thread: the caller's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sr::test {

class Crowd {
 public:
  // A message has come for this client; the text is gone afterwards.
  using Hear = std::function<void(std::size_t client, std::string_view text)>;
  // This client's connection has ended, and not because of leave().
  using Lost = std::function<void(std::size_t client, const std::string& why)>;

  Crowd(unsigned short port, Hear hear, Lost lost);
  ~Crowd();

  // Connects, in place of an earlier connection of this client; what is said waits for it.
  void join(std::size_t client);
  void leave(std::size_t client);  // without a goodbye
  void say(std::size_t client, std::string text);

  boost::asio::io_context& io() { return io_; }
  // Runs until `done` says so; false when it has not within kPatience since something happened.
  bool run_until(const std::function<bool()>& done);

 private:
  class Member;
  friend class Member;

  boost::asio::io_context io_{1};
  const unsigned short port_;
  const Hear hear_;
  const Lost lost_;
  std::vector<std::shared_ptr<Member>> members_;
};

}  // namespace sr::test
