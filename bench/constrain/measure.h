// bench/constrain/measure.h - how long compiling, masks and tokens take under one grammar.
//
// Times are the least of several rounds of the same step, so that what else the machine does is
// left out. One thread. Throws StartError, also for a document that the grammar refuses.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.h"
#include "host/cli/grammar_tools.h"

namespace sr::bench {

class ConstrainBench {
 public:
  // `rounds`: warm walks through each document.
  ConstrainBench(const std::string& tokenizer, bool flexible, int rounds,
                 const std::vector<std::string>& search);

  int vocabulary_size() const { return backend_.vocabulary().size; }
  double floor_us();  // a copy of one mask
  // The figures of one document as a row: compile_ms, first_mask_ms, mask_… (where the text has been
  // before), mask_cold_… (where it has not), accept_…, fork_us, rollback_us, chosen,
  // forced_share. With named grammars also compile_new_ms: these compiled, too, and
  // mask_worst_us: the most that a cold mask takes at each byte of the document and on random
  // ways through the grammar.
  using Slots = std::vector<host::SlotTexts>;
  host::Json run(const host::GrammarSource& source, const std::string& document,
                 const Slots& slots = {});
  // Under a grammar of slots (bench/data/constrain/spans.gbnf), with a command of so many bytes and
  // so many values: open_us, open_first_mask_us, open_again_us (the same texts), mask_at_span_us,
  // mask_in_span_…, mask_outside_p50_us (shared by all texts), accept_in_span_p50_us, memory_kib
  // (of the matcher at its end), and with values mask_at_values_us.
  host::Json run_spans(const std::string& grammar, std::size_t bytes, std::size_t values);

 private:
  using Tokens = std::vector<std::int32_t>;

  std::shared_ptr<host::GrammarRef> compile(const host::GrammarSource& source);
  // The same grammar as a text that has not been seen, as far as a cache can tell.
  host::GrammarSource fresh(host::GrammarSource source, bool named);
  double worst_mask_us(const host::GrammarSource& source, const std::string& document,
                       const Slots& slots);
  std::int32_t random_byte_token(std::uint32_t& dice) const;

  const int rounds_;
  host::GrammarTools tools_;
  const host::LoadedBackend& backend_;
  host::ForcedRuns runs_;
  std::vector<std::uint32_t> mask_;
  std::vector<std::int32_t> byte_tokens_;  // of each byte; -1: it has none
  std::shared_ptr<host::GrammarRef> arranged_;
  std::size_t variant_ = 0;
};

}  // namespace sr::bench
