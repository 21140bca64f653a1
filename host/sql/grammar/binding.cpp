#include <algorithm>

#include "host/sql/grammar/grammar.h"
#include "host/sql/grammar/names.h"
#include "host/sql/grammar/tables.h"
#include "host/sql/grammar/where.h"
#include "host/sql/relations.h"

namespace sr::host::sql {
namespace {

constexpr int kMostRowItems = 12, kMostBehindName = 7, kMostTotals = 8;
constexpr int kMostSortKeys = 3;
// Of one table: columns to group by, and to group by the interval of. Of a database with many
// columns fewer, and no groups of two columns, which take a rule for every pair.
constexpr std::size_t kGroupColumns = 12, kFewGroupColumns = 4;
constexpr std::size_t kIntervalColumns = 4, kFewIntervalColumns = 1;
constexpr std::size_t kManyColumns = 200;
// Links that a query may follow from its table, and columns of each that it may name.
constexpr std::size_t kLinks = 6, kFewLinks = 2;
constexpr std::size_t kLinkColumns = 10, kFewLinkColumns = 4;
constexpr std::size_t kLinkGroups = 8;
constexpr int kWidths[] = {5,   7,   10,   15,   24,   30,   60,    100,   300,
                           600, 900, 1000, 1440, 1800, 3600, 10080, 86400, 604800};
// Names of items that ORDER BY may use. The grammar remembers one of them from the item to the
// end; a name of any kind could not be remembered.
constexpr const char* kRowNames[] = {"x", "y", "value"};
constexpr const char* kTotalNames[] = {"y", "value", "total", "count"};

std::string optional_name(Gbnf& gbnf) { return " (\" AS \" " + gbnf.common("name") + ")?"; }

class BindingGrammar {
 public:
  BindingGrammar(const Policy& policy, const std::vector<Column>& catalog)
      : policy_(policy),
        catalog_(catalog),
        tables_(grammar_tables(policy, catalog)),
        links_(links_of(catalog)) {}

  std::string text() {
    std::size_t all = 0;
    for (const auto& t : tables_) all += readable(t).size();
    many_ = all > kManyColumns;
    std::vector<std::string> selects;
    for (const auto& t : tables_) {
      columns_ = readable(t);
      if (t.policy->select && !columns_.empty()) table(t, selects);
    }
    if (selects.empty()) return "";
    return gbnf_.text("\"SELECT \" " + one_of(selects));
  }

 private:
  static std::vector<GrammarColumn> readable(const GrammarTable& table) {
    std::vector<GrammarColumn> out;
    for (const auto& c : table.columns) {
      if (c.readable) out.push_back(c);
    }
    return out;
  }
  bool allowed(std::string_view function) const {
    return std::find(policy_.functions.begin(), policy_.functions.end(), function) !=
           policy_.functions.end();
  }
  template <class Wanted>
  std::string names_of(Wanted wanted) const {
    std::vector<std::string> out;
    for (const auto& c : columns_) {
      if (wanted(c)) out.push_back(literal(c.name));
    }
    return out.empty() ? "" : one_of(out);
  }

  void table(const GrammarTable& table, std::vector<std::string>& selects) {
    id_ = table.id;
    paths_.clear();
    counts_.clear();
    follow(table);
    from_ = gbnf_.rule(id_ + "-from", literal(" FROM " + table.name) + " (\" WHERE \" " +
                                          where_rule(id_, columns_, paths_, counts_, gbnf_) + ")?");
    limit_ = gbnf_.common("limit") + "?";
    down_ = gbnf_.common("down");
    selects.push_back(rows());
    const auto numbers = numbers_of();
    numbers_ = numbers.empty() ? "" : gbnf_.rule(id_ + "-number", one_of(numbers));
    total_ = total();
    having_ = having();
    if (!total_.empty()) {
      total_item_ = gbnf_.rule(id_ + "-total-item", total_ + optional_name(gbnf_));
      selects.push_back(gbnf_.rule(id_ + "-totals", total_item_ + " (\", \" " + total_item_ + ")" +
                                                        times(0, kMostTotals - 1) + " " + from_ +
                                                        " " + limit_));
      totals_ = gbnf_.rule(id_ + "-more-totals",
                           "(\", \" " + total_item_ + ")" + times(0, kMostTotals - 1));
    }
    groups(table, selects);
  }

  const GrammarTable* readable_table(const std::string& name) const {
    for (const auto& t : tables_) {
      if (t.columns.front().column->table == name) return t.policy->select ? &t : nullptr;
    }
    return nullptr;
  }

  // What foreign keys lead to (host/sql/paths.h): columns of one row, totals of many.
  void follow(const GrammarTable& table) {
    const auto all = links_.find(table.columns.front().column->table);
    if (all == links_.end()) return;
    std::size_t place = 0;
    for (const auto& link : all->second) {
      const auto* there = readable_table(link.table);
      if (there == nullptr) continue;
      if (place++ == (many_ ? kFewLinks : kLinks)) break;
      if (link.many) {
        total_of(link, *there);
      } else {
        columns_of(link, *there, table.id + "-l" + std::to_string(place));
      }
    }
  }

  void columns_of(const Link& link, const GrammarTable& there, const std::string& id) {
    std::size_t room = many_ ? kFewLinkColumns : kLinkColumns;
    for (auto c : readable(there)) {
      if (c.kind == Kind::kOpaque || room-- == 0) break;
      c.name = written_name(link.name) + "." + c.name;
      c.id = id + "-" + c.id;
      c.nullable = true;
      paths_.push_back(std::move(c));
    }
  }

  void total_of(const Link& link, const GrammarTable& there) {
    const auto name = written_name(link.name);
    if (allowed("count")) counts_.push_back("count(" + name + ")");
    std::size_t room = many_ ? 1 : 3;
    for (const auto& c : readable(there)) {
      if (!c.is_number() || c.column->key() || !c.column->references.empty() || room == 0) continue;
      --room;
      for (const char* function : {"sum", "max"}) {
        if (!allowed(function)) continue;
        counts_.push_back(std::string(function) + "(" + name + "." + c.name + ")");
      }
    }
  }

  // " ORDER BY k, k", each with DESC.
  std::string order(const std::string& key) const {
    const auto one = key + " " + down_;
    return "\" ORDER BY \" " + one + " (\", \" " + one + ")" + times(0, kMostSortKeys - 1);
  }

  std::string rows() {
    const auto id = id_ + "-rows";
    auto values = names_of([](const auto&) { return true; });
    auto keys = names_of([](const auto& c) { return c.kind != Kind::kOpaque; });
    std::vector<std::string> reached;
    for (const auto& c : paths_) reached.push_back(literal(c.name));
    for (const auto& count : counts_) reached.push_back(literal(count));
    if (!reached.empty()) values += " | " + one_of(reached);
    if (!reached.empty() && !keys.empty()) keys = "(" + keys + " | " + one_of(reached) + ")";
    const auto whole = names_of([](const auto& c) { return c.kind == Kind::kWhole; });
    if (allowed("bucket") && !whole.empty()) {
      values += " | \"bucket(\" " + whole + " \", \" " + gbnf_.common("width") + " \")\"";
    }
    const auto value = gbnf_.rule(id + "-value", values);
    const auto item = gbnf_.rule(id + "-item", value + optional_name(gbnf_));
    const auto more = gbnf_.rule(id + "-more", "(\", \" " + item + ")" + times(0, kMostBehindName));
    const auto end = gbnf_.rule(
        id + "-end", from_ + (keys.empty() ? "" : " (" + order(keys) + ")?") + " " + limit_);
    auto last = end + " | \" AS \" (" + gbnf_.common("name") + " " + end;
    for (const std::string name : kRowNames) {
      const auto key = keys.empty() ? literal(name) : "(" + keys + " | " + literal(name) + ")";
      last += " | " + literal(name) + " " + more + " " + from_ + " " + order(key) + " " + limit_;
    }
    return gbnf_.rule(id, "(" + item + " \", \")" + times(0, kMostRowItems - 1) + " " + value +
                              " (" + last + "))");
  }

  // Of these there are totals: also of what a path leads to, where it is no key.
  std::vector<std::string> numbers_of() const {
    std::vector<std::string> out;
    for (const auto& c : columns_) {
      if (c.is_number()) out.push_back(literal(c.name));
    }
    for (const auto& c : paths_) {
      if (sort_of(c) == std::string_view("numbers")) out.push_back(literal(c.name));
    }
    return out;
  }

  // An aggregate; empty when the policy allows none.
  std::string total() {
    std::vector<std::string> out;
    auto ordered = names_of([](const auto& c) { return c.has_order() && !c.is_number(); });
    if (!numbers_.empty())
      ordered = ordered.empty() ? numbers_ : "(" + numbers_ + " | " + ordered + ")";
    const auto call = [&](const char* function, const std::string& of, const char* before = "") {
      if (allowed(function) && !of.empty()) {
        out.push_back(literal(std::string(function) + "(" + before) + " " + of + " \")\"");
      }
    };
    if (allowed("count")) out.push_back("\"count(*)\"");
    call("count", names_of([](const auto& c) { return c.kind != Kind::kOpaque; }), "DISTINCT ");
    call("sum", numbers_);
    call("avg", numbers_);
    call("min", ordered);
    call("max", ordered);
    if (allowed("round") && allowed("avg") && !numbers_.empty()) {
      out.push_back("\"round(avg(\" " + numbers_ + " \"), \" [0-6] \")\"");
    }
    return out.empty() ? "" : gbnf_.rule(id_ + "-total", one_of(out));
  }

  // What groups must come to; empty when the policy allows no totals of numbers.
  std::string having() {
    const auto sign = " (" + gbnf_.common("same") + " | " + gbnf_.common("sized") + ") ";
    std::vector<std::string> out, functions;
    if (allowed("count")) out.push_back("\"count(*)\"" + sign + gbnf_.common("whole"));
    for (const char* function : {"sum", "avg", "min", "max"}) {
      if (allowed(function)) functions.push_back(literal(function));
    }
    if (!functions.empty() && !numbers_.empty()) {
      out.push_back(one_of(functions) + " \"(\" " + numbers_ + " \")\"" + sign +
                    gbnf_.common("decimal"));
    }
    return out.empty() ? "" : gbnf_.rule(id_ + "-having", "\" HAVING \" " + one_of(out)) + "? ";
  }

  void groups(const GrammarTable& table, std::vector<std::string>& selects) {
    const bool joint = key_columns(catalog_, table).size() > 1;
    const auto groups_rows = [&](const GrammarColumn& c) {
      return c.kind != Kind::kOpaque && c.kind != Kind::kReal && (joint || !c.column->key());
    };
    std::vector<GrammarColumn> by;
    for (const auto& c : columns_) {
      if (groups_rows(c) && by.size() < (many_ ? kFewGroupColumns : kGroupColumns)) by.push_back(c);
    }
    for (const auto& c : paths_) {
      const bool calls = c.kind == Kind::kText || !c.choices.empty();
      if (!calls || by.size() == kGroupColumns + kLinkGroups || many_) continue;
      by.push_back(c);
    }
    for (const auto& c : by) selects.push_back(group(c, by));
    auto room = !allowed("bucket") ? 0 : many_ ? kFewIntervalColumns : kIntervalColumns;
    for (const auto& c : columns_) {
      if (room == 0) break;
      if (c.kind != Kind::kWhole || c.column->key() || !c.choices.empty()) continue;
      selects.push_back(buckets(c));
      --room;
    }
  }

  std::string more_totals() const { return total_.empty() ? "" : totals_ + " "; }
  std::string key(const std::vector<std::string>& columns, const std::string& name = "") const {
    std::vector<std::string> out;
    for (const auto& c : columns) out.push_back(literal(c));
    if (!total_.empty()) out.push_back(total_);
    if (!name.empty()) out.push_back(literal(name));
    return one_of(out);
  }
  std::string group_tail(const std::string& by, const std::string& order) const {
    return from_ + " " + literal(" GROUP BY " + by) + " " + having_ + order + " " + limit_;
  }

  std::string group(const GrammarColumn& c, const std::vector<GrammarColumn>& by) {
    const auto id = c.id + "-group";
    const auto end = gbnf_.rule(id + "-end", group_tail(c.name, "(" + order(key({c.name})) + ")?"));
    // Behind the column: nothing, totals of which the last may be remembered, another column.
    std::string rest = end;
    if (!total_.empty()) {
      rest += " | (\", \" " + total_item_ + ")" + times(0, kMostTotals - 1) + " \", \" " + total_ +
              " (" + end + " | \" AS \" (" + gbnf_.common("name") + " " + end;
      for (const std::string name : kTotalNames) {
        rest += " | " + literal(name) + " " + totals_ + " " +
                group_tail(c.name, order(key({c.name}, name)));
      }
      rest += "))";
    }
    for (const auto& other : by) {
      if (many_ || other.column == c.column) continue;
      rest += " | " + literal(", " + other.name) + optional_name(gbnf_) + " " + more_totals() +
              group_tail(c.name + ", " + other.name, "(" + order(key({c.name, other.name})) + ")?");
    }
    const auto behind = gbnf_.rule(id + "-rest", rest);
    return gbnf_.rule(id, literal(c.name) + " (" + behind + " | \" AS \" (" + gbnf_.common("name") +
                              " " + behind + " | \"x\" " + more_totals() +
                              group_tail(c.name, order(key({c.name}, "x"))) + "))");
  }

  // The width must be the same in every place, so each has its own text.
  std::string buckets(const GrammarColumn& c) {
    std::vector<std::string> out;
    for (const int width : kWidths) {
      const auto call = "bucket(" + c.name + ", " + std::to_string(width) + ")";
      out.push_back(literal(call) + " (" + optional_name(gbnf_).substr(1) + " " + more_totals() +
                    group_tail(call, "(" + order(literal(call)) + ")?") + " | \" AS x\" " +
                    more_totals() + group_tail(call, order("\"x\"")) + ")");
    }
    return gbnf_.rule(c.id + "-buckets", one_of(out));
  }

  const Policy& policy_;
  const std::vector<Column>& catalog_;
  const std::vector<GrammarTable> tables_;
  const Links links_;
  Gbnf gbnf_;
  bool many_ = false;
  // Of the table that is being written.
  std::string id_, from_, limit_, down_, total_, total_item_, totals_, having_, numbers_;
  std::vector<GrammarColumn> columns_, paths_;  // of the table, and of what its links lead to
  std::vector<std::string> counts_;             // count(loans), sum(loans.fee)
};

}  // namespace

std::string binding_grammar(const Policy& policy, const std::vector<Column>& catalog) {
  return BindingGrammar(policy, catalog).text();
}

}  // namespace sr::host::sql
