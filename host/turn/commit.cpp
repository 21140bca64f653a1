// Steps 6 and 7: everything becomes durable at once; then the model reads what came of it.
#include "host/session/catch_up.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

// The sequence of a session that was opened is as good for the next one.
bool keep_opening(Turn& turn) {
  if (!can_share(turn)) return false;
  const auto* known = known_opening(turn);
  if (known == nullptr) {
    turn.model.opening = Opening{turn.prompt, turn.decoded, turn.sequence, {}};
    return true;
  }
  // Another one may have been first; computed in other batches it may have chosen otherwise.
  const auto& other = known->decoded;
  if (other.tokens != turn.decoded.tokens || other.unread != turn.decoded.unread) return false;
  turn.sequence = known->sequence;
  return true;
}

// The fork has read the event and all but the end of the answer.
void take_sequence(Turn& turn) {
  auto& state = turn.session.models[turn.model.name];
  state.length += turn.prompt.size() + turn.decoded.tokens.size() - turn.decoded.unread.size();
  state.sequence = std::move(turn.sequence);
  state.unread = std::move(turn.decoded.unread);
  const auto newline = turn.model.text.tokens("\n");
  if (newline) add_tokens(state.unread, *newline);
  for (std::size_t i = 1; i < turn.written.size(); ++i)
    add_tokens(state.unread, turn.written[i].tokens);
  state.read_seq = turn.session.seq + turn.entries.size() + turn.written.size();
}

// Nothing of the turn has been read: what the model knows of the log goes on with it later. A model
// that knows nothing yet, or lags behind, finds it in the log.
void leave_unread(Turn& turn) {
  const auto known = turn.session.models.find(turn.model.name);
  if (known == turn.session.models.end()) return;
  auto& state = known->second;
  if (state.read_seq != turn.session.seq) return;
  for (const auto& entry : turn.entries) add_tokens(state.unread, entry.tokens);
  for (const auto& entry : turn.written) add_tokens(state.unread, entry.tokens);
  state.read_seq += turn.entries.size() + turn.written.size();
}

}  // namespace

Status append_and_commit(TransactionRef& transaction, const Session& session,
                         std::vector<LogEntry>& entries) {
  if (auto added = transaction.log_append(session.id, session.fence, session.seq, entries);
      !added) {
    return added;
  }
  return transaction.commit();
}

Step commit(Turn& turn, TransactionRef& transaction) {
  const auto start = Clock::now();
  std::vector<LogEntry> all = turn.entries;
  all.insert(all.end(), turn.written.begin(), turn.written.end());
  auto done = append_and_commit(transaction, turn.session, all);
  turn.outcome.timings.commit += ms_since(start);
  if (done) return {};
  // Rules that the database looks at only when a change is to be kept.
  if (turn.acts() && blames_statement(done.error().code)) {
    return Rejection{"store", "commit", done.error().what};
  }
  return done.error();
}

void take_over(Turn& turn) {
  auto& session = turn.session;
  if (turn.declared) {
    leave_unread(turn);
  } else {
    const bool lends = keep_opening(turn);
    take_sequence(turn);
    session.models[turn.model.name].borrowed = lends;
  }
  turn.outcome.seq = session.seq + 1;  // the event is the turn's first entry
  session.seq += turn.entries.size() + turn.written.size();
  session.painted = turn.outcome.painted;
  session.screen = std::move(turn.next);
  if (turn.acts()) session.history = std::move(turn.next_history);
  turn.outcome.ops = std::move(turn.ops);
  const bool refused = turn.decision["kind"] == "refuse";
  turn.outcome.ending = refused ? Ending::kRefused : Ending::kPainted;
  if (refused) turn.outcome.message = in_words(turn.engine.app.refusals, turn.decision);
}

Async<Step> give_up(Turn& turn) {
  const auto append = [&turn](LoadedStore& store) -> Status {
    auto transaction = store.begin(/*write=*/true);
    if (!transaction) return std::move(transaction).error();
    return append_and_commit(*transaction, turn.session, turn.entries);
  };
  auto done = co_await turn.engine.facts.write(append);
  if (!done) co_return Step(done.error());
  leave_unread(turn);
  turn.outcome.seq = turn.session.seq + 1;
  turn.outcome.painted = turn.session.painted;
  turn.session.seq += turn.entries.size();
  co_return Step();
}

Async<void> settle(Turn& turn, const TurnListener& listener) {
  // Who only looks at the first screen costs no sequence.
  if (turn.declared && turn.event.kind == EventKind::kOpen) co_return;
  if (turn.event.kind == EventKind::kWindow) co_return co_await keep_up(turn.engine, turn.session);
  // A client that goes on at once finds the model free.
  if (listener.pause && !listener.someone_waits()) co_await listener.pause();
  const auto start = Clock::now();
  Status read;
  if (!listener.someone_waits() || crowded(turn.model, turn.session)) {
    // If it fails, the next turn makes the sequence again from the log.
    read = co_await read_unread(turn.model, turn.session);
  }
  if (read) co_await tend(turn.engine, turn.model, turn.session, listener.someone_waits);
  turn.outcome.timings.settle = ms_since(start);
}

}  // namespace sr::host
