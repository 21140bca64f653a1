// engine/slots/slot.h - a place in a grammar whose texts are given when a matcher is opened.
//
//   span:command max=200 quote='     a span of the texts named "command", between quotes
//   span:command quote=' pad=%       the same with % before and behind it, inside the quotes;
//                                    before=% and behind=%: on that side only
//   values:status quote='            one of the texts named "status", whole
//   number:command integer           a number that stands in them
//
// Pure functions, any thread. Errors: sr::Failure(SR_INVALID_ARGUMENT), what is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sr::constrain {

struct SlotSpec {
  enum Kind : std::uint8_t { kSpan, kValues, kNumber };
  // How the place spells its texts: as they are; inside a JSON string; as a JSON string of its own.
  enum Spelling : std::uint8_t { kPlain, kEscaped, kJsonString };

  Kind kind = kSpan;
  std::string name;                // of the texts that are given
  std::uint32_t max = UINT32_MAX;  // characters of a text
  char quote = 0;                  // stands around a text, and is doubled in it
  char before = 0, behind = 0;     // stand around a text, inside the quotes
  bool trim = true;                // kSpan: neither begins nor ends with white space
  bool integer = false;            // kNumber: without a fraction
  bool positive = false;           // kNumber: without a sign
  Spelling spelling = kPlain;

  bool operator==(const SlotSpec&) const = default;
  std::string text() const;  // as it is written
};

// What a grammar writes between < and >, and a schema under x-slot.
SlotSpec parse_slot(std::string_view text);

// How one slot writes its texts.
class SlotSpelling {
 public:
  explicit SlotSpelling(const SlotSpec& spec);

  const std::string& open() const { return open_; }    // stands before a text, …
  const std::string& close() const { return close_; }  // … and behind it
  void append(std::string& out, char byte) const {
    const auto b = static_cast<unsigned char>(byte);
    if (b < 0x80 && special_[b]) return append_special(out, byte);
    out += byte;
  }
  bool is_raw(char byte) const {  // written as it is
    const auto b = static_cast<unsigned char>(byte);
    return b >= 0x80 || !special_[b];
  }

 private:
  void append_special(std::string& out, char byte) const;

  std::string open_, close_;
  char quote_;
  bool escaped_;
  bool special_[0x80];
};

}  // namespace sr::constrain
