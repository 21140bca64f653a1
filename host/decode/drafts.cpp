#include "host/decode/drafts.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace sr::host {
namespace {

constexpr std::size_t kAnswers = 64;       // that are remembered
constexpr std::size_t kMostBytes = 16384;  // of a question or an answer that is worth it
constexpr std::size_t kMostExchanges = 8;  // of words; questions that differ in more are not alike

bool in_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// Runs of letters, digits and underscores, and single other bytes.
using Words = std::vector<std::string_view>;

Words words(std::string_view text) {
  Words out;
  while (!text.empty()) {
    std::size_t size = 1;
    if (in_word(text[0])) {
      while (size < text.size() && in_word(text[size])) ++size;
    }
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

struct Exchange {
  std::string_view old_words, new_words;
};

// From the first word to the one before `end`; words of one text.
std::string_view joined(const Words& words, std::size_t first, std::size_t end) {
  if (first == end) return {};
  return {words[first].data(),
          static_cast<std::size_t>(words[end - 1].data() + words[end - 1].size() -
                                   words[first].data())};
}

// What makes one question of the other: word by word when they have as many, else the run between
// what they begin and end with.
std::vector<Exchange> exchanges(const Words& a, const Words& b) {
  std::vector<Exchange> out;
  if (a.size() == b.size()) {
    for (std::size_t i = 0; i < a.size() && out.size() <= kMostExchanges; ++i) {
      if (a[i] != b[i]) out.push_back({a[i], b[i]});
    }
    return out;
  }
  const auto shorter = std::min(a.size(), b.size());
  std::size_t first = 0, last = 0;
  while (first < shorter && a[first] == b[first]) ++first;
  while (last < shorter - first && a[a.size() - 1 - last] == b[b.size() - 1 - last]) ++last;
  out.push_back({joined(a, first, a.size() - last), joined(b, first, b.size() - last)});
  return out;
}

// Exchanges whole words wherever they stand; false when they stand nowhere.
bool apply(const Exchange& exchange, std::string& text) {
  const auto& [from, to] = exchange;
  if (from.empty()) return false;
  bool found = false;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    const auto end = at + from.size();
    const bool inside = (at > 0 && in_word(text[at - 1]) && in_word(from.front())) ||
                        (end < text.size() && in_word(text[end]) && in_word(from.back()));
    if (inside) {
      ++at;
      continue;
    }
    text.replace(at, from.size(), to);
    at += to.size();
    found = true;
  }
  return found;
}

std::optional<std::string> adapted(std::string text, const std::vector<Exchange>& all) {
  for (const auto& exchange : all) {
    if (!apply(exchange, text)) return std::nullopt;
  }
  return text;
}

}  // namespace

// From the newest answer that explains how its question differs from this one.
Drafts::Guess Drafts::find(std::string_view about) const {
  const auto asked = words(about);
  for (const auto& answer : answers_) {
    if (!answer.steady) continue;
    const auto all = exchanges(answer.words, asked);
    if (all.size() > kMostExchanges) continue;
    if (auto text = adapted(answer.text, all)) return {&answer, std::move(*text)};
  }
  return {};
}

std::vector<std::int32_t> Drafts::guess(std::string_view about) const {
  const auto found = find(about);
  if (found.from == nullptr) return {};
  if (found.text == found.from->text) return found.from->tokens;
  auto tokens = backend_.tokenize(found.text, /*specials=*/false);
  return tokens ? std::move(*tokens) : std::vector<std::int32_t>();
}

void Drafts::remember(const std::string& about, const std::string& text,
                      const std::vector<std::int32_t>& tokens) {
  if (about.empty() || about.size() > kMostBytes || text.size() > kMostBytes) return;
  const auto expected = find(about);
  for (auto& answer : answers_) {
    if (&answer == expected.from && expected.text != text) answer.steady = false;
  }
  bool steady = true;
  const auto same = std::find_if(answers_.begin(), answers_.end(),
                                 [&](const Answer& known) { return known.about == about; });
  if (same != answers_.end()) {
    steady = same->text == text;  // one that changes its mind is steady once it repeats
    answers_.erase(same);
  }
  answers_.push_front({about, text, {}, tokens, steady});
  answers_.front().words = words(answers_.front().about);
  if (answers_.size() > kAnswers) answers_.pop_back();
}

}  // namespace sr::host
