#include <cmath>

#include "host/wire/message.h"

namespace sr::host::wire {
namespace {

std::string wire_text(const Json& message) {
  return message.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

double microseconds(double ms) { return std::round(ms * 1000.0) / 1000.0; }

// All that is known when the answer leaves.
Json timings_of(const Timings& timings) {
  Json out;
  for (const auto& step : kStepTimes) {
    if (step.ms != &Timings::settle) out[step.name] = microseconds(timings.*step.ms);
  }
  return out;
}

}  // namespace

std::string welcome(const std::string& session, const std::string& token, const std::string& epoch,
                    std::uint64_t seq, bool resume, const Json& screens) {
  Json m;
  m["type"] = "welcome";
  m["session"] = session;
  m["token"] = token;
  m["epoch"] = epoch;
  m["seq"] = seq;
  m["mode"] = resume ? "resume" : "snapshot";
  if (!screens.empty()) m["screens"] = screens;
  return wire_text(m);
}

std::string snapshot(std::uint64_t seq, const Json& view, const std::string& hash) {
  Json m;
  m["type"] = "snapshot";
  m["seq"] = seq;
  m["view"] = view;
  m["hash"] = hash;
  return wire_text(m);
}

std::string patch(std::uint64_t seq, const std::string& cause, const Json& ops,
                  const std::string& hash, const Timings* timings, const std::optional<Did>& did) {
  Json m;
  m["type"] = "patch";
  m["seq"] = seq;
  m["cause"] = cause;
  m["ops"] = ops;
  if (did) {
    auto& told = m["did"] = Json{{"says", did->says}};
    if (did->undo != 0) told["undo"] = did->undo;
    if (did->redo != 0) told["redo"] = did->redo;
  }
  if (timings != nullptr) m["timings"] = timings_of(*timings);
  if (!hash.empty()) m["hash"] = hash;
  return wire_text(m);
}

std::string ack(const std::string& id, const char* status, std::uint64_t seq) {
  Json m;
  m["type"] = "ack";
  m["id"] = id;
  m["status"] = status;
  m["seq"] = seq;
  return wire_text(m);
}

std::string error(const char* code, const std::string& message, const std::string& id,
                  bool retryable) {
  Json m;
  m["type"] = "error";
  m["code"] = code;
  m["message"] = message;
  if (!id.empty()) m["id"] = id;
  m["retryable"] = retryable;
  return wire_text(m);
}

std::string preview(const std::string& cause, const Json& ops) {
  Json m;
  m["type"] = "preview";
  m["cause"] = cause;
  m["ops"] = ops;
  return wire_text(m);
}

std::string drain(std::uint64_t after_ms) {
  Json m;
  m["type"] = "drain";
  m["afterMs"] = after_ms;
  return wire_text(m);
}

}  // namespace sr::host::wire
