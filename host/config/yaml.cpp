#include "host/config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

namespace sr::host::config {
namespace {

constexpr std::uintmax_t kMostBytes = 4 << 20;
constexpr std::size_t kMostNodes = 100'000;

// The offset of the first byte that is not UTF-8; npos when all is well.
std::size_t bad_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2
                             : c >= 0xF0 && c < 0xF5 ? 3 : 4;
    if (more == 4 || i + more >= text.size() + (more == 0 ? 1 : 0)) return i;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return i;
    }
    i += more + 1;
  }
  return std::string_view::npos;
}

// Builds the tree from yaml-cpp's events. Its marks count from 0, in bytes.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<Source> source, Diagnostics& diagnostics)
      : source_(std::move(source)), diagnostics_(diagnostics) {}

  // Nothing when what was read cannot be what was meant.
  std::optional<Node> take() { return broken_ ? std::nullopt : std::move(root_); }
  bool empty() const { return !root_ || root_->is_null(); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 1) {
      broken_ = true;
      diagnostics_.error(place(mark), "a second YAML document starts here; one file holds one");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.at = place(mark);
    const auto rest = rest_of_line(mark);
    if (rest.rfind('~', 0) != 0 && rest.rfind("null", 0) != 0 && rest.rfind("Null", 0) != 0 &&
        rest.rfind("NULL", 0) != 0 && !frames_.empty()) {
      // Nothing is written: yaml-cpp's mark is already at what follows.
      const auto& frame = frames_.back();
      node.at = frame.has_key ? frame.key_at : frame.node.at;
    }
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    auto at = place(mark);
    at.length = static_cast<int>(std::min(rest_of_line(mark).find_first_of(" ,]}\t"),
                                          rest_of_line(mark).size()));
    Node node;
    if (found == anchors_.end()) {
      diagnostics_.error(at, "this alias refers to a value that contains it");
    } else {
      node = found->second;
      count(node);
    }
    node.at = at;
    finish(std::move(node), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    node.kind = Node::Kind::kScalar;
    node.text = value;
    node.quoted = tag == "!";
    locate(mark, node);
    refuse_tag(tag, node.at);
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(Node::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(Node::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;  // of a map: the next value belongs to `key`
    bool keep = true;      // false: the value is dropped, its key was refused
    std::string key;
    Place key_at;
  };

  Place place(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1, 1}; }

  std::string_view rest_of_line(const YAML::Mark& mark) const {
    const auto line = source_->line(mark.line + 1);
    return line.substr(std::min(line.size(), static_cast<std::size_t>(mark.column)));
  }

  // Where a scalar's text begins (behind an anchor or a tag) and ends.
  void locate(const YAML::Mark& mark, Node& node) {
    int n = mark.line + 1;
    auto column = static_cast<std::size_t>(mark.column);
    auto line = source_->line(n);
    column = std::min(column, line.size());
    while (column < line.size() && (line[column] == '&' || line[column] == '!')) {
      column = std::min(line.find(' ', column), line.size());
      column = std::min(line.find_first_not_of(' ', column), line.size());
    }
    node.at = {source_, n, static_cast<int>(column) + 1, 1};
    const int begin_line = n;
    const auto begin = column;
    auto close = [&](int end_line, std::size_t end) {
      node.extent = {begin_line, static_cast<int>(begin) + 1, end_line, static_cast<int>(end) + 1};
      node.at.length = end_line == begin_line ? static_cast<int>(end - begin)
                                              : static_cast<int>(line.size() - begin);
      node.at.length = std::max(node.at.length, 1);
    };
    const char first = begin < line.size() ? line[begin] : '\0';
    if (node.quoted && (first == '"' || first == '\'')) {
      std::string_view text = line;
      for (auto i = begin + 1;;) {
        if (i >= text.size()) {
          if (++n > source_->line_count()) {
            broken_ = true;
            diagnostics_.error({source_, begin_line, static_cast<int>(begin) + 1, 1},
                               std::string("this quote (") + first + ") is never closed");
            return close(begin_line, line.size());
          }
          text = source_->line(n);
          i = 0;
          continue;
        }
        if (first == '"' && text[i] == '\\') {
          i += 2;
        } else if (text[i] != first) {
          ++i;
        } else if (first == '\'' && i + 1 < text.size() && text[i + 1] == first) {
          i += 2;
        } else {
          return close(n, i + 1);
        }
      }
    }
    if (line.compare(begin, node.text.size(), node.text) == 0) {
      return close(n, begin + node.text.size());
    }
    // A block, or plain text over several lines: all deeper lines that follow.
    const auto depth = [](std::string_view l) {
      return std::min(l.find_first_not_of(' '), l.size());
    };
    int last = n;
    for (int i = n + 1; i <= source_->line_count(); ++i) {
      const auto below = source_->line(i);
      if (depth(below) == below.size()) continue;  // empty
      if (depth(below) <= depth(line)) break;
      last = i;
    }
    close(last, source_->line(last).size());
  }

  void refuse_tag(const std::string& tag, const Place& at) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    diagnostics_.error(at, "tags are not supported; write the value without \"" + tag + "\"");
  }

  void count(const Node& node) {
    if (++nodes_ == kMostNodes) {
      throw YAML::ParserException(YAML::Mark::null_mark(),
                                  "more than 100000 values; aliases repeat too much");
    }
    for (const auto& item : node.items) count(item);
    for (const auto& m : node.members) count(m.value);
  }

  void start(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    Frame frame;
    frame.node.kind = kind;
    frame.node.at = place(mark);
    frame.anchor = anchor;
    refuse_tag(tag, frame.node.at);
    frames_.push_back(std::move(frame));
  }

  void end() {
    auto frame = std::move(frames_.back());
    frames_.pop_back();
    finish(std::move(frame.node), frame.anchor);
  }

  void finish(Node node, YAML::anchor_t anchor) {
    ++nodes_;
    if (anchor != 0) anchors_[anchor] = node;
    if (frames_.empty()) {
      if (!root_) root_ = std::move(node);
      return;
    }
    auto& frame = frames_.back();
    if (frame.node.is_sequence()) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.has_key) {
      take_key(frame, node);
    } else {
      frame.has_key = false;
      // A block below its key is best named by the key.
      if (!node.is_scalar() && node.at.line > frame.key_at.line) node.at = frame.key_at;
      if (frame.keep) {
        frame.node.members.push_back({std::move(frame.key), frame.key_at, std::move(node)});
      }
    }
  }

  void take_key(Frame& frame, const Node& node) {
    frame.has_key = true;
    frame.keep = false;
    frame.key = node.text;
    frame.key_at = node.at;
    if (!node.is_scalar()) {
      diagnostics_.error(node.at, "a key must be text, not " + shown(node));
    } else if (node.text == "<<" && !node.quoted) {
      diagnostics_.error(node.at,
                         "merge keys (<<) are not supported; write the keys out, or use an alias "
                         "for a whole value");
    } else if (const auto* first = frame.node.member(node.text)) {
      diagnostics_.error(node.at, "duplicate key \"" + node.text + "\"; it stands at line " +
                                      std::to_string(first->key_at.line) + " already");
    } else {
      frame.keep = true;
    }
  }

  std::shared_ptr<Source> source_;
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::optional<Node> root_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
  bool broken_ = false;
};

// What is wrong, in words that say what to do; yaml-cpp's own where they are good enough.
std::string explain(const YAML::ParserException& e, const Source& source, int number) {
  const auto line = source.line(number);
  const auto indent = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
  if (indent.find('\t') != std::string_view::npos) {
    return "a tab indents this line; YAML is indented with spaces";
  }
  if (line.find("${") != std::string_view::npos && line.find('{') < line.find("${")) {
    return "YAML cannot read this; inside { } a value with ${…} must be in quotes";
  }
  if (e.msg == "illegal map value") {
    return "a second \": \" in one value, or a line that is indented wrongly; put text with a "
           "colon in quotes";
  }
  if (e.msg == "end of map flow not found") {
    return "a { above is not closed before this, or a comma is missing";
  }
  if (e.msg == "end of sequence flow not found") {
    return "a [ above is not closed before this, or a comma is missing";
  }
  if (e.msg == "end of map not found" || e.msg == "end of sequence not found") {
    return "this line is indented neither like the lines above it nor deeper";
  }
  if (e.msg == "unknown token") {
    return "YAML cannot read this character here; put the value in quotes";
  }
  return "YAML cannot read this: " + e.msg;
}

}  // namespace

std::optional<std::string> read_text(const std::filesystem::path& file, std::string& why) {
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  if (!std::filesystem::exists(status)) {
    why = "no such file";
  } else if (std::filesystem::is_directory(status)) {
    why = "is a folder, not a file";
  } else if (std::filesystem::is_regular_file(status) &&
             std::filesystem::file_size(file, failed) > kMostBytes) {
    why = "is larger than 4 MiB";
  } else {
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (in && (in.peek() == std::ifstream::traits_type::eof() || text << in.rdbuf())) {
      return text.str();
    }
    why = errno != 0 ? std::strerror(errno) : "cannot be read";
  }
  return std::nullopt;
}

std::optional<Node> read_yaml(const std::filesystem::path& file, Diagnostics& diagnostics,
                              const Place& named_at) {
  const auto name = display_path(file);
  std::string why;
  const auto text = read_text(file, why);
  if (!text) {
    if (named_at.source) {
      diagnostics.error(named_at, name + ": " + why);
    } else {
      diagnostics.error({Source::option(name)}, why);
    }
    return std::nullopt;
  }
  return decode_yaml(Source::file(name, *text), *text, diagnostics);
}

std::optional<Node> decode_yaml(const std::shared_ptr<Source>& source, std::string_view text,
                                Diagnostics& diagnostics) {
  if (const auto bad = bad_utf8(text); bad != std::string_view::npos) {
    std::string readable(text);
    for (auto& c : readable) {
      if ((static_cast<unsigned char>(c) & 0x80) != 0) c = '?';
    }
    const auto shown = Source::file(source->name(), readable);
    shown->hide_suspects();
    const auto at = shown->at_offset(bad);
    diagnostics.error({shown, at.line, at.column, 1}, "this is not UTF-8 text");
    return std::nullopt;
  }
  TreeBuilder builder(source, diagnostics);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::ParserException& e) {
    source->hide_suspects();
    const bool somewhere = !e.mark.is_null();
    // What is missing at the end is told at the last line that has text.
    int line = somewhere ? e.mark.line + 1 : 1, column = somewhere ? e.mark.column + 1 : 1;
    while (line > 1 && source->line(line).empty()) {
      --line;
      column = static_cast<int>(source->line(line).size()) + 1;
    }
    const auto text_of_line = source->line(line);
    const auto tab = text_of_line.find('\t');
    if (tab < text_of_line.find_first_not_of(" \t")) column = static_cast<int>(tab) + 1;
    diagnostics.error({source, line, column, 1}, explain(e, *source, line));
    return std::nullopt;
  }
  if (builder.empty()) {
    diagnostics.error({source, 1, 1, 1}, "the file is empty");
    return std::nullopt;
  }
  auto root = builder.take();
  if (!root) {
    source->hide_suspects();
    return std::nullopt;
  }
  name_paths(*root, "");
  return root;
}

}  // namespace sr::host::config
