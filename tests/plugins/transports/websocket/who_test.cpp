// Who may speak to the server: the names it answers to and the pages that may connect.
#include "tests/plugins/transports/websocket/client.h"

namespace sr::host {
namespace {

OptionInput text(const char* name, std::string value) {
  return {name, std::move(value), {}, false};
}
OptionInput list(const char* name, std::vector<std::string> items) {
  return {name, {}, std::move(items), true};
}

void serve(Server& server) {
  server.host.on_request = [&server](std::uint64_t exchange, const HttpRequest&) {
    EXPECT_TRUE(server.transport.respond(exchange, {200, {}, "served"}).ok());
  };
}

Response get(Server& server, const std::string& headers, const std::string& target = "/healthz") {
  HttpClient client(server);
  client.send("GET " + target + " HTTP/1.1\r\n" + headers + "\r\n");
  return client.receive();
}

// What a page sends that opens a WebSocket.
Response upgrade(Server& server, const std::string& host, const std::string& origin) {
  return get(server,
             "Host: " + host + "\r\nOrigin: " + origin +
                 "\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sr.v1\r\n",
             "/ws");
}

std::string port_of(const Server& server) { return ":" + std::to_string(server.port()); }

TEST(Who, ANameOfSomebodyElseIsNotAnsweredWhateverIsAskedFor) {
  Server server;
  serve(server);
  for (const std::string host : {"evil.example", "evil.example:80", "10.0.0.1", "[fe80::1]",
                                 "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0"}) {
    EXPECT_EQ(get(server, "Host: " + host + "\r\n").result_int(), 403u) << host;
    EXPECT_EQ(get(server, "Host: " + host + "\r\n", "/").result_int(), 403u) << host;
    EXPECT_EQ(upgrade(server, host, "http://" + host).result_int(), 403u) << host;
  }
  EXPECT_EQ(server.host.opened_count(), 0u);
}

TEST(Who, TheNamesOfTheListeningAddressAre) {
  Server server;
  serve(server);
  for (const std::string host : {"localhost", "LocalHost", "localhost.", "127.0.0.1", "127.1.2.3", "[::1]"}) {
    for (const auto& port : {std::string(), std::string(":9000"), port_of(server)}) {
      EXPECT_EQ(get(server, "Host: " + host + port + "\r\n").result_int(), 200u) << host + port;
    }
    EXPECT_EQ(upgrade(server, host + ":9000", "http://" + host + ":9000").result_int(), 101u) << host;
  }
}

TEST(Who, AServerOnAllAddressesAnswersToThoseOfItsInterfaces) {
  Server server({text("listen", "0.0.0.0:0")});
  serve(server);
  EXPECT_EQ(get(server, "Host: 127.0.0.1\r\n").result_int(), 200u);
  EXPECT_EQ(get(server, "Host: localhost\r\n").result_int(), 200u);
  EXPECT_EQ(get(server, "Host: 203.0.113.9\r\n").result_int(), 403u);
  EXPECT_EQ(get(server, "Host: evil.example\r\n").result_int(), 403u);
}

TEST(Who, ListedHostsWidenIt) {
  Server server({list("hosts", {"Ops.Example.org", "*.apps.example.org:8443"})});
  serve(server);
  const auto status = [&](const std::string& host) {
    return get(server, "Host: " + host + "\r\n").result_int();
  };
  EXPECT_EQ(status("ops.example.org"), 200u);
  EXPECT_EQ(status("ops.example.org:444"), 200u);
  EXPECT_EQ(status("a.apps.example.org:8443"), 200u);
  EXPECT_EQ(status("a.b.apps.example.org:8443"), 200u);
  EXPECT_EQ(status("a.apps.example.org"), 403u);
  EXPECT_EQ(status("apps.example.org:8443"), 403u);
  EXPECT_EQ(status("xapps.example.org:8443"), 403u);
  EXPECT_EQ(status("127.0.0.1"), 200u);  // still
  EXPECT_EQ(upgrade(server, "ops.example.org", "https://ops.example.org").result_int(), 101u);
  Server any({list("hosts", {"*"})});
  serve(any);
  EXPECT_EQ(get(any, "Host: whatever.example\r\n").result_int(), 200u);
  EXPECT_EQ(upgrade(any, "whatever.example", "http://other.example").result_int(), 403u);
}

TEST(Who, TheHostsOfListedOriginsNeedNotBeListedTwice) {
  Server server({list("origins", {"https://ops.example.org", "https://*.apps.example.org"})});
  EXPECT_EQ(upgrade(server, "ops.example.org", "https://ops.example.org").result_int(), 101u);
  EXPECT_EQ(upgrade(server, "ops.example.org", "https://ops.example.org:443").result_int(), 101u);
  EXPECT_EQ(upgrade(server, "127.0.0.1", "https://a.apps.example.org").result_int(), 101u);
  EXPECT_EQ(upgrade(server, "127.0.0.1", "http://a.apps.example.org").result_int(), 403u);
  EXPECT_EQ(upgrade(server, "127.0.0.1", "https://apps.example.org").result_int(), 403u);
  EXPECT_EQ(upgrade(server, "evil.example", "https://ops.example.org").result_int(), 403u);
  Server all({list("origins", {"*"})});
  EXPECT_EQ(upgrade(all, "localhost", "https://anybody.example").result_int(), 101u);
  EXPECT_EQ(upgrade(all, "localhost", "null").result_int(), 101u);
  EXPECT_EQ(upgrade(all, "evil.example", "http://evil.example").result_int(), 403u);
}

TEST(Who, ARefusalIsAPageForPeopleAndJsonForScripts) {
  Server server;
  const auto json = get(server, "Host: evil.example\r\nAccept: */*\r\n");
  EXPECT_EQ(json[http::field::content_type], "application/json");
  EXPECT_TRUE(json.body().starts_with(R"({"status":"refused","message":"this server does not )"
                                      R"(answer to the name evil.example; )")) << json.body();
  EXPECT_NE(json.body().find("`hosts`"), std::string::npos);
  const auto page = get(server, "Host: evil.example\r\nAccept: text/html,*/*;q=0.8\r\n", "/");
  EXPECT_EQ(page.result_int(), 403u);
  EXPECT_EQ(page[http::field::content_type], "text/html; charset=utf-8");
  EXPECT_NE(page.body().find("<p>this server does not answer to the name evil.example"),
            std::string::npos);
}

TEST(Who, NothingOfARequestIsMarkupOfTheRefusal) {
  Server server;
  const auto origin = "Host: localhost\r\nOrigin: http://<b>\"x\\\xFF</b>\r\n";
  const auto page = get(server, std::string(origin) + "Accept: text/html\r\n");
  EXPECT_EQ(page.result_int(), 403u);
  EXPECT_EQ(page.body().find("<b>"), std::string::npos);
  EXPECT_NE(page.body().find("&lt;b&gt;"), std::string::npos);
  const auto json = get(server, origin);
  EXPECT_NE(json.body().find(R"(<b>\"x\\\u00ff)"), std::string::npos) << json.body();
}

// Browsers leave Origin out of what a page fetches from its own place, so that a page behind a proxy
// which changes Host would not learn why it may not connect.
TEST(Who, APageLearnsByAFetchWhyItMayNotConnect) {
  Server server;
  serve(server);
  const std::string page = "Host: 127.0.0.1\r\nReferer: https://ops.example.org/\r\n";
  const auto fetched = get(server, page + "Sec-Fetch-Dest: empty\r\n");
  EXPECT_EQ(fetched.result_int(), 403u);
  EXPECT_NE(fetched.body().find("pages from https://ops.example.org may not connect here"),
            std::string::npos);
  EXPECT_EQ(get(server, page, "/ws").result_int(), 403u);
  // Whatever else the page loads, or a person who follows a link, is served.
  EXPECT_EQ(get(server, page + "Sec-Fetch-Dest: script\r\n", "/assets/x.js").result_int(), 200u);
  EXPECT_EQ(get(server, page).result_int(), 200u);
  const auto own = "Host: 127.0.0.1\r\nReferer: http://127.0.0.1/page\r\nSec-Fetch-Dest: empty\r\n";
  EXPECT_EQ(get(server, own).result_int(), 200u);
}

TEST(Who, ThePagesOwnFilesAreLetThrough) {
  Server server;
  serve(server);
  const std::string there = "Host: 127.0.0.1" + port_of(server) + "\r\nOrigin: http://127.0.0.1:9\r\n";
  EXPECT_EQ(get(server, there + "Sec-Fetch-Dest: script\r\n", "/assets/page.js").result_int(), 200U);
  EXPECT_EQ(get(server, there + "Sec-Fetch-Dest: empty\r\n").result_int(), 403U);
  EXPECT_EQ(get(server, there + "Sec-Fetch-Dest: script\r\n", "/ws").result_int(), 403U);
}

TEST(Who, TheLogTellsEachRefusalOnceAndNotWithoutEnd) {
  Server server;
  for (int i = 0; i < 3; ++i) get(server, "Host: once.example\r\n");
  EXPECT_EQ(Services::logged("the name once.example;"), 1u);
  const auto before = Services::logged("a request was refused");
  for (int i = 0; i < 100; ++i) get(server, "Host: name" + std::to_string(i) + ".example\r\n");
  EXPECT_EQ(Services::logged("a request was refused") - before, 63u);
  EXPECT_EQ(Services::logged("further reasons are not logged"), 1u);
}

}  // namespace
}  // namespace sr::host
