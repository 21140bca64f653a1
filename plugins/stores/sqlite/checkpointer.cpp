#include "checkpointer.h"

#include "error.h"

namespace sr::sqlite {
namespace {
constexpr int kTooLong = 8;  // times checkpoint_pages
}

Checkpointer::Checkpointer(const Settings& settings, Connection& writer, WriterGate& gate,
                           Host host)
    : settings_(settings),
      writer_(writer),
      gate_(gate),
      host_(host),
      connection_(settings, Connection::Mode::kWrite) {
  sqlite3_wal_hook(writer_.handle(), &Checkpointer::committed, this);
  thread_ = std::thread([this] { loop(); });
}

Checkpointer::~Checkpointer() {
  sqlite3_wal_hook(writer_.handle(), nullptr, nullptr);
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

int Checkpointer::committed(void* self, sqlite3*, const char*, int pages) {
  auto& checkpointer = *static_cast<Checkpointer*>(self);
  if (pages < checkpointer.settings_.checkpoint_pages) return SQLITE_OK;
  {
    const std::lock_guard lock(checkpointer.mutex_);
    checkpointer.pages_ = pages;
  }
  checkpointer.wake_.notify_one();
  return SQLITE_OK;
}

void Checkpointer::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stop_ || pages_ > 0; });
    if (stop_) return;
    const int pages = pages_;
    pages_ = 0;
    lock.unlock();
    checkpoint(pages);
    lock.lock();
  }
}

void Checkpointer::checkpoint(int pages) {
  copy(connection_, SQLITE_CHECKPOINT_PASSIVE);
  if (pages <= kTooLong * settings_.checkpoint_pages) return;
  // On the writer's connection: another one would look like a change from outside.
  const WriterTurn turn(gate_, settings_.lock_timeout);
  if (!turn) return;
  writer_.set_busy_timeout(std::chrono::milliseconds(20));
  copy(writer_, SQLITE_CHECKPOINT_RESTART);
}

void Checkpointer::copy(Connection& connection, int mode) {
  auto* const at = connection.handle();
  const int rc = sqlite3_wal_checkpoint_v2(at, "main", mode, nullptr, nullptr);
  if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY) {
    host_.log(SR_LOG_WARN, failure_of(at, rc, "copying the write-ahead log").what());
  }
}

}  // namespace sr::sqlite
