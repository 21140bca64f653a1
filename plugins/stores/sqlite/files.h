// files.h - whether the files that are open are still those at their paths.
//
// A database that was deleted or replaced goes on working for those that have it open, and what
// they write is gone with them. So every transaction asks before it begins, and again before what
// it wrote is acknowledged. Any thread.
#pragma once

#include <sys/stat.h>

#include <atomic>
#include <string>
#include <vector>

#include "state_runtime/plugin.hpp"

namespace sr::sqlite {

// Makes the file when it is not there, for its owner's eyes only. SQLite gives its other files the
// same rights. Whatever goes wrong is found, and told, by who opens it.
void make_private(const std::string& path);

class Files {
 public:
  // The database and its -wal and -shm files, as they are now: the store has them open.
  Files(Host host, const std::string& path);
  // Throws Failure(SR_UNAVAILABLE); the log is told once, and again when all is well.
  void check();
  // The same, and whether there is room for a change and the right to make one.
  void check_writable();

 private:
  struct Known {
    std::string path;
    dev_t device = 0;
    ino_t number = 0;
  };
  std::string missing() const;  // empty: all are there

  Host host_;
  const std::string path_;
  std::vector<Known> known_;
  std::atomic<bool> gone_{false};
};

}  // namespace sr::sqlite
