// host/session/bindings.h - from a manifest to a view: planning its queries and filling them in.
//
// Pure but for fill(), which runs queries in the caller's transaction; any thread.
#pragma once

#include <functional>
#include <map>
#include <variant>
#include <vector>

#include "host/plugins/store.h"
#include "host/session/session.h"

namespace sr::host {

// Why something that the model wrote does not count. The model reads it and may try again.
struct Rejection {
  std::string by;    // "guard", "store", "decode", "screen"
  std::string rule;  // "table", "where", "max_rows", …
  std::string why;   // one sentence
  bool final = false;  // another attempt could only do something else than was asked
};

// The guard's plan for every query in the manifest, in order.
std::variant<std::vector<Binding>, Rejection> plan_bindings(const App& app, const sql::Guard& guard,
                                                            const Json& manifest);

// The view of a manifest before any query has run: binding properties left out.
Json unfilled_view(const App& app, const Json& manifest);

// What queries answer in one transaction in which no facts change: each is run once, whoever asks.
class Answers {
 public:
  explicit Answers(TransactionRef& transaction) : transaction_(transaction) {}
  // The rows stay valid. `timeout_ms` 0: the plan's own.
  Result<const Rows*> of(const sql::Plan& plan, std::uint64_t timeout_ms = 0);
  // How long its query ran; 0 when it has not.
  double took_ms(const sql::Plan& plan) const;

 private:
  struct Known {
    Rows rows;
    double took_ms;
  };
  TransactionRef& transaction_;
  std::map<std::string, Known> known_;  // by SQL
};

// Writes the rows of a binding into its component of the view; it need not be there.
void show(const Binding& binding, const Rows& rows, Json& view);

// Runs the bindings that `wanted` says yes to and writes their rows into the view.
using Wanted = std::function<bool(const Binding&)>;
Status fill(Answers& answers, const std::vector<Binding>& bindings, const Wanted& wanted,
            Json& view);
Status fill(TransactionRef& transaction, const std::vector<Binding>& bindings, const Wanted& wanted,
            Json& view);

// A value of the database in the form of docs/protocol.md, "Values".
Json json_of(const Value& value);

}  // namespace sr::host
