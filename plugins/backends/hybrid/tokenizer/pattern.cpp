#define PCRE2_CODE_UNIT_WIDTH 8
#include "tokenizer/pattern.h"

#include <pcre2.h>

#include <stdexcept>

#include "tokenizer/refusal.h"
#include "tokenizer/utf8.h"

namespace sr::hybrid {
namespace {

std::string message_of(int code) {
  PCRE2_UCHAR buffer[256];
  if (pcre2_get_error_message(code, buffer, sizeof buffer) < 0) return "unknown error";
  return reinterpret_cast<const char*>(buffer);
}

struct MatchData {
  explicit MatchData(const pcre2_code* code)
      : data(pcre2_match_data_create_from_pattern(code, nullptr)) {
    if (data == nullptr) throw std::bad_alloc();
  }
  ~MatchData() { pcre2_match_data_free(data); }
  MatchData(const MatchData&) = delete;
  MatchData& operator=(const MatchData&) = delete;
  pcre2_match_data* data;
};

}  // namespace

struct Pattern::Code {
  pcre2_code* compiled = nullptr;
  bool jit = false;
  ~Code() { pcre2_code_free(compiled); }
};

Pattern::Pattern(std::string_view expression, std::string_view where) {
  const std::string translated = translate_expression(expression, where);
  auto code = std::make_shared<Code>();
  std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(
      pcre2_compile_context_create(nullptr), &pcre2_compile_context_free);
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  int error = 0;
  PCRE2_SIZE offset = 0;
  code->compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()),
                                 translated.size(), PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE, &error,
                                 &offset, context.get());
  if (code->compiled == nullptr) {
    refuse(where, "the pattern " + std::string(expression) + " cannot be read: " +
                      message_of(error));
  }
  code->jit = pcre2_jit_compile(code->compiled, PCRE2_JIT_COMPLETE) == 0;
  code_ = std::move(code);
}

void Pattern::find(std::string_view text, std::vector<Range>& matches) const {
  matches.clear();
  if (!code_) {
    if (literal_.empty()) return;
    for (std::size_t at = text.find(literal_); at != std::string_view::npos;
         at = text.find(literal_, at + literal_.size())) {
      matches.push_back({at, at + literal_.size()});
    }
    return;
  }
  const MatchData match(code_->compiled);
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(match.data);
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  std::size_t at = 0;
  while (at <= text.size()) {
    int found = 0;
    if (code_->jit) {
      found = pcre2_jit_match(code_->compiled, subject, text.size(), at, 0, match.data, nullptr);
    }
    if (!code_->jit || found == PCRE2_ERROR_JIT_STACKLIMIT) {  // the interpreter uses the heap
      found = pcre2_match(code_->compiled, subject, text.size(), at,
                          PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, match.data, nullptr);
    }
    if (found == PCRE2_ERROR_NOMATCH) break;
    if (found < 0) throw std::runtime_error("a tokenizer pattern failed: " + message_of(found));
    const Range range{ends[0], ends[1]};
    const bool empty = range.begin == range.end;
    // An empty match right behind the last one does not count.
    if (!empty || matches.empty() || matches.back().end != range.end) matches.push_back(range);
    at = range.end;
    if (empty) at += std::max<std::size_t>(1, utf8_length(text.substr(at)));
  }
}

}  // namespace sr::hybrid
