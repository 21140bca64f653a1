#include "tokenizer/decoder.h"

#include <charconv>

#include "tokenizer/alphabet.h"
#include "tokenizer/refusal.h"

namespace sr::hybrid {

Decoder::Decoder(const nlohmann::json& settings, bool byte_level, bool byte_fallback)
    : byte_level_(byte_level), byte_fallback_(byte_fallback) {
  add(settings, "decoder");
}

void Decoder::add(const nlohmann::json& settings, const std::string& where) {
  if (settings.is_null()) return;
  const std::string type = type_of(settings, where);
  if (type == "Sequence") {
    std::size_t index = 0;
    for (const auto& step : list_in(settings, "decoders", where)) {
      add(step, where + ".decoders[" + std::to_string(index++) + "]");
    }
  } else if (type == "ByteLevel") {
    if (!byte_level_) refuse(where, "ByteLevel without a ByteLevel pre-tokenizer is not supported");
  } else if (type == "ByteFallback") {
    byte_fallback_ = true;
  } else if (type == "Metaspace") {
    replacements_.emplace_back(field<std::string>(settings, "replacement", "\u2581", where), " ");
  } else if (type == "Replace") {
    const auto pattern = settings.find("pattern");
    if (pattern == settings.end() || !pattern->is_object() || !pattern->contains("String")) {
      refuse(where, "a Replace needs a String as its pattern");
    }
    const auto text = field<std::string>(*pattern, "String", "", where);
    if (text.empty()) refuse(where, "a Replace needs a String as its pattern");
    replacements_.emplace_back(text, field<std::string>(settings, "content", "", where));
  } else if (type != "Fuse" && type != "Strip") {
    refuse(where, "the decoder \"" + type + "\" is not supported");
  }
}

std::string Decoder::bytes(std::string_view name, bool added) const {
  if (byte_level_) {
    if (added) return std::string(name);
    return from_alphabet(name).value_or(std::string(name));
  }
  if (byte_fallback_ && name.size() == 6 && name.starts_with("<0x") && name.back() == '>') {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(name.data() + 3, name.data() + 5, value, 16);
    if (error == std::errc{} && end == name.data() + 5) {
      return std::string(1, static_cast<char>(value));
    }
  }
  std::string text(name);
  for (const auto& [from, to] : replacements_) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

}  // namespace sr::hybrid
