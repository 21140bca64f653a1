#include "rules.h"

namespace sr::scripted {

namespace {

constexpr const char* kNoRule = R"({"kind":"refuse","reason":"not_understood"})";
constexpr const char* kNoValue = R"({"kind":"refuse","reason":"unknown"})";

}  // namespace

std::vector<Template> Rules::parse_says(const YamlSource& source, const std::string& name,
                                        const YAML::Node& node, const Pattern& when) {
  std::vector<Template> out;
  if (!node.IsSequence()) {
    out.push_back(Template::parse(source, node, when));
    return out;
  }
  if (node.size() == 0) source.fail(node, "\"" + name + "\" must not be an empty list");
  for (const auto& text : node) out.push_back(Template::parse(source, text, when));
  return out;
}

Rules::Rule Rules::parse_rule(const YamlSource& source, const YAML::Node& node) {
  Rule rule;
  rule.line = node.Mark().line + 1;
  YAML::Node say, others;
  source.each_member(node, "a rule", [&](const auto& name, const auto& key, const auto& value) {
    if (name == "when") {
      rule.when = Pattern::parse(source, value);
    } else if (name == "say") {
      say.reset(value);
    } else if (name == "or") {
      others.reset(value);
    } else {
      source.fail(key, "unknown key \"" + name + "\"; a rule has \"when\", \"say\" and \"or\"");
    }
  });
  if (say.IsNull()) source.fail(node, "a rule needs \"say\"");
  rule.says = parse_says(source, "say", say, rule.when);
  if (!others.IsNull()) rule.others = parse_says(source, "or", others, rule.when);
  return rule;
}

Rules Rules::load(const std::string& path) {
  const YamlSource source(path);
  Rules out;
  out.text_ = source.text();
  YAML::Node list;
  bool versioned = false;
  source.each_member(
      source.root(), "a rules file", [&](const auto& name, const auto& key, const auto& value) {
        if (name == "version") {
          versioned = value.IsScalar() && value.Scalar() == "1";
          if (!versioned) source.fail(value, "\"version\" must be 1");
        } else if (name == "rules") {
          list.reset(value);
        } else {
          source.fail(key,
                      "unknown key \"" + name + "\"; a rules file has \"version\" and \"rules\"");
        }
      });
  if (!versioned) source.fail(source.root(), "needs \"version: 1\"");
  if (!list.IsSequence()) source.fail(source.root(), "needs \"rules\", a list of rules");
  for (const auto& node : list) {
    if (!out.rules_.empty() && out.rules_.back().when.matches_everything()) {
      source.fail(node, "this rule is never reached: the one in line " +
                            std::to_string(out.rules_.back().line) + " matches every event");
    }
    out.rules_.push_back(parse_rule(source, node));
  }
  return out;
}

Rules::Answer Rules::answer(std::string_view event) const {
  const auto json = Json::parse(event, nullptr, false);
  for (const auto& rule : rules_) {
    if (!rule.when.matches_everything() && !rule.when.matches(json)) continue;
    Answer out;
    const auto render = [&](const Template& text) -> std::string {
      std::string missing;
      if (auto rendered = text.render(json, missing)) return std::move(*rendered);
      out.gap = "the rule in line " + std::to_string(rule.line) + " finds no value for " + missing +
                " in this event";
      return kNoValue;
    };
    for (const auto& say : rule.says) out.says.push_back(render(say));
    for (const auto& other : rule.others) out.others.push_back(render(other));
    return out;
  }
  return {{kNoRule}, {}, {}};
}

}  // namespace sr::scripted
