// The process dies by SIGKILL at moments that nobody chose; the next one finds everything.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "tests/plugins/stores/sqlite/turns.h"

namespace sr::test {
namespace {

// A child that runs turns for ever and writes each acknowledged seq into the pipe.
pid_t start_child(const std::string& file, int to) {
  const pid_t id = ::fork();
  if (id != 0) return id;
  auto store = open_sqlite(file, {{"checkpoint_pages", "20"}, {"lock_timeout", "5s"}});
  if (!store) ::_exit(1);
  for (;;) {
    const auto done = run_turn(*store);
    if (!done || ::write(to, &*done, sizeof *done) != sizeof *done) ::_exit(2);
  }
}

TEST(Recovery, KilledAgainAndAgain) {
  Folder folder;
  const auto file = folder.file("facts.db");
  {
    auto store = open_sqlite(file);
    ASSERT_OK(store);
    ASSERT_OK(make_turns(*store));
  }
  std::mt19937 random(7);
  for (int round = 0; round < 25; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = start_child(file, ends[1]);
    ::close(ends[1]);
    // Dies somewhere in the turn after the wanted one.
    const int turns = static_cast<int>(random() % 40);
    std::uint64_t acknowledged = 0;
    for (int i = 0; i <= turns; ++i) {
      ASSERT_EQ(::read(ends[0], &acknowledged, sizeof acknowledged),
                static_cast<ssize_t>(sizeof acknowledged));
    }
    ::usleep(random() % 1500);
    ::kill(child, SIGKILL);
    std::uint64_t more = 0;
    while (::read(ends[0], &more, sizeof more) == static_cast<ssize_t>(sizeof more)) {
      acknowledged = more;
    }
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    check_turns(file, acknowledged);
    if (HasFailure()) return;
  }
}

TEST(Recovery, AStoreThatLivesTakesOverFromOneThatDied) {
  Folder folder;
  const auto file = folder.file("facts.db");
  auto store = open_sqlite(file);
  ASSERT_OK(store);
  ASSERT_OK(make_turns(*store));
  {
    Process other([&](const Process::Ready& ready) {
      auto theirs = open_sqlite(file);
      auto t = theirs->begin(true);
      (void)t->execute(owner("UPDATE turns SET n = 99"));
      ready();
      for (;;) ::pause();
    });
    EXPECT_FAILS(store->begin(true), SR_UNAVAILABLE, "locked");
  }
  EXPECT_OK(run_turn(*store));
  EXPECT_EQ(number(*store, "SELECT n FROM turns"), 1);
}

}  // namespace
}  // namespace sr::test
