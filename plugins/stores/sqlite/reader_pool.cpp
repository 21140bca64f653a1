#include "reader_pool.h"

#include "common/records.h"

namespace sr::sqlite {

ReaderPool::ReaderPool(const Settings& settings) : settings_(settings) {
  for (int i = 0; i < settings.connections; ++i) {
    free_.push_back(std::make_unique<Connection>(settings, Connection::Mode::kRead));
  }
}

std::unique_ptr<Connection> ReaderPool::take() {
  std::unique_lock lock(mutex_);
  const auto give_up = Clock::now() + settings_.lock_timeout;
  if (!freed_.wait_until(lock, give_up, [&] { return !free_.empty(); })) {
    throw Failure(SR_UNAVAILABLE, "all " + std::to_string(settings_.connections) +
                                      " reader connections are busy; waited " +
                                      stores::spoken(settings_.lock_timeout) + "; raise `connections`");
  }
  auto connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

}  // namespace sr::sqlite
