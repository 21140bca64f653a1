// Sockets are open files, of which a process may have only so many.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "tests/plugins/transports/websocket/client.h"

namespace sr::host {
namespace {

// The limit of open files, until this goes.
class FileLimit {
 public:
  FileLimit(rlim_t soft, rlim_t hard) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit now{soft, hard};
    set_ = ::setrlimit(RLIMIT_NOFILE, &now) == 0;
  }
  ~FileLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  bool set() const { return set_; }
  static rlim_t soft() {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  }
  static rlim_t hard() {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_max;
  }

 private:
  rlimit before_{};
  bool set_ = false;
};

TEST(Files, TheLimitIsRaisedAsFarAsMaxConnectionsNeeds) {
  const FileLimit few(400, FileLimit::hard());
  ASSERT_TRUE(few.set());
  Server server({{"max_connections", "500", {}, false}});
  EXPECT_EQ(FileLimit::soft(), 500u + 256 + 128);
}

TEST(Files, FewerThanMaxConnectionsAreToldAtTheStart) {
  const auto hard = FileLimit::hard();
  rlimit lower{500, 500};
  // Only root may raise the hard limit again; a child keeps this process as it is.
  const auto child = ::fork();
  if (child == 0) {
    if (::setrlimit(RLIMIT_NOFILE, &lower) != 0) ::_exit(2);
    Server server;
    const bool told = Services::logged("max_connections is 10000, but this process may open 500 "
                                       "files: no more than 116 connections are taken") == 1;
    ::_exit(told ? 0 : 1);
  }
  int state = 0;
  ASSERT_EQ(::waitpid(child, &state, 0), child);
  EXPECT_TRUE(WIFEXITED(state) && WEXITSTATUS(state) == 0) << state;
  EXPECT_EQ(FileLimit::hard(), hard);
}

TEST(Files, WithoutAnyLeftTheServerGoesOnOnceThereAreSome) {
  Server server;
  server.host.on_request = [&server](std::uint64_t exchange, const HttpRequest&) {
    EXPECT_TRUE(server.transport.respond(exchange, {200, {}, "served"}).ok());
  };
  const auto before = Services::logged("cannot accept connections");
  HttpClient waiting(server), first(server);
  EXPECT_EQ(first.get("/").result_int(), 200u);
  // A connection that the kernel has taken and the server cannot: it waits in the listen queue.
  asio::io_context io;
  asio::ip::tcp::socket late(io);
  late.open(asio::ip::tcp::v4());
  std::vector<int> taken;
  for (int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC); fd >= 0;
       fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) {
    taken.push_back(fd);
    if (taken.size() > 200'000) break;
  }
  late.connect({asio::ip::make_address("127.0.0.1"), server.port()});
  while (Services::logged("cannot accept connections") == before) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (int i = 0; i < 10; ++i) EXPECT_EQ(first.get("/").result_int(), 200u);  // those that are in go on
  for (const int fd : taken) ::close(fd);
  const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  asio::write(late, asio::buffer(request));
  char byte = 0;
  asio::read(late, asio::buffer(&byte, 1));
  EXPECT_EQ(byte, 'H');
  EXPECT_EQ(Services::logged("cannot accept connections") - before, 1u);
}

}  // namespace
}  // namespace sr::host
