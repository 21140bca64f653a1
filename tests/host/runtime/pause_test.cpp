// The moment after an answer: it passes by itself, and is over when someone goes on.
#include "host/runtime/pause.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace sr::host {
namespace {

class PauseTest : public ::testing::Test {
 protected:
  void begin(std::chrono::milliseconds at_most) {
    const auto all = [this, at_most]() -> Async<void> {
      co_await pause_.wait(at_most);
      over_ = true;
    };
    all_ = all;
    asio::co_spawn(io_, all_, asio::detached);
  }

  asio::io_context io_{1};
  Pause pause_;
  std::function<Async<void>()> all_;
  bool over_ = false;
};

TEST_F(PauseTest, PassesByItself) {
  begin(std::chrono::milliseconds(1));
  io_.run();
  EXPECT_TRUE(over_);
}

TEST_F(PauseTest, IsOverWhenItIsEnded) {
  begin(std::chrono::hours(1));
  io_.poll();
  EXPECT_FALSE(over_);
  pause_.end();
  io_.poll();
  EXPECT_TRUE(over_);
  pause_.end();  // nobody waits
}

}  // namespace
}  // namespace sr::host
