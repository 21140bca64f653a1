#include "host/sql/grammar/where.h"

#include <map>

namespace sr::host::sql {
namespace {

constexpr int kMostConditions = 6, kMostAlternatives = 3;

// Rules of the columns of each sort that may stand on the other side.
std::map<std::string, std::string> columns_by_sort(const std::string& id,
                                                   const std::vector<const GrammarColumn*>& columns,
                                                   Gbnf& gbnf) {
  std::map<std::string, std::vector<std::string>> names;
  for (const auto* c : columns) names[sort_of(*c)].push_back(literal(c->name));
  names.erase("");
  std::map<std::string, std::string> out;
  for (const auto& [sort, all] : names) {
    if (all.size() > 1) out[sort] = gbnf.rule(id + "-" + sort, one_of(all));
  }
  return out;
}

// One of the conditions, at any place, may be a choice: with more of them a statement could
// become too long.
std::string some_of(const std::string& id, const std::string& condition, Gbnf& gbnf) {
  const auto either =
      gbnf.rule(id + "-either", "\"(\" " + condition + " (\" OR \" " + condition + ")" +
                                    times(1, kMostAlternatives - 1) + " \")\"");
  auto rest = gbnf.rule(id + "-where1", condition + " | " + either);
  for (int i = 2; i <= kMostConditions; ++i) {
    rest = gbnf.rule(id + "-where" + std::to_string(i), condition + " (\" AND \" " + rest +
                                                            ")? | " + either + " (\" AND \" " +
                                                            condition + ")" + times(0, i - 1));
  }
  return rest;
}

}  // namespace

std::string sort_of(const GrammarColumn& column) {
  if (!column.choices.empty() || !column.column->choices.empty() || says_which_row(column))
    return "";
  if (column.is_number()) return "numbers";
  switch (column.kind) {
    case Kind::kDate:
      return "days";
    case Kind::kMoment:
      return "moments";
    case Kind::kText:
      return "texts";
    default:
      return "";
  }
}

std::string where_rule(const std::string& id, const std::vector<GrammarColumn>& columns,
                       const std::vector<GrammarColumn>& paths,
                       const std::vector<std::string>& counts, Gbnf& gbnf) {
  std::vector<const GrammarColumn*> all;
  for (const auto* some : {&columns, &paths}) {
    for (const auto& c : *some) all.push_back(&c);
  }
  auto alike = columns_by_sort(id, all, gbnf);
  std::vector<std::string> conditions;
  for (const auto* c : all)
    conditions.push_back(condition_rule(*c, c->id, gbnf, alike[sort_of(*c)]));
  for (const auto& count : counts) {
    conditions.push_back(literal(count) + " (\" = \" | " + gbnf.common("sized") + ") " +
                         gbnf.common("whole"));
  }
  return some_of(id, gbnf.rule(id + "-condition", one_of(conditions)), gbnf);
}

}  // namespace sr::host::sql
