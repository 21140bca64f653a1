// yaml_source.h - the rules file as YAML with positions. Start-up only, one thread.
//
// Every mistake is thrown as BadOption("rules", "file:line:column: what is wrong").
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <string_view>

namespace sr::scripted {

class YamlSource {
 public:
  // Reads the file and parses its one document.
  explicit YamlSource(std::string path);

  const std::string& text() const noexcept { return text_; }
  const YAML::Node& root() const noexcept { return root_; }

  [[noreturn]] void fail(const YAML::Mark& at, const std::string& what) const;
  [[noreturn]] void fail(const YAML::Node& at, const std::string& what) const {
    fail(at.Mark(), what);
  }

  // Calls member(name, key, value) for each member of a map, in the order of the file. Refuses
  // what is not a map, names that are not text, and a name that comes twice.
  using MemberFn =
      std::function<void(const std::string& name, const YAML::Node& key, const YAML::Node& value)>;
  void each_member(const YAML::Node& map, std::string_view what, const MemberFn& member) const;

 private:
  std::string path_, text_;
  YAML::Node root_;
};

// Nesting of `when` and `say` that is accepted; an alias that holds itself ends here.
inline constexpr int kMaxDepth = 64;

// Was the scalar written in quotes or as a block, so that it is text whatever it looks like?
bool is_quoted(const YAML::Node& scalar);

// The JSON of a scalar: what JSON reads as null, true, false or a number is that, `~` and nothing
// at all are null, everything else (and everything in quotes) is text.
std::string scalar_json(const YAML::Node& scalar);
bool is_text(const YAML::Node& scalar);

// Text as a JSON string, in quotes; bytes that are not UTF-8 become U+FFFD.
std::string json_text(std::string_view text);

}  // namespace sr::scripted
