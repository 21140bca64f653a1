// checkpointer.h - copies the write-ahead log into the database file on a thread of its own, so
// that no turn pays for it. When readers keep it from finishing for long, it takes the writer's
// turn once and starts the log anew.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "connection.h"
#include "writer_gate.h"

namespace sr::sqlite {

class Checkpointer {
 public:
  // The writer and the gate must outlive this.
  Checkpointer(const Settings&, Connection& writer, WriterGate&, Host);
  ~Checkpointer();

 private:
  // SQLite calls it after each commit with the length of the log.
  static int committed(void* self, sqlite3*, const char* database, int pages);
  void loop();
  void checkpoint(int pages);
  // REQUIRES: nobody else uses the connection, also while the error is told.
  void copy(Connection&, int mode);

  const Settings& settings_;
  Connection& writer_;
  WriterGate& gate_;
  Host host_;
  Connection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  int pages_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace sr::sqlite
