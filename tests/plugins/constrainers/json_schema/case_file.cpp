#include "case_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace sr::testing {

namespace {

std::string with_bytes(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\\x") == 0 && i + 3 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void read_cases(const std::filesystem::path& path, std::vector<CaseBlock>& out) {
  std::ifstream in(path);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == ' ' && !out.empty()) {
      auto& block = out.back();
      const bool in_named = !block.named.empty();
      auto& text = in_named ? block.named.back().text : block.schema;
      const auto& kind = in_named ? block.named.back().kind : block.kind;
      text += kind == "grammar" ? "\n" + line.substr(line.find_first_not_of(' ')) : line;
      continue;
    }
    const auto space = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, space);
    auto rest = space < line.size() ? line.substr(space + 1) : "";
    if (word == "schema") {
      if (rest.rfind("file ", 0) == 0)
        rest = read_file(std::filesystem::path(SR_SOURCE_DIR) / rest.substr(5));
      out.push_back({path.filename().string(), number, "json_schema", rest, {}, {}, {}, {}});
    } else if (word == "grammar") {
      out.push_back({path.filename().string(), number, "grammar", rest, {}, {}, {}, {}});
    } else if (word == "named") {
      const auto name = rest.substr(0, rest.find(' '));
      rest.erase(0, name.size() + 1);
      const auto kind = rest.substr(0, rest.find(' '));
      out.back().named.push_back({name, kind, rest.substr(kind.size() + 1)});
    } else if (word == "option") {
      const auto gap = rest.find(' ');
      out.back().options.emplace_back(rest.substr(0, gap), rest.substr(gap + 1));
    } else if (word == "slot") {
      const auto gap = rest.find(' ');
      out.back().slots.emplace_back(rest.substr(0, gap),
                                    nlohmann::json::parse(rest.substr(gap + 1)));
    } else if (word == "refuse") {
      const auto gap = rest.find(' ');
      out.back().lines.push_back({CaseLine::kRefuse, with_bytes(rest.substr(gap + 1)),
                                  std::stoul(rest.substr(0, gap)), number});
    } else if (word == "accept" || word == "partial" || word == "error" ||
               word == "stuck") {
      const auto kind = word == "accept"  ? CaseLine::kAccept
                        : word == "error" ? CaseLine::kError
                        : word == "stuck" ? CaseLine::kStuck
                                          : CaseLine::kPartial;
      out.back().lines.push_back({kind, with_bytes(rest), 0, number});
    } else {
      throw std::runtime_error(path.string() + ":" + std::to_string(number) + ": unknown word " +
                               word);
    }
  }
}

}  // namespace

std::vector<CaseBlock> read_cases(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".case") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<CaseBlock> out;
  for (const auto& file : files) read_cases(file, out);
  return out;
}

}  // namespace sr::testing
