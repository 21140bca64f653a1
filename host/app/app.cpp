#include "host/app/app.h"

namespace sr::host {

const char* to_string(EventKind kind) {
  switch (kind) {
    case EventKind::kOpen: return "open";
    case EventKind::kClick: return "click";
    case EventKind::kSubmit: return "submit";
    case EventKind::kCommand: return "command";
    case EventKind::kScreen: return "screen";
    case EventKind::kWindow: return "window";
    case EventKind::kUndo: return "undo";
    case EventKind::kRedo: return "redo";
    case EventKind::kApply: return "apply";
    case EventKind::kCancel: return "cancel";
  }
  return "";
}

const char* to_string(Target target) {
  switch (target) {
    case Target::kManifest: return "UIStateManifest";
    case Target::kAction: return "DatabaseAction";
    case Target::kPatch: return "UIPatch";
    case Target::kRefusal: return "Refusal";
    case Target::kUndo: return "Undo";
    case Target::kRedo: return "Redo";
  }
  return "";
}

std::optional<EventKind> event_kind(std::string_view name) {
  for (const auto kind : {EventKind::kOpen, EventKind::kClick, EventKind::kSubmit,
                          EventKind::kCommand, EventKind::kScreen, EventKind::kWindow,
                          EventKind::kUndo, EventKind::kRedo, EventKind::kApply, EventKind::kCancel}) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

bool writes(Target target) {
  return target == Target::kAction || target == Target::kUndo || target == Target::kRedo;
}

bool brings_values(EventKind kind) {
  return kind == EventKind::kClick || kind == EventKind::kSubmit;
}

words::Day today_of(const App& app, std::chrono::system_clock::time_point at) {
  return app.today.value_or(std::chrono::floor<std::chrono::days>(at));
}

const ComponentType* App::component(std::string_view wanted) const {
  for (const auto& c : components) {
    if (c.name == wanted) return &c;
  }
  return nullptr;
}

const DeclaredAction* App::action(std::string_view wanted) const {
  for (const auto& a : actions) {
    if (a.name == wanted) return &a;
  }
  return nullptr;
}

const DeclaredScreen* App::screen(std::string_view wanted) const {
  for (const auto& s : screens) {
    if (s.name == wanted) return &s;
  }
  return nullptr;
}

}  // namespace sr::host
