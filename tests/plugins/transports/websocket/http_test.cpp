#include "tests/plugins/transports/websocket/client.h"

namespace sr::host {
namespace {

OptionInput text(const char* name, std::string value) {
  return {name, std::move(value), {}, false};
}

// Serves one page and echoes what is posted to /echo.
void serve(Server& server) {
  server.host.on_request = [&server](std::uint64_t exchange, const HttpRequest& request) {
    HttpResponse response;
    response.headers = {{"content-type", "text/html"}, {"x-method", request.method}};
    if (request.path == "/") {
      response.body = "<p>hello</p>";
    } else if (request.path == "/echo") {
      response.body = request.body;
    } else {
      response.status = 404;
      response.body = "no such page";
    }
    EXPECT_TRUE(server.transport.respond(exchange, response).ok());
  };
}

TEST(Http, TheHostAnswersRequests) {
  Server server;
  serve(server);
  HttpClient client(server);
  const auto page = client.get("/?a=1&b=%20");
  EXPECT_EQ(page.result_int(), 200u);
  EXPECT_EQ(page.body(), "<p>hello</p>");
  EXPECT_EQ(page[http::field::content_type], "text/html");
  const auto request = server.host.request(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.path, "/");
  EXPECT_EQ(request.query, "a=1&b=%20");
  EXPECT_EQ(request.headers, (Headers{{"host", "localhost"}}));
  EXPECT_EQ(client.get("/missing").result_int(), 404u);
}

TEST(Http, ConnectionsAreKeptAliveAndPipelined) {
  Server server;
  serve(server);
  HttpClient client(server);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.get("/").body(), "<p>hello</p>");
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /missing HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.receive().result_int(), 200u);
  EXPECT_EQ(client.receive().result_int(), 404u);
}

TEST(Http, ConnectionCloseIsHonoured) {
  Server server;
  serve(server);
  HttpClient client(server);
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_FALSE(client.receive().keep_alive());
  EXPECT_TRUE(client.is_closed());
  HttpClient old(server);
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.receive().body(), "<p>hello</p>");
  EXPECT_TRUE(old.is_closed());
}

TEST(Http, HeadHasTheLengthButNoBody) {
  Server server;
  serve(server);
  HttpClient client(server);
  client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto head = client.receive(true);
  EXPECT_EQ(head.result_int(), 200u);
  EXPECT_EQ(head[http::field::content_length], "12");
  EXPECT_EQ(head["x-method"], "HEAD");
  EXPECT_EQ(client.get("/").body(), "<p>hello</p>");  // nothing was left over
}

TEST(Http, BodiesUpToTheirLimit) {
  Server server;
  serve(server);
  HttpClient client(server);
  const std::string body(64 * 1024, 'b');
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\n" + body);
  EXPECT_EQ(client.receive().body(), body);
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n" + body + "b");
  EXPECT_EQ(client.receive().result_int(), 413u);
  EXPECT_TRUE(client.is_closed());
}

TEST(Http, TooLongAHeader) {
  Server server({text("max_header", "1KiB")});
  serve(server);
  HttpClient client(server);
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(5000, 'x') + "\r\n\r\n");
  const auto response = client.receive();
  EXPECT_EQ(response.result_int(), 431u);
  EXPECT_NE(response.body().find("the request header is longer than max_header (1024 bytes)"),
            std::string::npos);
  EXPECT_TRUE(client.is_closed());
}

TEST(Http, WhatIsNoRequest) {
  Server server;
  serve(server);
  HttpClient client(server);
  client.send("\x16\x03\x01 hello\r\n\r\n");
  EXPECT_EQ(client.receive().result_int(), 400u);
}

TEST(Http, ASlowRequestIsCutOff) {
  Server server({text("handshake_timeout", "50ms")});
  serve(server);
  HttpClient silent(server), slow(server), second(server);
  slow.send("GET / HTTP/1.1\r\nHost");
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(slow.is_closed());
  EXPECT_EQ(second.is_closed(), true);
  EXPECT_EQ(HttpClient(server).get("/").result_int(), 200u);
}

TEST(Http, AnAnswerMayComeLaterFromAnotherThread) {
  Server server;
  std::uint64_t exchange = 0;
  server.host.on_request = [&](std::uint64_t id, const HttpRequest&) { exchange = id; };
  HttpClient client(server);
  client.send("GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
  server.host.request(0);
  const HttpResponse response{201, {}, "late"};
  EXPECT_TRUE(server.transport.respond(exchange, response).ok());
  EXPECT_EQ(client.receive().body(), "late");
  EXPECT_EQ(server.transport.respond(exchange, response).error().code, SR_NOT_FOUND);
}

TEST(Http, AHostThatDoesNotAnswer) {
  Server server({text("answer_timeout", "20ms")});
  std::uint64_t exchange = 0;
  server.host.on_request = [&](std::uint64_t id, const HttpRequest&) { exchange = id; };
  HttpClient client(server);
  EXPECT_EQ(client.get("/").result_int(), 503u);
  server.host.request(0);
  EXPECT_EQ(server.transport.respond(exchange, {}).error().code, SR_NOT_FOUND);
}

TEST(Http, AStatusWithoutABody) {
  Server server;
  server.host.on_request = [&](std::uint64_t id, const HttpRequest&) {
    EXPECT_TRUE(server.transport.respond(id, {304, {{"etag", "\"1\""}}, ""}).ok());
  };
  HttpClient client(server);
  EXPECT_EQ(client.get("/").result_int(), 304u);
  EXPECT_EQ(client.get("/").result_int(), 304u);
}

}  // namespace
}  // namespace sr::host
