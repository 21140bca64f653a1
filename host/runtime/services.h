// host/runtime/services.h - what the host offers to plugins: sr_host_api, filled in.
//
// Must outlive every instance. Its callbacks may be called from any thread.
#pragma once

#include <boost/asio/io_context.hpp>

#include "state_runtime/abi.h"

namespace sr::host {

class Services {
 public:
  explicit Services(boost::asio::io_context& io);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  const sr_host_api& api() const { return api_; }

 private:
  sr_host_api api_{};
};

}  // namespace sr::host
