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
constexpr std::size_t kLongestValue = 256;     // bytes of one that may be spoken of
constexpr std::size_t kShortestWord = 3;
constexpr std::size_t kMostTexts = 3;    // of a row, by which it is told from others
constexpr std::size_t kMostOfText = 40;  // bytes

// Besides superlatives.
constexpr std::array<std::string_view, 27> kPointing = {
    "again", "bottom", "eighth", "fifth",  "first", "former",   "fourth", "he",    "her",
    "him",   "it",     "last",   "latter", "least", "most",     "next",   "ninth", "other",
    "same",  "second", "sixth",  "that",   "third", "previous", "these",  "this",  "top"};

bool points(const std::string& word) {
  return std::find(kPointing.begin(), kPointing.end(), word) != kPointing.end() ||
         (word.size() > 5 && word.ends_with("est"));
}

// Of three letters; longer ones are common words of mentions, too.
constexpr std::array<std::string_view, 34> kShort = {
    "all", "and", "any", "are", "but", "can", "day", "did", "for", "get", "has", "her",
    "him", "his", "how", "its", "let", "not", "now", "off", "one", "our", "out", "put",
    "set", "she", "the", "too", "use", "was", "who", "why", "yes", "you"};

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void add_words(Words& out, std::string_view text) {
  for (auto& word : spoken_words(text)) out.insert(std::move(word));
}

struct Row {
  Candidate told;
  Words words;
  std::size_t spoken = 0;  // of them in the command
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
    row.told.row.key = Json::object();
    std::string texts;
    std::size_t count = 0;
    for (const auto& column : plan.columns) {
      const auto value = shown.find(column.name);
      if (value == shown.end() || value->is_null() || value->is_structured()) continue;
      const auto text = text_of(*value);
      if (text.size() <= kLongestValue) add_words(row.words, text);
      if (std::find(plan.key.begin(), plan.key.end(), column.name) != plan.key.end()) {
        row.told.row.key[column.column] = *value;
      } else if (value->is_string() && !text.empty() && count++ < kMostTexts) {
        texts += (texts.empty() ? "" : ", ") + shortened(text, kMostOfText);
      }
    }
    if (row.told.row.key.size() != plan.key.size()) return;
    row.told.says = row_words(plan.key_of, row.told.row.key, labels_);
    if (!texts.empty()) row.told.says += ": " + texts;
    const auto alike = std::find_if(rows_.begin(), rows_.end(), [&](const Row& other) {
      return same_row(other.told.row, row.told.row);
    });
    if (alike == rows_.end()) return rows_.push_back(std::move(row));
    alike->words.merge(row.words);
  }

  const sql::Labels& labels_;
  std::vector<Row> rows_;
};

// What of a command may say which row is meant.
Words telling(std::string_view command, const std::string& table, const sql::Labels& labels,
              const Json& given) {
  Words said, others;
  add_words(said, command);
  add_words(others, in_words(table));
  add_words(others, sql::called(labels, table));
  for (const auto& value : given) add_words(others, text_of(value));
  std::erase_if(said, [&](const std::string& word) {
    if (others.contains(word) || is_common(word)) return true;
    if (is_number(word)) return false;
    return word.size() < kShortestWord || std::binary_search(kShort.begin(), kShort.end(), word);
  });
  return said;
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

bool names_key(const Words& said, const NamedRow& row) {
  Words key;
  for (const auto& value : row.key) add_words(key, text_of(value));
  return all_in(key, said);
}

}  // namespace

Json asked_back() { return {{"kind", "refuse"}, {"reason", "ambiguous"}}; }

std::vector<Candidate> candidates(std::string_view command, const Screen& screen,
                                  const sql::Labels& labels, const std::optional<NamedRow>& chosen,
                                  const Json& given) {
  const auto said = spoken_words(command);
  if (command.size() > kLongestCommand || std::any_of(said.begin(), said.end(), points)) return {};
  auto rows = RowsOnScreen(screen, labels).take();
  for (auto& row : rows) {
    const auto words = telling(command, row.told.row.table, labels, given);
    row.spoken = common(words, row.words).size();
  }
  const auto most = [](const Row& a, const Row& b) { return a.spoken < b.spoken; };
  const auto best = std::max_element(rows.begin(), rows.end(), most);
  const Row* meant = chosen ? row_of(rows, *chosen) : best == rows.end() ? nullptr : &*best;
  if (meant == nullptr || meant->spoken == 0) return {};
  if (names_key(Words(said.begin(), said.end()), meant->told.row)) return {};

  const auto& table = meant->told.row.table;
  const auto words = common(telling(command, table, labels, given), meant->words);
  std::vector<Row> fitting;
  for (const auto& row : rows) {
    if (row.told.row.table == table && all_in(words, row.words)) fitting.push_back(row);
  }
  std::stable_sort(fitting.begin(), fitting.end(),
                   [](const Row& a, const Row& b) { return a.spoken > b.spoken; });
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
