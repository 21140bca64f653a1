#include <algorithm>

#include "host/sql/grammar/grammar.h"
#include "host/sql/grammar/tables.h"

namespace sr::host::sql {
namespace {

constexpr int kMostConditions = 5;        // beside the one that fixes a column
constexpr std::size_t kAllSubsets = 6;    // of so many columns INSERT may leave out any
constexpr std::size_t kManyColumns = 12;  // of more, it names one or all
// Characters of one text that is written. A statement has at most 64 KiB, of which conditions can
// take half; a character has up to four bytes.
constexpr std::size_t kLongestText = 2000;
constexpr std::size_t kRoomForTexts = 7500;

using Set = std::vector<bool>;

class ActionGrammar {
 public:
  ActionGrammar(const Policy& policy, const std::vector<Column>& catalog)
      : tables_(grammar_tables(policy, catalog)) {}

  std::string text() {
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
      gbnf_.rule("long",
                 "\"'\" (" + gbnf_.common("letter") + " | \"\\n\")" + times(0, most) + " \"'\"");
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
    const bool nullable = (column.column->flags & SR_COLUMN_NOT_NULL) == 0;
    if (out.empty()) return nullable ? "\"NULL\"" : "";
    return nullable ? "(" + out + " | \"NULL\")" : out;
  }
  void note_texts(const std::vector<GrammarColumn>& columns) {
    const auto texts = std::count_if(columns.begin(), columns.end(), [&](const auto& c) {
      return written_value(c, gbnf_) == "long";
    });
    most_texts_ = std::max(most_texts_, static_cast<std::size_t>(texts));
  }

  // " WHERE …" of a change; empty when no column can be fixed.
  std::string where(const GrammarTable& table, const WriteRule& rule, const std::string& id) {
    std::vector<std::string> fixes, conditions;
    for (const auto& c : table.columns) {
      const bool key = listed(rule.where, c);
      if (key) {
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

  // c = v, and for numbers that may be read c = c + n.
  std::string assignment(const GrammarColumn& column) {
    const auto plain = value(column);
    if (plain.empty()) return "";
    auto out = literal(column.name + " = ") + " ";
    if (!column.readable || !column.is_number()) return out + plain;
    const auto by = gbnf_.common(column.kind == Kind::kWhole ? "step" : "part");
    return out + "(" + plain + " | " + literal(column.name) + " (\" + \" | \" - \") " + by + ")";
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

  static std::size_t count(const Set& set) {
    return static_cast<std::size_t>(std::count(set.begin(), set.end(), true));
  }
  // Which of the columns that may be left out are named; the values follow in the same order, so
  // that every such list is a rule of its own.
  static bool is_offered(const Set& named, std::size_t many) {
    if (many <= kAllSubsets) return true;
    const auto chosen = count(named);
    if (many > kManyColumns) return chosen <= 1 || chosen == many;
    return chosen <= 2 || chosen + 1 >= many;
  }

  std::string insert(const GrammarTable& table, const WriteRule& rule) {
    columns_.clear();
    values_.clear();
    may_miss_.clear();
    for (const auto& c : settable(table, rule)) {
      const auto v = value(c);
      if (v.empty()) continue;
      columns_.push_back(c);
      values_.push_back(v);
      may_miss_.push_back((c.column->flags & SR_COLUMN_NOT_NULL) == 0 ||
                          (c.column->flags & SR_COLUMN_HAS_DEFAULT) != 0);
    }
    if (columns_.empty()) return "";
    note_texts(columns_);
    id_ = table.id + "-insert";
    Set named;
    const auto names = columns_from(0, named, "", "");
    if (names.empty()) return "";
    return gbnf_.rule(id_, literal("INSERT INTO " + table.name + " (") + " " + names);
  }

  // Can the columns behind those of `named` be chosen so that the whole is offered?
  bool leads_on(const Set& named) const {
    const auto many = count(may_miss_);
    Set chosen;
    for (std::size_t i = 0; i < named.size(); ++i) {
      if (may_miss_[i]) chosen.push_back(named[i]);
    }
    const auto undecided = many - chosen.size();
    Set none = chosen, all = chosen;
    none.insert(none.end(), undecided, false);
    all.insert(all.end(), undecided, true);
    return is_offered(none, many) || is_offered(all, many);
  }

  // The names from column `i` on and then the values of all, as an expression; `mark` says which
  // have been chosen. Empty when there is nothing to go on with.
  std::string columns_from(std::size_t i, Set& named, const std::string& values,
                           const std::string& mark) {
    if (!leads_on(named)) return "";
    if (i == columns_.size()) {
      return values.empty() ? "" : "\") VALUES (\" " + values + " \")\"";
    }
    std::vector<std::string> ways;
    named.push_back(true);
    const auto here = (values.empty() ? "" : values + " \", \" ") + values_[i];
    if (auto rest = columns_from(i + 1, named, here, mark + "1"); !rest.empty()) {
      ways.push_back(literal((values.empty() ? "" : ", ") + columns_[i].name) + " " + rest);
    }
    named.back() = false;
    if (may_miss_[i]) {
      if (auto rest = columns_from(i + 1, named, values, mark + "0"); !rest.empty()) {
        ways.push_back(std::move(rest));
      }
    }
    named.pop_back();
    if (ways.empty()) return "";
    if (ways.size() == 1) return ways[0];
    return gbnf_.rule(id_ + (mark.empty() ? "-" : "-" + mark), ways[0] + " | " + ways[1]);
  }

  const std::vector<GrammarTable> tables_;
  Gbnf gbnf_;
  std::size_t most_texts_ = 0;
  // Of the INSERT that is being written.
  std::string id_;
  std::vector<GrammarColumn> columns_;
  std::vector<std::string> values_;
  Set may_miss_;
};

}  // namespace

std::string action_grammar(const Policy& policy, const std::vector<Column>& catalog) {
  return ActionGrammar(policy, catalog).text();
}

}  // namespace sr::host::sql
