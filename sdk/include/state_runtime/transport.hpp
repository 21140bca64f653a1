// state_runtime/transport.hpp - derive from sr::Transport to write a transport.
// What each function promises, and its thread rule, is in transport.h.
#pragma once

#include <algorithm>
#include <cstring>

#include "state_runtime/plugin.hpp"
#include "state_runtime/transport.h"

namespace sr {

// The host's callbacks, as calls. Any thread of the transport.
class TransportEvents {
 public:
  TransportEvents() = default;
  // A host of an older version gives fewer of them.
  explicit TransportEvents(const sr_transport_events& e) {
    std::memcpy(&e_, &e, std::min<std::size_t>(e.struct_size, sizeof e_));
  }
  void opened(std::uint64_t connection, const sr_peer& peer) const noexcept {
    e_.opened(e_.context, connection, &peer);
  }
  void message(std::uint64_t connection, std::string_view text) const noexcept {
    e_.message(e_.context, connection, str(text));
  }
  void writable(std::uint64_t connection) const noexcept { e_.writable(e_.context, connection); }
  void closed(std::uint64_t connection, std::string_view reason) const noexcept {
    e_.closed(e_.context, connection, str(reason));
  }
  void request(std::uint64_t exchange, const sr_request& request) const noexcept {
    e_.request(e_.context, exchange, &request);
  }
  void finished() const noexcept { e_.finished(e_.context); }
  void unread(std::uint64_t connection, std::string_view why) const noexcept {
    if (e_.unread != nullptr) e_.unread(e_.context, connection, str(why));
  }

 private:
  sr_transport_events e_{};
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual void start(const TransportEvents&) = 0;
  virtual std::string address() const = 0;
  // false: over the high-water mark, nothing was queued. Throws Failure(SR_NOT_FOUND).
  virtual bool send(std::uint64_t connection, std::string_view text) = 0;
  virtual void close(std::uint64_t connection, sr_close why, std::string_view reason) = 0;
  virtual void respond(std::uint64_t, const sr_response&) {
    unsupported("this transport carries no HTTP requests");
  }
  virtual void drain() noexcept = 0;
  virtual void stop() noexcept = 0;
};

namespace detail {

inline Transport& transport_of(sr_instance* i) noexcept { return *reinterpret_cast<Transport*>(i); }

template <>
struct InterfaceTraits<Transport> {
  static constexpr const char* kId = SR_TRANSPORT_ID;
  static constexpr sr_transport kVtable{
      .struct_size = sizeof(sr_transport),
      .start = [](sr_instance* i, const sr_transport_events* events, sr_error* error) noexcept {
        return guarded(error, [&] { transport_of(i).start(TransportEvents(*events)); });
      },
      .address = [](sr_instance* i, char* text, std::size_t capacity) noexcept -> std::size_t {
        std::size_t n = 0;
        guarded(nullptr, [&] { n = put(transport_of(i).address(), text, capacity); });
        return n;
      },
      .send = [](sr_instance* i, std::uint64_t connection, sr_str text, sr_error* error) noexcept {
        return guarded(error, [&] {
          if (!transport_of(i).send(connection, view(text))) {
            throw Failure(SR_EXHAUSTED, "the connection's send queue is full");
          }
        });
      },
      .close = [](sr_instance* i, std::uint64_t connection, sr_close why, sr_str reason) noexcept {
        guarded(nullptr, [&] { transport_of(i).close(connection, why, view(reason)); });
      },
      .respond = [](sr_instance* i, std::uint64_t exchange, const sr_response* response,
                    sr_error* error) noexcept {
        return guarded(error, [&] { transport_of(i).respond(exchange, *response); });
      },
      .drain = [](sr_instance* i) noexcept { transport_of(i).drain(); },
      .stop = [](sr_instance* i) noexcept { transport_of(i).stop(); },
  };
};

}  // namespace detail
}  // namespace sr
