// GET /metrics of a running host, asked for as a monitoring system does.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "host/cli/scratch_folder.h"
#include "tests/end_to_end/place.h"
#include "tests/end_to_end/web_client.h"

namespace sr::test {
namespace {

// The whole answer, head and body.
std::string get(unsigned short port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(port);
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&there), sizeof there), 0);
  const auto request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  char part[4096];
  for (ssize_t n; (n = ::recv(socket, part, sizeof part, 0)) > 0;) {
    answer.append(part, static_cast<std::size_t>(n));
  }
  ::close(socket);
  return answer;
}

class MetricsTest : public ::testing::Test {
 protected:
  MetricsTest() { make_deployment(file_, {kCounter, sqlite_place(folder_.path())}); }

  host::ScratchFolder folder_;
  const std::string file_ = (folder_.path() / "deployment.yaml").string();
};

TEST_F(MetricsTest, AnswersWithWhatTheHostHasDone) {
  WebHost host({file_, "--set", "metrics=true"});
  WebClient client(host.port());
  client.say({{"type", "hello"}});
  client.say(mark_click(1));
  for (bool taken = false; !taken;) {
    const auto message = client.hear();
    ASSERT_TRUE(message.has_value());
    taken = message->value("type", "") == "ack" && message->value("id", "") == mark_id(1);
  }
  // A turn counts when its last step, which follows the answer, is done.
  const std::string two = "\nstate_runtime_turns_total{ending=\"painted\"} 2\n";
  std::string answer;
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  do {
    answer = get(host.port(), "/metrics");
  } while (!has(answer, two) && std::chrono::steady_clock::now() < give_up);
  EXPECT_TRUE(has(answer, two)) << answer;
  EXPECT_TRUE(has(answer, "HTTP/1.1 200")) << answer;
  EXPECT_TRUE(has(answer, "text/plain; version=0.0.4; charset=utf-8")) << answer;
  EXPECT_TRUE(has(answer, "\nstate_runtime_sessions 1\n")) << answer;
  EXPECT_TRUE(has(answer, "\nstate_runtime_connections 1\n")) << answer;
  EXPECT_TRUE(has(answer, "\nstate_runtime_step_seconds_count{step=\"commit\"} 2\n")) << answer;
  client.cut();
  host.end();
}

TEST_F(MetricsTest, IsNotThereUnlessTheDeploymentSaysSo) {
  WebHost host({file_});
  EXPECT_TRUE(has(get(host.port(), "/metrics"), "HTTP/1.1 404"));
  EXPECT_TRUE(has(get(host.port(), "/healthz"), "HTTP/1.1 200"));
  host.end();
}

}  // namespace
}  // namespace sr::test
