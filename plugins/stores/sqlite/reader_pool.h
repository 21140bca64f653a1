// reader_pool.h - the connections that read. Any thread; a connection taken is one thread's.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "connection.h"

namespace sr::sqlite {

class ReaderPool {
 public:
  // Opens every connection, so that a lack of them shows at start-up.
  explicit ReaderPool(const Settings&);

  // Waits up to lock_timeout for a free one. Throws Failure(SR_UNAVAILABLE).
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection>);

 private:
  const Settings& settings_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> free_;  // the last one used is used next: warm caches
};

}  // namespace sr::sqlite
