// host/turn/steps.h - the steps of a turn and what they hand to each other.
//
// accept, read, decode, settle wait on the executor thread; act, paint and commit run inside
// transactions on store threads, while the coroutine waits and nobody writes the session.
#pragma once

#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "host/session/bindings.h"
#include "host/session/choice.h"
#include "host/turn/preview.h"
#include "host/turn/turn.h"

namespace sr::host {

// Done; or what the model wrote does not count and it may try again; or the turn is over.
class [[nodiscard]] Step {
 public:
  Step() = default;
  Step(Rejection rejection) : state_(std::move(rejection)) {}
  Step(Error error) : state_(std::move(error)) {}
  explicit operator bool() const { return state_.index() == 0; }
  const Rejection* rejection() const { return std::get_if<Rejection>(&state_); }
  const Error* error() const { return std::get_if<Error>(&state_); }

 private:
  std::variant<std::monostate, Rejection, Error> state_;
};

// A statement of an action, with the values that it names.
struct Change {
  sql::Plan plan;
  std::vector<Value> values;
};

// An undo or a redo: the change that is taken back.
struct Reversal {
  bool redo = false;
  std::uint64_t of = 0;    // seq of what the log keeps of it
  std::uint64_t rows = 0;  // how many it has changed back
};

// What a change has turned out to do, before it is kept.
struct Found {
  KeptChange kept;
  Json rows;                  // to be compared with another time; null when they cannot be told
  std::uint64_t changed = 0;  // rows
};

struct Turn {
  Turn(Engine& engine, Session& session, const Event& event, const Route& route);

  Engine& engine;
  Session& session;
  const Event& event;
  const Route& route;
  Model& model;

  // What the turn adds to the log, in order: the event, then per failed attempt what was written
  // and why it does not count, then what counts.
  std::vector<LogEntry> entries;

  words::Day today;               // what the event's author means by it
  words::SpokenDays days;         // what is said of days
  Json mentions = Json::array();  // what the command speaks of, days too

  // What the model may still write: attempts only narrow.
  std::vector<Target> targets;

  // What a refused attempt would have done to which tables, "update alerts", and why it was
  // refused.
  std::set<std::string> tried;
  std::string why_not;

  // The attempt that is running.
  SharedSequence sequence;           // a fork, so that a failed attempt leaves no trace
  std::vector<std::int32_t> prompt;  // what it reads before it writes
  Branch branch;                     // how its answer begins, when it is another reading
  Decoded decoded;
  Json decision;
  bool declared = false;                   // the app says the answer; no model is asked
  const DeclaredAction* action = nullptr;  // of the app, that was clicked
  std::vector<Change> changes;             // the action: all of them or none
  EventKind asked;  // the kind of event that asks for it, and the values of that
  Json values;
  std::optional<Reversal> reversal;   // or what it takes back
  std::optional<Proposal> applied;    // it was put forward before
  std::optional<Found> proposed;      // it is to be put forward
  std::vector<Candidate> candidates;  // or asked which of these rows is meant
  History next_history;               // after the action
  Screen next;                        // the screen after this turn
  Json ops = Json::array();
  std::vector<LogEntry> written;  // the attempt's own entries

  bool acts() const { return !changes.empty() || reversal; }
  std::shared_ptr<const sql::Sources> sources;  // where the values of statements come from

  ShowPreview show_preview;          // may be empty
  std::shared_ptr<Preview> preview;  // of the attempt that is running

  TurnOutcome outcome;
};

Async<Step> accept(Turn& turn);  // an event id that was seen before ends the turn
// The app itself says what is to be done, or that it cannot be; nothing: the model is asked.
std::optional<Step> declare(Turn& turn);
Async<Step> read(Turn& turn);    // forks the sequence, gathers the tokens of what is new
Async<Step> decode(Turn& turn);  // the model reads them and writes one JSON object
Step check(Turn& turn);          // guard and schemas, before any transaction opens
Async<Step> ask(Turn& turn);     // read, decode and check
Async<Step> decide(Turn& turn);  // declare, or else ask
// Runs the queries of a screen that was decided, as long as they take.
Async<Step> fill_screen(Turn& turn);
// A command's screen that shows no rows, in place of it another reading of the command that does.
Async<void> look_again(Turn& turn);
Async<Step> show(Turn& turn);  // both, and the commit
// A statement with the event's values in the place of their names, or why it cannot have them.
Step add_change(Turn& turn, sql::Plan plan);
// Whether the row is one that the declared action is for.
Step check_when(Turn& turn, TransactionRef& transaction);
// Whether the rows that a command names by texts still have these.
Step check_still_named(const Turn& turn, TransactionRef& transaction);
Step act(Turn& turn, TransactionRef& transaction);

// The change that an undo or a redo is about: `{"kind":"undo"}`, and of an event the seq that it
// names, or 0. There may be none, or one that cannot be taken back.
Step find_reversal(Turn& turn, bool redo, std::uint64_t seq);

// Whether somebody has to confirm the change, of which each statement has changed so many rows.
bool must_ask(const Turn& turn, const std::vector<std::uint64_t>& changed);
// What a change does, so that it can be told whether it would do the same another time.
Json comparable(const Turn& turn, const KeptChange& kept);
Step propose(Turn& turn);  // the entries and the component for `proposed`
Step apply(Turn& turn);    // the events `apply` and `cancel`
Step cancel(Turn& turn);
Step still_the_same(const Turn& turn, const Found& found);

// What is wrong with the row that a command names; empty when nothing is, or there is none.
std::string row_mistake(const Engine& engine, const Json& payload);
// A command's change is about the row that it names.
Step check_named_row(const Turn& turn, const KeptChange& kept);
// The rows that a command speaks of no less than of the one that it would change.
std::vector<Candidate> rows_that_fit(const Turn& turn, const KeptChange& kept);
Step ask_back(Turn& turn);      // in place of the change
void offer_choice(Turn& turn);  // beside the model's own question

class Recorder;
// Puts its rows back, when they are still as it left them.
Step take_back(Turn& turn, TransactionRef& transaction, Recorder& rows);
// The bindings of a new screen, or those of a window that was moved, in a transaction that only
// reads.
Step paint_screen(Turn& turn, Answers& answers);
// The bindings that the action touched, in its own transaction and within kPaintBudget. What does
// not fit is marked slow and keeps its rows.
Step paint_change(Turn& turn, Answers& answers);
// What `next` shows differently becomes the turn's patch and its entries.
Step paint_view(Turn& turn);
// What an action's decision writes, in order.
std::vector<std::string> statements_of(const Json& decision);
Step commit(Turn& turn, TransactionRef& transaction);
void begin_attempt(Turn& turn);                       // nothing is left of the one before
void reject(Turn& turn, const Rejection& rejection);  // the model will read why
Async<Step> give_up(Turn& turn);                      // logs the event and its rejections
void take_over(Turn& turn);                           // the committed turn becomes the session
Async<void> settle(Turn& turn, const TurnListener& listener);  // the model reads what came of it

// How long the queries of a screen may hold up everybody else who writes.
inline constexpr std::chrono::milliseconds kPaintBudget{200};

// The query of the binding took too much of that.
bool too_slow(const Answers& answers, const Binding& binding);

// A first attempt at a session's first event, which nothing makes different from another session's.
bool can_share(const Turn& turn);
// How the model answered the last session that was opened like this one; null when it must be
// asked.
const Opening* known_opening(const Turn& turn);

// What a failure of the backend means: the model may try again, unless the host is shutting down.
Step model_failed(Error error);

// Appends the entries and commits; the session's fence and seq must still be its own.
Status append_and_commit(TransactionRef& transaction, const Session& session,
                         std::vector<LogEntry>& entries);

// An entry with the tokens that the model reads for it.
Result<LogEntry> entry_for(const Model& model, std::string kind, std::string body);

// The `shown` entry when the model does not know all that is on screen, then the paint, then now
// and then a checkpoint; in the order in which they are logged. Positions `painted` accordingly.
Status add_paint_entries(const Model& model, const Session& session, Screen& next, const Json& ops,
                         const std::string& cause, const std::string& hash, std::size_t before,
                         std::vector<LogEntry>& entries, std::uint64_t& painted);

}  // namespace sr::host
