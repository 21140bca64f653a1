#include "host/session/choice.h"

#include <algorithm>
#include <array>
#include <set>

#include "host/base/words.h"
#include "host/session/change_words.h"
#include "host/session/manifest.h"
#include "host/session/mentions.h"

namespace sr::host {
namespace {

using Words = std::set<std::string>;

constexpr std::size_t kLongestCommand = 2048;  // bytes of one that is said again
constexpr std::size_t kLongestSpoken = 256;    // bytes of one that may be spoken of
constexpr std::size_t kMostOfRow = 3;          // of a row, by which it is told from others
constexpr std::size_t kMostOfText = 40;        // bytes

constexpr std::array<std::string_view, 49> kPointing = {
    "again",  "best",     "biggest", "bottom",  "cheapest", "closest", "earliest",
    "eighth", "fastest",  "fifth",   "first",   "former",   "fourth",  "he",
    "her",    "highest",  "him",     "it",      "largest",  "last",    "latest",
    "latter", "least",    "longest", "lowest",  "most",     "nearest", "newest",
    "next",   "ninth",    "oldest",  "other",   "previous", "same",    "second",
    "she",    "shortest", "sixth",   "slowest", "smallest", "tallest", "tenth",
    "that",   "these",    "third",   "this",    "top",      "worst",   "youngest"};

// Words of which no row is told.
constexpr std::array<std::string_view, 101> kFunction = {
    "a",       "about", "above",  "after", "all",    "also",  "an",    "and",  "any",  "are",
    "as",      "at",    "be",     "been",  "before", "below", "both",  "but",  "by",   "can",
    "did",     "do",    "does",   "each",  "every",  "for",   "from",  "get",  "give", "had",
    "has",     "have",  "how",    "i",     "if",     "in",    "into",  "is",   "its",  "just",
    "let",     "like",  "make",   "many",  "me",     "more",  "much",  "my",   "need", "never",
    "no",      "none",  "not",    "now",   "of",     "on",    "one",   "only", "or",   "our",
    "out",     "over",  "please", "put",   "set",    "show",  "since", "so",   "some", "such",
    "than",    "the",   "their",  "them",  "then",   "there", "they",  "to",   "too",  "under",
    "up",      "us",    "use",    "want",  "was",    "we",    "were",  "what", "when", "where",
    "which",   "who",   "why",    "will",  "with",   "would", "yes",   "you",  "your", "yours",
    "yourself"};

// "the second", "the riskiest": a word that says which row is meant although none holds it.
bool points(const std::string& word) {
  return std::binary_search(kPointing.begin(), kPointing.end(), word) ||
         (word.size() > 6 && word.ends_with("iest"));
}

bool is_function(const std::string& word) {
  return std::binary_search(kFunction.begin(), kFunction.end(), word);
}

void add_words(Words& out, std::string_view text) {
  for (auto& word : spoken_words(text)) out.insert(std::move(word));
}

struct Row {
  Candidate told;
  Json shown;
  Words words;
  std::vector<Words> texts;  // those of each of its values that is a text
  // What the command says of it: words of it, and those of its texts that are said whole.
  Words spoken, whole;
};

class RowsOnScreen {
 public:
  RowsOnScreen(const Screen& screen, const sql::Labels& labels) : labels_(labels) {
    for (const auto& binding : screen.bindings) {
      const int at = component_index(screen.view, binding.component);
      if (at < 0 || binding.plan.key_of.empty()) continue;
      const auto& component = screen.view["components"][static_cast<std::size_t>(at)];
      const auto rows = component.find(binding.property.fills);
      if (rows == component.end() || !rows->is_array()) continue;
      for (const auto& row : *rows) {
        if (row.is_object()) add(binding.plan, row);
      }
    }
  }

  std::vector<Row> take() { return std::move(rows_); }

 private:
  void add(const sql::Plan& plan, const Json& shown) {
    Row row;
    row.told.row.table = plan.key_of;
    row.told.row.key = row.shown = Json::object();
    std::string texts;
    std::size_t count = 0;
    for (const auto& column : plan.columns) {
      const auto value = shown.find(column.name);
      if (value == shown.end() || value->is_null() || value->is_structured()) continue;
      const auto text = text_of(*value);
      Words words;
      if (text.size() <= kLongestSpoken) add_words(words, text);
      row.words.insert(words.begin(), words.end());
      if (std::find(plan.key.begin(), plan.key.end(), column.name) != plan.key.end()) {
        row.told.row.key[column.column] = *value;
      } else if (value->is_string() && !text.empty()) {
        if (count++ < kMostOfRow)
          texts += (texts.empty() ? "" : ", ") + shortened(text, kMostOfText);
      }
      if (value->is_string()) row.texts.push_back(std::move(words));
      if (!column.column.empty()) row.shown[column.column] = *value;
    }
    if (row.told.row.key.size() != plan.key.size()) return;
    row.told.says = row_words(plan.key_of, row.told.row.key, labels_);
    if (!texts.empty()) row.told.says += ": " + texts;
    const auto alike = std::find_if(rows_.begin(), rows_.end(), [&](const Row& other) {
      return same_row(other.told.row, row.told.row);
    });
    if (alike == rows_.end()) return rows_.push_back(std::move(row));
    alike->words.merge(row.words);
    alike->shown.update(row.shown);
    std::move(row.texts.begin(), row.texts.end(), std::back_inserter(alike->texts));
  }

  const sql::Labels& labels_;
  std::vector<Row> rows_;
};

void add_mentioned(std::vector<Row>& rows, const MentionedRow& mentioned,
                   const sql::Labels& labels) {
  Words words;
  add_words(words, mentioned.text);
  auto known = std::find_if(rows.begin(), rows.end(),
                            [&](const Row& row) { return same_row(row.told.row, mentioned.row); });
  if (known == rows.end()) {
    Row row;
    row.told.row = mentioned.row;
    row.told.says = row_words(mentioned.row.table, mentioned.row.key, labels) + ": " +
                    shortened(mentioned.text, kMostOfText);
    row.shown = mentioned.row.key;
    known = rows.insert(rows.end(), std::move(row));
  }
  known->words.insert(words.begin(), words.end());
  known->texts.push_back(std::move(words));
}

bool all_in(const Words& these, const Words& those) {
  return std::includes(those.begin(), those.end(), these.begin(), these.end());
}

Words common(const Words& a, const Words& b) {
  Words out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(out, out.end()));
  return out;
}

const Row* row_of(const std::vector<Row>& rows, const NamedRow& named) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& row) { return same_row(row.told.row, named); });
  return found == rows.end() ? nullptr : &*found;
}

// What a command says: of rows, but for what is to be written; of their table; and all of it.
class Said {
 public:
  Said(std::string_view command, const Json& given) {
    add_words(all_, command);
    of_rows_ = all_;
    for (const auto& value : given) {
      Words written;
      add_words(written, text_of(value));
      for (const auto& word : written) of_rows_.erase(word);
    }
    std::erase_if(of_rows_, is_function);
  }

  void read(Row& row, const Words& table) const {
    row.spoken = common(of_rows_, row.words);
    for (const auto& word : table) row.spoken.erase(word);
    for (const auto& text : row.texts) {
      if (!text.empty() && all_in(text, all_)) row.whole.insert(text.begin(), text.end());
    }
  }
  bool names(const Words& table) const { return !common(all_, table).empty(); }
  // By numbers: a text key is one of the row's words.
  bool names_key(const NamedRow& row) const {
    Words key;
    for (const auto& value : row.key) add_words(key, text_of(value));
    const bool numbered = std::any_of(key.begin(), key.end(), [](const auto& word) {
      return std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    });
    return numbered && all_in(key, of_rows_);
  }
  // A word that a row holds is the row's.
  bool points_beside(const std::vector<Row>& rows) const {
    return std::any_of(all_.begin(), all_.end(), [&](const std::string& word) {
      return points(word) && std::none_of(rows.begin(), rows.end(),
                                          [&](const Row& row) { return row.words.contains(word); });
    });
  }

 private:
  Words all_, of_rows_;
};

// There is nothing to be written to it.
bool is_so(const Row& row, const Json& given) {
  if (given.empty()) return false;
  for (const auto& [name, value] : given.items()) {
    const auto shown = row.shown.find(name);
    if (shown == row.shown.end() || !same_key(*shown, value)) return false;
  }
  return true;
}

Words words_of(const std::string& table, const sql::Labels& labels) {
  Words out;
  add_words(out, in_words(table));
  add_words(out, sql::called(labels, table));
  return out;
}

}  // namespace

Json asked_back() { return {{"kind", "refuse"}, {"reason", "ambiguous"}}; }

std::vector<Candidate> candidates(std::string_view command, const Screen& screen,
                                  const sql::Labels& labels, const std::optional<NamedRow>& chosen,
                                  const Json& given, const std::vector<MentionedRow>& mentioned) {
  if (command.size() > kLongestCommand) return {};
  const Said said(command, given);
  auto rows = RowsOnScreen(screen, labels).take();
  for (const auto& one : mentioned) add_mentioned(rows, one, labels);
  for (auto& row : rows) said.read(row, words_of(row.told.row.table, labels));
  const auto less = [](const Row& a, const Row& b) { return a.spoken.size() < b.spoken.size(); };
  const auto most = std::max_element(rows.begin(), rows.end(), less);
  const Row* meant = chosen ? row_of(rows, *chosen) : most == rows.end() ? nullptr : &*most;
  if (meant == nullptr || said.points_beside(rows) || said.names_key(meant->told.row)) return {};
  const auto& table = meant->told.row.table;
  const bool any = chosen && said.names(words_of(table, labels));  // "close the alert"
  if (meant->spoken.empty() && !any) return {};

  std::vector<Row> fitting;
  for (const auto& row : rows) {
    const bool as_well = row.told.row.table == table && all_in(meant->spoken, row.words) &&
                         all_in(meant->whole, row.whole);
    if (as_well && (&row == meant || !is_so(row, given))) fitting.push_back(row);
  }
  std::stable_sort(fitting.begin(), fitting.end(),
                   [&](const Row& a, const Row& b) { return less(b, a); });
  std::vector<Candidate> out;
  for (auto& row : fitting) out.push_back(std::move(row.told));
  if (out.size() < 2) out.clear();
  return out;
}

void show_choice(std::uint64_t seq, const std::string& command, const std::vector<Candidate>& all,
                 Json& view) {
  take_away_choice(view);
  Json component;
  component["type"] = kChoiceType;
  component["id"] = "choice-" + std::to_string(seq);
  component["command"] = command;
  component["rows"] = Json::array();
  for (std::size_t i = 0; i < all.size() && i < kMostCandidates; ++i) {
    const auto& [row, says] = all[i];
    component["rows"].push_back(
        {{"says", says}, {"row", {{"table", row.table}, {"key", row.key}}}});
  }
  if (all.size() > kMostCandidates) component["rest"] = all.size() - kMostCandidates;
  auto& components = view["components"];
  components.insert(components.begin(), std::move(component));
}

void take_away_choice(Json& view) {
  auto& components = view["components"];
  const auto is_choice = [](const Json& c) { return c.value("type", Json()) == kChoiceType; };
  components.erase(std::remove_if(components.begin(), components.end(), is_choice),
                   components.end());
}

}  // namespace sr::host
