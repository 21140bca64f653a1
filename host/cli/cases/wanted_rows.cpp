#include "host/cli/cases/wanted_rows.h"

#include <algorithm>

#include "host/base/start_error.h"
#include "host/cli/cases/query_text.h"
#include "host/cli/cases/same_value.h"
#include "host/session/bindings.h"
#include "host/sql/names.h"
#include "host/sql/spoken/names.h"

namespace sr::host {
namespace {

constexpr int kMostTries = 20'000;  // of ways to tell which column is which

std::vector<Json> lists_of(const Rows& rows) {
  std::vector<Json> out;
  for (const auto& row : rows.rows) {
    Json values = Json::array();
    for (const auto& value : row) values.push_back(json_of(value));
    out.push_back(std::move(values));
  }
  return out;
}

std::size_t column_named(const std::vector<std::string>& columns, const std::string& name) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (sql::name_in_full(columns[i]) == sql::name_in_full(name)) return i;
  }
  return columns.size();
}

bool less(const Json& a, const Json& b) {
  const auto x = number_of(a), y = number_of(b);
  if (x && y) return *x < *y;
  return a < b;
}

// As often the same values, in any order.
bool same_values(std::vector<Json> a, std::vector<Json> b) {
  std::sort(a.begin(), a.end(), less);
  std::sort(b.begin(), b.end(), less);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), reads_as);
}

std::vector<Json> column(const std::vector<Json>& rows, std::size_t at) {
  std::vector<Json> out;
  for (const auto& row : rows) out.push_back(row[at]);
  return out;
}

class Matching {
 public:
  Matching(const WantedRows& wanted, const ShownRows& shown) : wanted_(wanted), shown_(shown) {}

  bool found(bool in_order) {
    in_order_ = in_order;
    taken_.assign(shown_.columns.size(), false);
    as_.clear();
    tries_ = 0;
    return next();
  }

 private:
  // Finds the shown column for the next wanted one; those of the same name are tried first.
  bool next() {
    const auto at = as_.size();
    if (at == wanted_.columns.size()) return ++tries_ < kMostTries && rows_fit();
    const auto named = column_named(shown_.columns, wanted_.columns[at]);
    if (named < shown_.columns.size() && attempt(at, named)) return true;
    for (std::size_t i = 0; i < shown_.columns.size(); ++i) {
      if (i != named && attempt(at, i)) return true;
    }
    return false;
  }

  bool attempt(std::size_t at, std::size_t as) {
    if (taken_[as] || tries_ >= kMostTries || !may_be(at, as)) return false;
    taken_[as] = true;
    as_.push_back(as);
    if (next()) return true;
    as_.pop_back();
    taken_[as] = false;
    return false;
  }

  bool may_be(std::size_t at, std::size_t as) const {
    if (wanted_.pool.size() > wanted_.rows.size()) return true;  // ties where it was cut
    return same_values(column(wanted_.rows, at), column(shown_.rows, as));
  }

  bool same_row(const Json& wanted, const Json& shown) const {
    for (std::size_t i = 0; i < as_.size(); ++i) {
      if (!reads_as(wanted[i], shown[as_[i]])) return false;
    }
    return true;
  }

  // Each shown row is one of the wanted ones, none twice; in order: with the key of its place.
  bool rows_fit() const {
    const bool keyed = !wanted_.pool.empty();
    const auto& pool = keyed ? wanted_.pool : wanted_.rows;
    std::vector<Json> keys = wanted_.keys;
    std::vector<bool> used(pool.size(), false);
    for (std::size_t i = 0; i < shown_.rows.size(); ++i) {
      std::size_t k = 0;
      for (; k < pool.size(); ++k) {
        if (used[k] || !same_row(pool[k], shown_.rows[i])) continue;
        if (!keyed || take_key(keys, i, wanted_.pool_keys[k])) break;
      }
      if (k == pool.size()) return false;
      used[k] = true;
    }
    return true;
  }

  bool take_key(std::vector<Json>& keys, std::size_t place, const Json& key) const {
    if (in_order_) return keys[place] == key;
    const auto found = std::find(keys.begin(), keys.end(), key);
    if (found == keys.end()) return false;
    keys.erase(found);
    return true;
  }

  const WantedRows& wanted_;
  const ShownRows& shown_;
  bool in_order_ = false;
  std::vector<bool> taken_;
  std::vector<std::size_t> as_;
  int tries_ = 0;
};

// Names that are a column's own; what is computed is called by nobody.
bool names_fit(const WantedRows& wanted, const ShownRows& shown,
               std::vector<std::string>* missing) {
  bool fits = true;
  for (const auto& name : wanted.columns) {
    if (name.find_first_of("( +-*/") != std::string::npos) continue;
    if (column_named(shown.columns, name) < shown.columns.size()) continue;
    fits = false;
    if (missing != nullptr) missing->push_back(name);
  }
  return fits;
}

// The wanted rows with only those columns that the component has by name.
std::optional<WantedRows> with_shown_columns(const WantedRows& wanted, const ShownRows& shown,
                                             std::vector<std::string>& missing) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < wanted.columns.size(); ++i) {
    const bool there = column_named(shown.columns, wanted.columns[i]) < shown.columns.size();
    if (there) kept.push_back(i);
    if (!there) missing.push_back(wanted.columns[i]);
  }
  if (kept.empty() || missing.empty()) return std::nullopt;
  const auto project = [&](const std::vector<Json>& rows) {
    std::vector<Json> out;
    for (const auto& row : rows) {
      Json values = Json::array();
      for (const auto at : kept) values.push_back(row[at]);
      out.push_back(std::move(values));
    }
    return out;
  };
  auto out = wanted;
  out.columns.clear();
  for (const auto at : kept) out.columns.push_back(wanted.columns[at]);
  out.rows = project(wanted.rows);
  out.pool = project(wanted.pool);
  return out;
}

// The output column that a sort goes by; columns.size() when it is none.
std::size_t sorted_column(const std::vector<std::string>& columns, const std::string& key) {
  const bool place =
      std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isdigit(c); });
  if (place && !key.empty() && key.size() < 4) return std::stoul(key) - 1;
  auto name = key;
  std::erase(name, '"');
  return column_named(columns, name);
}

// What a sort goes by is one of the columns, or is selected beside them.
void sort_by(FactsKeeper& facts, const QueryText& parts, WantedRows& out) {
  out.ordered = true;
  std::vector<std::size_t> at;
  std::string more;
  auto width = out.columns.size();
  for (const auto& key : parts.order) {
    const auto own = sorted_column(out.columns, key);
    if (own >= out.columns.size()) more += ", " + key;
    at.push_back(own < out.columns.size() ? own : width++);
  }
  std::vector<Json> all;
  if (parts.plain) {
    const auto found =
        facts.query("SELECT " + parts.items + more + " " + parts.rest + " " + parts.order_by);
    if (found) all = lists_of(*found);
  } else if (more.empty()) {
    all = out.rows;
  }
  if (all.size() < out.rows.size()) {  // then each row has a place of its own
    for (std::size_t i = 0; i < out.rows.size(); ++i) out.keys.push_back(i);
    out.pool = out.rows;
    out.pool_keys = out.keys;
    return;
  }
  for (const auto& row : all) {
    Json key = Json::array(), own = Json::array();
    for (const auto i : at) key.push_back(row[i]);
    for (std::size_t i = 0; i < out.columns.size(); ++i) own.push_back(row[i]);
    if (out.keys.size() < out.rows.size()) out.keys.push_back(key);
    out.pool_keys.push_back(std::move(key));
    out.pool.push_back(std::move(own));
  }
}

// SELECT count(*) FROM t WHERE …: the rows that are counted, where they can be asked for.
std::optional<WantedRows> counted(FactsKeeper& facts, const WantedRows& numbers) {
  const auto parts = parts_of_query(numbers.sql);
  if (!parts || numbers.rows.size() != 1 || numbers.columns.size() != 1) return std::nullopt;
  auto items = sql::lower_ascii(parts->items);
  std::erase(items, ' ');
  if (items.rfind("count(", 0) != 0) return std::nullopt;
  const auto rows = facts.query("SELECT * " + parts->rest);
  if (!rows) return std::nullopt;
  WantedRows out;
  out.columns = rows->columns;
  out.rows = lists_of(*rows);
  return out;
}

bool shows_total(const WantedRows& counted, const Json& number, const ShownRows& shown) {
  if (shown.value || !shown.total || !same_value(number, Json(*shown.total))) return false;
  std::vector<std::string> missing;
  if (counted.rows.size() != shown.rows.size()) return true;  // distinct values, or a window
  const auto common = with_shown_columns(counted, shown, missing);
  return fit(common ? *common : counted, shown) == Fit::kRight;
}

}  // namespace

WantedRows wanted_rows(FactsKeeper& facts, const std::string& sql) {
  WantedRows out;
  out.sql = sql;
  const auto rows = or_start_error(facts.query(sql));
  out.columns = rows.columns;
  out.rows = lists_of(rows);
  if (const auto parts = parts_of_query(sql); parts && !parts->order.empty())
    sort_by(facts, *parts, out);
  return out;
}

std::vector<ShownRows> on_screen(const App& app, const Json& view) {
  std::vector<ShownRows> out;
  for (const auto& component : view.value("components", Json::array())) {
    const auto* type = app.component(component.value("type", ""));
    if (type == nullptr) continue;
    for (const auto& binding : type->bindings) {
      const auto filled = component.find(binding.fills);
      if (filled == component.end()) continue;
      ShownRows shown;
      shown.id = component.value("id", "");
      if (binding.as == BindingProperty::As::kValue) {
        shown.value = true;
        shown.columns = {binding.fills};
        shown.rows.push_back(Json::array({*filled}));
        out.push_back(std::move(shown));
        continue;
      }
      for (const auto& name : component.value("columns", Json::array()))
        shown.columns.push_back(name);
      for (const auto& row : *filled) {
        Json values = Json::array();
        if (shown.columns.empty()) {
          for (const auto& [name, value] : row.items()) shown.columns.push_back(name);
        }
        for (const auto& name : shown.columns) values.push_back(row.value(name, Json()));
        shown.rows.push_back(std::move(values));
      }
      if (component.contains("total")) shown.total = component["total"].get<std::uint64_t>();
      out.push_back(std::move(shown));
    }
  }
  return out;
}

Fit fit(const WantedRows& wanted, const ShownRows& shown, std::vector<std::string>* missing) {
  if (shown.rows.size() != wanted.rows.size()) {
    return shown.rows.size() < wanted.rows.size() ? Fit::kFewer : Fit::kMore;
  }
  if (wanted.rows.empty()) {
    return names_fit(wanted, shown, missing) ? Fit::kRight : Fit::kOtherColumns;
  }
  Matching matching(wanted, shown);
  if (matching.found(wanted.ordered)) return Fit::kRight;
  if (wanted.ordered && matching.found(false)) return Fit::kOtherOrder;
  std::vector<std::string> absent;
  const auto rest = with_shown_columns(wanted, shown, absent);
  if (rest && Matching(*rest, shown).found(false)) {
    if (missing != nullptr) *missing = std::move(absent);
    return Fit::kOtherColumns;
  }
  return Fit::kOtherRows;
}

bool readable(FactsKeeper& facts, const WantedRows& numbers, const std::vector<ShownRows>& screen) {
  const auto shows = [&](const ShownRows& shown) { return fit(numbers, shown) == Fit::kRight; };
  if (std::any_of(screen.begin(), screen.end(), shows)) return true;
  const auto rows = counted(facts, numbers);
  for (const auto& row : numbers.rows) {
    for (const auto& number : row) {
      const bool found = std::any_of(screen.begin(), screen.end(), [&](const ShownRows& shown) {
        if (rows && shows_total(*rows, number, shown)) return true;
        if (shown.rows.size() != 1) return false;
        return std::any_of(shown.rows[0].begin(), shown.rows[0].end(),
                           [&](const Json& value) { return reads_as(number, value); });
      });
      if (!found) return false;
    }
  }
  return !numbers.rows.empty();
}

}  // namespace sr::host
