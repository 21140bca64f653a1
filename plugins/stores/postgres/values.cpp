#include "values.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace sr::postgres {
namespace {

// The numbers of PostgreSQL's built-in types, which never change (pg_type.dat).
constexpr std::uint32_t kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700,
                        kFloat8 = 701, kTimestamptz = 1184, kNumeric = 1700;

std::string_view text_of(const pqxx::field& f) { return {f.c_str(), f.size()}; }

unsigned digit(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

// A sum of whole numbers is a numeric; it arrives as the whole number that it is.
sr_value number(std::string_view text, bool whole) {
  sr_value out{};
  if (whole) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.integer);
    if (error == std::errc() && end == text.data() + text.size()) {
      out.type = SR_INTEGER;
      return out;
    }
  }
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out.real);
  if (parsed.ec != std::errc()) out.real = HUGE_VAL;
  out.type = std::isfinite(out.real) ? SR_REAL : SR_NULL;  // JSON has neither NaN nor infinity
  return out;
}

}  // namespace

sr_value_type value_type(std::uint32_t type) {
  switch (type) {
    case kBool: return SR_BOOLEAN;
    case kInt2:
    case kInt4:
    case kInt8: return SR_INTEGER;
    case kFloat4:
    case kFloat8:
    case kNumeric: return SR_REAL;
    case kBytea: return SR_BLOB;
    default: return SR_TEXT;
  }
}

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
    case kInt8: return number(text, true);
    case kFloat4:
    case kFloat8: return number(text, false);
    case kNumeric: return number(text, text.find('.') == std::string_view::npos);
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
