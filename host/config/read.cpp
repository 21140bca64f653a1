#include "host/config/read.h"

#include <algorithm>
#include <cctype>

#include "host/plugins/option_value.h"
#include "host/plugins/words.h"

namespace sr::host::config {
namespace {

std::string named(const Node& node) { return node.path.empty() ? "the file" : node.path; }

// Reads a scalar as a plugin option of this type would be read.
std::optional<Options::Value> read_as(const Node& node, Diagnostics& diagnostics,
                                      sr_option option) {
  if (node.broken) return std::nullopt;
  if (!node.is_scalar()) {
    diagnostics.error(node.at, named(node) + (node.is_null() ? " has no value"
                                                             : " must be one value, not " +
                                                                   shown(node)));
    return std::nullopt;
  }
  option.struct_size = sizeof(sr_option);
  option.name = "";
  if (node.secret) option.flags |= SR_SECRET;
  Options::Value value;
  const OptionInput input{"", node.text, {}, false};
  if (auto wrong = read_bounded(option, input, {}, value)) {
    const auto near = option.type == SR_ENUM ? nearest(node.text, choices_of(option)) : "";
    diagnostics.error(node.at, named(node) + " " + *wrong, near);
    return std::nullopt;
  }
  return value;
}

template <class T>
std::optional<Options::Value> read_between(const Node& node, Diagnostics& diagnostics,
                                           sr_option_type type, T min, T max) {
  const auto text = [](T number) {
    auto out = std::to_string(number);
    // 1.500000 reads better as 1.5
    if (out.find('.') != std::string::npos) out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
  };
  const auto least = text(min), most = text(max);
  sr_option option{};
  option.type = type;
  option.min_value = least.c_str();
  option.max_value = most.c_str();
  return read_as(node, diagnostics, option);
}

}  // namespace

std::optional<std::string> read_string(const Node& node, Diagnostics& diagnostics) {
  sr_option option{};
  option.type = SR_STRING;
  const auto value = read_as(node, diagnostics, option);
  if (value && value->text.empty()) {
    diagnostics.error(node.at, named(node) + " must not be empty");
    return std::nullopt;
  }
  return value ? std::optional(value->text) : std::nullopt;
}

std::optional<bool> read_bool(const Node& node, Diagnostics& diagnostics) {
  sr_option option{};
  option.type = SR_BOOL;
  const auto value = read_as(node, diagnostics, option);
  return value ? std::optional(value->integer != 0) : std::nullopt;
}

std::optional<std::int64_t> read_int(const Node& node, Diagnostics& diagnostics, std::int64_t min,
                                     std::int64_t max) {
  const auto value = read_between(node, diagnostics, SR_INT, min, max);
  return value ? std::optional(value->integer) : std::nullopt;
}

std::optional<double> read_float(const Node& node, Diagnostics& diagnostics, double min,
                                 double max) {
  const auto value = read_between(node, diagnostics, SR_FLOAT, min, max);
  return value ? std::optional(value->real) : std::nullopt;
}

std::optional<std::uint64_t> read_duration(const Node& node, Diagnostics& diagnostics) {
  sr_option option{};
  option.type = SR_DURATION;
  option.min_value = "1ms";
  const auto value = read_as(node, diagnostics, option);
  return value ? std::optional(static_cast<std::uint64_t>(value->integer)) : std::nullopt;
}

std::optional<std::uint64_t> read_size(const Node& node, Diagnostics& diagnostics) {
  sr_option option{};
  option.type = SR_SIZE;
  option.min_value = "1";
  const auto value = read_as(node, diagnostics, option);
  return value ? std::optional(static_cast<std::uint64_t>(value->integer)) : std::nullopt;
}

std::optional<std::string> read_choice(const Node& node, Diagnostics& diagnostics,
                                       const std::vector<std::string>& choices) {
  std::vector<const char*> pointers;
  for (const auto& choice : choices) pointers.push_back(choice.c_str());
  pointers.push_back(nullptr);
  sr_option option{};
  option.type = SR_ENUM;
  option.choices = pointers.data();
  const auto value = read_as(node, diagnostics, option);
  return value ? std::optional(value->text) : std::nullopt;
}

std::optional<std::vector<std::string>> read_list(const Node& node, Diagnostics& diagnostics) {
  if (!node.is_sequence()) {
    diagnostics.error(node.at, named(node) + " must be a list, not " + shown(node));
    return std::nullopt;
  }
  std::vector<std::string> out;
  bool good = true;
  for (const auto& item : node.items) {
    const auto text = read_string(item, diagnostics);
    good = good && text;
    if (text) out.push_back(*text);
  }
  return good ? std::optional(out) : std::nullopt;
}

bool check_name(const std::string& name, const Place& at, const std::string& what,
                Diagnostics& diagnostics) {
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto fits = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), fits)) return true;
  diagnostics.error(at, what + " must begin with a letter and hold only letters, digits, _ and -");
  return false;
}

MapReader::MapReader(const Node& node, Diagnostics& diagnostics, std::string what)
    : node_(node), diagnostics_(diagnostics), what_(std::move(what)) {
  if (node.is_map()) return;
  const bool lacks_space =
      node.is_scalar() && !node.quoted && node.text.find(':') != std::string::npos;
  diagnostics.error(node.at, what_ + " must be a mapping (key: value), not " + shown(node) +
                                 (lacks_space ? "; put a space behind the colon" : ""));
}

const Node* MapReader::optional(const std::string& key) {
  known_.push_back(key);
  return node_.get(key);
}

const Node* MapReader::required(const std::string& key, const std::string& hint) {
  const auto* found = optional(key);
  if (found == nullptr && node_.is_map()) missing_.emplace_back(key, hint);
  return found;
}

void MapReader::finish() {
  std::vector<std::string> misspelt;
  for (const auto& m : node_.members) {
    if (std::find(known_.begin(), known_.end(), m.key) != known_.end()) continue;
    misspelt.push_back(nearest(m.key, known_));
    diagnostics_.error(m.key_at, what_ + ": unknown key \"" + m.key + "\"", misspelt.back(),
                       "known: " + listed(known_));
  }
  for (const auto& [key, hint] : missing_) {
    if (std::find(misspelt.begin(), misspelt.end(), key) != misspelt.end()) continue;
    diagnostics_.error(node_.at,
                       what_ + " lacks \"" + key + "\"" + (hint.empty() ? "" : ": " + hint));
  }
}

}  // namespace sr::host::config
