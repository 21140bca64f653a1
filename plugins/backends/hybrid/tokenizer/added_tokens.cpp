#include "tokenizer/added_tokens.h"

#include "tokenizer/pattern.h"
#include "tokenizer/utf8.h"

namespace sr::hybrid {
namespace {

// What lstrip and rstrip take, and what single_word must not touch.
struct Edges {
  Pattern space{R"(\A\s)", "added_tokens"};
  Pattern word{R"(\A[\w\x{200c}\x{200d}])", "added_tokens"};
  static const Edges& get() {
    static const Edges instance;
    return instance;
  }
};

std::string_view last_character(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    const std::string_view end = text.substr(text.size() - length);
    if (utf8_length(end) == length) return end;
  }
  return {};
}

bool begins_word(std::string_view text) {
  std::vector<Range> matches;
  Edges::get().word.find(text.substr(0, utf8_length(text)), matches);
  return !matches.empty();
}

bool is_space(std::string_view character) {
  std::vector<Range> matches;
  Edges::get().space.find(character, matches);
  return !matches.empty();
}

std::size_t spaces_at_start(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0 || !is_space(text.substr(at, length))) break;
    at += length;
  }
  return at;
}

std::size_t spaces_at_end(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size()) {
    const std::string_view last = last_character(text.substr(0, text.size() - count));
    if (last.empty() || !is_space(last)) break;
    count += last.size();
  }
  return count;
}

}  // namespace

void AddedTokens::add(const std::string& spelling, const AddedToken& token) {
  if (spelling.empty()) return;
  std::int32_t at = 0;
  for (const char c : spelling) {
    const auto byte = static_cast<unsigned char>(c);
    std::int32_t next = child(at, byte);
    if (next < 0) {
      next = static_cast<std::int32_t>(nodes_.size());
      nodes_.push_back({-1, -1, nodes_[static_cast<std::size_t>(at)].first_child, byte});
      nodes_[static_cast<std::size_t>(at)].first_child = next;
    }
    at = next;
  }
  Node& end = nodes_[static_cast<std::size_t>(at)];
  if (end.token >= 0) return;  // the first of equal spellings counts
  end.token = static_cast<std::int32_t>(tokens_.size());
  tokens_.push_back(token);
  starts_[static_cast<unsigned char>(spelling.front())] = true;
}

std::int32_t AddedTokens::child(std::int32_t node, unsigned char byte) const {
  std::int32_t at = nodes_[static_cast<std::size_t>(node)].first_child;
  while (at >= 0 && nodes_[static_cast<std::size_t>(at)].byte != byte) {
    at = nodes_[static_cast<std::size_t>(at)].sibling;
  }
  return at;
}

const AddedToken* AddedTokens::longest_at(std::string_view text, std::size_t& length) const {
  const AddedToken* best = nullptr;
  std::int32_t node = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    node = child(node, static_cast<unsigned char>(text[i]));
    if (node < 0) break;
    const std::int32_t token = nodes_[static_cast<std::size_t>(node)].token;
    if (token >= 0) {
      best = &tokens_[static_cast<std::size_t>(token)];
      length = i + 1;
    }
  }
  return best;
}

void AddedTokens::cut(std::string_view text, bool specials, std::vector<Piece>& pieces) const {
  pieces.clear();
  std::size_t done = 0;  // what is in pieces already
  for (std::size_t at = 0; at < text.size();) {
    if (!starts_[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    std::size_t length = 0;
    const AddedToken* token = longest_at(text.substr(at), length);
    if (token == nullptr) {
      ++at;
      continue;
    }
    std::size_t begin = at;
    std::size_t end = at + length;
    at = end;
    if (!specials && (token->special || token->control)) continue;
    if (token->single_word && (begins_word(last_character(text.substr(0, begin))) ||
                               begins_word(text.substr(end)))) {
      continue;
    }
    if (token->lstrip) begin -= spaces_at_end(text.substr(done, begin - done));
    if (token->rstrip) end += spaces_at_start(text.substr(end));
    if (done < begin) pieces.push_back({text.substr(done, begin - done), -1});
    pieces.push_back({text.substr(begin, end - begin), token->id});
    done = at = end;
  }
  if (done < text.size()) pieces.push_back({text.substr(done), -1});
}

}  // namespace sr::hybrid
