#include "host/app/actions.h"

#include "host/app/policy_reader.h"
#include "host/app/targets.h"
#include "host/base/words.h"
#include "host/config/read.h"

namespace sr::host {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

// One statement, or a list of them.
void read_statements(const Node& node, DeclaredAction& out, Diagnostics& diagnostics) {
  const auto add = [&](const Node& item) {
    if (auto text = config::read_string(item, diagnostics)) {
      out.statements.push_back({std::move(*text), item.at});
    }
  };
  if (!node.is_sequence()) return add(node);
  if (node.items.empty() || node.items.size() > static_cast<std::size_t>(kMostStatements)) {
    diagnostics.error(node.at, node.path + " must be one statement, or a list of one to " +
                                   std::to_string(kMostStatements));
  }
  for (const auto& item : node.items) add(item);
}

DeclaredAction read_action(const config::Member& member, Diagnostics& diagnostics) {
  DeclaredAction out;
  out.name = member.key;
  out.at = member.key_at;
  if (config::check_name(member.key, member.key_at, "the name of an action", diagnostics)) {
    out.label = capitalised(in_words(member.key));
  }
  MapReader map(member.value, diagnostics, member.value.path);
  const auto text = [&](const char* name, std::string& value) {
    if (const auto* node = map.optional(name)) {
      value = config::read_string(*node, diagnostics).value_or("");
    }
  };
  text("label", out.label);
  if (const auto* on = map.required("on", "the table whose rows it is about")) {
    out.table = config::read_string(*on, diagnostics).value_or("");
    out.table_at = on->at;
  }
  text("about", out.about);
  if (const auto* when = map.optional("when")) {
    out.when = config::read_string(*when, diagnostics).value_or("");
    out.when_at = when->at;
  }
  if (const auto* n = map.optional("confirm")) out.confirm = read_confirm(*n, diagnostics);
  if (const auto* sql = map.optional("sql")) read_statements(*sql, out, diagnostics);
  map.finish();
  return out;
}

}  // namespace

std::vector<DeclaredAction> read_actions(const Node& node, Diagnostics& diagnostics) {
  std::vector<DeclaredAction> out;
  MapReader(node, diagnostics, node.path);  // reports what is no mapping
  if (node.is_map() && node.members.empty()) {
    diagnostics.error(node.at, "actions must name at least one action; leave it out to have none");
  }
  for (const auto& m : node.members) out.push_back(read_action(m, diagnostics));
  return out;
}

}  // namespace sr::host
