#include "tokenizer/settings.h"

#include <cstdio>
#include <unordered_map>
#include <unordered_set>

#include "tokenizer/names.h"
#include "tokenizer/pattern.h"
#include "tokenizer/refusal.h"
#include "tokenizer/utf8.h"

namespace sr::hybrid {
namespace {

// `number` as the id of `name`.
std::int32_t token_id(const nlohmann::json& number, const std::string& name,
                      const std::string& where) {
  const bool whole = number.is_number_integer() &&
                     (number.is_number_unsigned() || number.get<std::int64_t>() >= 0);
  if (!whole || number.get<std::uint64_t>() >= kMostTokens) {
    refuse(where, "the id " + number.dump() + " of \"" + name +
                      "\" is not a whole number from 0 to " + std::to_string(kMostTokens - 1));
  }
  return number.get<std::int32_t>();
}

// Words and white space are text, and so is what spells one character or byte; a name with
// brackets, bars or the like is a mark, and a person who types it means no mark.
bool written_like_control(const std::string& content) {
  static const Pattern text(R"(\A(?:[\p{L}\p{M}\p{N}\s]*|<0x[0-9A-F]{2}>)\z)", "added_tokens");
  if (utf8_length(content) == content.size()) return false;
  std::vector<Range> matches;
  text.find(content, matches);
  return matches.empty();
}

// The first id of a special token that a template names.
std::int32_t template_id(const nlohmann::json& settings, const nlohmann::json& piece,
                         const std::string& where) {
  const auto name = field<std::string>(piece, "id", "", where);
  const auto tokens = settings.find("special_tokens");
  if (tokens == settings.end() || !tokens->is_object() || !tokens->contains(name)) {
    refuse(where, "the template names \"" + name + "\", which is not in its special_tokens");
  }
  const auto ids = field<std::vector<nlohmann::json>>((*tokens)[name], "ids", {}, where);
  return ids.empty() ? -1 : token_id(ids.front(), name, where);
}

void read_processor(const nlohmann::json& settings, const std::string& where, Ends& ends) {
  if (settings.is_null()) return;
  const std::string type = type_of(settings, where);
  if (type == "Sequence") {
    std::size_t index = 0;
    for (const auto& step : list_in(settings, "processors", where)) {
      read_processor(step, where + ".processors[" + std::to_string(index++) + "]", ends);
    }
  } else if (type == "TemplateProcessing") {
    bool behind = false;
    for (const auto& piece : list_in(settings, "single", where)) {
      if (!piece.is_object()) refuse(where, "a template is a list of objects");
      if (piece.contains("Sequence")) {
        behind = true;
      } else if (piece.contains("SpecialToken")) {
        std::int32_t& end = behind ? ends.end : ends.begin;
        if (end < 0) end = template_id(settings, piece["SpecialToken"], where);
      }
    }
  } else if (type != "ByteLevel") {
    refuse(where, "the post-processor \"" + type + "\" is not supported");
  }
}

}  // namespace

std::vector<AddedToken> read_added_tokens(const nlohmann::json& list, const Names& names,
                                          const Ends& ends) {
  std::vector<AddedToken> tokens;
  if (list.is_null()) return tokens;
  if (!list.is_array()) refuse("added_tokens", "a list is expected");
  std::unordered_map<std::int32_t, std::string> by_id;
  for (const auto& entry : list) {
    const std::string where = "added_tokens[" + std::to_string(tokens.size()) + "]";
    if (!entry.is_object()) refuse(where, "an object is expected");
    AddedToken token;
    token.content = field<std::string>(entry, "content", "", where);
    const auto id = entry.find("id");
    token.id = token_id(id == entry.end() ? nlohmann::json() : *id, token.content, where);
    token.special = field(entry, "special", false, where);
    token.normalized = field(entry, "normalized", !token.special, where);
    token.single_word = field(entry, "single_word", false, where);
    token.lstrip = field(entry, "lstrip", false, where);
    token.rstrip = field(entry, "rstrip", false, where);
    token.control =
        token.id == ends.begin || token.id == ends.end || written_like_control(token.content);
    const std::int32_t known = names.find(token.content);
    if (known >= 0 && known != token.id) {
      refuse(where, "\"" + token.content + "\" has the id " + std::to_string(token.id) +
                        " here and " + std::to_string(known) + " in the vocabulary");
    }
    if (known < 0 && names.has(token.id)) {
      refuse(where, "the id " + std::to_string(token.id) + " of \"" + token.content +
                        "\" belongs to \"" + std::string(names.name(token.id)) +
                        "\" in the vocabulary");
    }
    const auto [other, fresh] = by_id.emplace(token.id, token.content);
    if (!fresh && other->second != token.content) {
      refuse(where, "the id " + std::to_string(token.id) + " of \"" + token.content +
                        "\" belongs to \"" + other->second + "\" too");
    }
    tokens.push_back(std::move(token));
  }
  std::unordered_set<std::int32_t> special;
  for (const AddedToken& token : tokens) {
    if (token.special) special.insert(token.id);
  }
  for (AddedToken& token : tokens) token.special = special.contains(token.id);
  return tokens;
}

std::vector<bool> special_ids(const std::vector<AddedToken>& added, const Ends& ends) {
  std::vector<bool> special;
  const auto mark = [&](std::int32_t id) {
    if (id < 0 || id >= kMostTokens) return;
    if (static_cast<std::size_t>(id) >= special.size()) {
      special.resize(static_cast<std::size_t>(id) + 1);
    }
    special[static_cast<std::size_t>(id)] = true;
  };
  for (const AddedToken& token : added) {
    if (token.special || token.control) mark(token.id);
  }
  mark(ends.begin);
  mark(ends.end);
  return special;
}

Ends read_ends(const nlohmann::json& post_processor) {
  Ends ends;
  read_processor(post_processor, "post_processor", ends);
  return ends;
}

std::string fingerprint_of(std::string_view file) {
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a
  for (const char c : file) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  char text[32];
  std::snprintf(text, sizeof text, "tokenizer-%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace sr::hybrid
