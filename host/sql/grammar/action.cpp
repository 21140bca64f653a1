#include <algorithm>
#include <map>
#include <set>

#include "host/sql/grammar/grammar.h"
#include "host/sql/grammar/tables.h"
#include "host/sql/grammar/value_slots.h"

namespace sr::host::sql {
namespace {

constexpr int kMostConditions = 5;  // beside the one that fixes a column
// Rules for which columns an INSERT names: of all tables together, and of one at most.
constexpr std::size_t kRoomForInserts = 4000, kRoomForInsert = 600;
// Columns of an INSERT that may have their known values: each has values of its own then.
constexpr std::ptrdiff_t kMostKnownInserted = 8;
// Characters of one text that is written. A statement has at most 64 KiB, of which conditions can
// take half; a character has up to four bytes.
constexpr std::size_t kLongestText = 2000;
constexpr std::size_t kRoomForTexts = 7500;

class ActionGrammar {
 public:
  ActionGrammar(const Policy& policy, const std::vector<Column>& catalog, Values values)
      : catalog_(catalog), tables_(grammar_tables(policy, catalog, values)) {}

  std::string text() {
    const auto inserted = std::count_if(tables_.begin(), tables_.end(),
                                        [](const auto& t) { return t.policy->insert.has_value(); });
    room_ = std::min(kRoomForInsert, kRoomForInserts / std::max<std::size_t>(
                                                           1, static_cast<std::size_t>(inserted)));
    std::vector<std::string> verbs;
    const auto add = [&](std::string rule) {
      if (!rule.empty()) verbs.push_back(std::move(rule));
    };
    for (const auto& t : tables_) {
      if (t.policy->update) add(update(t, *t.policy->update));
      if (t.policy->insert) add(insert(t, *t.policy->insert));
      if (t.policy->remove) add(remove(t, *t.policy->remove));
    }
    if (verbs.empty()) return "";
    if (most_texts_ > 0) {
      const auto most = static_cast<int>(std::min(kLongestText, kRoomForTexts / most_texts_));
      gbnf_.rule("long", told_text(most));
    }
    return gbnf_.text(one_of(verbs));
  }

 private:
  static std::vector<GrammarColumn> settable(const GrammarTable& table, const WriteRule& rule) {
    std::vector<GrammarColumn> out;
    for (const auto& c : table.columns) {
      const bool allowed = rule.columns.all || listed(rule.columns.names, c);
      if (allowed && (c.column->flags & SR_COLUMN_GENERATED) == 0) out.push_back(c);
    }
    return out;
  }

  // The value, or NULL where the column may be; empty when there is none.
  std::string value(const GrammarColumn& column) {
    auto out = written_value(column, gbnf_);
    const std::string null = column.values == Values::kOfTheEvent ? event_null() : "\"NULL\"";
    if (out.empty()) return column.nullable ? null : "";
    return column.nullable ? "(" + out + " | " + null + ")" : out;
  }
  void note_texts(const std::vector<GrammarColumn>& columns) {
    const auto texts = std::count_if(columns.begin(), columns.end(),
                                     [&](const auto& c) { return writes_long(c); });
    most_texts_ = std::max(most_texts_, static_cast<std::size_t>(texts));
  }

  // " WHERE …" of a change; empty when no column can be fixed.
  std::string where(const GrammarTable& table, const WriteRule& rule, const std::string& id) {
    std::vector<std::string> fixes, conditions;
    const auto joint = joint_key(table, rule, catalog_);
    if (auto fix = fixed_together(joint); !fix.empty()) fixes.push_back(std::move(fix));
    for (const auto& c : table.columns) {
      const bool key = listed(rule.where, c);
      if (key && !joint.contains(c)) {
        if (auto fix = fixed(c, gbnf_); !fix.empty()) fixes.push_back(std::move(fix));
      }
      if (key || c.readable) {
        const auto suffix = c.id.substr(table.id.size());
        conditions.push_back(condition_rule(c, id + suffix, gbnf_));
      }
    }
    if (fixes.empty()) return "";
    return "\" WHERE \" " + one_of(fixes) + " (\" AND \" " + one_of(conditions) + ")" +
           times(0, kMostConditions);
  }

  // k = v AND l = v; empty when a column cannot be fixed.
  std::string fixed_together(const JointKey& joint) {
    std::string out;
    if (!joint.spelt) return out;
    for (const auto* column : joint.columns) {
      const auto fix = fixed(*column, gbnf_);
      if (fix.empty()) return "";
      out += (out.empty() ? "(" : " \" AND \" (") + fix + ")";
    }
    return out;
  }

  // c = v, and for what may be read c = c + n, c = c * n, of days and points in time c = c +
  // INTERVAL 'n weeks'.
  std::string assignment(const GrammarColumn& column) {
    const auto plain = value(column);
    if (plain.empty()) return "";
    auto out = literal(column.name + " = ") + " ";
    if (!column.readable || says_which_row(column)) return out + plain;
    const bool day = column.kind == Kind::kDate;
    if ((day || column.kind == Kind::kMoment) && column.values == Values::kTold &&
        !column.column->key()) {
      return out + "(" + plain + " | " + literal(column.name) +
             " (\" + \" | \" - \") \"INTERVAL '\" " + gbnf_.common("few") + " " +
             gbnf_.common(day ? "days" : "times") + " \"'\")";
    }
    if (!column.is_number()) return out + plain;
    const auto by = column.values == Values::kOfTheEvent
                        ? event_step(column, gbnf_)
                        : gbnf_.common(column.kind == Kind::kWhole ? "step" : "part");
    return out + "(" + plain + " | " + literal(column.name) + " (\" + \" | \" - \" | \" * \") " +
           by + ")";
  }

  std::string update(const GrammarTable& table, const WriteRule& rule) {
    const auto id = table.id + "-update";
    const auto tail = where(table, rule, id);
    if (tail.empty()) return "";
    const auto columns = settable(table, rule);
    note_texts(columns);
    // Each column once, in order: what may be set from a column on.
    std::string from;
    for (auto c = columns.rbegin(); c != columns.rend(); ++c) {
      const auto set = assignment(*c);
      if (set.empty()) continue;
      auto body = set + (from.empty() ? "" : " (\", \" " + from + ")?");
      if (!from.empty()) body += " | " + from;
      from = gbnf_.rule(id + "-from" + c->id.substr(table.id.size()), body);
    }
    if (from.empty()) return "";
    return gbnf_.rule(id, literal("UPDATE " + table.name + " SET ") + " " + from + " " + tail);
  }

  std::string remove(const GrammarTable& table, const WriteRule& rule) {
    const auto id = table.id + "-delete";
    const auto tail = where(table, rule, id);
    if (tail.empty()) return "";
    return gbnf_.rule(id, literal("DELETE FROM " + table.name) + " " + tail);
  }

  // The values stand in the order of the columns, which a grammar cannot count: it must remember
  // what was named. What follows depends on the values' rules alone, so that thirty columns of text
  // take thirty tails, not a tail for every choice among them. A state is the next column and
  // the rules of those that were named.
  struct State {
    std::size_t column;
    std::u16string named;  // for each named column its value's rule
    bool operator<(const State& o) const {
      return column != o.column ? column < o.column : named < o.named;
    }
  };

  std::string insert(const GrammarTable& table, const WriteRule& rule) {
    columns_.clear();
    values_.clear();
    needed_.clear();
    std::vector<GrammarColumn> texts;
    std::map<std::string, std::size_t> rules;
    id_ = table.id + "-insert";
    auto columns = settable(table, rule);
    const auto known = std::count_if(columns.begin(), columns.end(), [](const auto& c) {
      return !c.known.empty() && c.choices.empty();
    });
    for (auto& c : columns) {
      if (known > kMostKnownInserted) c.known.clear();
      const auto v = value(c);
      if (v.empty()) continue;
      texts.push_back(c);
      const auto at = rules.emplace(v, rules.size()).first->second;
      if (at == values_.size()) values_.push_back(v);
      const bool may_miss = c.nullable || (c.column->flags & SR_COLUMN_HAS_DEFAULT) != 0;
      columns_.push_back({c.name, static_cast<char16_t>(at), may_miss});
    }
    if (columns_.empty()) return "";
    // A part of the key that the database does not give must be among them (Writer::insert).
    for (const Column* key : key_columns(catalog_, table)) {
      const bool given =
          key->flags & (SR_COLUMN_NOT_NULL | SR_COLUMN_HAS_DEFAULT | SR_COLUMN_GENERATED);
      const bool named = std::any_of(texts.begin(), texts.end(),
                                     [&](const GrammarColumn& c) { return c.column == key; });
      if (!given && !named) return "";
    }
    note_texts(texts);
    needed_.assign(columns_.size() + 1, 0);
    for (std::size_t i = columns_.size(); i-- > 0;) {
      needed_[i] = needed_[i + 1] + !columns_[i].may_miss;
    }
    // As many columns as there is room for; all of them in any case.
    for (most_ = columns_.size(); most_ > needed_[0] + 1; --most_) {
      std::set<State> states;
      if (reach({0, u""}, states)) break;
    }
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const auto& v = values_[i];
      const bool is_name = v.find_first_of("\" (") == std::string::npos;
      if (!is_name) values_[i] = gbnf_.rule(id_ + "-v" + std::to_string(i), v);
    }
    rules_.clear();
    tails_ = 0;
    const auto names = from({0, u""});
    if (names.empty()) return "";
    return gbnf_.rule(id_, literal("INSERT INTO " + table.name + " (") + " " + names);
  }

  bool all_named(const State& state) const { return state.named.size() == state.column; }
  bool may_name(const State& state) const {
    return all_named(state) || state.named.size() + 1 + needed_[state.column] <=
                                   most_ + !columns_[state.column].may_miss;
  }
  bool may_skip(const State& state) const {
    return columns_[state.column].may_miss && state.named.size() + needed_[state.column] <= most_;
  }
  State named(const State& state) const {
    return {state.column + 1, state.named + columns_[state.column].rule};
  }
  static State skipped(const State& state) { return {state.column + 1, state.named}; }

  // Collects the states behind this one; false when they are too many.
  bool reach(const State& state, std::set<State>& states) const {
    if (!states.insert(state).second) return true;
    if (states.size() > room_) return false;
    if (state.column == columns_.size()) return true;
    return (!may_name(state) || reach(named(state), states)) &&
           (!may_skip(state) || reach(skipped(state), states));
  }

  // What may follow in a state: names of further columns, then the values of all. Empty when
  // nothing can.
  std::string from(const State& state) {
    if (const auto known = rules_.find(state); known != rules_.end()) return known->second;
    if (state.column == columns_.size()) {
      return rules_[state] = state.named.empty() ? "" : tail(state.named);
    }
    std::vector<std::string> ways;
    if (may_name(state)) {
      if (auto rest = from(named(state)); !rest.empty()) {
        const auto& name = columns_[state.column].name;
        ways.push_back(literal((state.named.empty() ? "" : ", ") + name) + " " + rest);
      }
    }
    if (may_skip(state)) {
      if (auto rest = from(skipped(state)); !rest.empty()) ways.push_back(std::move(rest));
    }
    if (ways.empty()) return rules_[state] = "";
    if (ways.size() == 1) return rules_[state] = ways[0];
    const auto id = id_ + "-" + std::to_string(rules_.size());
    return rules_[state] = gbnf_.rule(id, ways[0] + " | " + ways[1]);
  }

  std::string tail(const std::u16string& named) {
    std::string body = "\") VALUES (\"";
    for (std::size_t i = 0; i < named.size(); ++i) {
      body += (i > 0 ? " \", \" " : " ") + values_[named[i]];
    }
    return gbnf_.rule(id_ + "-tail" + std::to_string(tails_++), body + " \")\"");
  }

  const std::vector<Column>& catalog_;
  const std::vector<GrammarTable> tables_;
  Gbnf gbnf_;
  std::size_t most_texts_ = 0;
  std::size_t room_ = 0;
  // Of the INSERT that is being written.
  struct Named {
    std::string name;
    char16_t rule;  // which of values_
    bool may_miss;  // NULL or a default stands for it
  };
  std::string id_;
  std::vector<Named> columns_;
  std::vector<std::string> values_;  // rules, each once
  std::vector<std::size_t> needed_;  // columns from here on that may not be missing
  std::size_t most_ = 0;             // columns that are named, unless all are
  std::map<State, std::string> rules_;
  std::size_t tails_ = 0;
};

}  // namespace

std::string action_grammar(const Policy& policy, const std::vector<Column>& catalog,
                           Values values) {
  return ActionGrammar(policy, catalog, values).text();
}

}  // namespace sr::host::sql
