#include "host/app/policy_reader.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "host/config/read.h"
#include "host/sql/spelling.h"

namespace sr::host {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

constexpr std::int64_t kMostRows = 1'000'000;

void read_rows(const Node& node, Diagnostics& diagnostics, std::uint64_t& value) {
  if (const auto rows = config::read_int(node, diagnostics, 1, kMostRows)) {
    value = static_cast<std::uint64_t>(*rows);
  }
}

void check_name(const config::Place& at, const std::string& name, Diagnostics& diagnostics) {
  if (const auto why = sql::why_unspeakable(name); !why.empty()) {
    diagnostics.error(at, "a statement cannot name \"" + name + "\": the name " + std::string(why));
  }
}

// Names, none twice.
std::vector<std::string> read_names(const Node& node, Diagnostics& diagnostics) {
  auto names = config::read_list(node, diagnostics).value_or(std::vector<std::string>());
  if (node.is_sequence() && node.items.empty()) {
    diagnostics.error(node.at, node.path + " must not be empty; leave it out to allow nothing");
  }
  std::set<std::string> seen;
  for (const auto& item : node.items) {
    if (item.is_scalar()) check_name(item.at, item.text, diagnostics);
    if (item.is_scalar() && !seen.insert(item.text).second) {
      diagnostics.error(item.at, "\"" + item.text + "\" stands in this list already");
    }
  }
  return names;
}

sql::Columns read_columns(const Node& node, Diagnostics& diagnostics) {
  if (node.is_scalar() && node.text == "all") return {.all = true};
  if (node.is_scalar()) {
    diagnostics.error(node.at, node.path + " must be \"all\" or a list of columns, not " +
                                   config::shown(node));
    return {};
  }
  return {.names = read_names(node, diagnostics)};
}

enum class Write { kInsert, kUpdate, kDelete };

sql::WriteRule read_write(const Node& node, Write what, Diagnostics& diagnostics) {
  sql::WriteRule out;
  MapReader map(node, diagnostics, node.path);
  if (what != Write::kDelete) {
    if (const auto* columns = map.required("columns", "which columns may be set")) {
      out.columns = read_columns(*columns, diagnostics);
    }
  }
  if (what != Write::kInsert) {
    if (const auto* where = map.required(
            "where", "the columns of which one must be fixed by the statement's WHERE")) {
      out.where = read_names(*where, diagnostics);
    }
  }
  if (const auto* rows = map.optional("max_rows")) read_rows(*rows, diagnostics, out.max_rows);
  if (const auto* n = map.optional("confirm")) out.confirm = read_confirm(*n, diagnostics);
  map.finish();
  return out;
}

bool read_switch(const Node& node, Diagnostics& diagnostics) {
  return config::read_choice(node, diagnostics, {"on", "off"}) != "off";
}

// `values: off`, of the table or of columns.
void read_values(const Node& node, Diagnostics& diagnostics, sql::Columns& unknown) {
  if (!node.is_map()) {
    unknown.all = config::read_choice(node, diagnostics, {"on", "off"}) == "off";
    return;
  }
  for (const auto& column : node.members) {
    check_name(column.key_at, column.key, diagnostics);
    if (config::read_choice(column.value, diagnostics, {"on", "off"}) == "off") {
      unknown.names.push_back(column.key);
    }
  }
}

sql::TablePolicy read_table(const Node& node, Diagnostics& diagnostics) {
  sql::TablePolicy out;
  MapReader map(node, diagnostics, node.path);
  if (const auto* n = map.optional("select")) out.select = read_columns(*n, diagnostics);
  const auto rule = [&](const char* key, Write what, std::optional<sql::WriteRule>& value) {
    if (const auto* n = map.optional(key)) value = read_write(*n, what, diagnostics);
  };
  if (const auto* n = map.optional("values")) read_values(*n, diagnostics, out.unknown);
  rule("insert", Write::kInsert, out.insert);
  rule("update", Write::kUpdate, out.update);
  rule("delete", Write::kDelete, out.remove);
  if (const auto* n = map.optional("undo")) out.undo = read_switch(*n, diagnostics);
  map.finish();
  return out;
}

}  // namespace

std::optional<sql::Confirm> read_confirm(const Node& node, Diagnostics& diagnostics) {
  const auto word = config::read_choice(node, diagnostics, {"never", "many", "always"});
  if (!word) return std::nullopt;
  return *word == "never" ? sql::Confirm::kNever : *word == "many" ? sql::Confirm::kMany : sql::Confirm::kAlways;
}

sql::Policy read_policy(const Node& node, Diagnostics& diagnostics) {
  sql::Policy out;
  MapReader map(node, diagnostics, "policy");
  if (const auto* functions = map.optional("functions")) {
    out.functions = read_names(*functions, diagnostics);
    for (auto& name : out.functions) {
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    }
  }
  if (const auto* grammar = map.optional("grammar")) {
    out.grammar = read_switch(*grammar, diagnostics);
  }
  if (const auto* unsure = map.optional("unsure_below")) {
    out.unsure_below = config::read_float(*unsure, diagnostics, 0, 100).value_or(out.unsure_below);
  }
  if (const auto* undo = map.optional("undo")) out.keeps_earlier = read_switch(*undo, diagnostics);
  if (const auto* bindings = map.optional("bindings")) {
    MapReader inner(*bindings, diagnostics, "policy.bindings");
    if (const auto* n = inner.optional("max_rows")) {
      read_rows(*n, diagnostics, out.binding_max_rows);
    }
    if (const auto* n = inner.optional("window")) {
      read_rows(*n, diagnostics, out.binding_window);
    }
    out.binding_window = std::min(out.binding_window, out.binding_max_rows);
    if (const auto* n = inner.optional("max_bytes")) {
      out.binding_max_bytes = config::read_size(*n, diagnostics).value_or(out.binding_max_bytes);
    }
    if (const auto* n = inner.optional("timeout")) {
      out.binding_timeout_ms =
          config::read_duration(*n, diagnostics).value_or(out.binding_timeout_ms);
    }
    inner.finish();
  }
  if (const auto* tables = map.optional("tables")) {
    MapReader(*tables, diagnostics, "policy.tables");  // reports what is no mapping
    for (const auto& m : tables->members) {
      check_name(m.key_at, m.key, diagnostics);
      out.tables[m.key] = read_table(m.value, diagnostics);
    }
  }
  map.finish();
  return out;
}

}  // namespace sr::host
