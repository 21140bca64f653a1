// engine/bytes/text_dfa.h - how the texts of a CodeDfa are spelt in bytes: UTF-8 without overlong
// forms or surrogates, and what the Spelling says about escapes.
//
// A state is a row of the lazily built automaton; which row means what is interned. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "engine/bytes/byte_dfa.h"
#include "engine/text/code_dfa.h"

namespace sr::constrain {

enum class Spelling : std::uint8_t {
  // A JSON string behind its opening quote, with the closing one: \" \\ \/ \b \f \n \r \t, \u with
  // four digits, surrogates in pairs only, no raw control characters.
  kJson,
  // Inside a JSON string, without its quotes: what must be escaped has one spelling (\" \\ \b \f \n
  // \r \t, otherwise \u00 and two small digits), everything else is raw.
  kEscaped,
  kPlain,  // as it is
};

class TextDfa final : public ByteDfa {
 public:
  // kCharacters: every character is counted; kUnits: what leads from the start back to it is.
  enum Counting : std::uint8_t { kCharacters, kUnits };
  TextDfa(CodeDfa codes, std::size_t max_states, Spelling spelling = Spelling::kJson,
          Counting counting = kCharacters);
  // The spelling of every text.
  static std::shared_ptr<const TextDfa> any();

  const CodeDfa& codes() const { return codes_; }
  Spelling how() const { return spelling_; }
  std::uint32_t most_reserve() const { return most_reserve_; }  // of all rows

 private:
  // What is half written. `left` bytes are to come, `so_far` holds the digits or bits read.
  enum class Part : std::uint8_t {
    kBetween,      // between two characters
    kEscape,       // behind a backslash
    kControl,      // inside \u00XX of kEscaped
    kUtf8,         // inside a UTF-8 sequence that began with a `size`-byte lead
    kHex,          // inside \uXXXX
    kLowHalf,      // behind a high surrogate: six more bytes, \uDC00 to \uDFFF
    kUtf8Tail,     // as kUtf8, kHex, kLowHalf, once it is settled which state follows:
    kHexTail,      // only the bytes' form matters
    kLowHalfTail,
  };
  struct Meaning {
    CodeDfa::State at;  // in codes_; for the tails, the state that follows
    Part part;
    std::uint8_t left = 0, size = 0;
    std::uint32_t so_far = 0;
    auto key() const { return std::tuple(at, part, left, size, so_far); }
    bool operator<(const Meaning& other) const { return key() < other.key(); }
  };

  void fill(State state, Row& row) const override;
  void fill_between(const Meaning& m, Row& row) const;
  void fill_leads(const Meaning& m, Row& row) const;
  void fill_escape(const Meaning& m, Row& row) const;
  void fill_short_escapes(const Meaning& m, Row& row) const;
  void fill_one_escape(const Meaning& m, Row& row) const;
  void fill_control(const Meaning& m, Row& row) const;
  void fill_utf8(const Meaning& m, Row& row) const;
  void fill_hex(const Meaning& m, Row& row) const;
  void fill_low_half(const Meaning& m, Row& row) const;

  // The row to be in when `part` stands at this point, or kDead when it cannot be completed.
  State utf8(CodeDfa::State at, int size, int left, std::uint32_t so_far) const;
  State hex(CodeDfa::State at, int left, std::uint32_t so_far) const;
  State low_half(CodeDfa::State at, int left, std::uint32_t so_far) const;
  State control(CodeDfa::State at, int left, std::uint32_t so_far) const;
  State between(std::optional<CodeDfa::State> at) const;
  State state_of(const Meaning& m) const;

  std::uint32_t reserve(const Meaning& m) const;

  const CodeDfa codes_;
  const Spelling spelling_;
  const Counting counting_;
  std::uint32_t most_reserve_ = 0;
  const std::size_t max_states_;
  mutable std::vector<Meaning> meanings_;  // of state kStart + i; guarded by the automaton's lock
  mutable std::map<Meaning, State> states_;
};

}  // namespace sr::constrain
