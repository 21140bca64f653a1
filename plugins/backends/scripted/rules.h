// rules.h - the rules file: which event is answered with what.
//
// load() runs at start-up and throws BadOption("rules", "file:line:column: …"); answer() is const
// and safe from any thread. The format is in docs/backends/scripted.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "template.h"

namespace sr::scripted {

class Rules {
 public:
  static Rules load(const std::string& path);

  struct Answer {
    std::vector<std::string> says;    // the first attempt, the second, …; the last repeats
    std::vector<std::string> others;  // what it would nearly as well have said, to each
    std::string gap;                  // a value that the rule wants and the event has not
  };
  // What to say to an event (the JSON of its line). Never empty. The first rule that matches wins.
  Answer answer(std::string_view event) const;

  const std::string& text() const noexcept { return text_; }  // the file, for the fingerprint
  std::size_t size() const noexcept { return rules_.size(); }

 private:
  struct Rule {
    int line = 0;
    Pattern when;
    std::vector<Template> says, others;
  };
  static std::vector<Template> parse_says(const YamlSource& source, const std::string& name,
                                          const YAML::Node& node, const Pattern& when);
  static Rule parse_rule(const YamlSource& source, const YAML::Node& node);

  std::string text_;
  std::vector<Rule> rules_;
};

}  // namespace sr::scripted
