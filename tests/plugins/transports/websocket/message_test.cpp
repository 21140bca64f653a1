#include <thread>

#include "tests/plugins/transports/websocket/client.h"

namespace sr::host {
namespace {

OptionInput text(const char* name, std::string value) {
  return {name, std::move(value), {}, false};
}

struct Pair {
  explicit Pair(std::vector<OptionInput> options = {}, int receive_buffer = 0)
      : server(std::move(options)), client(server, receive_buffer) {
    EXPECT_EQ(client.upgrade().result_int(), 101u);
    id = server.host.connection();
  }
  Server server;
  Client client;
  std::uint64_t id = 0;
};

TEST(Message, GoesBothWaysInOrder) {
  Pair p;
  for (int i = 0; i < 100; ++i) p.client.send("up " + std::to_string(i));
  const auto got = p.server.host.messages(p.id, 100);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(got[i], "up " + std::to_string(i));
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(p.server.transport.send(p.id, "down " + std::to_string(i)).ok());
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(p.client.receive(), "down " + std::to_string(i));
}

TEST(Message, IsAnsweredFromItsOwnCallback) {
  Server server;
  server.host.on_message = [&](std::uint64_t id, const std::string& said) {
    EXPECT_TRUE(server.transport.send(id, "1 " + said).ok());
    EXPECT_TRUE(server.transport.send(id, "2 " + said).ok());
  };
  Client client(server);
  client.upgrade();
  client.send("größe");
  EXPECT_EQ(client.receive(), "1 größe");
  EXPECT_EQ(client.receive(), "2 größe");
  EXPECT_TRUE(client.stream.got_text());
}

TEST(Message, MayBeEmptyOrExactlyAsLongAsAllowed) {
  Pair p({text("max_message", "1KiB")});
  p.client.send("");
  p.client.send(std::string(1024, 'x'));
  const auto got = p.server.host.messages(p.id, 2);
  EXPECT_EQ(got[0], "");
  EXPECT_EQ(got[1].size(), 1024u);
}

TEST(Message, OfManyFragmentsIsOne) {
  Pair p;
  const std::string whole = "a fragmented größe message";  // also cut inside a character
  for (std::size_t i = 0; i < whole.size(); ++i) {
    p.client.stream.write_some(i + 1 == whole.size(), asio::buffer(&whole[i], 1));
  }
  EXPECT_EQ(p.server.host.messages(p.id, 1)[0], whole);
}

TEST(Message, TooLongIsRefusedWithTheLimit) {
  Pair p({text("max_message", "1KiB")});
  p.client.send("before");
  p.client.send(std::string(1025, 'x'));
  EXPECT_EQ(p.client.close_code(), 1009);
  EXPECT_EQ(p.client.close_reason(), "the message is longer than max_message (1024 bytes)");
  EXPECT_EQ(p.server.host.reason(p.id), p.client.close_reason());
  EXPECT_EQ(p.server.host.messages(p.id, 1).size(), 1u);
}

TEST(Message, TooLongInFragmentsIsRefused) {
  Pair p({text("max_message", "1KiB")});
  const std::string part(300, 'x');
  for (int i = 0; i < 4; ++i) p.client.stream.write_some(false, asio::buffer(part));
  EXPECT_EQ(p.client.close_code(), 1009);
  EXPECT_TRUE(p.server.host.messages(p.id, 0).empty());
}

TEST(Message, BinaryIsRefused) {
  Pair p;
  p.client.stream.binary(true);
  p.client.send("{}");
  EXPECT_EQ(p.client.close_code(), 1003);
  EXPECT_EQ(p.server.host.reason(p.id), "only text messages are understood here");
}

TEST(Message, ThatIsNotUtf8IsRefused) {
  Pair p;
  p.client.send("\xC3(");
  EXPECT_EQ(p.client.close_code(), 1007);
  EXPECT_NE(p.server.host.reason(p.id).find("broke the WebSocket protocol"), std::string::npos);
  EXPECT_TRUE(p.server.host.messages(p.id, 0).empty());
}

TEST(Message, APingIsAnswered) {
  Pair p;
  std::string pong;
  p.client.stream.control_callback([&](beast::websocket::frame_type kind, beast::string_view body) {
    if (kind == beast::websocket::frame_type::pong) pong = std::string(body.data(), body.size());
  });
  p.client.stream.ping("hello");
  // The server may still be writing its pong when it sends this; both have arrived afterwards.
  p.client.send("x");
  p.server.host.messages(p.id, 1);
  ASSERT_TRUE(p.server.transport.send(p.id, "y").ok());
  EXPECT_EQ(p.client.receive(), "y");
  EXPECT_EQ(pong, "hello");
}

TEST(Message, ASilentClientIsPingedAndStaysWhenItAnswers) {
  Pair p({text("ping_interval", "100ms")});
  int pings = 0;
  p.client.stream.control_callback([&](beast::websocket::frame_type kind, beast::string_view) {
    if (kind == beast::websocket::frame_type::ping && ++pings == 5) p.client.send("still here");
  });
  std::thread reader([&] { p.client.close_code(); });
  EXPECT_EQ(p.server.host.messages(p.id, 1)[0], "still here");
  p.server.transport.close(p.id, SR_CLOSE_NORMAL, "");
  reader.join();
}

TEST(Message, AClientThatAnswersNoPingIsClosed) {
  Pair p({text("ping_interval", "20ms")});  // the client never reads
  EXPECT_EQ(p.server.host.reason(p.id), "the client did not answer a ping");
  EXPECT_EQ(p.server.transport.send(p.id, "x").error().code, SR_NOT_FOUND);
}

TEST(BackPressure, ASlowReaderIsRefusedAndToldWhenItMayGoOn) {
  Pair p({text("send_high_water", "64KiB"), text("send_low_water", "16KiB")}, 4096);
  const std::string block(8 * 1024, 'b');
  std::size_t sent = 0;
  Status status;
  while ((status = p.server.transport.send(p.id, block)).ok()) {
    ASSERT_LT(++sent, 100000u) << "nothing ever pushes back";
  }
  EXPECT_EQ(status.error().code, SR_EXHAUSTED);
  for (std::size_t i = 0; i < sent; ++i) ASSERT_EQ(p.client.receive().size(), block.size());
  p.server.host.wait_writable(p.id);
  ASSERT_TRUE(p.server.transport.send(p.id, "after").ok());
  EXPECT_EQ(p.client.receive(), "after");
}

TEST(BackPressure, OneMessageIsTakenWhateverItsSize) {
  Pair p({text("send_high_water", "2KiB"), text("send_low_water", "1KiB")});
  ASSERT_TRUE(p.server.transport.send(p.id, std::string(1 << 20, 'x')).ok());
  EXPECT_EQ(p.client.receive().size(), std::size_t{1} << 20);
}

// An acknowledgement, the large screen that it belongs to, and what comes next while that is on its way.
TEST(BackPressure, ALargeMessageNeitherWaitsForNorHoldsUpSmallOnes) {
  Pair p({text("send_high_water", "64KiB"), text("send_low_water", "16KiB")}, 4096);
  const std::string large(8 << 20, 'x'), small(100, 's');  // more than sockets hold
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(p.server.transport.send(p.id, small).ok());
    ASSERT_TRUE(p.server.transport.send(p.id, large).ok());
    EXPECT_EQ(p.client.receive(), small);  // so the large one is on its way
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(p.server.transport.send(p.id, small).ok()) << i;
    std::size_t more = 0;
    while (p.server.transport.send(p.id, small).ok()) ASSERT_LT(++more, 1000u);
    EXPECT_EQ(p.client.receive().size(), large.size());
    for (std::size_t i = 0; i < 10 + more; ++i) ASSERT_EQ(p.client.receive(), small);
    p.server.host.wait_writable(p.id);
  }
}

TEST(BackPressure, OneSlowReaderDoesNotHoldUpAnother) {
  Server server({text("send_high_water", "64KiB"), text("send_low_water", "16KiB")});
  Client slow(server, 4096), quick(server);
  slow.upgrade();
  quick.upgrade();
  const auto first = server.host.connection(0), second = server.host.connection(1);
  while (server.transport.send(first, std::string(8192, 'b')).ok()) {
  }
  ASSERT_TRUE(server.transport.send(second, "quick").ok());
  EXPECT_EQ(quick.receive(), "quick");
}

}  // namespace
}  // namespace sr::host
