#include "host/wire/client_view.h"

#include "host/patch/patch.h"

namespace sr::host::wire {

Status ClientView::compare(const Json& message) const {
  if (!message.contains("hash")) return {};
  const auto expected = message["hash"].get<std::string>();
  const auto actual = patch::view_hash(view_);
  if (actual == expected) return {};
  return Error{SR_CORRUPT, "client",
               "the view after seq " + std::to_string(seq_) + " has the hash " + actual +
                   ", the server says " + expected, {}};
}

Status ClientView::take(const Json& message) {
  const auto type = message.value("type", std::string());
  if (type == "welcome") {
    session_ = message["session"].get<std::string>();
    token_ = message["token"].get<std::string>();
    epoch_ = message["epoch"].get<std::string>();
  } else if (type == "snapshot") {
    view_ = message["view"];
    seq_ = message["seq"].get<std::uint64_t>();
    return compare(message);
  } else if (type == "patch") {
    const auto seq = message["seq"].get<std::uint64_t>();
    if (message["ops"].empty()) return {};
    if (seq <= seq_) {
      return Error{SR_CONFLICT, "client",
                   "patch " + std::to_string(seq) + " came after " + std::to_string(seq_), {}};
    }
    auto next = patch::apply(view_, message["ops"]);
    if (!next) return std::move(next).error();
    view_ = std::move(*next);
    seq_ = seq;
    return compare(message);
  }
  return {};
}

}  // namespace sr::host::wire
