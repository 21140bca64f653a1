#include "host/sql/paths.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/row_names.h"
#include "host/sql/spoken/names.h"
#include "host/sql/tree.h"

namespace sr::host::sql {
namespace {

constexpr std::size_t kMostJoins = 8;
constexpr const char* kAggregates[] = {"count", "sum", "avg", "min", "max"};
constexpr std::size_t kMostRowNames = 2;  // of one table: it is read from the left

template <class List>
bool is_one_of(const List& list, const std::string& name) {
  return std::any_of(std::begin(list), std::end(list),
                     [&](const char* one) { return name == one; });
}

// --- the text ---

std::size_t skip_spaces(const std::string& text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

// Behind the name that begins here.
std::size_t name_end(const std::string& text, std::size_t at) {
  if (at < text.size() && text[at] == '"') {
    for (++at; at < text.size(); ++at) {
      if (text[at] != '"') continue;
      if (at + 1 == text.size() || text[at + 1] != '"') return at + 1;
      ++at;
    }
    return at;
  }
  const auto in_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || (c & 0x80);
  };
  while (at < text.size() && in_name(text[at])) ++at;
  return at;
}

// Behind a, a.b, a.b.c.
std::size_t names_end(const std::string& text, std::size_t at, std::size_t names) {
  at = name_end(text, at);
  for (std::size_t i = 1; i < names; ++i)
    at = name_end(text, skip_spaces(text, skip_spaces(text, at) + 1));
  return at;
}

bool has_word(const std::string& text, std::size_t at, std::string_view word) {
  return same_name(std::string_view(text).substr(at, word.size()), word);
}

struct Edit {
  std::size_t begin, end;
  std::string text;
};

std::string edited(const std::string& text, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  std::string out;
  std::size_t at = 0;
  for (const auto& e : edits) {
    out.append(text, at, e.begin - at);
    out += e.text;
    at = e.end;
  }
  return out.append(text, at);
}

class Expansion {
 public:
  Expansion(const std::string& text, const PgQuery__SelectStmt& query, const Links& links,
            const std::vector<Column>& catalog)
      : text_(text), query_(query), links_(links), catalog_(catalog) {
    const auto& from = *query.from_clause[0]->range_var;
    table_ = from.relname;
    for (const auto& column : catalog) {
      if (!is_called(column, from.relname)) continue;
      table_ = column.table;
      own_.insert(lower_ascii(column.name));
      own_.insert(lower_ascii(column.name_in_store()));
    }
    base_ = from.alias ? from.alias->aliasname : table_;
    for (std::size_t i = 0; i < query.n_target_list; ++i) {
      const auto& target = *query.target_list[i]->res_target;
      if (target.name && *target.name) outputs_.insert(lower_ascii(target.name));
    }
  }

  Expanded text(const Policy* names_for) {
    if (own_.empty() || !links_.contains(table_)) return {text_};
    for (std::size_t i = 0; i < query_.n_target_list; ++i) {
      target(*query_.target_list[i]->res_target);
    }
    for (const auto* clause : {query_.where_clause, query_.having_clause}) {
      if (clause) look(*clause);
    }
    for (std::size_t i = 0; i < query_.n_group_clause; ++i) look(*query_.group_clause[i]);
    for (std::size_t i = 0; i < query_.n_sort_clause; ++i) sort(*query_.sort_clause[i]->sort_by);
    const bool named = names_for != nullptr && add_row_names(*names_for);
    if (!found_ && !named) return {text_};
    join();
    return {edited(text_, std::move(edits_)), named};
  }

 private:
  const Link* link(const std::string& table, const std::string& name) const {
    const auto all = links_.find(table);
    if (all == links_.end()) return nullptr;
    for (const auto& one : all->second) {
      if (same_name(one.name, name)) return &one;
    }
    return nullptr;
  }

  void look(const Node& node) {
    visit_query(node, [this](const Node& inner) {
      if (inner.node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
        column(*inner.column_ref);
        return false;
      }
      return inner.node_case != PG_QUERY__NODE__NODE_FUNC_CALL || !many(*inner.func_call);
    });
  }

  // Whether all of it is a path, not a part: name_ and behind_ tell of it.
  bool is_path(const Node& value) {
    name_.clear();
    if (value.node_case == PG_QUERY__NODE__NODE_FUNC_CALL && many(*value.func_call)) return true;
    look(value);
    return value.node_case == PG_QUERY__NODE__NODE_COLUMN_REF && !name_.empty();
  }

  // What has no name of its own is called by its path.
  void target(const PgQuery__ResTarget& item) {
    const auto& value = *item.val;
    const bool named = item.name && *item.name;
    if (is_path(value) && !named) edits_.push_back({behind_, behind_, output({name_, full_name_})});
  }

  // " AS x" with the first of these that nothing else is called; empty: all are taken.
  std::string output(const std::vector<std::string>& names) {
    for (const auto& name : names) {
      const bool taken = own_.contains(name) || !outputs_.insert(name).second;
      if (!taken) return " AS " + quote_name(name);
    }
    return "";
  }

  // The columns that are listed, all under their own names; nothing: the query does other things.
  std::optional<std::set<std::string>> listed() const {
    std::set<std::string> out;
    const bool plain = query_.n_group_clause == 0 && query_.n_distinct_clause == 0 &&
                       query_.having_clause == nullptr &&
                       query_.from_clause[0]->range_var->alias == nullptr;
    for (std::size_t i = 0; plain && i < query_.n_target_list; ++i) {
      const auto& target = *query_.target_list[i]->res_target;
      const bool named = target.name && *target.name;
      if (named || target.val->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return std::nullopt;
      std::string path;
      for (const auto& name : names_of(*target.val->column_ref))
        path += (path.empty() ? "" : ".") + lower_ascii(name);
      if (path.empty()) return std::nullopt;
      out.insert(std::move(path));
    }
    return plain ? std::optional(std::move(out)) : std::nullopt;
  }

  bool add_row_names(const Policy& policy) {
    const auto columns = listed();
    if (!columns || columns->empty()) return false;
    const auto& last = *query_.target_list[query_.n_target_list - 1]->res_target->val->column_ref;
    const auto end = names_end(text_, static_cast<std::size_t>(last.location), last.n_fields);
    std::size_t count = 0;
    for (const auto& next : links_.at(table_)) {
      const bool shows_key = std::ranges::all_of(next.columns, [&](const auto& pair) {
        return columns->contains(lower_ascii(pair.first));
      });
      const auto* name = next.many || !shows_key ? nullptr : row_name(next.table, catalog_, policy);
      if (name == nullptr || columns->contains(lower_ascii(next.name + "." + name->name))) continue;
      if (count == kMostRowNames || joins_.size() == kMostJoins) break;
      ++count;
      const auto alias = joined(base_, next);
      const auto as = output({called(alias, name->name), full_name(alias, name->name)});
      edits_.push_back({end, end, ", " + quote_name(alias) + "." + quote_name(name->name) + as});
    }
    return count > 0;
  }

  void sort(const PgQuery__SortBy& by) {
    const auto& key = *by.node;
    if (key.node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
      const auto names = names_of(*key.column_ref);
      if (names.size() == 1 && outputs_.contains(lower_ascii(names[0]))) return;
    }
    // Who has none is not first.
    if (!is_path(key) || key.node_case != PG_QUERY__NODE__NODE_FUNC_CALL) return;
    if (by.sortby_nulls != PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT) return;
    auto at = skip_spaces(text_, behind_);
    for (const std::string_view word : {"DESC", "ASC"}) {
      if (has_word(text_, at, word)) behind_ = at + word.size();
    }
    edits_.push_back({behind_, behind_, " NULLS LAST"});
  }

  void column(const PgQuery__ColumnRef& ref) {
    const auto names = names_of(ref);
    if (names.empty() || ref.location < 0) return;
    const auto at = static_cast<std::size_t>(ref.location);
    if (names.size() == 1) {
      if (own_.contains(lower_ascii(names[0]))) edits_.push_back({at, at, quote_name(base_) + "."});
      return;
    }
    if (same_name(names[0], base_)) return;
    auto alias = base_, table = table_;
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
      const auto* next = link(table, names[i]);
      if (next == nullptr) return;  // the guard says that there is no such name
      if (next->many) {
        refuse("path",
               next->name + " are many rows for each of " + table + "; ask for count(" +
                   next->name + "), or an aggregate such as max(" + next->name + ".…)",
               ref.location);
      }
      alias = joined(alias, *next);
      table = next->table;
    }
    const auto& last = names.back();
    behind_ = names_end(text_, at, names.size());
    edits_.push_back({at, behind_, quote_name(alias) + "." + quote_name(last)});
    name_ = called(alias, column_name(table, last));
    full_name_ = full_name(alias, column_name(table, last));
    found_ = true;
  }

  std::string column_name(const std::string& table, const std::string& name) const {
    const auto is = [&](const Column& c) { return is_called(c, table, name); };
    const auto found = std::find_if(catalog_.begin(), catalog_.end(), is);
    return found == catalog_.end() ? name : found->name;
  }

  static std::string called(const std::string& alias, const std::string& column) {
    return calls_its_row(column) ? alias : full_name(alias, column);
  }
  static std::string full_name(const std::string& alias, const std::string& column) {
    return alias + "_" + lower_ascii(column);
  }

  // The alias of the table that the link leads to from the table called `from`.
  std::string joined(const std::string& from, const Link& next) {
    const auto alias = (same_name(from, base_) ? "" : from + "_") + next.name +
                       (same_name(next.name, base_) ? "_other" : "");
    for (const auto& [known, sql] : joins_) {
      if (known == alias) return alias;
    }
    if (joins_.size() == kMostJoins)
      refuse("path",
             "more than " + std::to_string(kMostJoins) + " links are too many for one query");
    joins_.emplace_back(alias, " LEFT JOIN " + quote_name(next.table) + " AS " + quote_name(alias) +
                                   " ON " + condition(next, alias, from));
    return alias;
  }

  static std::string condition(const Link& link, const std::string& there,
                               const std::string& here) {
    std::string out;
    for (const auto& [own, other] : link.columns) {
      out += (out.empty() ? "" : " AND ") + quote_name(there) + "." + quote_name(other) + " = " +
             quote_name(here) + "." + quote_name(own);
    }
    return out;
  }

  // count(loans), sum(loans.fee): of the rows that point at this one.
  bool many(const PgQuery__FuncCall& call) {
    const std::string function = lower_ascii(call.funcname[call.n_funcname - 1]->string->sval);
    if (!is_one_of(kAggregates, function) || call.n_args != 1 || call.location < 0) return false;
    if (call.agg_distinct || call.agg_filter || call.over || call.n_agg_order > 0) return false;
    if (call.args[0]->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return false;
    const auto names = names_of(*call.args[0]->column_ref);
    const bool counts =
        names.size() == 1 && function == "count" && !own_.contains(lower_ascii(names[0]));
    if (names.size() != 2 && !counts) return false;
    const auto* next = link(table_, names[0]);
    if (next == nullptr || !next->many) return false;
    const auto argument = static_cast<std::size_t>(call.args[0]->column_ref->location);
    const auto closing = skip_spaces(text_, names_end(text_, argument, names.size()));
    behind_ = closing + 1;
    const auto alias = same_name(next->name, base_) ? next->name + "_other" : next->name;
    const auto what = counts ? "*" : quote_name(alias) + "." + quote_name(names[1]);
    edits_.push_back({static_cast<std::size_t>(call.location), behind_,
                      "(SELECT " + function + "(" + what + ") FROM " + quote_name(next->table) +
                          " AS " + quote_name(alias) + " WHERE " + condition(*next, alias, base_) +
                          ")"});
    name_ = next->name;
    if (!counts) name_ += "_" + lower_ascii(column_name(next->table, names[1]));
    full_name_ = name_;
    found_ = true;
    return true;
  }

  void join() {
    const auto& from = *query_.from_clause[0]->range_var;
    auto at = name_end(text_, static_cast<std::size_t>(from.location));
    if (from.alias) {
      at = skip_spaces(text_, at);
      if (has_word(text_, at, "AS") && name_end(text_, at) == at + 2)
        at = skip_spaces(text_, at + 2);
      at = name_end(text_, at);
    }
    std::string all;
    for (const auto& [alias, sql] : joins_) all += sql;
    edits_.push_back({at, at, std::move(all)});
  }

  const std::string& text_;
  const PgQuery__SelectStmt& query_;
  const Links& links_;
  const std::vector<Column>& catalog_;
  std::string table_, base_;             // in FROM, and how it is called there
  std::set<std::string> own_, outputs_;  // its columns; names of what is selected
  std::vector<std::pair<std::string, std::string>> joins_;  // alias, SQL
  std::vector<Edit> edits_;
  std::string name_, full_name_;  // of the path that was found last
  std::size_t behind_ = 0;        // where it ends
  bool found_ = false;
};

}  // namespace

Expanded expand_paths(const std::string& statement, const Links& links,
                      const std::vector<Column>& catalog, const Policy* names_for) {
  if (links.empty() || !has_word(statement, skip_spaces(statement, 0), "SELECT"))
    return {statement};
  const auto tree = Tree::parse(statement);
  const auto& node = tree.statement();
  if (node.node_case != PG_QUERY__NODE__NODE_SELECT_STMT) return {statement};
  const auto& query = *node.select_stmt;
  const bool plain = query.op == PG_QUERY__SET_OPERATION__SETOP_NONE && query.n_from_clause == 1 &&
                     query.from_clause[0]->node_case == PG_QUERY__NODE__NODE_RANGE_VAR &&
                     query.with_clause == nullptr;
  if (!plain) return {statement};
  return Expansion(statement, query, links, catalog).text(names_for);
}

}  // namespace sr::host::sql
