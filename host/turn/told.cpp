#include "host/turn/told.h"

#include "host/app/named_row.h"
#include "host/session/manifest.h"
#include "host/session/shown.h"
#include "host/turn/event_values.h"

namespace sr::host {
namespace {

constexpr std::size_t kLongestShown = 256;  // bytes of a text that is copied as a whole

void say(sql::Sources& sources, const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    sources.say(text);
    if (const auto day = words::day_at(text)) sources.show_day(*day);
  }
  if (value.is_number()) sources.show_number(value.dump());
}

void show(sql::Sources& sources, const Json& value) {
  if (value.is_number()) sources.show_number(value.dump());
  if (!value.is_string()) return;
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() <= kLongestShown) sources.show(text);
}

// As many rows as the model is told of.
void show_filled(sql::Sources& sources, const Json& filled) {
  if (!filled.is_array()) return show(sources, filled);
  std::size_t count = 0;
  for (const auto& row : filled) {
    if (count++ == kRowsTold) break;
    for (const auto& value : row) show(sources, value);
  }
}

// Values, and keys of the rows in which they stand (mentions.h).
void show_mentioned(sql::Sources& sources, const Json& mentions) {
  for (const auto& told : mentions) {
    if (told.size() < 2) continue;  // a name
    show(sources, told[0]);         // also the first of days, and below the one behind them
    if (told.size() > 2) show(sources, told[2]);
  }
}

// Where a person has moved to, by what.
void show_window(sql::Sources& sources, const Json& component) {
  const auto window = component.find("window");
  if (window == component.end() || !window->is_object()) return;
  show(sources, window->value("search", Json()));
  for (const auto& value : window->value("filters", Json::object())) show(sources, value);
}

}  // namespace

words::SpokenDays days_heard(const App& app, EventKind kind, const Json& payload,
                             const Mentions& on_screen, words::Day today) {
  if (kind == EventKind::kOpen) return words::days_in(app.prompt, today);
  if (kind != EventKind::kCommand) return {};
  return words::days_in(std::string_view(command_of(payload)).substr(0, sql::kMostSaid), today,
                        on_screen.days());
}

sql::Sources sources_of(const App& app, std::shared_ptr<const sql::KnownValues> known,
                        const Screen& screen, const Heard& heard, const History& history) {
  sql::Sources out(std::move(known));
  if (heard.kind == EventKind::kOpen) out.say(app.prompt);
  if (heard.kind == EventKind::kCommand && heard.payload.is_object()) {
    say(out, Json(command_of(heard.payload)));
    if (const auto row = named_row(heard.payload)) {
      for (const auto& value : row->key) show(out, value);
    }
  }
  out.say_days(heard.days.days);
  show_mentioned(out, heard.mentions);
  if (const auto* changed = history.last()) {
    for (const auto& value : changed->keys) show(out, value);
  }
  for (const auto& value : values_of(heard.kind, heard.payload)) say(out, value);
  for (const auto& binding : screen.bindings) {
    for (const auto& literal : binding.plan.literals) {
      literal.number ? out.show_number(literal.text) : out.show(literal.text);
    }
    const int place = component_index(screen.view, binding.component);
    if (place < 0) continue;
    const auto& component = screen.view["components"][static_cast<std::size_t>(place)];
    const auto filled = component.find(binding.property.fills);
    if (filled != component.end()) show_filled(out, *filled);
    show_window(out, component);
  }
  out.show_day(heard.today);
  return out;
}

}  // namespace sr::host
