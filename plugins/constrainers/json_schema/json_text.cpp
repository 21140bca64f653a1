#include "json_schema/json_text.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "engine/bytes/decimal.h"
#include "state_runtime/plugin.hpp"

namespace sr::json_schema {

namespace {

constexpr std::size_t kDeepest = 256;
constexpr std::size_t kLongestExponent = 6;  // e-0400; a double has none beyond

std::string line_column(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const auto column = start == std::string_view::npos ? before.size() + 1 : before.size() - start;
  return std::to_string(line) + ":" + std::to_string(column);
}

// Of what nlohmann-json would pass over, what makes a schema another one than was written: the
// last of two equal members wins, and numbers are rounded to doubles.
class Guard : public Json::json_sax_t {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t value, const string_t& written) override {
    if (!held_exactly(value, written)) {
      throw Failure(SR_INVALID_ARGUMENT, "the schema holds the number " + written +
                                             ", which has too many digits to be kept exactly");
    }
    return true;
  }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool key(string_t& key) override {
    if (!seen_.back().insert(key).second) {
      throw Failure(SR_INVALID_ARGUMENT, "the schema repeats the member \"" + key + "\"");
    }
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;  // the parser itself says what is wrong
  }

 private:
  bool open() {
    seen_.emplace_back();
    if (seen_.size() > kDeepest) {
      throw Failure(SR_INVALID_ARGUMENT, "the schema is nested more than 256 deep");
    }
    return true;
  }
  bool close() {
    seen_.pop_back();
    return true;
  }
  static bool held_exactly(double value, const std::string& written) {
    const auto e = written.find_first_of("eE");
    if (e != std::string::npos && written.size() - e > kLongestExponent) return false;
    return constrain::Decimal::parse(written) == constrain::Decimal::parse(Json(value).dump());
  }

  std::vector<std::set<std::string>> seen_;
};

}  // namespace

Json parse_json(std::string_view text) {
  Guard guard;
  try {
    Json::sax_parse(text.begin(), text.end(), &guard);
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& e) {
    throw Failure(SR_INVALID_ARGUMENT,
                  "the schema is not JSON at " + line_column(text, e.byte > 0 ? e.byte - 1 : 0));
  } catch (const Json::out_of_range&) {
    throw Failure(SR_INVALID_ARGUMENT, "the schema holds a number that is too large");
  }
}

bool equal(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) {
    return a.size() == b.size() && std::all_of(a.items().begin(), a.items().end(), [&](auto& item) {
             const auto other = b.find(item.key());
             return other != b.end() && equal(item.value(), *other);
           });
  }
  if (a.is_array() && b.is_array()) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
  }
  return a == b;
}

bool is_integer(const Json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number_float() && std::floor(value.get<double>()) == value.get<double>();
}

std::uint32_t length(const Json& text) {
  const auto& bytes = text.get_ref<const std::string&>();
  return static_cast<std::uint32_t>(std::count_if(bytes.begin(), bytes.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string join(const std::string& pointer, std::string_view key) {
  std::string out = pointer + "/";
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace sr::json_schema
