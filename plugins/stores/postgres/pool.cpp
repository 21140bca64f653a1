#include "pool.h"

#include "common/records.h"

namespace sr::postgres {

std::unique_ptr<Connection> Pool::wait_for_one() {
  std::unique_lock lock(mutex_);
  const auto give_up = std::chrono::steady_clock::now() + settings_.lock_timeout;
  if (!freed_.wait_until(lock, give_up, [&] { return taken_ < settings_.connections; })) {
    throw Failure(SR_UNAVAILABLE, "all " + std::to_string(settings_.connections) +
                                      " connections are busy; waited " +
                                      stores::spoken(settings_.lock_timeout) +
                                      "; raise `connections`");
  }
  std::unique_ptr<Connection> out;
  if (!free_.empty()) {
    out = std::move(free_.back());
    free_.pop_back();
  } else {
    back_off_.check();
  }
  ++taken_;
  return out;
}

std::unique_ptr<Connection> Pool::made() {
  try {
    auto out =
        std::make_unique<Connection>(settings_, settings_.connect, host_id_, watchdog_, host_);
    const std::lock_guard lock(mutex_);
    back_off_.succeeded();
    return out;
  } catch (const Failure& e) {
    const std::lock_guard lock(mutex_);
    back_off_.failed(e);
    throw;
  }
}

std::unique_ptr<Connection> Pool::take(const std::string& begin, pqxx::result& answer) {
  auto connection = wait_for_one();
  try {
    if (connection) {
      try {
        answer = connection->run(begin, "beginning a transaction");
        return connection;
      } catch (const Lost&) {
        // The others are as old as this one.
        const std::lock_guard lock(mutex_);
        free_.clear();
      }
    }
    connection = made();
    answer = connection->run(begin, "beginning a transaction");
    return connection;
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --taken_;
    if (connection && !connection->lost()) free_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

}  // namespace sr::postgres
