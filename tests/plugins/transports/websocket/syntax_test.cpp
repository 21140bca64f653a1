// What RFC 9112 and RFC 6455 want refused, on real sockets.
#include <boost/asio/write.hpp>

#include "tests/plugins/transports/websocket/client.h"

namespace sr::host {
namespace {

class Syntax : public ::testing::Test {
 protected:
  Syntax() {
    server_.host.on_request = [this](std::uint64_t exchange, const HttpRequest& request) {
      EXPECT_TRUE(server_.transport.respond(exchange, {200, {}, request.path + "|" + request.query +
                                                                    "|" + request.body}).ok());
    };
  }
  // The status of the answer to a request; the server must be the one that ends the connection when
  // it is a refusal, so that nothing that follows is read as another request.
  unsigned status(const std::string& raw) {
    HttpClient client(server_);
    client.send(raw);
    const auto response = client.receive();
    if (response.result_int() >= 400) {
      EXPECT_TRUE(client.is_closed()) << raw;
    }
    body_ = response.body();
    return response.result_int();
  }
  unsigned get(const std::string& target, const std::string& headers = "Host: localhost\r\n") {
    return status("GET " + target + " HTTP/1.1\r\n" + headers + "\r\n");
  }

  Server server_;
  std::string body_;
};

TEST_F(Syntax, ARequestNamesOneHost) {
  EXPECT_EQ(get("/", ""), 400u);
  EXPECT_EQ(get("/", "Host: localhost\r\nHost: localhost\r\n"), 400u);
  EXPECT_EQ(get("/", "Host: localhost\r\nX: 1\r\nhOST: 127.0.0.1\r\n"), 400u);
  for (const char* host : {"", "a b", "localhost:x", "localhost:99999", "a@localhost", "localhost/x",
                           "localhost, localhost"}) {
    EXPECT_EQ(get("/", std::string("Host: ") + host + "\r\n"), 400u) << host;
  }
  EXPECT_EQ(status("GET / HTTP/1.0\r\n\r\n"), 200u);
}

TEST_F(Syntax, TheVersionIsOneThatIsSpoken) {
  EXPECT_EQ(status("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n"), 505u);
  EXPECT_EQ(status("GET / HTTP/1.2\r\nHost: localhost\r\n\r\n"), 505u);
}

TEST_F(Syntax, TheLengthOfABodyIsSaidOnce) {
  const auto post = [&](const std::string& headers, const std::string& body) {
    return status("POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body);
  };
  const std::string chunk = "1\r\nb\r\n0\r\n\r\n";
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\n", chunk), 200u);
  EXPECT_EQ(body_, "/||b");
  EXPECT_EQ(post("Transfer-Encoding: Chunked \r\n", chunk), 200u);
  EXPECT_EQ(post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", chunk + smuggled), 400u);
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", chunk + smuggled), 400u);
  EXPECT_EQ(post("Transfer-Encoding: xchunked\r\nContent-Length: 1\r\n", "b" + smuggled), 400u);
  EXPECT_EQ(post("Transfer-Encoding: gzip\r\n", smuggled), 501u);
  EXPECT_EQ(post("Transfer-Encoding: xchunked\r\n", smuggled), 501u);
  EXPECT_EQ(post("Transfer-Encoding: gzip, chunked\r\n", chunk + smuggled), 501u);
  EXPECT_EQ(post("Transfer-Encoding: chunked, gzip\r\n", smuggled), 501u);
  EXPECT_GE(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunk + smuggled), 400u);
  EXPECT_EQ(post("Content-Length: 1\r\nContent-Length: 2\r\n", "b" + smuggled), 400u);
  EXPECT_EQ(post("Content-Length: 1\r\nContent-Length: 1\r\n", "b" + smuggled), 400u);
  EXPECT_EQ(post("Content-Length: 1, 1\r\n", "b" + smuggled), 400u);
  EXPECT_EQ(post("Content-Length: +1\r\n", "b" + smuggled), 400u);
  EXPECT_EQ(status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk), 400u);
}

TEST_F(Syntax, TheTargetIsAPathOrNamesThisServer) {
  EXPECT_EQ(get("/a?b#c"), 200u);
  EXPECT_EQ(body_, "/a|b|");
  EXPECT_EQ(get("http://localhost/a?b"), 200u);  // RFC 9112 3.2.2: must be accepted
  EXPECT_EQ(body_, "/a|b|");
  EXPECT_EQ(get("http://localhost?b"), 200u);
  EXPECT_EQ(body_, "/|b|");
  EXPECT_EQ(get("http://localhost:80/a"), 200u);
  EXPECT_EQ(get("http://evil.example/a"), 400u);
  EXPECT_EQ(get("http://evil.example/a", "Host: evil.example\r\n"), 403u);
  EXPECT_EQ(status("GET http://evil.example/a HTTP/1.0\r\n\r\n"), 403u);
  EXPECT_EQ(get("ftp://localhost/a"), 400u);
  EXPECT_EQ(get("http://user@localhost/a"), 400u);
  EXPECT_EQ(get("http:///a"), 400u);
  EXPECT_EQ(get("localhost:80"), 400u);
  EXPECT_EQ(get("a"), 400u);
  EXPECT_EQ(get("*"), 400u);
  EXPECT_EQ(status("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400u);
}

// A close frame of the client with this code in it, written by hand.
std::string closing(unsigned code) {
  return {'\x88', '\x82', 0, 0, 0, 0, static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
}

TEST(CloseCode, ThatNobodyMaySendIsAProtocolError) {
  Server server;
  std::size_t n = 0;
  for (const unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1014u, 1015u, 1016u, 2999u, 5000u, 65535u}) {
    Client client(server);
    client.upgrade();
    const auto id = server.host.connection(n++);
    asio::write(client.stream.next_layer(), asio::buffer(closing(code)));
    EXPECT_EQ(client.close_code(), 1002) << code;
    EXPECT_TRUE(server.host.reason(id).starts_with("the client broke the WebSocket protocol")) << code;
    EXPECT_FALSE(server.transport.send(id, "x").ok());
  }
  for (const unsigned code : {1000u, 1001u, 1011u, 3000u, 4999u}) {
    Client client(server);
    client.upgrade();
    const auto id = server.host.connection(n++);
    asio::write(client.stream.next_layer(), asio::buffer(closing(code)));
    EXPECT_EQ(client.close_code(), static_cast<int>(code));
    EXPECT_EQ(server.host.reason(id), "closed by the client (" + std::to_string(code) + ")");
  }
}

}  // namespace
}  // namespace sr::host
