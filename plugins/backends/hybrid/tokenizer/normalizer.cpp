#include "tokenizer/normalizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

#include "tokenizer/refusal.h"
#include "tokenizer/utf8.h"

namespace sr::hybrid {
namespace {

constexpr int kCanonicalCompose = UTF8PROC_STABLE | UTF8PROC_COMPOSE;

void replace_all(std::string& text, const Pattern& pattern, const std::string& content) {
  std::string out;
  std::vector<Range> matches;
  for_each_run(
      text,
      [&](std::string_view run) {
        pattern.find(run, matches);
        std::size_t done = 0;
        for (const Range& match : matches) {
          out.append(run.substr(done, match.begin - done));
          out += content;
          done = match.end;
        }
        out.append(run.substr(done));
      },
      [&](std::string_view broken) { out.append(broken); });
  text = std::move(out);
}

void compose(std::string& text, int form) {
  // Nothing below U+00A0 changes in any form, nothing below U+0300 (0xCC 0x80) in NFC.
  const unsigned char first = form == kCanonicalCompose ? 0xCC : 0x80;
  if (std::all_of(text.begin(), text.end(),
                  [&](char c) { return static_cast<unsigned char>(c) < first; })) {
    return;
  }
  std::string out;
  for_each_run(
      text,
      [&](std::string_view run) {
        utf8proc_uint8_t* result = nullptr;
        const utf8proc_ssize_t length =
            utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(run.data()),
                         static_cast<utf8proc_ssize_t>(run.size()), &result,
                         static_cast<utf8proc_option_t>(form));
        if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
        if (length < 0) {  // an unassigned character, say: it stays as it is
          out.append(run);
        } else {
          out.append(reinterpret_cast<const char*>(result), static_cast<std::size_t>(length));
        }
        std::free(result);
      },
      [&](std::string_view broken) { out.append(broken); });
  text = std::move(out);
}

}  // namespace

Pattern read_pattern(const nlohmann::json& settings, const std::string& where) {
  const auto found = settings.find("pattern");
  if (found == settings.end() || !found->is_object()) refuse(where, "\"pattern\" is missing");
  if (found->contains("String")) {
    return Pattern(Pattern::Literal{field<std::string>(*found, "String", "", where)});
  }
  if (found->contains("Regex")) {
    return Pattern(field<std::string>(*found, "Regex", "", where), where);
  }
  refuse(where, "\"pattern\" is neither a String nor a Regex");
}

void Normalizer::add(const nlohmann::json& settings, const std::string& where) {
  if (settings.is_null()) return;
  const std::string type = type_of(settings, where);
  if (type == "Sequence") {
    std::size_t index = 0;
    for (const auto& step : list_in(settings, "normalizers", where)) {
      add(step, where + ".normalizers[" + std::to_string(index++) + "]");
    }
  } else if (type == "Prepend") {
    steps_.push_back(
        {Step::Kind::kPrepend, field<std::string>(settings, "prepend", "", where), {}, 0});
  } else if (type == "Replace") {
    steps_.push_back({Step::Kind::kReplace, field<std::string>(settings, "content", "", where),
                      {read_pattern(settings, where)}, 0});
  } else if (type == "NFC") {
    steps_.push_back({Step::Kind::kCompose, "", {}, kCanonicalCompose});
  } else if (type == "NFD") {
    steps_.push_back({Step::Kind::kCompose, "", {}, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE});
  } else if (type == "NFKC") {
    steps_.push_back({Step::Kind::kCompose, "", {}, kCanonicalCompose | UTF8PROC_COMPAT});
  } else if (type == "NFKD") {
    steps_.push_back({Step::Kind::kCompose, "", {},
                      UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT});
  } else {
    refuse(where, "the normalizer \"" + type + "\" is not supported");
  }
}

void Normalizer::apply(std::string& text, bool prepend) const {
  for (const Step& step : steps_) {
    switch (step.kind) {
      case Step::Kind::kPrepend:
        if (prepend && !text.empty()) text.insert(0, step.content);
        break;
      case Step::Kind::kReplace: replace_all(text, step.pattern.front(), step.content); break;
      case Step::Kind::kCompose: compose(text, step.form); break;
    }
  }
}

}  // namespace sr::hybrid
