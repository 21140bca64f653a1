// bench/decode/written_turn.h - a turn's share of the model: it reads an event and writes an answer
// under a JSON schema.
#pragma once

#include <boost/asio/io_context.hpp>
#include <iosfwd>

#include "bench/decode/models.h"

namespace sr::bench {

// What a turn costs on a fork of a sequence of 512 tokens, through the host's scheduler, the
// json_schema constrainer and forced runs, as in a deployment: 43 tokens are read, at least
// `written` are written. Prints a line; returns the row. The executor's thread is the caller's.
host::Json written_turn(const Models& models, const How& how, int written,
                        const host::Registry& registry, boost::asio::io_context& io,
                        const sr_host_api& api, std::ostream& out);

}  // namespace sr::bench
