// What the server sends, byte for byte: docs/protocol.md.
#include <gtest/gtest.h>

#include "host/wire/message.h"

namespace sr::host::wire {
namespace {

TEST(Format, Welcome) {
  EXPECT_EQ(welcome("s", "t", "e", 7, true, Json::array()),
            R"({"type":"welcome","session":"s","token":"t","epoch":"e","seq":7,"mode":"resume"})");
  const Json screens = {{{"name", "home"}, {"label", "Home"}}};
  EXPECT_EQ(welcome("s", "t", "e", 0, false, screens),
            R"({"type":"welcome","session":"s","token":"t","epoch":"e","seq":0,"mode":"snapshot",)"
            R"("screens":[{"name":"home","label":"Home"}]})");
}

TEST(Format, Snapshot) {
  EXPECT_EQ(snapshot(4, Json::parse(R"({"components":[{"type":"T","id":"ü"}]})"), "00ff"),
            R"({"type":"snapshot","seq":4,"view":{"components":[{"type":"T","id":"ü"}]},"hash":"00ff"})");
}

TEST(Format, Patch) {
  const auto ops = Json::parse(R"([{"op":"replace","path":"/a","value":1}])");
  EXPECT_EQ(patch(9, "e1", ops, "", nullptr),
            R"({"type":"patch","seq":9,"cause":"e1","ops":[{"op":"replace","path":"/a","value":1}]})");
  Timings timings;
  timings.wait = 0.12345678;
  timings.decode = 3;
  EXPECT_EQ(patch(9, "e1", Json::array(), "ab", &timings),
            R"({"type":"patch","seq":9,"cause":"e1","ops":[],"timings":{"wait":0.123,"accept":0.0,)"
            R"("read":0.0,"decode":3.0,"act":0.0,"paint":0.0,"commit":0.0},"hash":"ab"})");
  EXPECT_EQ(patch(9, "e1", Json::array(), "", nullptr, Did{"Alert 2: status open → resolved", 7, 0}),
            R"({"type":"patch","seq":9,"cause":"e1","ops":[],"did":{"says":"Alert 2: status open → resolved","undo":7}})");
  EXPECT_EQ(patch(9, "e1", Json::array(), "", nullptr, Did{"Undone.", 0, 8}),
            R"({"type":"patch","seq":9,"cause":"e1","ops":[],"did":{"says":"Undone.","redo":8}})");
}

TEST(Format, AckErrorAndDrain) {
  EXPECT_EQ(ack("e1", "duplicate", 3), R"({"type":"ack","id":"e1","status":"duplicate","seq":3})");
  EXPECT_EQ(error("refused", "say \"please\"", "e1", false),
            R"({"type":"error","code":"refused","message":"say \"please\"","id":"e1","retryable":false})");
  EXPECT_EQ(error("draining", "later", "", true),
            R"({"type":"error","code":"draining","message":"later","retryable":true})");
  EXPECT_EQ(drain(250), R"({"type":"drain","afterMs":250})");
}

TEST(Format, TextThatIsNotUtf8IsMended) {
  EXPECT_EQ(error("internal", "a\xff", "", false),
            "{\"type\":\"error\",\"code\":\"internal\",\"message\":\"a\xEF\xBF\xBD\",\"retryable\":false}");
}

}  // namespace
}  // namespace sr::host::wire
