#include "host/turn/past.h"

#include "host/session/choice.h"

namespace sr::host {
namespace {

// A refusal is the model's own, or says what of the host did not let pass what the model wrote.
void take_refusal(Past& past, const Json& body, const Refusals& refusals) {
  const auto text = [&](const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (text("rule") == kAskedBack) {
    past.ending = Ending::kRefused;
    past.message = in_words(refusals, asked_back());
    return;
  }
  const auto by = text("by");
  past.ending = by.empty()       ? Ending::kRefused
                : by == "decode" ? Ending::kModelFailed
                                 : Ending::kNotAllowed;
  past.message = by.empty() ? in_words(refusals, body) : text("why");
}

}  // namespace

Did did_of(std::uint64_t seq, const KeptChange& change) {
  Did out{change.says, 0, 0};
  if (change.why_not.empty() && !change.rows.empty()) (change.undoes != 0 ? out.redo : out.undo) = seq;
  return out;
}

TurnOutcome duplicate(const Past& past, const Session& session) {
  TurnOutcome outcome;
  outcome.ending = Ending::kDuplicate;
  outcome.past = past.ending;
  outcome.message = past.message;
  outcome.did = past.did;
  outcome.seq = past.seq;
  outcome.painted = session.painted;
  return outcome;
}

Result<Past> past_of(LoadedStore& store, const std::string& session, const std::string& event,
                     const Refusals& refusals) {
  auto transaction = store.begin(/*write=*/false);
  if (!transaction) return std::move(transaction).error();
  auto seen = transaction->event_seen(session, event);
  if (!seen) return std::move(seen).error();
  Past past;
  past.seq = *seen;
  if (past.seq == 0) return past;
  // Up to the next event, the last thing that was decided counts: attempts that failed come before.
  auto read = transaction->log_read(session, past.seq, [&](LogEntry entry) {
    if (entry.kind == "event") return false;
    if (entry.kind == "action" || entry.kind == "manifest" || entry.kind == "patch") {
      past.ending = Ending::kPainted;
      past.message.clear();
    } else if (entry.kind == "rows") {
      if (const auto kept = read_kept_change(entry.body)) past.did = did_of(entry.seq, *kept);
    } else if (entry.kind == "refusal") {
      const Json body = Json::parse(entry.body, nullptr, /*allow_exceptions=*/false);
      if (body.is_object()) take_refusal(past, body, refusals);
    }
    return true;
  });
  if (!read) return read.error();
  return past;
}

}  // namespace sr::host
