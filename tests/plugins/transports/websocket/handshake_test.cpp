#include "tests/plugins/transports/websocket/client.h"

extern "C" const sr_plugin* sr_plugin_v1_websocket() noexcept;

namespace sr::host {
namespace {

OptionInput text(const char* name, std::string value) {
  return {name, std::move(value), {}, false};
}
OptionInput list(const char* name, std::vector<std::string> items) {
  return {name, {}, std::move(items), true};
}

TEST(Handshake, OpensAConnection) {
  Server server;
  Client client(server);
  const auto response = client.upgrade();
  EXPECT_EQ(response.result_int(), 101u);
  EXPECT_EQ(response[http::field::sec_websocket_protocol], "sr.v1");
  const auto peer = server.host.peer(server.host.connection());
  const auto port = client.stream.next_layer().local_endpoint().port();
  EXPECT_EQ(peer.address, "127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(peer.user, "");
  bool host_header = false;
  for (const auto& [name, value] : peer.headers) host_header = host_header || name == "host";
  EXPECT_TRUE(host_header);
}

TEST(Handshake, TheSubprotocolMayBeOneOfSeveral) {
  Server server;
  EXPECT_EQ(Client(server).upgrade({.protocol = "other, sr.v1"}).result_int(), 101u);
}

TEST(Handshake, NeedsTheSubprotocol) {
  Server server;
  for (const auto& protocol : {std::optional<std::string>(), std::optional<std::string>("sr.v2"),
                               std::optional<std::string>("xsr.v1, sr.v11")}) {
    const auto response = Client(server).upgrade({.protocol = protocol});
    EXPECT_EQ(response.result_int(), 400u);
    EXPECT_EQ(response.body(),
              "{\"status\":\"refused\",\"message\":\"the WebSocket must ask for the subprotocol "
              "sr.v1\"}\n");
  }
  EXPECT_EQ(server.host.opened_count(), 0u);
}

TEST(Handshake, PagesOfTheSameHostMayConnect) {
  Server server;
  const auto own = "http://127.0.0.1:" + std::to_string(server.port());
  EXPECT_EQ(Client(server).upgrade({.origin = own}).result_int(), 101u);
}

TEST(Handshake, OtherOriginsAreRefused) {
  Server server;
  for (const char* origin :
       {"http://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "null"}) {
    const auto response = Client(server).upgrade({.origin = origin});
    EXPECT_EQ(response.result_int(), 403u) << origin;
    EXPECT_NE(response.body().find(origin), std::string::npos);
  }
}

TEST(Handshake, ListedOriginsReplaceTheDefault) {
  Server server({list("origins", {"https://Ops.Example.org"})});
  EXPECT_EQ(Client(server).upgrade({.origin = "https://ops.example.org"}).result_int(), 101u);
  EXPECT_EQ(Client(server).upgrade({.origin = "https://ops.example.org:8443"}).result_int(), 403u);
  const auto own = "http://127.0.0.1:" + std::to_string(server.port());
  EXPECT_EQ(Client(server).upgrade({.origin = own}).result_int(), 403u);
}

TEST(Handshake, AnOriginMayBeRequired) {
  Server server({text("require_origin", "true")});
  EXPECT_EQ(Client(server).upgrade().result_int(), 403u);
  const auto own = "http://127.0.0.1:" + std::to_string(server.port());
  EXPECT_EQ(Client(server).upgrade({.origin = own}).result_int(), 101u);
}

TEST(Handshake, OnlyAtItsPath) {
  Server server({text("path", "/live")});
  EXPECT_EQ(Client(server).upgrade({.target = "/live"}).result_int(), 101u);
  EXPECT_EQ(Client(server).upgrade({.target = "/live?token=1"}).result_int(), 101u);
  EXPECT_EQ(Client(server).upgrade({.target = "/ws"}).result_int(), 404u);
  EXPECT_EQ(HttpClient(server).get("/live").result_int(), 426u);
}

TEST(Handshake, OneConnectionTooManyIsToldSo) {
  Server server({text("max_connections", "2")});
  Client a(server), b(server), c(server);
  EXPECT_EQ(a.upgrade().result_int(), 101u);
  EXPECT_EQ(b.upgrade().result_int(), 101u);
  const auto response = c.upgrade();
  EXPECT_EQ(response.result_int(), 503u);
  EXPECT_NE(response.body().find("max_connections (2)"), std::string::npos);
}

TEST(Handshake, BadOptionsAreBlamed) {
  const auto option = [](std::vector<OptionInput> given) {
    const auto made = make_transport(sr_plugin_v1_websocket(), given);
    EXPECT_FALSE(made.ok());
    return made.ok() ? "" : made.error().option;
  };
  for (const char* listen : {"8080", "localhost", ":8080", "localhost:", "localhost:http",
                             "localhost:65536", "::1:8080", "localhost:-1"}) {
    EXPECT_EQ(option({text("listen", listen)}), "listen") << listen;
  }
  EXPECT_EQ(option({text("path", "ws")}), "path");
  EXPECT_EQ(option({list("origins", {"ops.example.org"})}), "origins");
  EXPECT_EQ(option({list("origins", {"https://ops.example.org:x"})}), "origins");
  for (const char* host : {"https://ops.example.org", "ops.example.org:x", "a b", "*.", "*.1.2.3.4"}) {
    EXPECT_EQ(option({list("hosts", {host})}), "hosts") << host;
  }
  EXPECT_EQ(option({text("send_high_water", "1KiB"), text("send_low_water", "1KiB")}),
            "send_low_water");
}

}  // namespace
}  // namespace sr::host
