#include <atomic>
#include <thread>

#include "tests/plugins/transports/websocket/client.h"

extern "C" const sr_plugin* sr_plugin_v1_websocket() noexcept;

namespace sr::host {
namespace {

OptionInput text(const char* name, std::string value) {
  return {name, std::move(value), {}, false};
}

TEST(Lifecycle, EveryReasonHasItsCloseCode) {
  const std::pair<sr_close, int> codes[] = {{SR_CLOSE_NORMAL, 1000},    {SR_CLOSE_GOING_AWAY, 1001},
                                            {SR_CLOSE_PROTOCOL, 1002},  {SR_CLOSE_POLICY, 1008},
                                            {SR_CLOSE_TOO_BIG, 1009},   {SR_CLOSE_INTERNAL, 1011},
                                            {SR_CLOSE_OVERLOADED, 1013}};
  Server server;
  std::size_t n = 0;
  for (const auto& [why, code] : codes) {
    Client client(server);
    client.upgrade();
    const auto id = server.host.connection(n++);
    server.transport.close(id, why, "because");
    EXPECT_EQ(client.close_code(), code);
    EXPECT_EQ(client.close_reason(), "because");
    EXPECT_EQ(server.host.reason(id), "because");
  }
}

TEST(Lifecycle, WhatIsQueuedIsSentBeforeClosing) {
  Server server;
  Client client(server);
  client.upgrade();
  const auto id = server.host.connection();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(server.transport.send(id, std::string(1000, 'x')).ok());
  server.transport.close(id, SR_CLOSE_NORMAL, "done");
  EXPECT_EQ(server.transport.send(id, "late").error().code, SR_NOT_FOUND);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.receive().size(), 1000u);
  EXPECT_EQ(client.close_code(), 1000);
}

TEST(Lifecycle, LongReasonsAreCutBetweenCharacters) {
  Server server;
  Client client(server);
  client.upgrade();
  std::string reason = "x";
  for (int i = 0; i < 100; ++i) reason += "ü";
  server.transport.close(server.host.connection(), SR_CLOSE_POLICY, reason);
  EXPECT_EQ(client.close_code(), 1008);
  EXPECT_EQ(client.close_reason(), reason.substr(0, 123));
}

TEST(Lifecycle, AClientThatClosesOrVanishes) {
  Server server;
  {
    Client client(server);
    client.upgrade();
    client.stream.close({beast::websocket::close_code::going_away, "reload"});
    EXPECT_EQ(server.host.reason(server.host.connection(0)), "closed by the client (1001): reload");
  }
  {
    Client client(server);
    client.upgrade();
    client.stream.next_layer().close();
    EXPECT_NE(server.host.reason(server.host.connection(1)).find("lost"), std::string::npos);
  }
}

TEST(Lifecycle, AClientThatDoesNotAnswerTheClosing) {
  Server server({text("close_timeout", "20ms")});
  Client client(server, 4096);  // never reads
  client.upgrade();
  const auto id = server.host.connection();
  while (server.transport.send(id, std::string(100000, 'x')).ok()) {
  }
  server.transport.close(id, SR_CLOSE_OVERLOADED, "too slow");
  EXPECT_EQ(server.host.reason(id), "too slow");
}

// A message that breaks the protocol while the closing has been said: whatever the two wait for of
// each other, close_timeout ends it.
TEST(Lifecycle, AClientThatBreaksTheProtocolWhileItIsClosed) {
  Server server({text("close_timeout", "50ms")});
  Client client(server);
  client.upgrade();
  const auto id = server.host.connection();
  auto& socket = client.stream.next_layer();
  asio::write(socket, asio::buffer("\x81\x85\0\0\0\0", 6));  // a text of 5 bytes begins
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  server.transport.close(id, SR_CLOSE_NORMAL, "enough");
  EXPECT_EQ(client.close_code(), 1000);
}

TEST(Lifecycle, ManyConnections) {
  Server server({text("close_timeout", "100ms")});  // none of them answers the closing
  server.host.on_message = [&](std::uint64_t id, const std::string& said) {
    EXPECT_TRUE(server.transport.send(id, said).ok());
  };
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<Client>(server));
    ASSERT_EQ(clients.back()->upgrade().result_int(), 101u);
  }
  for (std::size_t i = 0; i < 200; ++i) clients[i]->send("to " + std::to_string(i));
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(clients[i]->receive(), "to " + std::to_string(i));
  }
  server.transport.stop();
  EXPECT_EQ(server.host.opened_count(), 200u);
  EXPECT_EQ(server.host.closed_count(), 200u);
}

TEST(Lifecycle, ConnectionsThatComeAndGo) {
  Server server;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        Client client(server);
        ASSERT_EQ(client.upgrade().result_int(), 101u);
        client.send("x");
        if (i % 2 == 0) client.stream.close(beast::websocket::close_code::normal);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  server.transport.stop();
  EXPECT_EQ(server.host.opened_count(), 100u);
  EXPECT_EQ(server.host.closed_count(), 100u);
}

TEST(Lifecycle, ADrainLetsNobodyNewIn) {
  Server server;
  Client open(server);
  open.upgrade();
  const auto id = server.host.connection();
  HttpClient alive(server);  // a connection from before, on which an upgrade would still arrive
  server.host.on_request = [&](std::uint64_t exchange, const HttpRequest&) {
    EXPECT_TRUE(server.transport.respond(exchange, {200, {}, "ok"}).ok());
  };
  EXPECT_TRUE(alive.get("/").keep_alive());
  const auto port = server.port();
  server.transport.drain();
  alive.send(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
      "Sec-WebSocket-Protocol: sr.v1\r\n\r\n");
  EXPECT_EQ(alive.receive().result_int(), 503u);
  asio::io_context io;
  asio::ip::tcp::socket late(io);
  boost::system::error_code error;
  late.connect({asio::ip::make_address("127.0.0.1"), port}, error);
  EXPECT_EQ(error, asio::error::connection_refused);
  open.send("still here");
  EXPECT_EQ(server.host.messages(id, 1)[0], "still here");
  ASSERT_TRUE(server.transport.send(id, "so am I").ok());
  EXPECT_EQ(open.receive(), "so am I");
}

TEST(Lifecycle, StopClosesEverybodyWithGoingAway) {
  Server server;
  Client client(server);
  client.upgrade();
  const auto id = server.host.connection();
  HttpClient idle(server);
  std::thread reader([&] {
    EXPECT_EQ(client.close_code(), 1001);
    EXPECT_EQ(client.close_reason(), "the server is shutting down");
  });
  server.transport.stop();
  EXPECT_EQ(server.host.reason(id), "the server is shutting down");
  reader.join();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(server.transport.send(id, "x").error().code, SR_NOT_FOUND);
  server.transport.stop();  // once more does nothing
}

TEST(Lifecycle, StopWhileBusy) {
  Server server({text("close_timeout", "200ms")});
  server.host.on_message = [&](std::uint64_t id, const std::string& said) {
    (void)server.transport.send(id, said);
  };
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<std::thread> threads;
  std::atomic<bool> done{false};
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<Client>(server));
    clients.back()->upgrade();
    const auto id = server.host.connection(static_cast<std::size_t>(i));
    threads.emplace_back([&server, &done, id] {  // the host's own sending goes on meanwhile
      while (!done) {
        if (!server.transport.send(id, "tick").ok())
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    threads.emplace_back([client = clients.back().get()] {
      boost::system::error_code error;
      while (!error) {
        client->stream.write(asio::buffer("hello", 5), error);
        beast::flat_buffer buffer;
        if (!error) client->stream.read(buffer, error);
      }
    });
    server.host.messages(id, 3);
  }
  HttpClient waiting(server);  // an exchange that nobody will answer
  waiting.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  server.host.request(0);
  server.transport.stop();
  EXPECT_EQ(server.host.closed_count(), 4u);
  done = true;
  for (auto& client : clients) {
    boost::system::error_code ignored;
    client->stream.next_layer().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  }
  for (auto& thread : threads) thread.join();
}

TEST(Lifecycle, AnAddressThatIsTaken) {
  Server first;
  const auto taken = "127.0.0.1:" + std::to_string(first.port());
  LoadedTransport second(*make_transport(sr_plugin_v1_websocket(), {text("listen", taken)}));
  FakeHost host;
  const auto started = second.start(host);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, SR_UNAVAILABLE);
  EXPECT_EQ(started.error().option, "listen");
  EXPECT_NE(started.error().what.find("Address already in use"), std::string::npos);
  EXPECT_NE(started.error().what.find(std::to_string(first.port())), std::string::npos);
}

TEST(Lifecycle, AnAddressThatDoesNotExist) {
  LoadedTransport lost(*make_transport(sr_plugin_v1_websocket(), {text("listen", "192.0.2.1:80")}));
  FakeHost host;
  const auto started = lost.start(host);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().option, "listen");
}

TEST(Lifecycle, AddressesPeopleCanOpen) {
  Server any({text("listen", "0.0.0.0:0")});
  EXPECT_EQ(any.transport.address(), "http://localhost:" + std::to_string(any.port()) + "/");
  Server local({text("listen", "localhost:0")});
  EXPECT_EQ(local.transport.address(), "http://localhost:" + std::to_string(local.port()) + "/");
}

}  // namespace
}  // namespace sr::host
