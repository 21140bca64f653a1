// tests/plugins/stores/sqlite/faulty_vfs.h - a file system that fails on order.
//
// Stands between SQLite and the real files as SQLite's default VFS. Any thread.
#pragma once

#include <sqlite3.h>

namespace sr::test {

class FaultyVfs {
 public:
  struct Plan {
    int after = 0;                        // so many writes, truncations and syncs still work
    int write_code = SQLITE_IOERR_WRITE;  // what those after them answer
    int sync_code = SQLITE_IOERR_FSYNC;
    bool torn = false;                    // the first failing write still writes its first half
  };

  // Faults while it lives, and after it none. One at a time.
  class Fault {
   public:
    explicit Fault(const Plan&);
    ~Fault();
    Fault(const Fault&) = delete;
    Fault& operator=(const Fault&) = delete;
    bool struck() const;  // whether anything has failed
  };
};

}  // namespace sr::test
