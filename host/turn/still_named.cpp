// A row that a command names by a text of the store may have got another one since that was read.
#include <algorithm>

#include "host/session/change_words.h"
#include "host/session/log_text.h"
#include "host/sql/names.h"
#include "host/sql/parameters.h"
#include "host/sql/said.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

// `[text, "table.column", key]`: the only row in which the text stood.
struct Named {
  std::string table, column, key_column;
  Json text, key;
};

std::string literal_of(const Json& key) {
  return key.is_string() ? key.get<std::string>() : key.dump();
}

std::optional<Named> named_by(const Json& mention, const Engine& engine) {
  if (mention.size() < 3 || !mention[0].is_string() || !mention[1].is_string()) return std::nullopt;
  const auto& place = mention[1].get_ref<const std::string&>();
  const auto dot = place.find('.');
  if (dot == std::string::npos) return std::nullopt;
  Named out{place.substr(0, dot), place.substr(dot + 1), {}, mention[0], mention[2]};
  const auto key = engine.guard.key_of(out.table);
  if (key.size() != 1 || key[0] == out.column) return std::nullopt;
  out.key_column = key[0];
  return out;
}

// The action holds the key, which nobody has said.
bool rests_on(const Turn& turn, const Named& named) {
  const auto key = literal_of(named.key);
  sql::Said said;
  said.add(turn.event.payload.value("command", ""));
  if (said.holds_folded(key)) return false;
  return std::any_of(turn.changes.begin(), turn.changes.end(), [&](const Change& change) {
    const auto& literals = change.plan.literals;
    return std::any_of(literals.begin(), literals.end(),
                       [&](const auto& literal) { return literal.text == key; });
  });
}

// Nothing: nobody can tell.
Result<std::optional<bool>> still_named(const Named& named, const sql::Guard& guard,
                                        TransactionRef& transaction) {
  const auto checked = guard.binding("SELECT " + sql::quote_name(named.column) + " FROM " +
                                         sql::quote_name(named.table) + " WHERE " +
                                         sql::quote_name(named.key_column) + " = :key AND " +
                                         sql::quote_name(named.column) + " = :text",
                                     nullptr, /*may_name_values=*/true);
  const auto* plan = std::get_if<sql::Plan>(&checked);
  if (plan == nullptr) return std::optional<bool>();
  auto bound = sql::bind_values(*plan, {{"key", named.key}, {"text", named.text}});
  auto* values = std::get_if<std::vector<Value>>(&bound);
  if (values == nullptr) return std::optional<bool>();
  auto found = transaction.execute(sql::statement_of(*plan, SR_ROLE_BINDING, std::move(*values)));
  if (!found) return std::move(found).error();
  return std::optional<bool>(!found->returned.rows.empty());
}

}  // namespace

Step check_still_named(const Turn& turn, TransactionRef& transaction) {
  if (turn.event.kind != EventKind::kCommand || turn.reversal || turn.applied) return {};
  for (const auto& mention : turn.mentions) {
    const auto named = named_by(mention, turn.engine);
    if (!named || !rests_on(turn, *named)) continue;
    auto still = still_named(*named, turn.engine.guard, transaction);
    if (!still) return std::move(still).error();
    if (still->value_or(true)) continue;
    Rejection gone{
        "app", "row",
        "nothing was changed: " + compact(named->text) + " is not " +
            row_words(named->table, Json{{named->key_column, named->key}}, turn.engine.app.labels) +
            " any more"};
    gone.final = true;
    return gone;
  }
  return {};
}

}  // namespace sr::host
