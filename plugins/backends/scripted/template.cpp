#include "template.h"

#include <algorithm>
#include <charconv>

namespace sr::scripted {

namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '-';
  });
}

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> out;
  for (;;) {
    const auto end = text.find(by);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::string without_quotes(const std::string& json) { return json.substr(1, json.size() - 2); }

std::optional<std::string> scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_structured()) return std::nullopt;
  return value.dump();
}

std::optional<std::string> sql_literal(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "TRUE" : "FALSE";
  if (value.is_null()) return "NULL";
  if (value.is_number()) return value.dump();
  if (!value.is_string()) return std::nullopt;
  std::string out = "'";
  for (const char c : value.get_ref<const std::string&>()) {
    if (c == '\'') out += c;
    out += c;
  }
  return out + "'";
}

}  // namespace

std::optional<std::string> Placeholder::fill(const Json& event) const {
  const Json* at = &event;
  for (const auto& name : path) {
    if (!at->is_object()) return std::nullopt;
    const auto member = at->find(name);
    if (member == at->end()) return std::nullopt;
    at = &*member;
  }
  Json made;  // what a filter made, where `at` cannot point into the event
  for (const auto filter : filters) {
    switch (filter) {
      case Filter::kKey:
        if (!at->is_object() || at->empty()) return std::nullopt;
        made = Json(at->begin().key());
        at = &made;
        break;
      case Filter::kValue:
        if (!at->is_object() || at->empty()) return std::nullopt;
        at = &*at->begin();
        break;
      case Filter::kText: {
        auto text = scalar_text(*at);
        if (!text) return std::nullopt;
        made = Json(std::move(*text));
        at = &made;
        break;
      }
      case Filter::kGroup: {
        boost::cmatch groups;
        if (!at->is_string() ||
            !regex_finds(*regex, at->get_ref<const std::string&>(), &groups) ||
            !groups[static_cast<int>(group)].matched) {
          return std::nullopt;
        }
        made = Json(groups[static_cast<int>(group)].str());
        at = &made;
        break;
      }
      case Filter::kSql: return sql_literal(*at);
    }
  }
  return scalar_text(*at);
}

// Collects pieces while it walks the YAML of a `say`.
class TemplateParser {
 public:
  TemplateParser(const YamlSource& source, const Pattern& when, Template& out)
      : source_(source), when_(when), out_(out) {}

  void value(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth) source_.fail(node, "is nested too deeply");
    if (node.IsMap()) {
      literal_ += '{';
      const char* between = "";
      source_.each_member(node, "this", [&](const auto& name, const auto&, const auto& member) {
        literal_ += between + json_text(name) + ":";
        between = ",";
        value(member, depth + 1);
      });
      literal_ += '}';
    } else if (node.IsSequence()) {
      literal_ += '[';
      const char* between = "";
      for (const auto& item : node) {
        literal_ += between;
        between = ",";
        value(item, depth + 1);
      }
      literal_ += ']';
    } else if (is_text(node)) {
      literal_ += '"';
      text(node, true);
      literal_ += '"';
    } else {
      literal_ += scalar_json(node);
    }
  }

  // `{name…}` is a placeholder, `{{` a brace; any other brace is itself.
  void text(const YAML::Node& node, bool escaped) {
    const std::string& all = node.Scalar();
    for (std::size_t at = 0; at < all.size();) {
      const auto brace = all.find('{', at);
      add(std::string_view(all).substr(at, brace - at), escaped);
      if (brace == std::string::npos) return;
      const char next = brace + 1 < all.size() ? all[brace + 1] : '\0';
      if (!is_name_start(next)) {
        add("{", escaped);
        at = brace + (next == '{' ? 2 : 1);
        continue;
      }
      const auto end = all.find('}', brace);
      if (end == std::string::npos) {
        source_.fail(node, "a placeholder has no closing brace; write {{ for a brace");
      }
      out_.pieces_.push_back({std::move(literal_),
                              placeholder(node, all.substr(brace + 1, end - brace - 1)), escaped});
      literal_.clear();
      at = end + 1;
    }
  }

  void finish() { out_.pieces_.push_back({std::move(literal_), std::nullopt, false}); }

 private:
  void add(std::string_view text, bool escaped) {
    literal_ += escaped ? without_quotes(json_text(text)) : std::string(text);
  }

  Placeholder placeholder(const YAML::Node& node, const std::string& inner) const {
    Placeholder out;
    out.written = "{" + inner + "}";
    auto parts = split(inner, '|');
    out.path = split(parts.front(), '.');
    for (const auto& name : out.path) {
      if (!is_name(name)) {
        source_.fail(node, out.written + " is not a placeholder; write {{ for a brace");
      }
    }
    bool known = false;
    const Pattern* pattern = when_.find(out.path, known);
    if (!known) {
      const auto names = when_.member_names();
      source_.fail(node, out.written + " is not named by the rule's \"when\" (" +
                             (names.empty() ? "it names nothing" : "it names " + names) +
                             "); add it there, with {any: true} if its value does not matter");
    }
    for (std::size_t i = 1; i < parts.size(); ++i) {
      filter(node, parts[i], i + 1 == parts.size(), pattern, out);
    }
    return out;
  }

  void filter(const YAML::Node& node, const std::string& name, bool last, const Pattern* pattern,
              Placeholder& out) const {
    using Filter = Placeholder::Filter;
    if (name == "key") return out.filters.push_back(Filter::kKey);
    if (name == "value") return out.filters.push_back(Filter::kValue);
    if (name == "text") return out.filters.push_back(Filter::kText);
    if (name == "sql") {
      if (!last) source_.fail(node, out.written + ": \"sql\" must be the last filter");
      return out.filters.push_back(Filter::kSql);
    }
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), out.group);
    if (error != std::errc() || end != name.data() + name.size() || name.empty()) {
      source_.fail(node, out.written + ": unknown filter \"" + name +
                             "\"; the filters are key, value, text, sql and a group's number");
    }
    if (pattern == nullptr || pattern->regex() == nullptr || !out.filters.empty() ||
        out.group > pattern->regex()->mark_count()) {
      source_.fail(node, out.written + ": \"when\" has no regular expression with a group " + name +
                             " for it");
    }
    out.regex = pattern->regex();
    out.filters.push_back(Filter::kGroup);
  }

  const YamlSource& source_;
  const Pattern& when_;
  Template& out_;
  std::string literal_;
};

Template Template::parse(const YamlSource& source, const YAML::Node& say, const Pattern& when) {
  Template out;
  TemplateParser parser(source, when, out);
  if (say.IsMap()) {
    parser.value(say, 0);
  } else if (is_text(say)) {
    parser.text(say, false);
  } else {
    source.fail(say, "\"say\" must be a map, text, or a list of these");
  }
  parser.finish();
  return out;
}

std::optional<std::string> Template::render(const Json& event, std::string& missing) const {
  std::string out;
  for (const auto& piece : pieces_) {
    out += piece.literal;
    if (!piece.placeholder) continue;
    const auto value = piece.placeholder->fill(event);
    if (!value) {
      missing = piece.placeholder->written;
      return std::nullopt;
    }
    out += piece.escaped ? without_quotes(json_text(*value)) : *value;
  }
  return out;
}

}  // namespace sr::scripted
