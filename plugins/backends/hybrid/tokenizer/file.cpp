#include "tokenizer/file.h"

#include "tokenizer/refusal.h"

namespace sr::hybrid {

void MergeList::add(std::string_view left, std::string_view right) {
  arena_ += left;
  ends_.push_back(static_cast<std::uint32_t>(arena_.size()));
  arena_ += right;
  ends_.push_back(static_cast<std::uint32_t>(arena_.size()));
}

std::string_view MergeList::part(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(arena_).substr(begin, ends_[index] - begin);
}

std::string_view MergeList::both(std::size_t rank) const {
  const std::size_t begin = rank == 0 ? 0 : ends_[2 * rank - 1];
  return std::string_view(arena_).substr(begin, ends_[2 * rank + 1] - begin);
}

namespace {

using nlohmann::json;

// Takes the parser's events; what is in neither list becomes a tree.
class Reader final : public nlohmann::json_sax<json> {
 public:
  explicit Reader(TokenizerFile& file) : file_(file) {}

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(number_integer_t v) override { return number(v); }
  bool number_unsigned(number_unsigned_t v) override {
    return part_ == Part::kVocabulary ? number(static_cast<number_integer_t>(v)) : value(v);
  }
  bool number_float(number_float_t v, const string_t&) override { return value(v); }
  bool binary(binary_t&) override { return value(nullptr); }

  bool string(string_t& text) override {
    if (part_ == Part::kMerges) {
      merge(text);
    } else if (part_ == Part::kPair) {
      pair_.push_back(std::move(text));
    } else {
      value(std::move(text));
    }
    return true;
  }

  bool start_object(std::size_t) override {
    if (part_ == Part::kTree && at_model() && key_ == "vocab") {
      part_ = Part::kVocabulary;
      return true;
    }
    return open(json::object());
  }
  bool end_object() override { return close(Part::kVocabulary); }
  bool start_array(std::size_t) override {
    if (part_ == Part::kMerges) {
      part_ = Part::kPair;
      pair_.clear();
      return true;
    }
    if (part_ == Part::kTree && at_model() && key_ == "merges") {
      part_ = Part::kMerges;
      return true;
    }
    return open(json::array());
  }
  bool end_array() override {
    if (part_ != Part::kPair) return close(Part::kMerges);
    if (pair_.size() != 2) refuse(merge_place(), "a merge has two parts");
    file_.merges.add(pair_[0], pair_[1]);
    part_ = Part::kMerges;
    return true;
  }
  bool key(string_t& name) override {
    key_.swap(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    refuse("byte " + std::to_string(position), "this is not JSON");
  }

 private:
  enum class Part { kTree, kVocabulary, kMerges, kPair } part_ = Part::kTree;

  bool at_model() const { return open_.size() == 2 && in_model_; }
  std::string merge_place() const {
    return "model.merges[" + std::to_string(file_.merges.size()) + "]";
  }

  bool number(std::int64_t v) {
    if (part_ != Part::kVocabulary) return value(v);
    file_.names.add(key_, v);
    return true;
  }

  void merge(const std::string& text) {
    const std::size_t space = text.find(' ');
    if (space == std::string::npos || space != text.rfind(' ')) {
      refuse(merge_place(), "\"" + text + "\" is not two parts with one space between them");
    }
    file_.merges.add(std::string_view(text).substr(0, space),
                     std::string_view(text).substr(space + 1));
  }

  json& put(json v) {
    if (part_ == Part::kVocabulary) refuse("model.vocab", "\"" + key_ + "\" has no number as id");
    if (part_ != Part::kTree) refuse(merge_place(), "a merge is a string or two strings");
    if (open_.empty()) return file_.settings = std::move(v);
    json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(v));
      return parent.back();
    }
    return parent[key_] = std::move(v);
  }
  bool value(json v) {
    put(std::move(v));
    return true;
  }
  bool open(json v) {
    if (open_.size() == 1) in_model_ = key_ == "model";
    if (open_.size() >= 100) refuse("tokenizer", "the file is nested too deeply");
    open_.push_back(&put(std::move(v)));
    return true;
  }
  bool close(Part list) {
    if (part_ == list) {
      part_ = Part::kTree;
    } else {
      open_.pop_back();
    }
    return true;
  }

  TokenizerFile& file_;
  std::vector<json*> open_;
  std::string key_;
  std::vector<std::string> pair_;
  bool in_model_ = false;
};

}  // namespace

TokenizerFile read_tokenizer_file(std::string_view text) {
  TokenizerFile file;
  Reader reader(file);
  json::sax_parse(text.begin(), text.end(), &reader);
  if (!file.settings.is_object()) refuse("tokenizer", "the file holds no JSON object");
  file.names.index();
  return file;
}

}  // namespace sr::hybrid
