#include "host/app/located_json.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "host/config/yaml.h"

namespace sr::host {
namespace {

std::string escape(std::string_view token) {
  std::string out;
  for (const char c : token) {
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

// Walks text that is known to be JSON and notes where everything stands.
class Locator {
 public:
  Locator(std::string_view text, LocatedJson& out, config::Diagnostics& diagnostics)
      : text_(text), out_(out), diagnostics_(diagnostics) {}

  void value(const std::string& pointer) {
    skip_space();
    const auto begin = at_;
    if (text_[at_] == '{') {
      object(pointer);
    } else if (text_[at_] == '[') {
      array(pointer);
    } else if (text_[at_] == '"') {
      skip_string();
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
    out_.values.emplace(pointer, place(begin, at_));
  }

 private:
  void object(const std::string& pointer) {
    std::set<std::string> seen;
    for (++at_, skip_space(); text_[at_] != '}'; skip_space()) {
      const auto begin = at_;
      skip_string();
      const auto key = Json::parse(text_.substr(begin, at_ - begin)).get<std::string>();
      const auto at = place(begin, at_);
      if (!seen.insert(key).second) {
        diagnostics_.error(at, "duplicate member \"" + key + "\"");
      }
      const auto below = pointer + "/" + escape(key);
      out_.keys.emplace(below, at);
      skip_space();
      ++at_;  // ':'
      value(below);
      skip_space();
      if (text_[at_] == ',') ++at_;
    }
    ++at_;
  }

  void array(const std::string& pointer) {
    std::size_t index = 0;
    for (++at_, skip_space(); text_[at_] != ']'; skip_space()) {
      value(pointer + "/" + std::to_string(index++));
      skip_space();
      if (text_[at_] == ',') ++at_;
    }
    ++at_;
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  void skip_string() {
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  config::Place place(std::size_t begin, std::size_t end) const {
    const auto from = out_.source->at_offset(begin);
    const auto to = out_.source->at_offset(end);
    const auto rest = static_cast<int>(out_.source->line(from.line).size()) - from.column + 1;
    return {out_.source, from.line, from.column,
            std::max(to.line == from.line ? to.column - from.column : rest, 1)};
  }

  std::string_view text_;
  LocatedJson& out_;
  config::Diagnostics& diagnostics_;
  std::size_t at_ = 0;
};

// nlohmann's sentence without its own position: "[json.exception.…] parse error at …: what".
std::string parse_error(std::string text) {
  const auto colon = text.find(": ");
  return colon == std::string::npos ? text : text.substr(colon + 2);
}

}  // namespace

config::Place LocatedJson::at(const std::string& pointer) const {
  const auto found = values.find(pointer);
  return found == values.end() ? config::Place{source, 1, 1, 1} : found->second;
}

config::Place LocatedJson::key_at(const std::string& pointer) const {
  const auto found = keys.find(pointer);
  return found == keys.end() ? at(pointer) : found->second;
}

std::optional<LocatedJson> read_json(const std::filesystem::path& file,
                                     const config::Place& named_at,
                                     config::Diagnostics& diagnostics) {
  const auto name = config::display_path(file);
  std::string why;
  const auto text = config::read_text(file, why);
  if (!text) {
    diagnostics.error(named_at, name + ": " + why);
    return std::nullopt;
  }
  LocatedJson out;
  out.source = config::Source::file(name, *text);
  try {
    out.value = Json::parse(*text);
  } catch (const Json::parse_error& e) {
    const auto at = out.source->at_offset(e.byte > 0 ? e.byte - 1 : 0);
    diagnostics.error({out.source, at.line, at.column, 1},
                      "this is not JSON: " + parse_error(e.what()));
    return std::nullopt;
  }
  Locator(*text, out, diagnostics).value("");
  return out;
}

}  // namespace sr::host
