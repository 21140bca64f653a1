#include "host/session/catch_up.h"

#include "host/session/open.h"

namespace sr::host {
namespace {

// A session that comes back may have a long log to read.
constexpr std::uint64_t kReadTimeoutMs = 600000;

Status add_unread(const Model& model, ModelState& state, const std::vector<LogEntry>& entries) {
  for (const auto& entry : entries) {
    if (entry.seq <= state.read_seq) continue;
    auto tokens = model.text.tokens_of(entry);
    if (!tokens) return std::move(tokens).error();
    state.unread.insert(state.unread.end(), tokens->begin(), tokens->end());
    state.read_seq = entry.seq;
  }
  return {};
}

}  // namespace

Async<Status> start_sequence(Model& model, Session& session, const std::vector<LogEntry>& entries) {
  ModelState state;
  const bool same_app = !entries.empty() && entries.front().kind == "app" &&
                        entries.front().body == model.preamble_body;
  std::uint64_t pinned = 0;  // the preamble that the session began with, where it is another
  if (!same_app && !entries.empty() && entries.front().kind == "app") {
    auto tokens = model.text.tokens_of(entries.front());
    if (!tokens) co_return Status(std::move(tokens).error());
    pinned = tokens->size();
  }
  auto making = same_app ? model.scheduler.fork(model.preamble) : model.scheduler.open(pinned);
  auto sequence = co_await std::move(making);
  if (!sequence) co_return Status(std::move(sequence).error());
  state.sequence = std::move(*sequence);
  state.read_seq = same_app ? entries.front().seq : 0;
  auto added = add_unread(model, state, entries);
  if (!added) co_return added;
  state.read_seq = session.seq;
  session.models[model.name] = std::move(state);
  co_return Status();
}

Async<Status> catch_up(Engine& engine, Model& model, Session& session) {
  const auto known = session.models.find(model.name);
  const auto from = known == session.models.end() ? 0 : known->second.read_seq;
  if (known != session.models.end() && from == session.seq) co_return Status();
  const auto find_entries = [id = session.id, from](LoadedStore& store) {
    return entries_after(store, id, from);
  };
  auto entries = co_await engine.facts.run(find_entries);
  if (!entries) co_return Status(std::move(entries).error());
  if (known == session.models.end()) co_return co_await start_sequence(model, session, *entries);
  auto added = add_unread(model, known->second, *entries);
  if (added) known->second.read_seq = session.seq;
  co_return added;
}

Async<Status> read_unread(Model& model, Session& session) {
  const auto known = session.models.find(model.name);
  if (known == session.models.end() || known->second.unread.empty()) co_return Status();
  ReadRequest request{known->second.sequence, known->second.unread, kReadTimeoutMs};
  auto read = co_await model.scheduler.read(request);
  if (read) {
    known->second.unread.clear();
  } else {
    session.models.erase(known);
  }
  co_return read;
}

}  // namespace sr::host
