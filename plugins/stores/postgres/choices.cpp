#include "choices.h"

#include <algorithm>
#include <optional>

namespace sr::postgres {
namespace {

// The server writes CHECK ((state = ANY (ARRAY['open'::text, 'done'::text]))), in parentheses
// wherever there could be a doubt.
class Check {
 public:
  Check(std::string_view text, std::string_view column) : text_(text), column_(column) {}

  std::vector<std::string> choices() {
    if (!word("CHECK")) return {};
    auto found = any();
    if (!found || !at_end()) return {};
    return *found;
  }

 private:
  using Choices = std::vector<std::string>;

  void blank() {
    while (here_ < text_.size() && text_[here_] == ' ') ++here_;
  }
  bool at_end() {
    blank();
    return here_ == text_.size();
  }
  bool word(std::string_view w) {
    blank();
    if (text_.substr(here_, w.size()) != w) return false;
    here_ += w.size();
    return true;
  }

  // A condition: choices, none (it says nothing), or nullopt when it cannot be read.
  std::optional<Choices> any() {
    const auto start = here_;
    if (auto single = comparison()) return single;
    here_ = start;
    if (!word("(")) return std::nullopt;
    auto left = any();
    if (!left) {
      here_ = start;
      return skipped();
    }
    if (word(")")) return left;
    const bool both = word("AND"), either = !both && word("OR");
    if (!both && !either) {
      here_ = start;
      return skipped();
    }
    for (;;) {
      const bool left_null = null_;
      null_ = false;
      auto right = any();
      if (!right) return std::nullopt;
      if (both) {
        if (left->empty()) left = right;
      } else if (left_null) {
        left = right;
      } else if (!null_) {
        left->clear();  // either of two conditions: neither says all
      }
      null_ = false;
      if (word(")")) return left;
      if (!word(both ? "AND" : "OR")) return std::nullopt;
    }
  }

  // Something in parentheses that says nothing about choices.
  std::optional<Choices> skipped() {
    if (!word("(")) return std::nullopt;
    for (int depth = 1; here_ < text_.size(); ++here_) {
      if (text_[here_] == '\'') {
        const auto end = text_.find('\'', here_ + 1);
        if (end == std::string_view::npos) return std::nullopt;
        here_ = end;
      }
      if (text_[here_] == '(') ++depth;
      if (text_[here_] == ')' && --depth == 0) {
        ++here_;
        return Choices();
      }
    }
    return std::nullopt;
  }

  bool the_column() {
    const bool open = word("(");
    if (!word(column_) && !word("\"" + std::string(column_) + "\"")) return false;
    if (open && !word(")")) return false;
    cast();
    return true;
  }

  // ::text, ::character varying(20), ::text[]
  void cast() {
    while (word("::")) {
      while (here_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[here_])) != 0 ||
                                      text_[here_] == '_' || text_[here_] == '"' ||
                                      (text_[here_] == ' ' && here_ + 1 < text_.size() &&
                                       text_.substr(here_ + 1, 7) == "varying"))) {
        ++here_;
      }
      if (here_ < text_.size() && text_[here_] == '(') here_ = text_.find(')', here_) + 1;
      if (text_.substr(here_, 2) == "[]") here_ += 2;
    }
  }

  std::optional<std::string> literal() {
    std::string out;
    const bool open = word("(");
    blank();
    if (word("'")) {
      for (;; ++here_) {
        if (here_ >= text_.size()) return std::nullopt;
        if (text_[here_] == '\'') {
          if (text_.substr(here_ + 1, 1) != "'") break;
          ++here_;
        }
        out += text_[here_];
      }
      ++here_;
    } else {
      while (here_ < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[here_])) != 0 ||
                                      text_[here_] == '.' || text_[here_] == '-')) {
        out += text_[here_++];
      }
      if (out.empty()) return std::nullopt;
    }
    if (open && !word(")")) return std::nullopt;
    cast();
    return out;
  }

  std::optional<Choices> comparison() {
    if (!word("(")) return std::nullopt;
    if (!the_column()) return std::nullopt;
    if (word("IS NULL")) {
      null_ = true;
      if (!word(")")) return std::nullopt;
      return Choices();
    }
    if (!word("=")) return std::nullopt;
    Choices out;
    if (!word("ANY")) {
      auto single = literal();
      if (!single || !word(")")) return std::nullopt;
      return Choices{*single};
    }
    if (!word("(")) return std::nullopt;
    const bool wrapped = word("(");
    if (!word("ARRAY[")) return std::nullopt;
    do {
      auto value = literal();
      if (!value) return std::nullopt;
      out.push_back(*value);
    } while (word(","));
    if (!word("]")) return std::nullopt;
    if (wrapped && !word(")")) return std::nullopt;
    cast();
    if (!word(")") || !word(")")) return std::nullopt;
    return out;
  }

  std::string_view text_, column_;
  std::size_t here_ = 0;
  bool null_ = false;  // the condition read last was `c IS NULL`
};

}  // namespace

std::vector<std::string> choices_of(std::string_view check, std::string_view column) {
  return Check(check, column).choices();
}

}  // namespace sr::postgres
