// What asks, forbids or says nothing is never a write.
#include "host/turn/mood.h"

#include <gtest/gtest.h>

#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

TEST(Mood, WhatAsksForbidsOrSaysNothingIsNoChange) {
  for (const char* said :
       {"what is alert 2?", "Should I resolve alert 2?", "do not resolve alert 2", "Don’t resolve 2", "2", "", "  ",
        "Привет", "😀😀", "who closed it", "show the alerts", "please show me alert 2", "hey, how many are open",
        "is alert 2 still open", "does anyone know about the disk alert", "never resolve alert 2",
        "alert 2 resolved?", "ought we to close it", "ok so when was 2 opened", "please do not touch alert 2",
        "did we resolve 2", "have they acknowledged it"}) {
    EXPECT_FALSE(may_mean_change(said)) << said;
  }
}

TEST(Mood, WhatTellsIsAChange) {
  for (const char* said :
       {"resolve alert 2", "alert 2 is done", "please close the disk alert", "can you resolve alert 2?",
        "could you please put it back?", "do the needful for alert 2", "never mind, undo that", "no, put it back",
        "don't resolve it, just acknowledge it", "look, 2 is resolved", "what a mess. close alert 2", "did both just now",
        "show alert 2 and resolve it", "schließe Alarm 2", "mark the second one", "would you close it"}) {
    EXPECT_TRUE(may_mean_change(said)) << said;
  }
}

// A model that writes whenever it may.
const Setting kWrites = {{{"misbehave", "wrong_output"}, {"misbehave_on", "command"},
                          {"misbehave_say", R"({"kind":"sql","sql":"UPDATE alerts SET status = 'resolved' WHERE id = 2"})"}},
                         "", nullptr};

TEST(Mood, NoQuestionBecomesAWrite) {
  World w(kWrites);
  int number = 0;
  for (const char* said :
       {"what is alert 2?", "should I resolve alert 2?", "do not resolve alert 2", "2", "😀",
        "Привет", "resolve alert 2 on 31 september"}) {
    w.turn(command("c" + std::to_string(++number), said));
    EXPECT_EQ(w.statuses(), R"(["open","open","open"])") << said;
  }
  EXPECT_EQ(w.turn(command("last", "resolve alert 2")).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

}  // namespace
}  // namespace sr::host::testing
