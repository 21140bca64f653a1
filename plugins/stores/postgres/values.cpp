#include "values.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace sr::postgres {
namespace {

// The numbers of PostgreSQL's built-in types, which never change (pg_type.dat).
constexpr std::uint32_t kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700,
                        kFloat8 = 701, kTimestamptz = 1184, kNumeric = 1700;

unsigned digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); }

sr_value whole(std::string_view text) {
  sr_value out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.integer);
  const bool read = error == std::errc() && end == text.data() + text.size();
  out.type = read ? SR_INTEGER : SR_TEXT;  // a sum of whole numbers may have more than 64 bits
  if (!read) out.text = {text.data(), text.size()};
  return out;
}

// The server writes the shortest text that reads back the same, "NaN", "Infinity", "-Infinity".
sr_value real(std::string_view text) {
  sr_value out{};
  out.type = SR_REAL;
  std::from_chars(text.data(), text.data() + text.size(), out.real);
  return out;
}

// Without leading zeros and those at the end of a fraction.
std::size_t significant_digits(std::string_view text) {
  std::string digits;
  std::size_t whole = 0;
  bool fraction = false;
  for (const char c : text) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9' || (c == '0' && digits.empty())) continue;
    digits += c;
    if (!fraction) ++whole;
  }
  auto count = digits.find_last_not_of('0') + 1;
  return fraction ? count : std::max(count, whole);
}

// A decimal of so many digits is the one that its nearest double is written as.
constexpr std::size_t kExactDigits = 15;
constexpr std::size_t kLongest = 300;  // characters of one that a double's range holds surely

sr_value decimal(std::string_view text) {
  const bool special = text == "NaN" || text.ends_with("Infinity");
  if (special) return real(text);
  if (text.find('.') == std::string_view::npos) return whole(text);
  if (significant_digits(text) <= kExactDigits && text.size() <= kLongest) return real(text);
  sr_value out{};
  out.type = SR_TEXT;
  out.text = {text.data(), text.size()};
  return out;
}

}  // namespace

sr_value_type value_type(std::uint32_t type) {
  switch (type) {
    case kBool:
      return SR_BOOLEAN;
    case kInt2:
    case kInt4:
    case kInt8:
      return SR_INTEGER;
    case kFloat4:
    case kFloat8:
    case kNumeric:
      return SR_REAL;
    case kBytea:
      return SR_BLOB;
    default:
      return SR_TEXT;
  }
}

std::uint32_t bits_of(std::uint32_t type) { return type == kInt2 ? 16 : type == kInt4 ? 32 : 0; }

std::string bytes_of(const pqxx::field& field) {
  const auto text = text_of(field);
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
  }
  return out;
}

RowReader::RowReader(const pqxx::result& result) : result_(result), values_(result.columns()) {
  using Column = pqxx::row::size_type;
  for (Column i = 0; i < static_cast<Column>(values_.size()); ++i) {
    types_.push_back(static_cast<std::uint32_t>(result.column_type(i)));
  }
}

std::vector<sr_str> RowReader::names() const {
  std::vector<sr_str> out;
  using Column = pqxx::row::size_type;
  for (Column i = 0; i < static_cast<Column>(values_.size()); ++i) {
    const std::string_view name = result_.column_name(i);
    out.push_back({name.data(), name.size()});
  }
  return out;
}

const std::vector<sr_value>& RowReader::row(std::size_t index, std::uint64_t& bytes) {
  bytes_.clear();
  const auto row = result_[static_cast<pqxx::result::size_type>(index)];
  for (std::size_t i = 0; i < values_.size(); ++i) {
    values_[i] = value(row[static_cast<pqxx::row::size_type>(i)], types_[i]);
    bytes += sizeof(std::int64_t) + values_[i].text.len;
  }
  return values_;
}

sr_value RowReader::value(const pqxx::field& field, std::uint32_t type) {
  sr_value out{};
  if (field.is_null()) return out;
  const auto text = text_of(field);
  switch (type) {
    case kBool:
      out.type = SR_BOOLEAN;
      out.integer = text == "t" ? 1 : 0;
      return out;
    case kInt2:
    case kInt4:
    case kInt8:
      return whole(text);
    case kFloat4:
    case kFloat8:
      return real(text);
    case kNumeric:
      return decimal(text);
    case kBytea: {
      const auto& kept = bytes_.emplace_back(bytes_of(field));
      out.type = SR_BLOB;
      out.text = {kept.data(), kept.size()};
      return out;
    }
    default:
      out.type = SR_TEXT;
      out.text = {text.data(), text.size()};
      // Connections speak UTC; the text is then that of a timestamp, and of SQLite's.
      if (type == kTimestamptz && text.ends_with("+00")) out.text.len -= 3;
      return out;
  }
}

}  // namespace sr::postgres
