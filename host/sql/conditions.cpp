#include "host/sql/conditions.h"

#include <memory>
#include <vector>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

namespace sr::host::sql {
namespace {

struct Token {
  int kind;
  std::string text;
};

// Empty when the statement cannot be read.
std::vector<Token> tokens_of(const std::string& statement) {
  const auto free_scan = [](PgQuery__ScanResult* scan) {
    pg_query__scan_result__free_unpacked(scan, nullptr);
  };
  std::vector<Token> out;
  auto scanned = pg_query_scan(statement.c_str());
  if (scanned.error == nullptr) {
    const std::unique_ptr<PgQuery__ScanResult, decltype(free_scan)> scan(
        pg_query__scan_result__unpack(nullptr, scanned.pbuf.len,
                                      reinterpret_cast<const std::uint8_t*>(scanned.pbuf.data)),
        free_scan);
    for (std::size_t i = 0; scan && i < scan->n_tokens; ++i) {
      const auto& token = *scan->tokens[i];
      const auto begin = static_cast<std::size_t>(token.start);
      out.push_back({static_cast<int>(token.token),
                     statement.substr(begin, static_cast<std::size_t>(token.end) - begin)});
    }
  }
  pg_query_free_scan_result(scanned);
  return out;
}

bool is_value(int kind) {
  return kind == PG_QUERY__TOKEN__SCONST || kind == PG_QUERY__TOKEN__ICONST ||
         kind == PG_QUERY__TOKEN__FCONST || kind == PG_QUERY__TOKEN__TRUE_P ||
         kind == PG_QUERY__TOKEN__FALSE_P;
}

// What stands between % in a text in quotes, in quotes.
std::string without_wildcards(std::string text) {
  if (text.size() > 3 && text[text.size() - 2] == '%') text.erase(text.size() - 2, 1);
  if (text.size() > 3 && text[1] == '%') text.erase(1, 1);
  return text;
}

}  // namespace

std::multiset<std::string> conditions_in(const std::string& statement) {
  std::multiset<std::string> out;
  std::string before;
  for (auto& [kind, text] : tokens_of(statement)) {
    const bool pattern = before == "LIKE";
    if (is_value(kind)) {
      out.insert((pattern ? "=" : before) + ' ' + (pattern ? without_wildcards(text) : text));
    } else if (kind == PG_QUERY__TOKEN__NULL_P) {
      out.insert("IS NULL");
    } else if (kind == PG_QUERY__TOKEN__OR || kind == PG_QUERY__TOKEN__NOT) {
      out.insert(text);
    }
    before = std::move(text);
  }
  return out;
}

}  // namespace sr::host::sql
