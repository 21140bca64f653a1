#include "host/runtime/services.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "host/observe/log.h"
#include "host/plugins/options.h"

namespace sr::host {
namespace {

namespace asio = boost::asio;
using PluginFn = void (*)(void*) noexcept;

asio::io_context& io_of(sr_host* host) noexcept { return *reinterpret_cast<asio::io_context*>(host); }

}  // namespace

Services::Services(asio::io_context& io) {
  api_.struct_size = sizeof(api_);
  api_.host = reinterpret_cast<sr_host*>(&io);
  serve_log(api_);
  serve_options(api_);
  api_.post = [](sr_host* host, PluginFn fn, void* arg) noexcept {
    asio::post(io_of(host), [fn, arg] { fn(arg); });
  };
  api_.post_after = [](sr_host* host, std::uint64_t ms, PluginFn fn, void* arg) noexcept {
    auto timer = std::make_shared<asio::steady_timer>(io_of(host), std::chrono::milliseconds(ms));
    timer->async_wait([timer, fn, arg](const auto& error) {
      if (!error) fn(arg);
    });
  };
  api_.get_extension = [](sr_host*, const char*) noexcept -> const void* { return nullptr; };
}

}  // namespace sr::host
