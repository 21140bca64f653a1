#include "host/session/upkeep.h"

#include <algorithm>

#include "host/observe/log.h"

namespace sr::host {
namespace {

constexpr std::uint64_t kFewestTokens = 2048;   // between two snapshots
constexpr std::uint64_t kBytesPerToken = 1024;  // of snapshots written, for each token read

sr_backend_info info_of(const Model& model) { return model.scheduler.backend().describe(); }

// Of model, vocabulary and the way in which a log becomes text: another one reads the log again.
std::string fingerprint_of(const Model& model) {
  return std::string(view(info_of(model).fingerprint)) + " " + model.text.vocabulary() + " log/3";
}

struct Saved {
  std::uint64_t seq = 0;
  std::string data;
};

Result<Saved> find_snapshot(LoadedStore& store, const std::string& session,
                            const std::string& fingerprint) {
  auto transaction = store.begin(/*write=*/false);
  if (!transaction) return std::move(transaction).error();
  auto found = transaction->snapshot_get(session, fingerprint);
  if (!found) return std::move(found).error();
  return Saved{found->seq, std::move(found->data)};
}

Status put_snapshot(LoadedStore& store, const std::string& session, const std::string& fingerprint,
                    std::uint64_t seq, const std::string& data) {
  auto transaction = store.begin(/*write=*/true);
  if (!transaction) return transaction.error();
  if (auto put = transaction->snapshot_put(session, fingerprint, seq, data); !put) return put;
  return transaction->commit();
}

Async<void> save_when_due(Engine& engine, Model& model, Session& session) {
  auto& state = session.models.at(model.name);
  const auto info = info_of(model);
  const auto bytes = std::max(state.saved_bytes,
                              info.session_bytes + info.token_bytes * state.length);
  const auto due = std::max(kFewestTokens, bytes / kBytesPerToken);
  if (state.length - state.saved_length < due) co_return;
  state.saved_length = state.length;  // whatever comes of it, not again at once
  auto data = co_await model.scheduler.save(state.sequence);
  if (!data) {
    log_info("session {}: not saved: {}", session.id, data.error().text());
    co_return;
  }
  state.saved_bytes = data->size();
  const auto put = [&](LoadedStore& store) {
    return put_snapshot(store, session.id, fingerprint_of(model), state.read_seq, *data);
  };
  auto done = co_await engine.facts.write(put);
  if (!done) log_info("session {}: not saved: {}", session.id, done.error().text());
}

}  // namespace

Async<void> tend(Engine& engine, Model& model, Session& session,
                 const SomeoneWaits& someone_waits) {
  const auto known = session.models.find(model.name);
  if (known == session.models.end()) co_return;
  auto& state = known->second;
  if (!state.successor) {
    if (!rebase_due(model, session)) {
      if (state.unread.empty()) co_await save_when_due(engine, model, session);
      co_return;
    }
    auto done = co_await rebase(engine, model, session);
    if (!done) {
      log_warn("session {}: not rebased: {}", session.id, done.error().text());
      state.begun_length = state.length;  // not tried again at once
      co_return;
    }
  }
  auto done = co_await bring_up(engine, model, session, someone_waits);
  if (done) co_return;
  // The log begins at the rebase now: what goes on from here is made from the log.
  log_warn("session {}: read again from its rebase: {}", session.id, done.error().text());
  session.models.erase(known);
}

Async<std::optional<ModelState>> load_snapshot(Engine& engine, Model& model, const Session& session,
                                               std::uint64_t rebase) {
  const auto find = [id = session.id, fingerprint = fingerprint_of(model)](LoadedStore& store) {
    return find_snapshot(store, id, fingerprint);
  };
  auto found = co_await engine.facts.look(find);
  if (!found) {
    const bool none = found.error().code == SR_NOT_FOUND || found.error().code == SR_UNSUPPORTED;
    if (!none) log_warn("session {}: {}", session.id, found.error().text());
    co_return std::nullopt;
  }
  if (found->seq < rebase || found->seq > session.seq) co_return std::nullopt;
  ModelState state;
  state.saved_bytes = found->data.size();
  auto sequence = co_await model.scheduler.load(std::move(found->data));
  if (!sequence) {
    log_warn("session {}: the log is read again: {}", session.id, sequence.error().text());
    co_return std::nullopt;
  }
  state.sequence = std::move(*sequence);
  auto length = co_await model.scheduler.length(state.sequence);
  if (!length) co_return std::nullopt;
  state.length = state.saved_length = *length;
  state.read_seq = found->seq;
  co_return state;
}

}  // namespace sr::host
