// tests/plugins/transports/fake_host.h - a host that writes down what a transport tells it and
// lets a test wait for it. Any thread.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "host/plugins/options.h"
#include "host/plugins/transport.h"

namespace sr::host {

// The host's services, without an executor: transports do not use it.
struct Services {
  Services() {
    api.struct_size = sizeof api;
    api.log_enabled = [](sr_host*, std::int32_t) noexcept { return 1; };
    api.log = [](sr_host*, std::int32_t, sr_str message) noexcept {
      const std::lock_guard lock(mutex());
      lines().emplace_back(message.ptr, message.len);
    };
    api.post = [](sr_host*, void (*)(void*) noexcept, void*) noexcept {};
    api.post_after = [](sr_host*, std::uint64_t, void (*)(void*) noexcept, void*) noexcept {};
    api.get_extension = [](sr_host*, const char*) noexcept -> const void* { return nullptr; };
    serve_options(api);
  }
  // How often a line with these words has been logged since the process began.
  static std::size_t logged(const std::string& words) {
    const std::lock_guard lock(mutex());
    std::size_t n = 0;
    for (const auto& line : lines()) n += line.find(words) != std::string::npos;
    return n;
  }
  sr_host_api api{};

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::vector<std::string>& lines() {
    static std::vector<std::string> all;
    return all;
  }
};

class FakeHost : public TransportListener {
 public:
  void opened(std::uint64_t connection, Peer peer) override {
    note([&] { peers_[connection] = std::move(peer), order_.push_back(connection); });
  }
  void message(std::uint64_t connection, std::string text) override {
    if (on_message) on_message(connection, text);
    note([&] { messages_[connection].push_back(std::move(text)); });
  }
  void writable(std::uint64_t connection) override {
    note([&] { writable_.insert(connection); });
  }
  void closed(std::uint64_t connection, std::string reason) override {
    note([&] {
      EXPECT_FALSE(closed_.contains(connection)) << "closed twice";
      closed_[connection] = std::move(reason);
    });
  }
  void request(std::uint64_t exchange, HttpRequest request) override {
    if (on_request) on_request(exchange, request);
    note([&] { requests_.push_back(std::move(request)); });
  }
  void finished() override {
    note([&] { ++finished_; });
  }
  void unread(std::uint64_t connection, std::string why) override {
    note([&] { unread_[connection].push_back(std::move(why)); });
  }

  // The n-th connection that was opened.
  std::uint64_t connection(std::size_t n = 0) {
    wait([&] { return order_.size() > n; });
    const std::lock_guard lock(mutex_);
    return order_.at(n);
  }
  Peer peer(std::uint64_t connection) {
    const std::lock_guard lock(mutex_);
    return peers_.at(connection);
  }
  std::vector<std::string> messages(std::uint64_t connection, std::size_t at_least) {
    wait([&] { return messages_[connection].size() >= at_least; });
    const std::lock_guard lock(mutex_);
    return messages_[connection];
  }
  std::vector<std::string> unread(std::uint64_t connection, std::size_t at_least) {
    wait([&] { return unread_[connection].size() >= at_least; });
    const std::lock_guard lock(mutex_);
    return unread_[connection];
  }
  std::string reason(std::uint64_t connection) {
    wait([&] { return closed_.contains(connection); });
    const std::lock_guard lock(mutex_);
    return closed_.at(connection);
  }
  HttpRequest request(std::size_t n) {
    wait([&] { return requests_.size() > n; });
    const std::lock_guard lock(mutex_);
    return requests_.at(n);
  }
  void wait_writable(std::uint64_t connection) {
    wait([&] { return writable_.contains(connection); });
  }
  void wait_finished() {
    wait([&] { return finished_ > 0; });
  }
  std::size_t opened_count() {
    const std::lock_guard lock(mutex_);
    return order_.size();
  }
  std::size_t closed_count() {
    const std::lock_guard lock(mutex_);
    return closed_.size();
  }
  int finished_count() {
    const std::lock_guard lock(mutex_);
    return finished_;
  }

  std::function<void(std::uint64_t, const std::string&)> on_message;
  std::function<void(std::uint64_t, const HttpRequest&)> on_request;

 private:
  template <class Fn>
  void note(Fn&& fn) {
    {
      const std::lock_guard lock(mutex_);
      fn();
    }
    changed_.notify_all();
  }
  // A minute is for machines that hang; nothing here depends on it.
  template <class Fn>
  void wait(Fn&& fn) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::minutes(1), fn)) << "it never happened";
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Peer> peers_;
  std::vector<std::uint64_t> order_;
  std::map<std::uint64_t, std::vector<std::string>> messages_;
  std::map<std::uint64_t, std::vector<std::string>> unread_;
  std::map<std::uint64_t, std::string> closed_;
  std::set<std::uint64_t> writable_;
  std::vector<HttpRequest> requests_;
  int finished_ = 0;
};

inline Result<std::shared_ptr<Instance>> make_transport(const sr_plugin* plugin,
                                                        const std::vector<OptionInput>& given) {
  static const Services services;
  std::vector<OptionProblem> problems;
  const auto& component = *plugin->components[0];
  const auto options = Options::check(component, given, "/", problems);
  for (const auto& problem : problems) ADD_FAILURE() << problem.option << ": " << problem.what;
  return Instance::create(component, options, services.api, "transport test");
}

}  // namespace sr::host
