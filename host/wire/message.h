// host/wire/message.h - the messages of sr.v1 (docs/protocol.md), read and written.
//
// Pure functions; any thread. parse() takes hostile text: whatever is wrong comes back as one
// sentence and an error code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "host/base/json.h"
#include "host/turn/event.h"

namespace sr::host::wire {

inline constexpr const char* kProtocol = "sr.v1";

struct Hello {
  std::string session, token, epoch;  // empty: not given
  std::uint64_t last_seq = 0;
};
struct EventMessage {
  Event event;
};
struct Ack {
  std::uint64_t seq = 0;
};
struct Resync {
  std::string reason;
};
struct Bad {
  const char* code;     // "bad_message", "bad_event"
  std::string message;
  std::string id;       // of the event, when it could be read
};
using Message = std::variant<Hello, EventMessage, Ack, Resync, Bad>;

Message parse(std::string_view text);

// `screens`: those that may be asked for, [{"name","label"}, …].
std::string welcome(const std::string& session, const std::string& token, const std::string& epoch,
                    std::uint64_t seq, bool resume, const Json& screens);
std::string snapshot(std::uint64_t seq, const Json& view, const std::string& hash);
std::string patch(std::uint64_t seq, const std::string& cause, const Json& ops,
                  const std::string& hash, const Timings* timings,
                  const std::optional<Did>& did = std::nullopt);
std::string ack(const std::string& id, const char* status, std::uint64_t seq);
std::string error(const char* code, const std::string& message, const std::string& id,
                  bool retryable);
std::string preview(const std::string& cause, const Json& ops);
std::string drain(std::uint64_t after_ms);

}  // namespace sr::host::wire
