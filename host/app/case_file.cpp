#include "host/app/case_file.h"

#include <algorithm>
#include <limits>

#include "host/config/read.h"
#include "host/config/yaml.h"
#include "host/plugins/words.h"

namespace sr::host {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

// In the order of CaseStep::Event.
const std::vector<std::string> kEvents = {"open", "click", "press", "submit", "command", "screen",
                                          "undo", "redo",  "apply", "cancel", "raw"};
constexpr const char* kOutside = "outside";
const std::vector<std::string> kErrors = {
    "bad_message",       "bad_event",  "unknown_session", "refused",  "not_allowed", "model_failed",
    "store_unavailable", "overloaded", "draining",        "internal", "any"};
const std::vector<std::string> kAcks = {"accepted", "duplicate", "rejected"};
const std::vector<std::string> kStepTargets = {"manifest", "sql", "patch", "refuse"};
const std::vector<std::string> kOps = {"add",  "remove", "replace", "move",
                                       "copy", "test",   "append"};

bool check_pointer(const std::string& pointer, const config::Place& at, Diagnostics& diagnostics) {
  if (pointer.empty() || pointer[0] == '/') return true;
  diagnostics.error(at, "\"" + pointer + "\" is not a JSON pointer; it begins with /");
  return false;
}

class StepReader {
 public:
  StepReader(const Node& node, Diagnostics& diagnostics, bool others)
      : node_(node),
        diagnostics_(diagnostics),
        map_(node, diagnostics, node.path),
        kinds_(kEvents) {
    if (others) kinds_.emplace_back(kOutside);
  }

  CaseStep read() {
    out_.at = node_.at;
    if (!node_.is_map()) return std::move(out_);
    read_event();
    read_expectations();
    map_.finish();
    return std::move(out_);
  }

 private:
  void read_event() {
    const config::Member* event = nullptr;
    for (const auto& m : node_.members) {
      if (std::find(kinds_.begin(), kinds_.end(), m.key) == kinds_.end()) continue;
      if (event != nullptr) {
        diagnostics_.error(m.key_at,
                           "a step is one event; \"" + event->key + "\" stands here already");
        continue;
      }
      event = &m;
    }
    for (const auto& name : kinds_) map_.optional(name);
    if (event == nullptr) {
      diagnostics_.error(node_.at, node_.path + " has no event; it needs one of " + listed(kinds_));
      return;
    }
    out_.at = event->key_at;
    if (event->key == "open") read_open(*event);
    if (event->key == "click") read_click(event->value);
    if (event->key == "press") read_press(event->value);
    if (event->key == "submit") read_submit(event->value);
    if (event->key == "command") read_command(event->value);
    if (event->key == "screen") read_screen(event->value);
    if (event->key == "undo") read_bare(CaseStep::Event::kUndo, *event);
    if (event->key == "redo") read_bare(CaseStep::Event::kRedo, *event);
    if (event->key == "apply") read_bare(CaseStep::Event::kApply, *event);
    if (event->key == "cancel") read_bare(CaseStep::Event::kCancel, *event);
    if (event->key == "raw") read_raw(event->value);
    if (event->key == kOutside) read_outside(event->value);
    const bool sent = event->key != "open" && event->key != "raw" && event->key != kOutside;
    const auto* id = map_.optional("id");
    const auto* base = map_.optional("baseSeq");
    for (const auto* n : {id, base}) {
      if (n != nullptr && !sent) {
        diagnostics_.error(n->at, n->path +
                                      " belongs to click, press, submit, command, screen, undo, "
                                      "redo, apply and cancel only");
      }
    }
    if (id != nullptr) out_.id = config::read_string(*id, diagnostics_).value_or("");
    if (base != nullptr) {
      const auto seq =
          config::read_int(*base, diagnostics_, 0, std::numeric_limits<std::int64_t>::max());
      if (seq) out_.base_seq = static_cast<std::uint64_t>(*seq);
    }
  }

  void read_open(const config::Member& event) {
    out_.event = CaseStep::Event::kOpen;
    if (!event.value.is_null()) {
      diagnostics_.error(event.value.at, "open takes no value; write \"open:\"");
    }
  }

  void read_click(const Node& node) {
    out_.event = CaseStep::Event::kClick;
    MapReader map(node, diagnostics_, node.path);
    read_component_id(map.optional("componentId"));
    if (const auto* payload = map.required("payload", "what the button sends")) {
      MapReader(*payload, diagnostics_, payload->path);  // reports what is no mapping
      out_.payload = config::to_json(*payload);
    }
    map.finish();
  }

  void read_press(const Node& node) {
    out_.event = CaseStep::Event::kPress;
    MapReader map(node, diagnostics_, node.path);
    read_component_id(map.required("componentId", "the id of the table"));
    if (const auto* action = map.required("action", "the button's user_action")) {
      out_.action = config::read_string(*action, diagnostics_).value_or("");
    }
    if (const auto* row = map.required("row", "columns and values by which to find the row")) {
      MapReader(*row, diagnostics_, row->path);
      out_.row = config::to_json(*row);
    }
    map.finish();
  }

  void read_outside(const Node& node) {
    out_.event = CaseStep::Event::kOutside;
    out_.outside = config::read_string(node, diagnostics_).value_or("");
  }

  void read_submit(const Node& node) {
    out_.event = CaseStep::Event::kSubmit;
    MapReader map(node, diagnostics_, node.path);
    read_component_id(map.required("componentId", "the id of the form"));
    out_.payload = {{"submit", out_.component_id}, {"values", Json::object()}};
    if (const auto* values = map.required("values", "the fields that were changed")) {
      MapReader(*values, diagnostics_, values->path);
      out_.payload["values"] = config::to_json(*values);
    }
    if (const auto* added = map.optional("new_row")) {
      if (config::read_bool(*added, diagnostics_).value_or(false)) out_.payload["new_row"] = true;
    }
    map.finish();
  }

  void read_component_id(const Node* id) {
    if (id != nullptr) out_.component_id = config::read_string(*id, diagnostics_).value_or("");
  }

  void read_command(const Node& node) {
    out_.event = CaseStep::Event::kCommand;
    out_.payload = {{"command", config::read_string(node, diagnostics_).value_or("")}};
  }

  void read_screen(const Node& node) {
    out_.event = CaseStep::Event::kScreen;
    out_.payload = {{"screen", config::read_string(node, diagnostics_).value_or("")}};
  }

  void read_bare(CaseStep::Event kind, const config::Member& event) {
    out_.event = kind;
    // Of a proposal the player says which one is on screen.
    out_.payload = {{event.key, "last"}};
    if (!event.value.is_null()) {
      diagnostics_.error(event.value.at,
                         event.key + " takes no value; write \"" + event.key + ":\"");
    }
  }

  void read_raw(const Node& node) {
    out_.event = CaseStep::Event::kRaw;
    out_.raw = node.is_scalar() ? node.text : config::to_json(node).dump();
  }

  void read_expectations() {
    if (const auto* ops = map_.optional("ops")) read_ops(*ops);
    if (const auto* view = map_.optional("view")) {
      MapReader(*view, diagnostics_, view->path);
      for (const auto& m : view->members) {
        if (check_pointer(m.key, m.key_at, diagnostics_)) {
          out_.view.emplace_back(m.key, config::to_json(m.value));
        }
      }
    }
    if (const auto* absent = map_.optional("absent")) {
      out_.absent = config::read_list(*absent, diagnostics_).value_or(std::vector<std::string>());
      for (const auto& item : absent->items) check_pointer(item.text, item.at, diagnostics_);
    }
    if (const auto* rows = map_.optional("rows")) read_rows(*rows);
    if (const auto* error = map_.optional("error")) {
      out_.error = config::read_choice(*error, diagnostics_, kErrors);
    }
    if (const auto* ack = map_.optional("ack")) {
      out_.ack = config::read_choice(*ack, diagnostics_, kAcks);
    }
    if (const auto* target = map_.optional("target")) {
      out_.target = config::read_choice(*target, diagnostics_, kStepTargets);
    }
    out_.says = read_texts("says");
    out_.never_says = read_texts("never_says");
    out_.keys = read_values("keys");
    out_.any_keys = read_values("any_keys");
    out_.numbers = read_values("numbers");
    if (const auto* facts = map_.optional("facts")) {
      out_.facts_unchanged = config::read_choice(*facts, diagnostics_, {"unchanged"}).has_value();
    }
  }

  std::vector<std::string> read_texts(const std::string& name) {
    const auto* list = map_.optional(name);
    if (list == nullptr) return {};
    return config::read_list(*list, diagnostics_).value_or(std::vector<std::string>());
  }

  std::optional<Json> read_values(const std::string& name) {
    const auto* list = map_.optional(name);
    if (list == nullptr) return {};
    if (!list->is_sequence()) {
      diagnostics_.error(list->at,
                         list->path + " must be a list of values, not " + config::shown(*list));
      return {};
    }
    return config::to_json(*list);
  }

  void read_ops(const Node& node) {
    if (!node.is_sequence()) {
      diagnostics_.error(node.at,
                         node.path + " must be a list of operations, not " + config::shown(node));
      return;
    }
    for (const auto& item : node.items) {
      MapReader map(item, diagnostics_, item.path);
      const auto* op = map.required("op");
      const auto* path = map.required("path");
      const auto name = op != nullptr ? config::read_choice(*op, diagnostics_, kOps) : std::nullopt;
      if (path != nullptr && path->is_scalar()) check_pointer(path->text, path->at, diagnostics_);
      if (name && (*name == "move" || *name == "copy")) {
        map.required("from");
      } else if (name && *name != "remove") {
        map.required("value");
      }
      if (name) map.finish();
    }
    out_.ops = config::to_json(node);
  }

  void read_rows(const Node& node) {
    MapReader(node, diagnostics_, node.path);
    for (const auto& m : node.members) {
      const bool table =
          m.value.is_sequence() && std::all_of(m.value.items.begin(), m.value.items.end(),
                                               [](const Node& row) { return row.is_sequence(); });
      if (!table) {
        diagnostics_.error(m.value.at, "the rows of a query are a list of lists: [[1, open]]");
        continue;
      }
      out_.rows.emplace_back(m.key, config::to_json(m.value));
    }
  }

  const Node& node_;
  Diagnostics& diagnostics_;
  MapReader map_;
  std::vector<std::string> kinds_;
  CaseStep out_;
};

std::string kind_of_last(const std::vector<CaseStep>& steps) {
  return steps.empty() ? "" : kEvents[static_cast<std::size_t>(steps.back().event)];
}

// `kinds`: a case of a list may say what it is counted as.
Case read_case(const Node& root, const std::filesystem::path& file, Diagnostics& diagnostics,
               bool kinds) {
  Case out;
  out.file = file;
  MapReader map(root, diagnostics, "a test case");
  const auto* kind = kinds ? map.optional("kind") : nullptr;
  if (const auto* name = map.required("name", "one sentence: what must happen")) {
    out.name = config::read_string(*name, diagnostics).value_or("");
  }
  if (const auto* steps = map.required("steps", "events, each with what must follow")) {
    out.steps = read_steps(*steps, diagnostics, /*others=*/false);
  }
  map.finish();
  out.kind = kind != nullptr ? config::read_string(*kind, diagnostics).value_or("")
                             : kind_of_last(out.steps);
  return out;
}

}  // namespace

std::vector<CaseStep> read_steps(const Node& list, Diagnostics& diagnostics, bool others) {
  std::vector<CaseStep> out;
  if (!list.is_sequence() || list.items.empty()) {
    diagnostics.error(list.at, "steps must be a list with at least one event");
  }
  for (const auto& item : list.items) {
    out.push_back(StepReader(item, diagnostics, others).read());
    if (out.size() > 1 && out.back().event == CaseStep::Event::kOpen &&
        item.get("open") != nullptr) {
      diagnostics.error(out.back().at, "only the first step can be \"open\"");
    }
  }
  return out;
}

void read_case_list(const Node& root, const std::filesystem::path& file, Diagnostics& diagnostics,
                    std::vector<Case>& out) {
  MapReader map(root, diagnostics, "a list of cases");
  std::filesystem::path app;
  if (const auto* named = map.optional("app")) {
    if (const auto folder = config::read_string(*named, diagnostics)) {
      app = std::filesystem::absolute(file.parent_path() / *folder).lexically_normal();
      if (!std::filesystem::is_directory(app)) {
        diagnostics.error(named->at, "there is no folder " + config::display_path(app));
      }
    }
  }
  const auto* cases = map.required("cases", "test cases, each with name and steps");
  if (cases != nullptr && !cases->is_sequence()) {
    diagnostics.error(cases->at, "cases must be a list, not " + config::shown(*cases));
  }
  if (cases != nullptr) {
    for (const auto& item : cases->items) {
      out.push_back(read_case(item, file, diagnostics, /*kinds=*/true));
      out.back().app = app;
    }
  }
  map.finish();
}

std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder,
                                              const config::Place& named_at,
                                              Diagnostics& diagnostics) {
  if (std::filesystem::is_regular_file(folder)) return {folder};
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  if (failed) {
    diagnostics.error(named_at, config::display_path(folder) + ": " + failed.message());
    return {};
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Case> load_cases(const std::filesystem::path& folder, const config::Place& named_at,
                             Diagnostics& diagnostics) {
  const auto files = yaml_files(folder, named_at, diagnostics);
  std::vector<Case> out;
  for (const auto& file : files) {
    if (const auto root = config::read_yaml(file, diagnostics)) {
      out.push_back(read_case(*root, file, diagnostics, /*kinds=*/false));
    }
  }
  return out;
}

std::vector<Case> load_case_lists(const std::filesystem::path& file_or_folder,
                                  Diagnostics& diagnostics) {
  std::vector<Case> out;
  for (const auto& file : yaml_files(file_or_folder, {}, diagnostics)) {
    if (const auto root = config::read_yaml(file, diagnostics)) {
      read_case_list(*root, file, diagnostics, out);
    }
  }
  return out;
}

}  // namespace sr::host
