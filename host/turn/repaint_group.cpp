#include "host/turn/repaint_group.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "host/patch/patch.h"
#include "host/turn/steps.h"
#include "host/turn/tables.h"

namespace sr::host {
namespace {

// Sessions of one transaction: some milliseconds that a click may have to wait.
constexpr std::size_t kMost = 64;

// Runs the bindings and appends what came of them; does not commit.
Result<Repainted> run_bindings(const RepaintJob& job, TransactionRef& transaction,
                               Answers& answers) {
  const auto& session = *job.session;
  Repainted out;
  out.next = session.screen;
  out.painted = session.painted;
  const auto touched = [&job](const Binding& b) { return job.touched->one_of(b.plan.tables); };
  if (auto filled = fill(answers, out.next.bindings, touched, out.next.view); !filled) {
    return filled.error();
  }
  out.ops = patch::diff_views(session.screen.view, out.next.view);
  if (out.ops.empty()) return out;
  out.hash = patch::view_hash(out.next.view);
  if (auto added = add_paint_entries(*job.model, session, out.next, out.ops, "", out.hash, 0,
                                     out.entries, out.painted);
      !added) {
    return added.error();
  }
  if (auto added = transaction.log_append(session.id, session.fence, session.seq, out.entries);
      !added) {
    return added.error();
  }
  return out;
}

Result<Repainted> alone(const Engine& engine, LoadedStore& store, const RepaintJob& job) {
  auto transaction = store.begin(/*write=*/true);
  if (!transaction) return std::move(transaction).error();
  Answers answers(*transaction);
  auto out = run_bindings(job, *transaction, answers);
  if (!out) {
    auto changed = blames_statement(out.error().code) ? tables_changed(store, engine.guard)
                                                      : std::nullopt;
    return changed ? *std::move(changed) : out.error();
  }
  if (out->ops.empty()) return out;
  if (auto done = transaction->commit(); !done) return done.error();
  return out;
}

}  // namespace

Async<Result<Repainted>> RepaintGroup::run(RepaintJob job) {
  return suspend<Result<Repainted>>([this, job](auto done) {
    waiting_.push_back({job, std::move(done)});
    if (running_) return;
    running_ = true;
    // Behind all that are on their way here because of the same change.
    asio::co_spawn(executor_, serve(), asio::detached);
  });
}

Async<void> RepaintGroup::serve() {
  while (!waiting_.empty()) {
    const auto count = std::min(kMost, waiting_.size());
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<Waiting> group(std::move_iterator(waiting_.begin()), std::move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    // Rows are locked in the same order everywhere.
    std::sort(group.begin(), group.end(), [](const Waiting& a, const Waiting& b) {
      return a.job.session->id < b.job.session->id;
    });
    const auto work = [this, &group](LoadedStore& store) {
      paint(store, group);
      return true;
    };
    co_await engine_.facts.run(work);
    for (auto& one : group) one.done(std::move(one.result));
  }
  running_ = false;
}

void RepaintGroup::paint(LoadedStore& store, std::vector<Waiting>& group) const {
  if (group.size() > 1 && together(store, group)) return;
  for (auto& one : group) one.result = alone(engine_, store, one.job);
}

// False when one of them cannot be done: then none has been.
bool RepaintGroup::together(LoadedStore& store, std::vector<Waiting>& group) const {
  auto transaction = store.begin(/*write=*/true);
  if (!transaction) {
    for (auto& one : group) one.result = transaction.error();
    return true;
  }
  Answers answers(*transaction);
  bool changed = false;
  for (auto& one : group) {
    one.result = run_bindings(one.job, *transaction, answers);
    if (!one.result) return false;
    changed = changed || !one.result->ops.empty();
  }
  if (!changed) return true;
  if (auto done = transaction->commit(); !done) {
    for (auto& one : group) one.result = done.error();
  }
  return true;
}

}  // namespace sr::host
