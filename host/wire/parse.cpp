#include "host/app/named_row.h"
#include "host/base/ids.h"
#include "host/wire/message.h"

namespace sr::host::wire {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxId = 128;

// Nesting is bounded before anything recursive sees the text.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

// Not every store can keep it, no statement can spell it, and nobody needs it in a name.
bool holds_nul(const std::string& text) { return text.find('\0') != std::string::npos; }

bool holds_nul(const Json& value) {
  if (value.is_string()) return holds_nul(value.get_ref<const std::string&>());
  if (!value.is_structured()) return false;
  for (const auto& [name, member] : value.items()) {
    if (holds_nul(name) || holds_nul(member)) return true;
  }
  return false;
}

constexpr const char* kNul = "an event must not hold the character U+0000";

// Reads members of one message; the first mistake is kept.
class Reader {
 public:
  explicit Reader(const Json& message) : message_(message) {}

  std::string text(const char* name, bool required) {
    const auto found = message_.find(name);
    if (found == message_.end() || (found->is_null() && !required)) {
      if (required) wrong(std::string("the member \"") + name + "\" is missing");
      return {};
    }
    if (!found->is_string()) {
      wrong(std::string("the member \"") + name + "\" must be a string");
      return {};
    }
    return found->get<std::string>();
  }

  std::optional<std::uint64_t> number(const char* name, bool required) {
    const auto found = message_.find(name);
    if (found == message_.end() || (found->is_null() && !required)) {
      if (required) wrong(std::string("the member \"") + name + "\" is missing");
      return std::nullopt;
    }
    if (!found->is_number_unsigned()) {
      wrong(std::string("the member \"") + name + "\" must be a whole number of at least 0");
      return std::nullopt;
    }
    return found->get<std::uint64_t>();
  }

  void wrong(std::string what) {
    if (mistake_.empty()) mistake_ = std::move(what);
  }
  const std::string& mistake() const { return mistake_; }

 private:
  const Json& message_;
  std::string mistake_;
};

// An id for an event that came without one.
void give_id(Event& event) {
  event.id = random_id(16);
  event.made_here = true;
}

bool names_change(const Json& which) { return which == "last" || which.is_number_unsigned(); }

// A command's payload is {"command":…}, a submit's {"submit":…,"values":{…}}, a screen's
// {"screen":…}, a window's {"component":…, …}, an undo's {"undo":…}, a click's any object.
std::string payload_mistake(const Event& event) {
  const auto& payload = event.payload;
  if (event.kind == EventKind::kCommand &&
      !(payload.contains("command") && payload["command"].is_string())) {
    return R"(a command's payload must be {"command":"…"})";
  }
  if (event.kind == EventKind::kCommand) return row_mistake(payload);
  if (event.kind == EventKind::kScreen &&
      !(payload.contains("screen") && payload["screen"].is_string())) {
    return R"(a screen's payload must be {"screen":"<name>"})";
  }
  for (const char* name : {"apply", "cancel"}) {
    if (event.kind != event_kind(name) || payload.value(name, Json()).is_number_unsigned()) continue;
    return std::string("the payload of ") + name + " must be {\"" + name + "\":<seq of the proposal>}";
  }
  for (const char* name : {"undo", "redo"}) {
    if (event.kind != event_kind(name) || names_change(payload.value(name, Json()))) continue;
    return std::string("the payload of ") + name + " must be {\"" + name + "\":\"last\"} or {\"" + name +
           "\":<seq>}";
  }
  if (event.kind == EventKind::kWindow &&
      !(payload.contains("component") && payload["component"].is_string())) {
    return R"(a window's payload must be {"component":"<component id>",…})";
  }
  if (event.kind == EventKind::kSubmit && !(payload.contains("submit") && payload["submit"].is_string() &&
                                            payload.contains("values") && payload["values"].is_object())) {
    return R"(a submit's payload must be {"submit":"<component id>","values":{…}})";
  }
  return {};
}

Message event_message(const Json& message) {
  Reader reader(message);
  EventMessage out;
  out.event.id = reader.text("id", true);
  if (!reader.mistake().empty()) return Bad{"bad_message", reader.mistake(), {}};
  if (holds_nul(out.event.id)) {
    return Bad{"bad_event", "an event's id must not hold the character U+0000", out.event.id};
  }
  if (out.event.id.empty() || out.event.id.size() > kMaxId) {
    return Bad{"bad_message", "an event's id must have 1 to 128 bytes", {}};
  }
  const auto kind = reader.text("kind", true);
  out.event.component = reader.text("componentId", false);
  out.event.base_seq = reader.number("baseSeq", false);
  const auto payload = message.find("payload");
  if (payload == message.end() || !payload->is_object()) {
    reader.wrong("the member \"payload\" must be an object");
  } else {
    out.event.payload = *payload;
  }
  if (!reader.mistake().empty()) return Bad{"bad_message", reader.mistake(), out.event.id};
  if (holds_nul(out.event.component) || holds_nul(out.event.payload)) {
    return Bad{"bad_event", kNul, out.event.id};
  }

  const auto known = event_kind(kind);
  if (!known || *known == EventKind::kOpen) {
    return Bad{"bad_event", "unknown event kind \"" + kind + "\"; known: click, submit, command, screen, window, undo, redo, apply, cancel",
               out.event.id};
  }
  out.event.kind = *known;
  if (auto wrong = payload_mistake(out.event); !wrong.empty()) {
    return Bad{"bad_event", wrong, out.event.id};
  }
  if (out.event.kind == EventKind::kWindow) {
    out.event.component = out.event.payload["component"].get<std::string>();
  }
  if (out.event.kind == EventKind::kSubmit && out.event.component.empty()) {
    out.event.component = out.event.payload["submit"].get<std::string>();
  }
  return out;
}

// The bare messages: {"user_action":…, …} and {"command":…}.
std::optional<Message> bare_message(const Json& message) {
  EventMessage out;
  if (message.contains("user_action") && message["user_action"].is_string()) {
    out.event.kind = EventKind::kClick;
  } else if (message.contains("command") && message["command"].is_string()) {
    out.event.kind = EventKind::kCommand;
  } else {
    return std::nullopt;
  }
  if (holds_nul(message)) return Bad{"bad_event", kNul, {}};
  if (out.event.kind == EventKind::kCommand) {
    if (auto wrong = row_mistake(message); !wrong.empty()) return Bad{"bad_event", wrong, {}};
  }
  out.event.payload = message;
  give_id(out.event);
  return out;
}

}  // namespace

Message parse(std::string_view text) {
  if (too_deep(text)) return Bad{"bad_message", "the message is nested deeper than 64 levels", {}};
  const Json message = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (message.is_discarded()) return Bad{"bad_message", "the message is not JSON", {}};
  if (!message.is_object()) return Bad{"bad_message", "the message is not a JSON object", {}};
  if (!message.contains("type")) {
    if (auto bare = bare_message(message)) return std::move(*bare);
  }
  Reader reader(message);
  const auto type = reader.text("type", true);
  if (!reader.mistake().empty()) return Bad{"bad_message", reader.mistake(), {}};
  if (type == "event") return event_message(message);

  if (type == "hello") {
    Hello hello{reader.text("session", false), reader.text("token", false),
                reader.text("epoch", false), reader.number("lastSeq", false).value_or(0)};
    if (holds_nul(hello.session)) reader.wrong("a session's name must not hold the character U+0000");
    if (reader.mistake().empty()) return hello;
  } else if (type == "ack") {
    Ack ack{reader.number("seq", true).value_or(0)};
    if (reader.mistake().empty()) return ack;
  } else if (type == "resync") {
    Resync resync{reader.text("reason", false)};
    if (reader.mistake().empty()) return resync;
  } else {
    reader.wrong("unknown message type \"" + type + "\"; known: hello, event, ack, resync");
  }
  return Bad{"bad_message", reader.mistake(), {}};
}

}  // namespace sr::host::wire
