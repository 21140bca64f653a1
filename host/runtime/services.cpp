#include "host/runtime/services.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <utility>

#include "host/observe/log.h"
#include "host/plugins/options.h"

namespace sr::host {
namespace {

namespace asio = boost::asio;
using PluginFn = void (*)(void*) noexcept;

Services& of(sr_host* host) noexcept { return *reinterpret_cast<Services*>(host); }

}  // namespace

Services::Services(asio::io_context& io, Say say) : io_(io) {
  api_.struct_size = sizeof(api_);
  api_.host = reinterpret_cast<sr_host*>(this);
  if (say == Say::kLog) {
    serve_log(api_);
  } else {
    keep_said();
  }
  serve_options(api_);
  api_.post = [](sr_host* host, PluginFn fn, void* arg) noexcept {
    asio::post(of(host).io_, [fn, arg] { fn(arg); });
  };
  api_.post_after = [](sr_host* host, std::uint64_t ms, PluginFn fn, void* arg) noexcept {
    auto timer = std::make_shared<asio::steady_timer>(of(host).io_, std::chrono::milliseconds(ms));
    timer->async_wait([timer, fn, arg](const auto& error) {
      if (!error) fn(arg);
    });
  };
  api_.get_extension = [](sr_host*, const char*) noexcept -> const void* { return nullptr; };
}

void Services::keep_said() {
  api_.log_enabled = [](sr_host*, std::int32_t level) noexcept -> int {
    return level >= SR_LOG_WARN;
  };
  api_.log = [](sr_host* host, std::int32_t level, sr_str message) noexcept {
    if (level < SR_LOG_WARN) return;
    auto& self = of(host);
    const std::lock_guard lock(self.mutex_);
    self.said_.emplace_back(message.ptr, message.len);
  };
}

std::vector<std::string> Services::take_said() {
  const std::lock_guard lock(mutex_);
  return std::exchange(said_, {});
}

}  // namespace sr::host
