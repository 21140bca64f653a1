#include "host/sql/guard.h"

#include "host/sql/parameters.h"
#include "host/sql/paths.h"
#include "host/sql/refuse.h"
#include "host/sql/scanner.h"
#include "host/sql/tables.h"
#include "host/sql/tree.h"
#include "host/sql/writer.h"

namespace sr::host::sql {

struct Guard::World {
  World(Policy policy_given, std::vector<Column> catalog_given)
      : policy(std::move(policy_given)),
        catalog(std::move(catalog_given)),
        tables(policy, catalog),
        links(links_of(catalog)) {}
  World(const World&) = delete;

  std::variant<Plan, Refusal> check(std::string_view statement, std::uint64_t* work,
                                    Parameters parameters, const Sources* sources,
                                    Plan (Writer::*write)(const Node&),
                                    bool* named = nullptr) const {
    std::uint64_t unread = 0;
    std::uint64_t& count = work ? *work : unread;
    try {
      scan(statement, parameters);
      const Numbered numbered = number_parameters(statement);
      const auto [text, with_names] =
          expand_paths(numbered.text, links, catalog, named == nullptr ? nullptr : &policy);
      if (named != nullptr) *named = with_names;
      const bool expanded = text.size() != numbered.text.size();
      if (expanded) scan(text, Parameters::kNumbered);
      const Tree tree = Tree::parse(text);
      check_shape(tree.statement(), count);
      Writer writer(policy, tables, expanded ? text : statement, numbered.names, sources, count);
      return (writer.*write)(tree.statement());
    } catch (const Refused& refused) {
      return refused.refusal;
    }
  }

  const Policy policy;
  const std::vector<Column> catalog;
  const KnownTables tables;
  const Links links;
};

Guard::Guard(Policy policy, std::vector<Column> catalog)
    : world_(std::make_shared<const World>(std::move(policy), std::move(catalog))) {}

std::variant<Plan, Refusal> Guard::action(std::string_view statement, std::uint64_t* work) const {
  return world_->check(statement, work, Parameters::kNamed, sources_, &Writer::action);
}

std::variant<Plan, Refusal> Guard::binding(std::string_view statement, std::uint64_t* work,
                                           bool may_name_values) const {
  return world_->check(statement, work, may_name_values ? Parameters::kNamed : Parameters::kNone,
                       sources_, &Writer::binding);
}

// Names never cost a query its rows' keys, nor that it runs: a foreign key may lead to what is
// unique and no key, or be of another type.
std::variant<Plan, Refusal> Guard::table(std::string_view statement) const {
  bool added = false;
  auto named =
      world_->check(statement, nullptr, Parameters::kNone, sources_, &Writer::binding, &added);
  if (!added) return named;
  auto plain = binding(statement);
  const auto *with = std::get_if<Plan>(&named), *without = std::get_if<Plan>(&plain);
  const bool same_rows = with != nullptr && without != nullptr && !without->key.empty() &&
                         with->key == without->key && with->key_of == without->key_of;
  return same_rows ? named : plain;
}

Guard Guard::held_to(const Sources& sources) const {
  Guard out = *this;
  out.sources_ = &sources;
  return out;
}

const Policy& Guard::policy() const { return world_->policy; }
const std::vector<Column>& Guard::catalog() const { return world_->catalog; }

std::vector<std::string> Guard::key_of(const std::string& table) const {
  std::vector<std::string> out;
  for (const auto& column : world_->catalog) {
    if (column.table == table && column.key()) out.push_back(column.name);
  }
  return out;
}

Statement statement_of(const Plan& plan, sr_role role, std::vector<Value> values) {
  Statement statement;
  statement.parameters = std::move(values);
  statement.role = role;
  statement.sql = plan.sql;
  statement.parameters.insert(statement.parameters.end(), plan.values.begin(), plan.values.end());
  statement.grants = plan.grants;
  statement.functions = plan.functions;
  statement.max_rows = plan.max_rows;
  statement.max_bytes = plan.max_bytes;
  statement.timeout_ms = plan.timeout_ms;
  return statement;
}

}  // namespace sr::host::sql
