#include "host/cli/sql_command.h"

#include <algorithm>
#include <istream>
#include <map>
#include <ostream>

#include "host/sql/names.h"

namespace sr::host {
namespace {

using Answer = std::variant<sql::Plan, sql::Refusal>;

Answer check(const sql::Guard& guard, const std::string& statement, std::optional<SqlUse> use) {
  if (use == SqlUse::kAction) return guard.action(statement);
  Answer answer = guard.binding(statement);
  const auto* refusal = std::get_if<sql::Refusal>(&answer);
  if (use || refusal == nullptr || refusal->rule != "statement") return answer;
  return guard.action(statement);
}

// "reads alerts (id, title); sets alerts (status); at most 1 row".
void print_plan(const sql::Plan& plan, std::ostream& out) {
  constexpr std::pair<std::uint32_t, const char*> kVerbs[] = {
      {SR_GRANT_SELECT, "reads"}, {SR_GRANT_INSERT, "adds to"}, {SR_GRANT_UPDATE, "sets"},
      {SR_GRANT_DELETE, "deletes from"}};
  out << "allowed: " << plan.sql << "\n ";
  for (const auto& [verb, word] : kVerbs) {
    std::map<std::string, std::string> tables;
    for (const Grant& grant : plan.grants) {
      if (!(grant.verbs & verb)) continue;
      std::string& columns = tables[grant.table];
      if (!grant.column.empty()) columns += (columns.empty() ? "" : ", ") + grant.column;
    }
    for (const auto& [table, columns] : tables) {
      out << ' ' << word << ' ' << table << (columns.empty() ? "" : " (" + columns + ")") << ';';
    }
  }
  if (!plan.functions.empty()) {
    out << " calls";
    for (std::size_t i = 0; i < plan.functions.size(); ++i) {
      out << (i > 0 ? ", " : " ") << plan.functions[i];
    }
    out << ';';
  }
  if (!plan.key.empty()) out << " rows are known by " << sql::list_of(plan.key, "and") << ';';
  out << " at most " << plan.max_rows << (plan.max_rows == 1 ? " row\n" : " rows\n");
}

// The line of the statement that holds the byte, and a caret below it.
void print_place(const std::string& statement, int at, std::ostream& out) {
  const std::size_t place = std::min<std::size_t>(at, statement.size());
  const std::size_t before = place == 0 ? std::string::npos : statement.rfind('\n', place - 1);
  const std::size_t start = before == std::string::npos ? 0 : before + 1;
  const std::size_t end = std::min(statement.find('\n', place), statement.size());
  std::string line = statement.substr(start, end - start), caret;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const bool continues = (byte & 0xC0) == 0x80;
    if (byte < 0x20 || byte == 0x7F) line[i] = ' ';
    if (start + i < place && !continues) caret += ' ';
  }
  out << "  " << line << "\n  " << caret << "^\n";
}

}  // namespace

int sql_check(const sql::Guard& guard, const std::vector<std::string>& statements,
              std::optional<SqlUse> use, std::istream& in, std::ostream& out) {
  bool all_allowed = true;
  auto answer_one = [&](const std::string& statement) {
    const Answer answer = check(guard, statement, use);
    if (const auto* plan = std::get_if<sql::Plan>(&answer)) {
      print_plan(*plan, out);
      return;
    }
    all_allowed = false;
    const auto& refusal = std::get<sql::Refusal>(answer);
    out << "refused [" << refusal.rule << "]";
    if (refusal.at >= 0) out << " at byte " << refusal.at;
    out << ": " << refusal.why << "\n";
    if (refusal.at >= 0) print_place(statement, refusal.at, out);
  };
  for (const std::string& statement : statements) answer_one(statement);
  if (statements.empty()) {
    for (std::string line; std::getline(in, line);) {
      if (line.find_first_not_of(" \t\r") != std::string::npos) answer_one(line);
    }
  }
  return all_allowed ? 0 : 1;
}

}  // namespace sr::host
