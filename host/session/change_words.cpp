#include "host/session/change_words.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "host/app/words.h"

namespace sr::host {
namespace {

constexpr std::size_t kMostText = 60;  // bytes of a value
constexpr std::size_t kMostParts = 3;  // of a sentence

bool ends(const std::string& word, std::string_view with) { return word.ends_with(with); }

// "order_entries": "order entry". English, and harmless elsewhere: a word without an s stays.
std::string one_of(const std::string& table) {
  std::string word = table;
  std::replace(word.begin(), word.end(), '_', ' ');
  if (word.size() < 4 || !ends(word, "s") || ends(word, "ss") || ends(word, "us") || ends(word, "is")) {
    return word;
  }
  if (ends(word, "ies")) return word.substr(0, word.size() - 3) + "y";
  const bool hissing = ends(word, "sses") || ends(word, "xes") || ends(word, "ches") || ends(word, "shes");
  return word.substr(0, word.size() - (hissing ? 2 : 1));
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "nothing";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_object() && value.contains("real")) return value["real"].get<std::string>();
  if (value.is_object()) return "bytes";
  auto text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.empty()) return "empty";
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  if (text.size() <= kMostText) return text;
  auto end = kMostText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

bool readable(const sql::Policy& policy, const std::string& table, const std::string& column) {
  const auto found = policy.tables.find(table);
  if (found == policy.tables.end() || !found->second.select) return false;
  const auto& columns = *found->second.select;
  return columns.all ||
         std::find(columns.names.begin(), columns.names.end(), column) != columns.names.end();
}

// "status open → resolved", or how a row came or went.
std::string what_happened(const KeptRow& row, const sql::Policy& policy) {
  if (row.before.is_null()) return "added";
  if (row.after.is_null()) return "deleted";
  std::string out;
  for (const auto& [name, before] : row.before.items()) {
    auto column = name;
    std::replace(column.begin(), column.end(), '_', ' ');
    out += (out.empty() ? "" : ", ") + column;
    if (readable(policy, row.table, name)) {
      out += " " + value_text(before) + " → " + value_text(row.after[name]);
    } else {
      out += " changed";
    }
  }
  return out;
}

std::string key_words(const Json& key) {
  std::string out;
  for (const auto& [name, value] : key.items()) out += (out.empty() ? "" : ", ") + value_text(value);
  return out;
}

struct Part {
  const KeptRow* first;
  std::string what;  // empty: not the same in all of them
  bool changed = false;
  std::uint64_t rows = 1;
};

// Rows of one table to which the same kind of thing has happened.
std::vector<Part> parts_of(const KeptChange& change, const sql::Policy& policy) {
  std::vector<Part> out;
  for (const auto& row : change.rows) {
    auto what = what_happened(row, policy);
    const bool changed = !row.before.is_null() && !row.after.is_null();
    const auto alike = std::find_if(out.begin(), out.end(), [&](const Part& part) {
      return part.first->table == row.table && part.changed == changed && (changed || part.what == what);
    });
    if (alike == out.end()) {
      out.push_back({&row, std::move(what), changed});
      continue;
    }
    ++alike->rows;
    if (alike->what != what) alike->what.clear();
  }
  return out;
}

std::string row_name(const KeptRow& row) {
  return in_words(one_of(row.table)) + " " + key_words(row.key);
}

std::string words_of(const Part& part) {
  const auto& row = *part.first;
  auto who = part.rows > 1 ? counted(row.table, part.rows) : row_name(row);
  if (!part.changed) return who + " " + part.what;
  return part.what.empty() ? who + " changed" : who + ": " + part.what;
}

}  // namespace

std::string counted(const std::string& table, std::uint64_t rows) {
  auto words = table;
  std::replace(words.begin(), words.end(), '_', ' ');
  return std::to_string(rows) + " " + (rows == 1 ? one_of(table) : words);
}

std::string change_words(const KeptChange& change, const sql::Policy& policy) {
  const auto parts = parts_of(change, policy);
  std::string out;
  for (std::size_t i = 0; i < parts.size() && i < kMostParts; ++i) {
    out += (out.empty() ? "" : "; ") + words_of(parts[i]);
  }
  std::uint64_t rest = 0;
  for (std::size_t i = kMostParts; i < parts.size(); ++i) rest += parts[i].rows;
  if (rest > 0) out += "; and " + std::to_string(rest) + " more";
  return out;
}

std::vector<ProposalLine> change_lines(const KeptChange& change, const sql::Policy& policy) {
  std::vector<ProposalLine> out;
  for (const auto& row : change.rows) out.push_back({row_name(row), what_happened(row, policy)});
  return out;
}

}  // namespace sr::host
