#include "host/turn/mood.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace sr::host {
namespace {

using Words = std::set<std::string, std::less<>>;

// What may stand before the word that counts.
const Words kFillers = {"please", "pls", "plz", "hey", "hi", "hello", "ok", "okay", "so", "um", "uh", "er", "erm",
                        "right", "now", "and", "oh", "well", "hmm", "sorry", "also", "then", "quick", "actually",
                        "but", "yes", "yeah", "no", "wait", "listen", "look", "kindly", "ah", "eh", "btw"};
const Words kQuestions = {"what", "whats", "what's", "which", "who", "whos", "who's", "whose", "whom", "where", "wheres",
                          "where's", "when", "whens", "when's", "why", "how", "hows", "how's"};
const Words kVerbs = {"is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "isnt", "isn't", "arent",
                      "aren't", "wasnt", "wasn't", "werent", "weren't", "doesnt", "doesn't", "didnt", "didn't",
                      "hasnt", "hasn't", "havent", "haven't", "should", "shouldnt", "shouldn't", "ought"};
const Words kOthers = {"we", "i", "you", "they", "any", "he", "she", "it", "somebody", "someone", "anybody", "anyone"};
const Words kLooks = {"show", "display", "view", "count", "graph", "chart", "plot", "filter", "sort", "search", "compare"};
const Words kTurns = {"but", "instead", "just", "rather", "back", "undo"};
const Words kRequests = {"can", "could", "will", "would", "please", "pls", "mind", "back", "undo", "it"};

bool is_word(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' || c >= 0x80;
}

// In small letters, typographic apostrophes made plain.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 3) == "\u2019") {
      out += '\'';
      i += 2;
    } else {
      const char c = text[i];
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text + " ") {
    if (is_word(static_cast<unsigned char>(c))) {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  return out;
}

// Two letters in a row: "2", "😀" and "Привет" have none.
bool has_letters(const std::string& text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return std::adjacent_find(text.begin(), text.end(),
                            [&](char a, char b) { return letter(a) && letter(b); }) != text.end();
}

// More is said behind the first sentence: two words at least.
bool goes_on(const std::string& text) {
  const auto end = text.find_first_of(".!?,;:");
  return end != std::string::npos && words_of(text.substr(end)).size() >= 2;
}

class Command {
 public:
  explicit Command(std::string_view text) : text_(plain(text)) {
    // "ok so", "hey,": what is said begins behind it.
    for (words_ = words_of(text_); !words_.empty() && kFillers.contains(words_[0]); words_.erase(words_.begin())) {
      text_.erase(0, text_.find(words_[0]) + words_[0].size());
    }
    text_.erase(0, words_.empty() ? 0 : text_.find(words_[0]));
  }

  bool says_nothing() const { return words_.empty() || !has_letters(text_); }
  bool forbids() const {
    const bool never = first("don't") || first("dont") || (first("do") && second("not")) ||
                       (first("never") && !second("mind"));
    return never && !has(kTurns);
  }
  bool asks() const {
    if (goes_on(text_)) return false;
    if (kQuestions.contains(words_[0])) return true;
    if (kVerbs.contains(words_[0])) {
      const bool told = first("do") || first("did");  // "do the needful"
      return !told || (words_.size() > 1 && kOthers.contains(words_[1]));
    }
    const auto end = text_.find_last_not_of(" \t\n\r");
    return end != std::string::npos && text_[end] == '?' && !has(kRequests);
  }
  bool looks() const { return kLooks.contains(words_[0]) && !has({"and", "then"}); }

 private:
  bool first(std::string_view word) const { return words_[0] == word; }
  bool second(std::string_view word) const { return words_.size() > 1 && words_[1] == word; }
  bool has(const Words& some) const {
    return std::any_of(words_.begin(), words_.end(), [&](const auto& w) { return some.contains(w); });
  }

  std::string text_;
  std::vector<std::string> words_;
};

}  // namespace

bool may_mean_change(std::string_view text) {
  const Command command(text);
  return !command.says_nothing() && !command.forbids() && !command.asks() && !command.looks();
}

}  // namespace sr::host
