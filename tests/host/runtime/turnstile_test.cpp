#include "host/runtime/turnstile.h"

#include <gtest/gtest.h>

#include <future>

namespace sr::host {
namespace {

TEST(Turnstile, LetsTheNextInWhenOneLeaves) {
  auto turnstile = std::make_shared<Turnstile>(2);
  auto first = turnstile->enter(), second = turnstile->enter();
  std::promise<void> about_to;
  auto third = std::async(std::launch::async, [&] {
    about_to.set_value();
    return turnstile->enter();
  });
  about_to.get_future().wait();
  EXPECT_EQ(third.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  first.reset();
  EXPECT_NE(third.get(), nullptr);
}

TEST(Turnstile, OnceOpenLetsNobodyWait) {
  auto turnstile = std::make_shared<Turnstile>(1);
  auto held = turnstile->enter();
  auto waiting = std::async(std::launch::async, [&] { return turnstile->enter(); });
  turnstile->open();
  EXPECT_EQ(waiting.get(), nullptr);
  EXPECT_EQ(turnstile->enter(), nullptr);
  turnstile.reset();
  held.reset();  // it keeps what it has to leave
}

}  // namespace
}  // namespace sr::host
