#include "tests/plugins/stores/sqlite/faulty_vfs.h"

#include <atomic>
#include <mutex>
#include <new>

namespace sr::test {
namespace {

std::mutex mutex;  // guards the three below
bool active = false;
FaultyVfs::Plan plan;
int failures = 0;

enum class Answer { kWorks, kTorn, kFails };

Answer next_operation() {
  const std::lock_guard lock(mutex);
  if (!active) return Answer::kWorks;
  if (plan.after-- > 0) return Answer::kWorks;
  return failures++ == 0 && plan.torn ? Answer::kTorn : Answer::kFails;
}

sqlite3_vfs* base = nullptr;

// SQLite allocates szOsFile bytes: this, and the real file behind it.
struct Wrapped {
  sqlite3_file file;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
sqlite3_file* real(sqlite3_file* f) { return reinterpret_cast<Wrapped*>(f)->real(); }
const sqlite3_io_methods& io(sqlite3_file* f) { return *real(f)->pMethods; }

int write(sqlite3_file* f, const void* data, int count, sqlite3_int64 at) {
  switch (next_operation()) {
    case Answer::kWorks: return io(f).xWrite(real(f), data, count, at);
    case Answer::kTorn: io(f).xWrite(real(f), data, count / 2, at); break;
    case Answer::kFails: break;
  }
  return plan.write_code;
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
  if (next_operation() != Answer::kWorks) return SQLITE_IOERR_TRUNCATE;
  return io(f).xTruncate(real(f), size);
}
int sync(sqlite3_file* f, int flags) {
  if (next_operation() != Answer::kWorks) return plan.sync_code;
  return io(f).xSync(real(f), flags);
}

const sqlite3_io_methods kMethods = {
    .iVersion = 3,
    .xClose = [](sqlite3_file* f) { return io(f).xClose(real(f)); },
    .xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
      return io(f).xRead(real(f), to, n, at);
    },
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = [](sqlite3_file* f, sqlite3_int64* out) { return io(f).xFileSize(real(f), out); },
    .xLock = [](sqlite3_file* f, int level) { return io(f).xLock(real(f), level); },
    .xUnlock = [](sqlite3_file* f, int level) { return io(f).xUnlock(real(f), level); },
    .xCheckReservedLock = [](sqlite3_file* f, int* out) {
      return io(f).xCheckReservedLock(real(f), out);
    },
    .xFileControl = [](sqlite3_file* f, int what, void* arg) {
      return io(f).xFileControl(real(f), what, arg);
    },
    .xSectorSize = [](sqlite3_file* f) { return io(f).xSectorSize(real(f)); },
    .xDeviceCharacteristics = [](sqlite3_file* f) {
      return io(f).xDeviceCharacteristics(real(f));
    },
    .xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return io(f).xShmMap(real(f), page, size, extend, out);
    },
    .xShmLock = [](sqlite3_file* f, int at, int n, int flags) {
      return io(f).xShmLock(real(f), at, n, flags);
    },
    .xShmBarrier = [](sqlite3_file* f) { io(f).xShmBarrier(real(f)); },
    .xShmUnmap = [](sqlite3_file* f, int remove) { return io(f).xShmUnmap(real(f), remove); },
    .xFetch = [](sqlite3_file* f, sqlite3_int64 at, int n, void** out) {
      return io(f).xFetch(real(f), at, n, out);
    },
    .xUnfetch = [](sqlite3_file* f, sqlite3_int64 at, void* p) {
      return io(f).xUnfetch(real(f), at, p);
    },
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out_flags) {
  f->pMethods = nullptr;
  const int rc = base->xOpen(base, name, real(f), flags, out_flags);
  if (rc == SQLITE_OK) f->pMethods = &kMethods;
  return rc;
}

// Registered before main: every connection of this binary goes through it.
const bool installed = [] {
  base = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs mine = *base;
  mine.zName = "faulty";
  mine.szOsFile = base->szOsFile + static_cast<int>(sizeof(Wrapped));
  mine.xOpen = open;
  return sqlite3_vfs_register(&mine, 1) == SQLITE_OK;
}();

}  // namespace

FaultyVfs::Fault::Fault(const Plan& given) {
  const std::lock_guard lock(mutex);
  plan = given;
  failures = 0;
  active = installed;
}

FaultyVfs::Fault::~Fault() {
  const std::lock_guard lock(mutex);
  active = false;
}

bool FaultyVfs::Fault::struck() const {
  const std::lock_guard lock(mutex);
  return failures > 0;
}

}  // namespace sr::test
