// config_file.h - config.json of a Hugging Face folder, read with names for every mistake.
//
// Immutable after load(); any thread. Every mistake is thrown as BadOption("model", "[file] what").
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::hybrid {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& file, const std::string& why);

// A whole file as text, at most `limit` bytes.
std::string read_text(const std::string& path, std::size_t limit);

class ConfigFile {
 public:
  // Python writes Infinity and NaN, which JSON does not know: outside strings they become null.
  static ConfigFile load(const std::string& path);

  bool has(const char* name) const;  // present and not null
  // A count of something: 1 to 2^28. The second form answers when it is absent or null.
  int size(const char* name) const;
  int size(const char* name, int fallback) const;
  int size_or_auto(const char* name, int fallback) const;  // "auto" is the fallback too
  int count(const char* name, int fallback) const;  // 0 to 2^28
  float real(const char* name, float fallback) const;
  bool flag(const char* name, bool fallback) const;
  std::string text(const char* name, const std::string& fallback) const;
  std::vector<std::string> texts(const char* name) const;
  std::vector<int> counts(const char* name) const;  // one number is a list of one
  std::vector<float> reals(const char* name, std::size_t size, float fallback) const;
  // A member that is an object, or an empty one.
  ConfigFile object(const char* name) const;

  const std::string& path() const noexcept { return path_; }
  [[noreturn]] void fail(const std::string& why) const { refuse(path_, why); }

 private:
  ConfigFile(std::string path, Json json) : path_(std::move(path)), json_(std::move(json)) {}
  int bounded(const char* name, const Json& value, int low) const;

  std::string path_;
  Json json_;
};

}  // namespace sr::hybrid
