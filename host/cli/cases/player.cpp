#include "host/cli/cases/player.h"

#include "host/base/start_error.h"
#include "host/session/log_text.h"
#include "host/session/proposal.h"

namespace sr::host {
namespace {

// Longer than a turn may take with all of its attempts.
constexpr auto kPatience = std::chrono::minutes(10);
// Between two tries of a client that was told to slow down, as often as that is tried.
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr int kTries = 100;

// What the page sends for a button of a row: as the screen says it, or null when there is none.
Json pressed(const CaseStep& step, const Json& view) {
  for (const auto& component : view.value("components", Json::array())) {
    if (component.value("id", "") != step.component_id || !component.contains("key")) continue;
    const auto key = component["key"].get<std::string>();
    for (const auto& row : component.value("rows", Json::array())) {
      bool found = true;
      for (const auto& [column, value] : step.row.items()) {
        found = found && row.value(column, Json()) == value;
      }
      if (!found) continue;
      for (const auto& action : component.value("actions", Json::array())) {
        if (action["user_action"] != step.action) continue;
        return {{"user_action", step.action}, {action["param"].get<std::string>(), row[key]}};
      }
    }
  }
  return nullptr;
}

Json message(const CaseStep& step, const std::string& id) {
  Json m;
  m["type"] = "event";
  m["id"] = id;
  switch (step.event) {
    case CaseStep::Event::kClick:
    case CaseStep::Event::kPress:
      m["kind"] = "click";
      break;
    case CaseStep::Event::kSubmit:
      m["kind"] = "submit";
      break;
    case CaseStep::Event::kScreen:
      m["kind"] = "screen";
      break;
    case CaseStep::Event::kUndo:
      m["kind"] = "undo";
      break;
    case CaseStep::Event::kRedo:
      m["kind"] = "redo";
      break;
    case CaseStep::Event::kApply:
      m["kind"] = "apply";
      break;
    case CaseStep::Event::kCancel:
      m["kind"] = "cancel";
      break;
    default:
      m["kind"] = "command";
      break;
  }
  if (!step.component_id.empty()) m["componentId"] = step.component_id;
  m["payload"] = step.payload;
  if (step.base_seq) m["baseSeq"] = *step.base_seq;
  return m;
}

}  // namespace

Stage::Stage(asio::io_context& io, Parts parts, Loopback& loopback)
    : store_(parts.store), app_(parts.app), loopback_(loopback), runtime_(io, std::move(parts)) {
  or_start_error(runtime_.start());
  thread_ = std::thread([this] { runtime_.run(); });
}

Stage::~Stage() {
  runtime_.stop();
  thread_.join();
}

Player::Player(Stage& stage) : stage_(stage), connection_(stage.loopback().connect()) {}

// Again while the host says that it comes too fast.
Reply Player::open() {
  opened_ = true;
  for (int tries = 1;; ++tries) {
    stage_.loopback().say(connection_, R"({"type":"hello"})");
    auto reply = listen("open");
    if (reply.error != "overloaded" || tries == kTries) return reply;
    std::this_thread::sleep_for(kPause);
  }
}

Reply Player::play(const CaseStep& step) {
  if (step.event == CaseStep::Event::kOpen) return open();
  if (!opened_ && step.event != CaseStep::Event::kRaw) {
    if (auto reply = open(); !reply.trouble.empty()) return reply;
  }
  if (step.event == CaseStep::Event::kRaw) {
    stage_.loopback().say(connection_, step.raw);
    return listen("");
  }
  if (step.event == CaseStep::Event::kOutside) {
    stage_.another_program(step.outside);
    return listen("");
  }
  auto event = step;
  if (step.event == CaseStep::Event::kApply || step.event == CaseStep::Event::kCancel) {
    const auto seq = shown_proposal(view_.view());
    if (seq == 0) {
      Reply nothing;
      nothing.trouble = "there is no proposal on screen";
      return nothing;
    }
    event.payload.begin().value() = seq;
  }
  if (step.event == CaseStep::Event::kPress) {
    event.payload = pressed(step, view_.view());
    if (event.payload.is_null()) {
      Reply nothing;
      nothing.trouble = "there is no row " + compact(step.row) + " with a button " + step.action +
                        " in " + step.component_id;
      return nothing;
    }
  }
  return send(event);
}

void Player::apply(const CaseStep& step, Reply& reply) {
  if (step.event != CaseStep::Event::kCommand || shown_proposal(view_.view()) == 0) return;
  CaseStep decision;
  decision.event = CaseStep::Event::kApply;
  decision.payload = {{"apply", "last"}};
  reply = play(decision);
}

// Sends it, again while the host says that it comes too fast.
Reply Player::send(const CaseStep& step) {
  const auto id = step.id.empty() ? "step-" + std::to_string(++steps_) : step.id;
  for (int tries = 1;; ++tries) {
    stage_.loopback().say(connection_, compact(message(step, id)));
    auto reply = listen(id);
    const bool too_fast = reply.error == "overloaded" && step.error != "overloaded";
    if (!too_fast || tries == kTries) return reply;
    std::this_thread::sleep_for(kPause);
  }
}

// Takes messages in until the turn with this id is over; any turn when it is empty.
Reply Player::listen(const std::string& id) {
  Reply reply;
  for (;;) {
    const auto text = stage_.loopback().next(connection_, kPatience);
    if (!text) {
      reply.trouble = "the server did not answer in time";
      return reply;
    }
    const Json m = Json::parse(*text);
    if (auto taken = view_.take(m); !taken) {
      reply.trouble = taken.error().text();
      return reply;
    }
    const auto type = m["type"].get<std::string>();
    if (type == "ack" && (id.empty() || m["id"] == id)) {
      reply.ack = m["status"].get<std::string>();
    }
    if (type == "patch" && (id.empty() ? m["cause"] != "open" : m["cause"] == id)) {
      reply.ops = m["ops"];
      return reply;
    }
    const auto about = m.value("id", std::string());  // of what a hello is refused for: none
    if (type == "error" && (id.empty() || about == id || (id == "open" && about.empty()))) {
      reply.error = m["code"].get<std::string>();
      reply.error_message = m["message"].get<std::string>();
      return reply;
    }
  }
}

}  // namespace sr::host
