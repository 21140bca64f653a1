// What clients send: tests/cases/wire/messages.json, and what cannot stand in a JSON file.
#include <gtest/gtest.h>

#include <fstream>

#include "host/wire/message.h"

namespace sr::host::wire {
namespace {

Json cases() {
  std::ifstream file(std::string(SR_SOURCE_DIR) + "/tests/cases/wire/messages.json");
  return Json::parse(file);
}

// The message as the case files write it.
Json described(const Message& message) {
  Json out;
  if (const auto* bad = std::get_if<Bad>(&message)) {
    out["is"] = bad->code;
    out["says"] = bad->message;
    if (!bad->id.empty()) out["id"] = bad->id;
  } else if (const auto* hello = std::get_if<Hello>(&message)) {
    out["is"] = "hello";
    out["session"] = hello->session;
    out["token"] = hello->token;
    out["epoch"] = hello->epoch;
    out["lastSeq"] = hello->last_seq;
  } else if (const auto* ack = std::get_if<Ack>(&message)) {
    out["is"] = "ack";
    out["seq"] = ack->seq;
  } else if (const auto* resync = std::get_if<Resync>(&message)) {
    out["is"] = "resync";
    out["reason"] = resync->reason;
  } else {
    const auto& event = std::get<EventMessage>(message).event;
    out["is"] = "event";
    if (!event.made_here) out["id"] = event.id;
    out["kind"] = to_string(event.kind);
    out["component"] = event.component;
    if (event.base_seq) out["baseSeq"] = *event.base_seq;
    out["payload"] = event.payload.dump();
  }
  return out;
}

TEST(Parse, Cases) {
  for (const auto& example : cases()) {
    SCOPED_TRACE(example["name"].get<std::string>());
    auto expected = example;
    expected.erase("name");
    expected.erase("message");
    const auto got = described(parse(example["message"].get<std::string>()));
    // Members in any order.
    EXPECT_EQ(nlohmann::json::parse(got.dump()), nlohmann::json::parse(expected.dump()));
  }
}

TEST(Parse, BareMessagesGetAnIdOfTheirOwn) {
  const auto first = parse(R"({"command":"x"})");
  const auto second = parse(R"({"command":"x"})");
  const auto& a = std::get<EventMessage>(first).event;
  const auto& b = std::get<EventMessage>(second).event;
  EXPECT_TRUE(a.made_here);
  EXPECT_EQ(a.id.size(), 32U);
  EXPECT_NE(a.id, b.id);
}

TEST(Parse, AnIdHasAtMost128Bytes) {
  const auto with_id = [](std::size_t size) {
    return parse(R"({"type":"event","kind":"click","payload":{},"id":")" + std::string(size, 'i') + "\"}");
  };
  EXPECT_TRUE(std::holds_alternative<EventMessage>(with_id(128)));
  EXPECT_EQ(described(with_id(129))["says"], "an event's id must have 1 to 128 bytes");
}

TEST(Parse, NestingIsBounded) {
  const auto nested = [](std::size_t levels) {
    return R"({"type":"event","id":"e","kind":"click","payload":{"a":)" + std::string(levels, '[') +
           std::string(levels, ']') + "}}";
  };
  EXPECT_TRUE(std::holds_alternative<EventMessage>(parse(nested(62))));  // and two objects: 64
  const char* deep = "the message is nested deeper than 64 levels";
  EXPECT_EQ(described(parse(nested(63)))["says"], deep);
  EXPECT_EQ(described(parse(nested(1000000)))["says"], deep);
  EXPECT_EQ(described(parse(std::string(1000000, '{')))["says"], deep);
  // Brackets in a string nest nothing, also behind an escaped quote.
  EXPECT_TRUE(std::holds_alternative<EventMessage>(
      parse(R"({"command":"\")" + std::string(1000, '[') + "\"}")));
}

TEST(Parse, BytesThatAreNotUtf8) {
  for (const char* text : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe2\x82", "\xf5\x80\x80\x80"}) {
    EXPECT_EQ(described(parse("{\"command\":\"" + std::string(text) + "\"}"))["says"],
              "the message is not JSON");
  }
  EXPECT_EQ(described(parse(std::string("{\"command\":\"a\0b\"}", 17)))["says"],
            "the message is not JSON");
}

}  // namespace
}  // namespace sr::host::wire
