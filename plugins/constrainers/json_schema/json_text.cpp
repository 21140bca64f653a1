#include "json_schema/json_text.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "state_runtime/plugin.hpp"

namespace sr::json_schema {

namespace {

constexpr int kDeepest = 256;

std::string line_column(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const auto column = start == std::string_view::npos ? before.size() + 1 : before.size() - start;
  return std::to_string(line) + ":" + std::to_string(column);
}

// nlohmann-json lets the last of two equal members win; a schema that repeats one is a mistake.
class RepeatGuard {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& value) {
    if (depth > kDeepest) {
      throw Failure(SR_INVALID_ARGUMENT, "the schema is nested more than 256 deep");
    }
    if (event == Json::parse_event_t::object_start) {
      seen_.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      seen_.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const auto& key = value.get_ref<const std::string&>();
      if (!seen_.back().insert(key).second) {
        throw Failure(SR_INVALID_ARGUMENT, "the schema repeats the member \"" + key + "\"");
      }
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> seen_;
};

}  // namespace

Json parse_json(std::string_view text) {
  RepeatGuard guard;
  try {
    return Json::parse(text.begin(), text.end(), std::ref(guard));
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
