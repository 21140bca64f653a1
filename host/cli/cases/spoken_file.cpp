#include "host/cli/cases/spoken_file.h"

#include <algorithm>

#include "host/app/actions.h"
#include "host/app/policy_reader.h"
#include "host/cli/cases/kinds.h"
#include "host/cli/cases/spoken_screens.h"
#include "host/config/read.h"
#include "host/plugins/words.h"
#include "host/sql/names.h"

namespace sr::host {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

const std::vector<std::string> kSpeech = {"say", "click", "submit"};
// In the order of Effect::Kind.
const std::vector<std::string> kEffects = {"show", "number", "do", "choose", "undo", "refuse"};
const std::vector<std::string> kReasons = {"not_allowed", "unknown", "ambiguous", "nothing_to_do",
                                           "not_understood"};

// One text, or a list of them.
std::vector<std::string> texts(const Node& node, Diagnostics& diagnostics) {
  if (node.is_sequence()) {
    return config::read_list(node, diagnostics).value_or(std::vector<std::string>());
  }
  const auto text = config::read_string(node, diagnostics);
  return text ? std::vector<std::string>{*text} : std::vector<std::string>();
}

// The one of these keys that the mapping has; nullptr, and reported, when it is none or several.
const config::Member* only_one(const Node& node, MapReader& map,
                               const std::vector<std::string>& keys, const std::string& what,
                               Diagnostics& diagnostics) {
  const config::Member* found = nullptr;
  for (const auto& key : keys) {
    if (map.optional(key) == nullptr) continue;
    const auto* member = node.member(key);
    if (found != nullptr) {
      diagnostics.error(member->key_at, what + " is one of " + listed(keys) + "; \"" + found->key +
                                            "\" stands here already");
      return nullptr;
    }
    found = member;
  }
  if (found == nullptr)
    diagnostics.error(node.at, node.path + " has no " + what + ", which is one of " + listed(keys));
  return found;
}

class TurnReader {
 public:
  TurnReader(const Node& node, const App& app, Diagnostics& diagnostics)
      : node_(node), app_(app), diagnostics_(diagnostics) {}

  SpokenTurn read() {
    out_.at = node_.at;
    MapReader map(node_, diagnostics_, node_.path);
    if (!node_.is_map()) return std::move(out_);
    if (const auto* event = only_one(node_, map, kSpeech, "event", diagnostics_))
      read_event(*event);
    if (const auto* kind = map.required("kind", "what it is counted by")) {
      out_.kind = config::read_choice(*kind, diagnostics_, all_kinds()).value_or("");
    }
    if (const auto* on = map.optional("on")) {
      out_.on = config::read_string(*on, diagnostics_).value_or("");
      if (!out_.on.empty() && app_.screen(out_.on) == nullptr) {
        diagnostics_.error(on->at, "there is no screen \"" + out_.on + "\"");
      }
    }
    out_.effects.push_back(read_effect(node_, map));
    if (const auto* others = map.optional("or")) read_others(*others);
    map.finish();
    return std::move(out_);
  }

 private:
  void read_event(const config::Member& member) {
    auto& event = out_.event;
    event.at = member.key_at;
    const auto& node = member.value;
    if (member.key == "say") {
      out_.said = config::read_string(node, diagnostics_).value_or("");
      event.event = CaseStep::Event::kCommand;
      event.payload = {{"command", out_.said}};
      return;
    }
    out_.said = member.key + " " + config::to_json(node).dump();
    MapReader map(node, diagnostics_, node.path);
    if (member.key == "click") {
      event.event = CaseStep::Event::kClick;
      event.payload = config::to_json(node);
      if (node.is_map()) map.required("user_action", "the button's name");
      for (const auto& m : node.members) map.optional(m.key);
    } else {
      event.event = CaseStep::Event::kSubmit;
      if (const auto* id = map.required("component", "the id of the form")) {
        event.component_id = config::read_string(*id, diagnostics_).value_or("");
      }
      event.payload = {{"submit", event.component_id}, {"values", Json::object()}};
      if (const auto* values = map.required("values", "the fields that were changed")) {
        MapReader(*values, diagnostics_, values->path);
        event.payload["values"] = config::to_json(*values);
      }
    }
    map.finish();
  }

  Effect read_effect(const Node& node, MapReader& map) {
    Effect out;
    out.at = node.at;
    const auto* also = map.optional("also");
    const auto* empty = map.optional("empty");
    const auto* member = only_one(node, map, kEffects, "effect", diagnostics_);
    if (also != nullptr) out.also = texts(*also, diagnostics_);
    if (empty != nullptr) out.empty = config::read_bool(*empty, diagnostics_).value_or(false);
    if (member == nullptr) return out;
    out.at = member->key_at;
    out.kind = static_cast<Effect::Kind>(std::find(kEffects.begin(), kEffects.end(), member->key) -
                                         kEffects.begin());
    if (out.kind == Effect::Kind::kUndo) {
      if (!config::read_bool(member->value, diagnostics_).value_or(true)) {
        diagnostics_.error(member->value.at, "write undo: true, or another effect");
      }
    } else if (out.kind == Effect::Kind::kRefuse) {
      out.reasons = texts(member->value, diagnostics_);
      for (const auto& reason : out.reasons) {
        if (std::find(kReasons.begin(), kReasons.end(), reason) != kReasons.end()) continue;
        diagnostics_.error(member->value.at,
                           "refuse is one of " + listed(kReasons) + ", not \"" + reason + "\"",
                           nearest(reason, kReasons));
      }
    } else {
      out.sql = texts(member->value, diagnostics_);
      if (out.kind != Effect::Kind::kDo && out.sql.size() > 1) {
        diagnostics_.error(member->value.at, member->key + " is one query; more stand in also");
      }
    }
    return out;
  }

  void read_others(const Node& node) {
    const auto read = [&](const Node& item) {
      MapReader map(item, diagnostics_, item.path);
      if (!item.is_map()) return;
      out_.effects.push_back(read_effect(item, map));
      map.finish();
    };
    if (!node.is_sequence()) return read(node);
    for (const auto& item : node.items) read(item);
  }

  const Node& node_;
  const App& app_;
  Diagnostics& diagnostics_;
  SpokenTurn out_;
};

Talk read_talk(const Node& node, const App& app, Diagnostics& diagnostics) {
  const auto* talk = node.get("talk");
  if (talk == nullptr) return {TurnReader(node, app, diagnostics).read()};
  MapReader map(node, diagnostics, node.path);
  map.optional("talk");
  map.finish();
  Talk out;
  if (!talk->is_sequence() || talk->items.size() < 2) {
    diagnostics.error(talk->at, talk->path + " must be a list of two turns at least");
    return out;
  }
  for (const auto& item : talk->items) out.push_back(TurnReader(item, app, diagnostics).read());
  if (!out.front().effects.empty() && out.front().effects[0].kind == Effect::Kind::kUndo) {
    diagnostics.error(out.front().at, "there is nothing to undo before the first turn");
  }
  return out;
}

// As in app.yaml, where the tables stand one level lower.
sql::Policy policy_of(const Node& node, const App& base, Diagnostics& diagnostics) {
  Node whole;
  whole.kind = Node::Kind::kMap;
  whole.at = node.at;
  whole.path = "policy";
  whole.members.push_back({"tables", node.at, node});
  auto out = base.policy;
  out.tables = read_policy(whole, diagnostics).tables;
  return out;
}

// The day that an app's prompt says it is; else one from the middle of those in its rows.
words::Day day_of_prompt(std::string_view prompt, std::string_view seed) {
  constexpr words::Day kSome = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  constexpr std::string_view kToday = "today";
  const auto at = sql::lower_ascii(prompt).find(kToday);
  const auto behind = at == prompt.npos ? std::string_view() : prompt.substr(at + kToday.size());
  for (const auto text : {behind, prompt}) {
    for (const auto& days : words::days_in(text, kSome).days) {
      if (days.is_day() && days.first != kSome) return days.first;
    }
  }
  std::vector<words::Day> found;
  for (auto quote = seed.find('\''); quote != seed.npos; quote = seed.find('\'', quote + 1)) {
    if (const auto day = words::day_at(seed.substr(quote + 1))) found.push_back(*day);
  }
  std::sort(found.begin(), found.end());
  return found.empty() ? kSome : found[found.size() / 2];
}

}  // namespace

bool is_spoken(const Node& root) { return root.is_map() && root.get("events") != nullptr; }

SpokenApp read_spoken(const Node& root, const std::filesystem::path& file, const App& base,
                      Diagnostics& diagnostics) {
  SpokenApp out;
  out.file = file;
  out.at = root.at;
  auto& app = out.app;
  app.folder = base.folder;
  app.components = base.components;
  app.routes = base.routes;
  app.mentions = base.mentions;
  MapReader map(root, diagnostics, "an app with what is said to it");
  const auto text = [&](const char* key, const char* hint, std::string& value) {
    const auto* node = map.required(key, hint);
    if (node != nullptr) value = config::read_string(*node, diagnostics).value_or("");
    return node;
  };
  if (const auto* name = text("app", "the file's name", app.name); !app.name.empty()) {
    config::check_name(app.name, name->at, "app", diagnostics);
  }
  app.title = app.name;
  std::string trade, voice;
  text("trade", "what it is for", trade);
  text("voice", "how its people speak", voice);
  text("prompt", "what the model is told", app.prompt);
  text("schema", "the tables", out.schema);
  text("seed", "their first rows", out.seed);
  app.today = day_of_prompt(app.prompt, out.seed);
  if (const auto* node = map.required("policy", "what is allowed, by table")) {
    app.policy = policy_of(*node, base, diagnostics);
  }
  if (const auto* node = map.required("screens", "home, and others")) {
    app.screens = read_spoken_screens(*node, app, diagnostics);
    app.routes[EventKind::kScreen].targets.clear();
  }
  if (const auto* node = map.optional("actions")) app.actions = read_actions(*node, diagnostics);
  if (const auto* events = map.required("events", "what is said, each with its effect")) {
    if (!events->is_sequence()) {
      diagnostics.error(events->at, "events must be a list, not " + config::shown(*events));
    }
    for (const auto& item : events->items) out.talks.push_back(read_talk(item, app, diagnostics));
  }
  map.finish();
  return out;
}

}  // namespace sr::host
