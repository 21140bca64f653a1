#include "host/runtime/loopback.h"

#include "host/base/start_error.h"
#include "host/plugins/options.h"

namespace sr::host {

std::pair<LoadedTransport, Loopback*> Loopback::make(const sr_host_api& api) {
  std::vector<OptionProblem> none;
  const auto options = Options::check(sr::component<Loopback>, {}, {}, none);
  auto instance = or_start_error(
      Instance::create(sr::component<Loopback>, options, api, "transport loopback"));
  auto* loopback = static_cast<Loopback*>(reinterpret_cast<sr::Transport*>(instance->get()));
  return {LoadedTransport(std::move(instance)), loopback};
}

void Loopback::start(const sr::TransportEvents& events) { events_ = events; }

std::uint64_t Loopback::connect(const std::string& address) {
  std::uint64_t id = 0;
  {
    std::lock_guard lock(mutex_);
    id = ++last_;
    inboxes_[id];
  }
  sr_peer peer{};
  peer.struct_size = sizeof(peer);
  peer.address = str(address);
  events_.opened(id, peer);
  return id;
}

void Loopback::say(std::uint64_t connection, std::string_view text) {
  events_.message(connection, text);
}

std::optional<std::string> Loopback::next(std::uint64_t connection,
                                          std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] {
    const auto inbox = inboxes_.find(connection);
    return inbox == inboxes_.end() || !inbox->second.open || !inbox->second.messages.empty();
  };
  if (!arrived_.wait_for(lock, timeout, ready)) return std::nullopt;
  const auto inbox = inboxes_.find(connection);
  if (inbox == inboxes_.end() || inbox->second.messages.empty()) return std::nullopt;
  auto text = std::move(inbox->second.messages.front());
  inbox->second.messages.pop_front();
  return text;
}

void Loopback::disconnect(std::uint64_t connection) {
  {
    std::lock_guard lock(mutex_);
    const auto inbox = inboxes_.find(connection);
    if (inbox == inboxes_.end()) return;
    const bool open = inbox->second.open;
    inboxes_.erase(inbox);
    if (!open) return;  // told already
  }
  arrived_.notify_all();
  events_.closed(connection, "the client left");
}

bool Loopback::send(std::uint64_t connection, std::string_view text) {
  {
    std::lock_guard lock(mutex_);
    const auto inbox = inboxes_.find(connection);
    if (inbox == inboxes_.end() || !inbox->second.open) {
      throw sr::Failure(SR_NOT_FOUND, "the connection is closed");
    }
    inbox->second.messages.emplace_back(text);
  }
  arrived_.notify_all();
  return true;
}

void Loopback::close(std::uint64_t connection, sr_close, std::string_view reason) {
  {
    std::lock_guard lock(mutex_);
    const auto inbox = inboxes_.find(connection);
    if (inbox == inboxes_.end() || !std::exchange(inbox->second.open, false)) return;
  }
  arrived_.notify_all();
  events_.closed(connection, reason);
}

void Loopback::stop() noexcept {
  std::lock_guard lock(mutex_);
  for (auto& [id, inbox] : inboxes_) inbox.open = false;
  arrived_.notify_all();
}

}  // namespace sr::host
