#include "hub.h"

#include "connection.h"
#include "http_connection.h"

namespace sr::websocket {

std::uint64_t Hub::add(std::shared_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  connections_.emplace(++last_id_, std::move(connection));
  return last_id_;
}

void Hub::remove(std::uint64_t connection) {
  std::shared_ptr<Connection> last;  // released after the lock
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  last = std::move(found->second);
  connections_.erase(found);
}

std::shared_ptr<Connection> Hub::find(std::uint64_t connection) {
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(connection);
  return found == connections_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Connection>> Hub::connections() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Connection>> all;
  for (const auto& [id, connection] : connections_) all.push_back(connection);
  return all;
}

void Hub::tell_refusal(const std::string& why) {
  if (refusals_.size() >= kRefusalsTold || !refusals_.insert(why).second) return;
  host.log(SR_LOG_WARN, "a request was refused: " + why);
  if (refusals_.size() == kRefusalsTold) {
    host.log(SR_LOG_WARN, "requests that are refused for further reasons are not logged");
  }
}

std::uint64_t Hub::expect(std::shared_ptr<HttpConnection> connection) {
  const std::lock_guard lock(mutex_);
  exchanges_.emplace(++last_id_, std::move(connection));
  return last_id_;
}

std::shared_ptr<HttpConnection> Hub::take(std::uint64_t exchange) {
  const std::lock_guard lock(mutex_);
  const auto found = exchanges_.find(exchange);
  if (found == exchanges_.end()) return nullptr;
  auto connection = std::move(found->second);
  exchanges_.erase(found);
  return connection;
}

}  // namespace sr::websocket
