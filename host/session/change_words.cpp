#include "host/session/change_words.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "host/base/words.h"

namespace sr::host {
namespace {

constexpr std::size_t kMostText = 60;  // bytes of a value
constexpr std::size_t kMostParts = 3;  // of a sentence

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
  return shortened(text, kMostText);
}

// "status open → resolved", or how a row came or went.
std::string what_happened(const KeptRow& row, const sql::Policy& policy,
                          const sql::Labels& labels) {
  if (row.before.is_null()) return "added";
  if (row.after.is_null()) return "deleted";
  std::string out;
  for (const auto& [name, before] : row.before.items()) {
    out += (out.empty() ? "" : ", ") + sql::called(labels, row.table, name);
    if (policy.reads(row.table, name)) {
      out += " " + value_text(before) + " → " + value_text(row.after[name]);
    } else {
      out += " changed";
    }
  }
  return out;
}

// ", title Lamp, risk 3": what a new row holds besides its key.
std::string values_of(const KeptRow& row, const sql::Policy& policy, const sql::Labels& labels) {
  std::string out;
  for (const auto& [name, value] : row.after.items()) {
    if (value.is_null() || row.key.contains(name) || !policy.reads(row.table, name)) continue;
    out += ", " + sql::called(labels, row.table, name) + " " + value_text(value);
  }
  return out;
}

std::string key_words(const Json& key) {
  std::string out;
  for (const auto& [name, value] : key.items())
    out += (out.empty() ? "" : ", ") + value_text(value);
  return out;
}

struct Part {
  const KeptRow* first;
  std::string what;  // empty: not the same in all of them
  bool changed = false;
  std::uint64_t rows = 1;
};

// Rows of one table to which the same kind of thing has happened.
std::vector<Part> parts_of(const KeptChange& change, const sql::Policy& policy,
                           const sql::Labels& labels) {
  std::vector<Part> out;
  for (const auto& row : change.rows) {
    auto what = what_happened(row, policy, labels);
    const bool changed = !row.before.is_null() && !row.after.is_null();
    const auto alike = std::find_if(out.begin(), out.end(), [&](const Part& part) {
      return part.first->table == row.table && part.changed == changed &&
             (changed || part.what == what);
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

std::string words_of(const Part& part, const sql::Labels& labels) {
  const auto& row = *part.first;
  auto who =
      part.rows > 1 ? counted(row.table, part.rows, labels) : row_words(row.table, row.key, labels);
  if (!part.changed) return who + " " + part.what;
  return part.what.empty() ? who + " changed" : who + ": " + part.what;
}

}  // namespace

std::string counted(const std::string& table, std::uint64_t rows, const sql::Labels& labels) {
  const auto words = sql::called(labels, table);
  return std::to_string(rows) + " " + (rows == 1 ? singular(words) : words);
}

std::string row_words(const std::string& table, const Json& key, const sql::Labels& labels) {
  return capitalised(singular(sql::called(labels, table))) + " " + key_words(key);
}

std::string change_words(const KeptChange& change, const sql::Policy& policy,
                         const sql::Labels& labels) {
  const auto parts = parts_of(change, policy, labels);
  std::string out;
  for (std::size_t i = 0; i < parts.size() && i < kMostParts; ++i) {
    out += (out.empty() ? "" : "; ") + words_of(parts[i], labels);
  }
  std::uint64_t rest = 0;
  for (std::size_t i = kMostParts; i < parts.size(); ++i) rest += parts[i].rows;
  if (rest > 0) out += "; and " + std::to_string(rest) + " more";
  return out;
}

std::vector<ProposalLine> change_lines(const KeptChange& change, const sql::Policy& policy,
                                       const sql::Labels& labels) {
  std::vector<ProposalLine> out;
  for (const auto& row : change.rows) {
    auto what = what_happened(row, policy, labels);
    if (row.before.is_null()) what += values_of(row, policy, labels);
    out.push_back({row_words(row.table, row.key, labels), std::move(what)});
  }
  return out;
}

}  // namespace sr::host
