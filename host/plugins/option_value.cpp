#include "host/plugins/option_value.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "host/plugins/words.h"

namespace sr::host {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr Unit kDurations[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit kSizes[] = {{"", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};

// What was given, for a message; a secret is never repeated.
std::string not_this(const sr_option& option, std::string_view text) {
  if ((option.flags & SR_SECRET) != 0) return "";
  if (text.empty()) return ", not empty";
  return ", not \"" + std::string(text) + "\"";
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t out = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc() || stop != end) return std::nullopt;
  return out;
}

// "250ms" with the units of a type; nothing when it is not a number with one of them, or too big.
template <std::size_t N>
std::optional<std::int64_t> with_unit(std::string_view text, const Unit (&units)[N]) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = whole(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const auto& unit : units) {
    if (text.substr(digits) != unit.name) continue;
    if (*number > kMost / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

std::optional<std::string> read_number(const sr_option& option, std::string_view text,
                                       Options::Value& value) {
  if (option.type == SR_FLOAT) {
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value.real);
    if (error != std::errc() || stop != end || !std::isfinite(value.real)) {
      return "must be a number" + not_this(option, text);
    }
    return std::nullopt;
  }
  std::optional<std::int64_t> number;
  std::string want;
  if (option.type == SR_INT) {
    number = whole(text);
    want = "must be a whole number";
  } else if (option.type == SR_DURATION) {
    number = text == "0" ? 0 : with_unit(text, kDurations);
    want = "must be a duration such as 250ms, 5s, 2m or 1h";
  } else {
    number = with_unit(text, kSizes);
    want = "must be a size such as 512, 64KiB, 2MiB or 1GiB";
  }
  if (!number) return want + not_this(option, text);
  value.integer = *number;
  value.real = static_cast<double>(*number);
  return std::nullopt;
}

std::optional<std::string> read_choice(const sr_option& option, std::string_view text) {
  const auto choices = choices_of(option);
  for (const auto& choice : choices) {
    if (choice == text) return std::nullopt;
  }
  return "must be one of " + listed(choices) + not_this(option, text);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    auto item = text.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

bool less(const sr_option& option, const Options::Value& a, const Options::Value& b) {
  return option.type == SR_FLOAT ? a.real < b.real : a.integer < b.integer;
}

}  // namespace

std::string_view type_name(sr_option_type type) {
  switch (type) {
    case SR_BOOL: return "bool";
    case SR_INT: return "int";
    case SR_FLOAT: return "float";
    case SR_STRING: return "string";
    case SR_ENUM: return "enum";
    case SR_DURATION: return "duration";
    case SR_SIZE: return "size";
    case SR_PATH: return "path";
    case SR_LIST: return "list";
  }
  return {};
}

bool has_bounds(sr_option_type type) {
  return type == SR_INT || type == SR_FLOAT || type == SR_DURATION || type == SR_SIZE;
}

std::vector<std::string> choices_of(const sr_option& option) {
  std::vector<std::string> out;
  if (option.choices != nullptr) {
    for (const auto* choice = option.choices; *choice != nullptr; ++choice) out.push_back(*choice);
  }
  return out;
}

std::optional<std::string> read_value(const sr_option& option, const OptionInput& input,
                                      const std::filesystem::path& base, Options::Value& value) {
  value.type = option.type;
  value.text = input.text;
  if (option.type == SR_LIST) {
    if (!input.is_list) return "must be a list" + not_this(option, input.text);
    value.items = input.items;
    value.text.clear();
    for (const auto& item : input.items) value.text += (value.text.empty() ? "" : ", ") + item;
    return std::nullopt;
  }
  if (input.is_list) return "must be one " + std::string(type_name(option.type)) + ", not a list";
  switch (option.type) {
    case SR_BOOL:
      if (input.text != "true" && input.text != "false") {
        return "must be true or false" + not_this(option, input.text);
      }
      value.integer = input.text == "true" ? 1 : 0;
      return std::nullopt;
    case SR_ENUM: return read_choice(option, input.text);
    case SR_PATH:
      if (input.text.empty()) return "must be a path, not empty";
      value.text = (base / input.text).lexically_normal().string();
      return std::nullopt;
    case SR_STRING: return std::nullopt;
    default: return read_number(option, input.text, value);
  }
}

std::optional<std::string> read_declared(const sr_option& option, const char* text,
                                         const std::filesystem::path& base,
                                         Options::Value& value) {
  OptionInput input{option.name, text, {}, option.type == SR_LIST};
  if (input.is_list) input.items = split(text);
  return read_value(option, input, base, value);
}

std::optional<std::string> read_bounded(const sr_option& option, const OptionInput& input,
                                        const std::filesystem::path& base, Options::Value& value) {
  if (auto wrong = read_value(option, input, base, value)) return wrong;
  if (!has_bounds(option.type)) return std::nullopt;
  const auto given = [&] {
    return (option.flags & SR_SECRET) != 0 ? std::string() : ", not " + input.text;
  };
  Options::Value bound;
  if (option.min_value != nullptr && !read_declared(option, option.min_value, base, bound) &&
      less(option, value, bound)) {
    return "must be at least " + std::string(option.min_value) + given();
  }
  if (option.max_value != nullptr && !read_declared(option, option.max_value, base, bound) &&
      less(option, bound, value)) {
    return "must be at most " + std::string(option.max_value) + given();
  }
  return std::nullopt;
}

}  // namespace sr::host
