// The texts of tests/cases/tokenizer/corpus.txt, and the ids that the reference gives to them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sr::hybrid {

using Ids = std::vector<std::int32_t>;

inline std::filesystem::path cases() {
  return std::string(SR_SOURCE_DIR) + "/tests/cases/tokenizer";
}

inline std::string slurp(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

// In order; the last, "all", is the others with newlines between them.
inline std::vector<std::pair<std::string, std::string>> read_corpus() {
  const std::string text = slurp(cases() / "corpus.txt");
  std::vector<std::pair<std::string, std::string>> texts;
  std::string all;
  const std::string mark = "\n=== ";
  for (std::size_t at = text.find(mark); at != std::string::npos;) {
    const std::size_t line = text.find('\n', at + 1);
    const std::string name = text.substr(at + mark.size(), line - at - mark.size());
    if (name == "end") break;
    const std::size_t next = text.find(mark, line);
    texts.emplace_back(name, text.substr(line + 1, next - line - 1));
    all += (texts.size() > 1 ? "\n" : "") + texts.back().second;
    at = next;
  }
  texts.emplace_back("all", all);
  return texts;
}

inline std::map<std::string, Ids> read_expected(const std::filesystem::path& file) {
  return nlohmann::json::parse(slurp(file)).get<std::map<std::string, Ids>>();
}

}  // namespace sr::hybrid
