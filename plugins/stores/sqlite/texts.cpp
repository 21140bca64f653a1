#include "texts.h"

#include <algorithm>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>

namespace sr::sqlite {

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr
             ? std::string_view()
             : std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

namespace {

bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

void give(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

bool begins_character(char c) { return (c & 0xC0) != 0x80; }

// The first `count` characters.
std::string_view first_of(std::string_view text, std::int64_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (begins_character(text[end]) && --count < 0) break;
  }
  return text.substr(0, end);
}

// Below zero, all but so many characters at the other end.
std::int64_t kept(std::string_view text, std::int64_t count) {
  if (count >= 0) return count;
  return std::max<std::int64_t>(0,
                                std::count_if(text.begin(), text.end(), begins_character) + count);
}

void left(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0]) || is_null(arguments[1])) return;
  const auto text = text_of(arguments[0]);
  give(context, first_of(text, kept(text, sqlite3_value_int(arguments[1]))));
}

void right(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0]) || is_null(arguments[1])) return;
  const auto text = text_of(arguments[0]);
  const std::int64_t all = std::count_if(text.begin(), text.end(), begins_character);
  const auto skipped = std::max<std::int64_t>(0, all - kept(text, sqlite3_value_int(arguments[1])));
  give(context, text.substr(first_of(text, skipped).size()));
}

// NULLs are passed over.
void join(sqlite3_context* context, std::string_view between, int count, sqlite3_value** values) {
  try {
    std::string out;
    bool first = true;
    for (int i = 0; i < count; ++i) {
      if (is_null(values[i])) continue;
      if (!first) out += between;
      first = false;
      out += text_of(values[i]);
    }
    give(context, out);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

void concat(sqlite3_context* context, int count, sqlite3_value** arguments) {
  join(context, "", count, arguments);
}

void concat_ws(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (count < 2) return sqlite3_result_error(context, "concat_ws takes two arguments at least", -1);
  if (!is_null(arguments[0])) join(context, text_of(arguments[0]), count - 1, arguments + 1);
}

int compare_bytes(void*, int a_size, const void* a, int b_size, const void* b) {
  const std::string_view x(static_cast<const char*>(a), static_cast<std::size_t>(a_size));
  return x.compare({static_cast<const char*>(b), static_cast<std::size_t>(b_size)});
}

}  // namespace

int add_text_functions(sqlite3* db) {
  constexpr int kSame = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC;
  const auto add = [&](const char* name, int arguments, auto* function) {
    return sqlite3_create_function_v2(db, name, arguments, kSame, nullptr, function, nullptr,
                                      nullptr, nullptr);
  };
  int rc = add("left", 2, left);
  if (rc == SQLITE_OK) rc = add("right", 2, right);
  if (rc == SQLITE_OK) rc = add("concat", -1, concat);
  if (rc == SQLITE_OK) rc = add("concat_ws", -1, concat_ws);
  if (rc == SQLITE_OK) rc = sqlite3_create_collation(db, "C", SQLITE_UTF8, nullptr, compare_bytes);
  return rc;
}

}  // namespace sr::sqlite
