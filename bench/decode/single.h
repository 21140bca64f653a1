// bench/decode/single.h - single tokens, a forced run, a prompt and a fork, beside memory that is
// read in turn with them.
#pragma once

#include <iosfwd>

#include "bench/decode/models.h"

namespace sr::bench {

void print_single_head(std::ostream& out);
// Measures with `tokens` single ones and prints a line; returns the row.
host::Json single_tokens(Models& models, const How& how, int tokens, std::ostream& out);

}  // namespace sr::bench
