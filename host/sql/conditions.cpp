#include "host/sql/conditions.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include "host/sql/names.h"

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

bool is_number(int kind) {
  return kind == PG_QUERY__TOKEN__ICONST || kind == PG_QUERY__TOKEN__FCONST;
}
bool is_literal(int kind) {
  return is_number(kind) || kind == PG_QUERY__TOKEN__SCONST || kind == PG_QUERY__TOKEN__TRUE_P ||
         kind == PG_QUERY__TOKEN__FALSE_P;
}
bool is_name(const Token& token) {
  const auto c = static_cast<unsigned char>(token.text[0]);
  return !is_literal(token.kind) && (std::isalpha(c) != 0 || c == '_' || c == '"' || c >= 0x80);
}
bool is_day(const std::string& quoted) {
  return quoted.size() > 11 && quoted[5] == '-' && quoted[8] == '-' &&
         std::isdigit(static_cast<unsigned char>(quoted[1])) != 0;
}

// What stands between % in a text in quotes, in quotes.
std::string without_wildcards(std::string text) {
  if (text.size() > 3 && text[text.size() - 2] == '%') text.erase(text.size() - 2, 1);
  if (text.size() > 3 && text[1] == '%') text.erase(1, 1);
  return text;
}

class Reader {
 public:
  std::vector<Condition> read(const std::vector<Token>& tokens) {
    for (const auto& token : tokens) next(token);
    for (auto& condition : out_) {
      if (!condition.column.empty()) condition.column = table_ + "." + condition.column;
    }
    std::ranges::sort(out_);
    return std::move(out_);
  }

 private:
  void next(const Token& token) {
    const auto word = lower_ascii(token.text);
    if (token.text == "=" || token.text == "<>" || token.text == "!=" || token.text[0] == '<' ||
        token.text[0] == '>' || word == "like" || word == "in") {
      sign_ = word == "like" ? "=" : word;
      pattern_ = word == "like";
    } else if (token.text == "-") {
      minus_ = "-";
      return;
    } else if (word == "is" || word == "limit" || word == "offset" || word == "between") {
      sign_ = word;
    } else if (word == "and" && sign_ == "between") {
      sign_ = "to";
    } else if (word == "null" && sign_ == "is") {
      add(column_, "is null", Condition::Sort::kOther);
    } else if (word == "or" || word == "not") {
      add("", word, Condition::Sort::kOther);
      if (word == "or") sign_.clear();
    } else if (word == "and" || word == "where" || word == "having" || word == "order") {
      sign_.clear();
    } else if (is_literal(token.kind)) {
      literal(token);
    } else if (is_name(token)) {
      name(token);
    }
    before_ = token.text;
    minus_.clear();
  }

  void literal(const Token& token) {
    if (sign_.empty()) return;
    const bool of_rows = sign_ == "limit" || sign_ == "offset";
    const bool sized = sign_[0] == '<' || sign_[0] == '>' || sign_ == "between" || sign_ == "to";
    auto sort = Condition::Sort::kOther;
    if (token.kind == PG_QUERY__TOKEN__SCONST && !is_day(token.text)) sort = Condition::Sort::kText;
    if (is_number(token.kind) && sized && sign_ != "<>") sort = Condition::Sort::kSize;
    const auto text = pattern_ ? without_wildcards(token.text) : token.text;
    add(of_rows ? "" : column_, sign_ + ' ' + minus_ + text, sort);
    if (sign_ != "in" && sign_ != "between") sign_.clear();
  }

  void name(const Token& token) {
    if (lower_ascii(before_) == "from" && table_.empty()) table_ = token.text;
    const bool goes_on = before_ == ".";
    const bool compared = !sign_.empty() && sign_ != "limit" && sign_ != "offset";
    if (!compared) {
      column_ = goes_on ? column_ + "." + token.text : token.text;
    } else if (goes_on && !out_.empty()) {
      out_.back().asks += "." + token.text;
    } else {
      add(column_, sign_ + ' ' + token.text, Condition::Sort::kOther);
    }
  }

  void add(std::string column, std::string asks, Condition::Sort sort) {
    out_.push_back({std::move(column), std::move(asks), sort});
  }

  std::string table_, column_, sign_, minus_, before_;
  bool pattern_ = false;
  std::vector<Condition> out_;
};

// Those of `all` that are not among `others`, both in order.
std::vector<Condition> without(const std::vector<Condition>& all,
                               const std::vector<Condition>& others) {
  std::vector<Condition> out;
  std::ranges::set_difference(all, others, std::back_inserter(out));
  return out;
}

bool may_move(const Condition& condition) { return condition.sort != Condition::Sort::kOther; }

}  // namespace

std::vector<Condition> conditions_in(const std::string& statement) {
  return Reader().read(tokens_of(statement));
}

bool looks_for_something(const std::vector<Condition>& conditions) {
  return std::ranges::any_of(conditions, may_move);
}

bool asks_the_same(const std::vector<Condition>& first, const std::vector<Condition>& other) {
  auto gone = without(first, other), come = without(other, first);
  const auto asks = [](const Condition& c) { return c.asks; };
  std::ranges::sort(gone, {}, asks);
  std::ranges::sort(come, {}, asks);
  if (!std::ranges::equal(gone, come, {}, asks, asks)) return false;
  if (gone.empty()) return true;
  const auto one_column = [](const std::vector<Condition>& some) {
    return std::ranges::all_of(some, [&](const auto& c) { return c.column == some[0].column; });
  };
  return one_column(gone) && one_column(come) && std::ranges::all_of(gone, may_move) &&
         std::ranges::none_of(first, [&](const auto& c) { return c.column == come[0].column; });
}

}  // namespace sr::host::sql
