#include "config_file.h"

#include <cmath>
#include <fstream>

#include "state_runtime/plugin.hpp"

namespace sr::hybrid {

namespace {

constexpr int kMost = 1 << 28;

std::string without_python_numbers(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool quoted = false;
  for (std::size_t i = 0; i < text.size();) {
    if (quoted && text[i] == '\\') {
      out.append(text.substr(i, 2));
      i += 2;
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    bool replaced = false;
    for (const std::string_view word : {"-Infinity", "Infinity", "NaN"}) {
      if (!quoted && text.substr(i, word.size()) == word) {
        out += "null";
        i += word.size();
        replaced = true;
        break;
      }
    }
    if (!replaced) out += text[i++];
  }
  return out;
}

}  // namespace

void refuse(const std::string& file, const std::string& why) {
  throw BadOption("model", "[" + file + "] " + why);
}

std::string read_text(const std::string& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path, "cannot be read; the folder must be a complete Hugging Face download");
  std::string text;
  char buffer[65536];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (text.size() > limit) {
      refuse(path, "is larger than " + std::to_string(limit) + " bytes");
    }
  }
  if (file.bad()) refuse(path, "cannot be read to its end");
  return text;
}

ConfigFile ConfigFile::load(const std::string& path) {
  auto json = Json::parse(without_python_numbers(read_text(path, 16U << 20)), nullptr, false);
  if (!json.is_object()) refuse(path, "is not a JSON object");
  return {path, std::move(json)};
}

bool ConfigFile::has(const char* name) const {
  return json_.contains(name) && !json_[name].is_null();
}

int ConfigFile::bounded(const char* name, const Json& value, int low) const {
  if (value.is_number_integer()) {
    const auto number = value.is_number_unsigned() && value.get<std::uint64_t>() > kMost
                            ? std::int64_t{-1}
                            : value.get<std::int64_t>();
    if (number >= low && number <= kMost) return static_cast<int>(number);
  }
  fail(std::string(name) + " must be a whole number from " + std::to_string(low) + " to " +
       std::to_string(kMost) + ", not " + value.dump());
}

int ConfigFile::size(const char* name) const {
  if (!has(name)) fail(std::string(name) + " is missing");
  return bounded(name, json_[name], 1);
}

int ConfigFile::size(const char* name, int fallback) const {
  return has(name) ? bounded(name, json_[name], 1) : fallback;
}

int ConfigFile::size_or_auto(const char* name, int fallback) const {
  return has(name) && json_[name] == "auto" ? fallback : size(name, fallback);
}

int ConfigFile::count(const char* name, int fallback) const {
  return has(name) ? bounded(name, json_[name], 0) : fallback;
}

float ConfigFile::real(const char* name, float fallback) const {
  if (!has(name)) return fallback;
  const auto value = json_[name].is_number() ? json_[name].get<float>() : NAN;
  if (!std::isfinite(value)) {
    fail(std::string(name) + " must be a number, not " + json_[name].dump());
  }
  return value;
}

bool ConfigFile::flag(const char* name, bool fallback) const {
  if (!has(name)) return fallback;
  if (!json_[name].is_boolean()) {
    fail(std::string(name) + " must be true or false, not " + json_[name].dump());
  }
  return json_[name].get<bool>();
}

std::string ConfigFile::text(const char* name, const std::string& fallback) const {
  if (!has(name)) return fallback;
  if (!json_[name].is_string()) {
    fail(std::string(name) + " must be text, not " + json_[name].dump());
  }
  return json_[name].get<std::string>();
}

std::vector<std::string> ConfigFile::texts(const char* name) const {
  std::vector<std::string> out;
  if (!has(name)) return out;
  if (!json_[name].is_array()) fail(std::string(name) + " must be a list");
  for (const auto& item : json_[name]) {
    if (!item.is_string()) fail(std::string(name) + " must be a list of texts");
    out.push_back(item.get<std::string>());
  }
  return out;
}

std::vector<int> ConfigFile::counts(const char* name) const {
  std::vector<int> out;
  if (!has(name)) return out;
  if (json_[name].is_number()) return {bounded(name, json_[name], 0)};
  if (!json_[name].is_array()) fail(std::string(name) + " must be a list");
  for (const auto& item : json_[name]) out.push_back(bounded(name, item, 0));
  return out;
}

std::vector<float> ConfigFile::reals(const char* name, std::size_t size, float fallback) const {
  std::vector<float> out(size, fallback);
  if (!has(name)) return out;
  if (!json_[name].is_array() || json_[name].size() != size) {
    fail(std::string(name) + " must be a list of " + std::to_string(size) + " numbers");
  }
  // What is not a number stands for an infinity that Python wrote.
  for (std::size_t i = 0; i < size; ++i) {
    if (json_[name][i].is_number()) out[i] = json_[name][i].get<float>();
  }
  return out;
}

ConfigFile ConfigFile::object(const char* name) const {
  if (!has(name)) return {path_, Json::object()};
  if (!json_[name].is_object()) fail(std::string(name) + " must be an object");
  return {path_, json_[name]};
}

}  // namespace sr::hybrid
