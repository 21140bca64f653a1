// host/session/bindings.h - from a manifest to a view: planning its queries and filling them in.
//
// Pure but for fill(), which runs queries in the caller's transaction; any thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <variant>
#include <vector>

#include "host/base/clock.h"
#include "host/plugins/store.h"
#include "host/session/session.h"

namespace sr::host {

// Why something that the model wrote does not count. The model reads it and may try again.
struct Rejection {
  std::string by;      // "guard", "store", "decode", "screen"
  std::string rule;    // "table", "where", "max_rows", …
  std::string why;     // one sentence
  bool final = false;  // another attempt could only do something else than was asked
};

// The guard's plan for every query in the manifest, in order.
std::variant<std::vector<Binding>, Rejection> plan_bindings(const App& app, const sql::Guard& guard,
                                                            const Json& manifest);

// The view of a manifest before any query has run: binding properties left out. A component that
// can have a title (or label) and has none is called what its query shows.
Json unfilled_view(const App& app, const std::vector<Column>& catalog, const Json& manifest);

// Errors of the store that the statement is to blame for: another one may do better.
bool blames_statement(sr_code code);

// The rows of a window, and how many there are beyond it.
struct Answer {
  Rows rows;
  bool more = false;                   // there are others behind these
  std::optional<std::uint64_t> total;  // of a table, when it could be counted in time
  double took_ms = 0;
};

// What queries answer in one transaction in which no facts change: each is run once, whoever asks.
class Answers {
 public:
  // What the database refuses may have a reason beyond the statement: asked for at most once.
  using Explain = std::function<std::optional<Error>()>;
  // `within` is the time that all of them have together, from now on; 0: each has its plan's own.
  explicit Answers(TransactionRef& transaction, Explain explain = {},
                   std::chrono::milliseconds within = std::chrono::milliseconds(0))
      : transaction_(transaction), explain_(std::move(explain)), within_(within) {}
  // The answer stays valid. `timeout_ms` 0: the plan's own.
  Result<const Answer*> of(const Binding& binding, std::uint64_t timeout_ms = 0);
  // How long its queries ran; 0 when they have not.
  double took_ms(const Binding& binding) const;
  // `within` did not suffice: what was not found may be there.
  bool overran() const { return overran_; }
  // One sentence for the component that could not be filled.
  std::string sentence(const Error& error, const Binding& binding);

 private:
  struct Known {
    std::optional<Error> error;
    Answer answer;
  };
  Result<Rows> run(const sql::Plan& plan, std::uint64_t timeout_ms);
  Status look(const Binding& binding, std::uint64_t timeout_ms, Answer& answer);

  TransactionRef& transaction_;
  Explain explain_;
  std::optional<Error> explained_;
  const std::chrono::milliseconds within_;
  const Clock::time_point start_ = Clock::now();
  bool overran_ = false;
  std::map<std::string, Known> known_;  // by SQL and parameters
};

// Writes the answer to a binding into its component of the view; it need not be there.
void show(Binding& binding, const Answer& answer, Json& view);
// It cannot be filled, for this reason: what it showed is gone.
void show_error(Binding& binding, std::string why, Json& view);
// What components say of themselves, once all of that is done.
void show_errors(const std::vector<Binding>& bindings, Json& view);

// The row, when the binding shows one row of a table with its key; else nullptr.
const Json* only_row(const Binding& binding, const Json& view);
// Notes since which paint each binding shows the row that it shows.
void note_only_rows(std::vector<Binding>& bindings, const Json& view, std::uint64_t painted);

// Runs the bindings that `wanted` says yes to and writes what they find into the view, or why
// nothing can be found. Fails only when the store does, or when the answers overran.
using WantedBindings = std::function<bool(const Binding&)>;
Status fill(Answers& answers, std::vector<Binding>& bindings, const WantedBindings& wanted,
            Json& view);
Status fill(TransactionRef& transaction, std::vector<Binding>& bindings,
            const WantedBindings& wanted, Json& view);

// A value of the database in the form of docs/protocol.md, "Values".
Json json_of(const Value& value);

}  // namespace sr::host
