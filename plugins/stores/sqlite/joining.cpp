#include "joining.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "texts.h"
#include "tokens.h"

namespace sr::sqlite {
namespace {

constexpr std::size_t kMostBytes = 64 << 20;  // of what one string_agg keeps to sort

// ---- the statement ----

struct Edit {
  std::size_t at = 0, length = 0;
  std::string text;
};

// A parenthesis that is open; of string_agg, what was read of its order.
struct Open {
  bool joins = false, distinct = false;
  std::optional<std::size_t> order;  // its place among the edits
  std::string keys;                  // two signs for each: < or >, f or l for NULLs
  bool down = false;
  char nulls = 0;

  void end_key() {
    keys += down ? '>' : '<';
    keys += nulls != 0 ? nulls : down ? 'f' : 'l';  // as PostgreSQL
    down = false, nulls = 0;
  }
};

class Rewriting {
 public:
  explicit Rewriting(std::string_view sql) : sql_(sql), tokens_(tokenize(sql)) {}

  std::string run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) i += read(i);
    std::string out;
    std::size_t copied = 0;
    for (const auto& edit : edits_) {
      out.append(sql_.substr(copied, edit.at - copied)).append(edit.text);
      copied = edit.at + edit.length;
    }
    return out.append(sql_.substr(copied));
  }

 private:
  bool is(std::size_t i, std::string_view word) const {
    return i < tokens_.size() && tokens_[i].is(word);
  }
  std::size_t cut(std::size_t from, std::size_t to, std::string text = "") {
    const auto end = tokens_[to].at + tokens_[to].text.size();
    edits_.push_back({tokens_[from].at, end - tokens_[from].at, std::move(text)});
    return to - from;
  }

  // Returns how many tokens it took beyond the one at i.
  std::size_t read(std::size_t i) {
    if (tokens_[i].is_symbol('(')) {
      open_.push_back({.joins = i > 0 && lower(tokens_[i - 1].content()) == "string_agg"});
      if (!open_.back().joins || !is(i + 1, "DISTINCT")) return 0;
      open_.back().distinct = true;
      cut(i + 1, i + 1);
      return 1;
    }
    if (open_.empty()) return 0;
    auto& open = open_.back();
    if (tokens_[i].is_symbol(')')) {
      close(open, tokens_[i].at);
      open_.pop_back();
      return 0;
    }
    if (!open.joins) return 0;
    if (is(i, "ORDER") && is(i + 1, "BY")) {
      open.order = edits_.size();
      return cut(i, i + 1);
    }
    if (!open.order) return 0;
    if (tokens_[i].is_symbol(',')) open.end_key();
    if (is(i, "ASC") || is(i, "DESC")) {
      open.down = is(i, "DESC");
      return cut(i, i);
    }
    if (is(i, "NULLS") && (is(i + 1, "FIRST") || is(i + 1, "LAST"))) {
      open.nulls = is(i + 1, "FIRST") ? 'f' : 'l';
      return cut(i, i + 1);
    }
    return 0;
  }

  void close(Open& open, std::size_t at) {
    if (!open.joins || (!open.order && !open.distinct)) return;
    if (open.order) open.end_key();
    const auto how = std::string(", '") + (open.distinct ? 'd' : 'a') + open.keys + "'";
    if (open.order) {
      edits_[*open.order].text = how + ",";
    } else {
      edits_.push_back({at, 0, how});
    }
  }

  std::string_view sql_;
  std::vector<Token> tokens_;
  std::vector<Edit> edits_;
  std::vector<Open> open_;
};

// ---- the aggregate ----

struct Key {
  int type = SQLITE_NULL;
  std::int64_t whole = 0;
  double real = 0;
  std::string text;
};

Key key_of(sqlite3_value* value) {
  Key key{.type = sqlite3_value_type(value)};
  if (key.type == SQLITE_INTEGER) {
    key.whole = sqlite3_value_int64(value);
  } else if (key.type == SQLITE_FLOAT) {
    key.real = sqlite3_value_double(value);
  } else if (key.type != SQLITE_NULL) {
    const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
    key.text.assign(bytes == nullptr ? "" : bytes,
                    static_cast<std::size_t>(sqlite3_value_bytes(value)));
  }
  return key;
}

// Numbers before texts before bytes, as SQLite sorts.
int compare(const Key& a, const Key& b) {
  const auto rank = [](const Key& k) {
    return k.type == SQLITE_TEXT ? 1 : k.type == SQLITE_BLOB ? 2 : 0;
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b) ? -1 : 1;
  if (rank(a) != 0) return a.text.compare(b.text);
  if (a.type == SQLITE_INTEGER && b.type == SQLITE_INTEGER) {
    return a.whole < b.whole ? -1 : a.whole > b.whole ? 1 : 0;
  }
  const long double x = a.type == SQLITE_INTEGER ? static_cast<long double>(a.whole) : a.real;
  const long double y = b.type == SQLITE_INTEGER ? static_cast<long double>(b.whole) : b.real;
  return x < y ? -1 : x > y ? 1 : 0;
}

struct Row {
  std::string text;
  std::vector<Key> keys;
};

struct Joining {
  std::string between, how;
  std::vector<Row> rows;
  std::size_t bytes = 0;

  bool before(const Row& a, const Row& b) const {
    for (std::size_t i = 0; i < a.keys.size() && 2 * i + 2 < how.size(); ++i) {
      const Key &x = a.keys[i], &y = b.keys[i];
      if (x.type == SQLITE_NULL || y.type == SQLITE_NULL) {
        if (x.type == y.type) continue;
        return (x.type == SQLITE_NULL) == (how[2 * i + 2] == 'f');
      }
      const int order = compare(x, y);
      if (order != 0) return (order < 0) == (how[2 * i + 1] == '<');
    }
    return false;
  }
  std::string result() {
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const Row& a, const Row& b) { return before(a, b); });
    if (how.starts_with('d')) {
      const auto same = [](const Row& a, const Row& b) { return a.text == b.text; };
      rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    }
    std::string out;
    for (const auto& row : rows) {
      if (&row != &rows.front()) out += between;
      out += row.text;
    }
    return out;
  }
};

Joining** state_of(sqlite3_context* context, bool make) {
  return static_cast<Joining**>(
      sqlite3_aggregate_context(context, make ? static_cast<int>(sizeof(Joining*)) : 0));
}

void step(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (count < 2) return sqlite3_result_error(context, "string_agg takes two arguments", -1);
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  Joining** state = state_of(context, true);
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  try {
    if (*state == nullptr) {
      *state = new Joining{.between = std::string(text_of(arguments[1])),
                           .how = count > 2 ? std::string(text_of(arguments[2])) : "a"};
    }
    Row row{.text = std::string(text_of(arguments[0]))};
    for (int i = 3; i < count; ++i) row.keys.push_back(key_of(arguments[i]));
    (*state)->bytes += sizeof(Row) + row.text.size() + (*state)->between.size();
    for (const auto& key : row.keys) (*state)->bytes += sizeof(Key) + key.text.size();
    if ((*state)->bytes > kMostBytes) {
      (*state)->rows.clear();
      return sqlite3_result_error(context, "string_agg has more to join than 64 MiB", -1);
    }
    (*state)->rows.push_back(std::move(row));
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

// Also called to clean up behind a statement that failed.
void finish(sqlite3_context* context) {
  Joining** state = state_of(context, false);
  if (state == nullptr || *state == nullptr) return;  // NULL
  const std::unique_ptr<Joining> joining(*state);
  *state = nullptr;
  try {
    const auto text = joining->result();
    sqlite3_result_text64(context, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace

std::string order_as_arguments(std::string_view sql) {
  if (lower(sql).find("string_agg") == std::string::npos) return std::string(sql);
  return Rewriting(sql).run();
}

int add_joining(sqlite3* db) {
  constexpr int kSame = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC;
  return sqlite3_create_function_v2(db, "string_agg", -1, kSame, nullptr, nullptr, step, finish,
                                    nullptr);
}

}  // namespace sr::sqlite
