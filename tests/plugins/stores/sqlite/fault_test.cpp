// Every write and every sync fails once, in turn: nothing acknowledged is lost, nothing is half.
#include "tests/plugins/stores/sqlite/faulty_vfs.h"
#include "tests/plugins/stores/sqlite/turns.h"

namespace sr::test {
namespace {

constexpr int kTurns = 6;
// The disk that fails is made up; a real one behind it would only cost time.
std::filesystem::path quick_folder() {
  const std::filesystem::path memory("/dev/shm");
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

constexpr int kFarMoreThanTurnsWrite = 2000;

// Runs turns on a disk that dies after `plan.after` operations, then on a whole one. Returns
// whether the fault was reached.
bool crash_and_recover(const FaultyVfs::Plan& plan) {
  Folder folder(quick_folder());
  const auto file = folder.file("facts.db");
  std::uint64_t acknowledged = 0;
  bool struck = false;
  {
    auto store = open_sqlite(file, {{"checkpoint_pages", "10"}});
    EXPECT_OK(store);
    EXPECT_OK(make_turns(*store));
    const FaultyVfs::Fault fault(plan);
    for (int i = 0; i < kTurns; ++i) {
      const auto done = run_turn(*store);
      if (done) {
        acknowledged = *done;
      } else {
        EXPECT_EQ(done.error().code, SR_UNAVAILABLE) << done.error().what;
      }
    }
    struck = fault.struck();
    // The store closes while the disk is dead, as after a crash.
    auto gone = std::move(*store);
  }
  check_turns(file, acknowledged);
  return struck;
}

TEST(Fault, EveryOperationInTurn) {
  for (const bool torn : {false, true}) {
    for (int after = 0; after < kFarMoreThanTurnsWrite; ++after) {
      SCOPED_TRACE("torn " + std::to_string(torn) + ", fails after " + std::to_string(after));
      if (!crash_and_recover({.after = after, .torn = torn}) || testing::Test::HasFailure()) break;
    }
  }
}

TEST(Fault, AFullDiskAtEveryOperation) {
  for (int after = 0; after < kFarMoreThanTurnsWrite; ++after) {
    SCOPED_TRACE("full after " + std::to_string(after));
    if (!crash_and_recover({.after = after, .write_code = SQLITE_FULL}) ||
        testing::Test::HasFailure()) {
      break;
    }
  }
}

}  // namespace
}  // namespace sr::test
