// What slots cost: opening with a command of some length, the masks at and in a span of it, and
// those outside, which all matchers of the grammar share.
#include <malloc.h>

#include "bench/common/samples.h"
#include "bench/constrain/measure.h"
#include "host/base/start_error.h"

namespace sr::bench {
namespace {

using host::Json;
using host::or_start_error;

constexpr std::size_t kLongestSpan = 200;

// Words of every length, of which few come twice; the last ones are the span.
std::string command_of(std::size_t bytes) {
  static const char* const kSigns[] = {" ",  " ",  " ",  ", ", ". ", "-",
                                       " (", ") ", ": ", " '", "' "};
  std::string text;
  std::uint32_t dice = 12345;
  const auto roll = [&](std::uint32_t sides) {
    dice = dice * 1664525 + 1013904223;
    return (dice >> 8) % sides;
  };
  while (text.size() < bytes) {
    for (auto i = 1 + roll(9); i > 0; --i) text += "etaoinshrdlucmfwypvbgkqjxz"[roll(20)];
    text += kSigns[roll(11)];
  }
  return text;
}

}  // namespace

// A document that takes the command's end as a span and a number from it. Each round gives another
// text, so that nothing is known about it but what holds for all texts.
Json ConstrainBench::run_spans(const std::string& grammar, std::size_t bytes, std::size_t values) {
  const auto compiled = compile({"grammar", grammar, {}});
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < values; ++i)
    titles.push_back("Title " + std::to_string(i * 7919 % values));
  const std::string last = " set the note of alert 12 to disk is full again on host seven";
  const std::string said = bytes > last.size() ? command_of(bytes - last.size()) + last : last;
  const auto span = said.substr(said.size() - std::min({said.size() - 1, kLongestSpan, bytes}) + 1);
  const auto begin = std::min(span.find(' '), span.size() - 1) + 1;
  std::string note;
  for (const char c : span.substr(begin)) note.append(c == '\'' ? 2 : 1, c);
  const std::string before = R"({"kind":"sql","sql":"UPDATE alerts SET note = ')";
  const std::string behind = R"(' WHERE id = 12"})";
  const auto tokens = [&](const std::string& text) {
    return or_start_error(backend_.tokenize(text, /*specials=*/false));
  };
  const auto head = tokens(before), inside = tokens(note), tail = tokens(behind);

  Samples opened, first, opened_again, at_span, in_span, outside, accepts, memory;
  Samples at_values;
  for (int round = 0; round < std::max(rounds_, 5); ++round) {
    std::vector<host::SlotTexts> slots = {{"command", {said}}, {"state", {"open", "resolved"}}};
    if (values > 0) slots.push_back({"title", titles});
    slots[0].texts[0][0] = static_cast<char>('a' + round % 26);
    const auto held = mallinfo2().uordblks;
    std::optional<host::MatcherRef> matcher;
    const auto fill = [&](Samples& into) {
      into.add(microseconds([&] { or_start_error(matcher->fill_mask(mask_)); }));
    };
    const auto open = microseconds([&] { matcher = or_start_error(compiled->open(slots)); });
    opened.add(open);
    first.add(open + microseconds([&] { or_start_error(matcher->fill_mask(mask_)); }));
    opened_again.add(microseconds([&] { or_start_error(compiled->open(slots)); }));
    const auto accept = [&](std::int32_t token, Samples* mask, Samples* into) {
      if (mask != nullptr) fill(*mask);
      const auto us = microseconds([&] { or_start_error(matcher->accept(token)); });
      if (into != nullptr) into->add(us);
    };
    const bool warm = round > 0;  // the first round makes what all share
    for (const auto token : head) accept(token, warm ? &outside : nullptr, nullptr);
    fill(at_span);
    for (std::size_t i = 0; i < inside.size(); ++i) {
      accept(inside[i], i > 0 ? &in_span : nullptr, &accepts);
    }
    for (const auto token : tail) accept(token, nullptr, nullptr);
    memory.add(static_cast<double>(mallinfo2().uordblks - held) / 1024);
    if (values == 0) continue;
    or_start_error(matcher->rollback(tail.size()));
    for (const auto token : tokens("' WHERE title = '")) accept(token, nullptr, nullptr);
    fill(at_values);
  }
  Json row;
  row["vocab"] = backend_.vocabulary().size;
  row["command_bytes"] = said.size();
  row["values"] = values;
  row["open_us"] = opened.percentile(0);
  row["open_first_mask_us"] = first.percentile(0);
  row["open_first_mask_p50_us"] = first.percentile(50);
  row["open_again_us"] = opened_again.percentile(0);
  row["mask_at_span_us"] = at_span.percentile(0);
  row["mask_in_span_p50_us"] = in_span.percentile(50);
  row["mask_in_span_p99_us"] = in_span.percentile(99);
  row["mask_outside_p50_us"] = outside.percentile(50);
  row["accept_in_span_p50_us"] = accepts.percentile(50);
  row["memory_kib"] = memory.percentile(50);
  if (values > 0) row["mask_at_values_us"] = at_values.percentile(0);
  return row;
}

}  // namespace sr::bench
