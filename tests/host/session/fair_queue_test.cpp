// In what order the work of several parties is done.
#include "host/session/fair_queue.h"

#include <gtest/gtest.h>

namespace sr::host {
namespace {

struct Done {
  FairQueue queue;
  std::string done;
  void put(const std::string& party, const std::string& name) {
    queue.put(party, [this, name] { done += (done.empty() ? "" : " ") + name; });
  }
  void take(int count) {
    while (count-- > 0) queue.take()();
  }
};

TEST(FairQueue, WhoHasMuchWaitingTakesTurnsWithTheOthers) {
  Done work;
  for (const auto* name : {"a1", "a2", "a3", "a4"}) work.put("a", name);
  work.put("b", "b1");
  work.put("c", "c1");
  work.put("c", "c2");
  work.take(7);
  EXPECT_EQ(work.done, "a1 b1 c1 a2 c2 a3 a4");
}

TEST(FairQueue, WhoComesNewWaitsForOnePieceOfEachAtMost) {
  Done work;
  for (const auto* name : {"a1", "a2", "a3"}) work.put("a", name);
  work.take(1);
  work.put("b", "b1");
  work.take(2);
  work.put("a", "a4");
  work.put("b", "b2");
  work.take(3);
  EXPECT_EQ(work.done, "a1 a2 b1 a3 b2 a4");
}

}  // namespace
}  // namespace sr::host
