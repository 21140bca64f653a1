#include "engine/slots/slot.h"

#include <charconv>

#include "engine/base/escape.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

constexpr const char* kKinds[] = {"span", "values", "number"};

[[noreturn]] void fail(const std::string& what) { throw Failure(SR_INVALID_ARGUMENT, what); }

// The next word, up to a space.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

void read_option(SlotSpec& spec, std::string_view word) {
  const auto equals = word.find('=');
  const auto name = word.substr(0, equals);
  const auto value = equals == word.npos ? std::string_view() : word.substr(equals + 1);
  const bool flag = equals == word.npos;
  if (name == "max" && !flag) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), spec.max);
    if (error != std::errc() || end != value.data() + value.size() || spec.max == 0 ||
        spec.max == UINT32_MAX) {
      fail("max= of a slot needs a whole number of characters, at least 1");
    }
  } else if ((name == "quote" || name == "pad" || name == "before" || name == "behind") && !flag) {
    const bool one = value.size() == 1 && value[0] > 0x20 && value[0] < 0x7F;
    if (!one || value[0] == '\\' || std::isalnum(static_cast<unsigned char>(value[0])) != 0) {
      fail(std::string(name) + "= of a slot needs one ASCII punctuation character other than \\");
    }
    if (name == "quote") spec.quote = value[0];
    if (name == "pad" || name == "before") spec.before = value[0];
    if (name == "pad" || name == "behind") spec.behind = value[0];
  } else if (name == "untrimmed" && flag && spec.kind == SlotSpec::kSpan) {
    spec.trim = false;
  } else if (name == "integer" && flag && spec.kind == SlotSpec::kNumber) {
    spec.integer = true;
  } else if (name == "positive" && flag && spec.kind == SlotSpec::kNumber) {
    spec.positive = true;
  } else {
    fail("a slot of kind " + std::string(kKinds[spec.kind]) + " does not know \"" +
         std::string(word) +
         "\"; known are max=N, quote=C, pad=C, before=C and behind=C, untrimmed for spans, and " +
         "integer and positive for numbers");
  }
}

}  // namespace

std::string SlotSpec::text() const {
  std::string out = std::string("<") + kKinds[kind] + ":" + name;
  if (max != UINT32_MAX) out += " max=" + std::to_string(max);
  if (quote != 0) out += std::string(" quote=") + quote;
  if (before != 0 && before == behind) {
    out += std::string(" pad=") + before;
  } else {
    if (before != 0) out += std::string(" before=") + before;
    if (behind != 0) out += std::string(" behind=") + behind;
  }
  if (!trim) out += " untrimmed";
  if (integer) out += " integer";
  if (positive) out += " positive";
  return out + ">";
}

SlotSpec parse_slot(std::string_view text) {
  auto rest = text;
  const auto word = next_word(rest);
  const auto colon = word.find(':');
  const auto kind = word.substr(0, colon);
  SlotSpec spec;
  bool known = false;
  for (int i = 0; i < 3 && colon != word.npos; ++i) {
    if (kind != kKinds[i]) continue;
    known = true;
    spec.kind = static_cast<SlotSpec::Kind>(i);
  }
  if (!known) fail("a slot begins with span:, values: or number:, and a name");
  spec.name = word.substr(colon + 1);
  if (spec.name.empty()) fail("a slot needs a name behind " + std::string(kind) + ":");
  for (auto option = next_word(rest); !option.empty(); option = next_word(rest)) {
    read_option(spec, option);
  }
  return spec;
}

SlotSpelling::SlotSpelling(const SlotSpec& spec)
    : quote_(spec.quote), escaped_(spec.spelling != SlotSpec::kPlain) {
  for (int b = 0; b < 0x80; ++b) {
    special_[b] = (b == quote_ && b != 0) || (escaped_ && (b < 0x20 || b == '"' || b == '\\'));
  }
  if (quote_ != 0) {
    if (escaped_) {
      append_escaped(open_, quote_);
    } else {
      open_ += quote_;
    }
  }
  close_ = open_;
  if (spec.before != 0) append(open_, spec.before);
  if (spec.behind != 0) {
    std::string behind;
    append(behind, spec.behind);
    close_ = behind + close_;
  }
  if (spec.spelling == SlotSpec::kJsonString) {
    open_ = '"' + open_;
    close_ += '"';
  }
}

void SlotSpelling::append_special(std::string& out, char byte) const {
  for (int i = byte == quote_ && quote_ != 0 ? 2 : 1; i-- > 0;) {
    if (escaped_) {
      append_escaped(out, byte);
    } else {
      out += byte;
    }
  }
}

}  // namespace sr::constrain
