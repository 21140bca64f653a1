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
// All their queries, before each is looked at by itself.
constexpr std::chrono::milliseconds kTogether{1000};

bool touches(const RepaintJob& job, const Binding& binding) {
  return job.touched->one_of(binding.plan.tables);
}

bool is_slow(const RepaintJob& job) {
  const auto& bindings = job.session->screen.bindings;
  return std::any_of(bindings.begin(), bindings.end(),
                     [&](const Binding& b) { return b.slow && touches(job, b); });
}

// Runs the bindings and makes the entries of what came of them.
Result<Repainted> run_bindings(const RepaintJob& job, Answers& answers) {
  const auto& session = *job.session;
  Repainted out;
  out.next = session.screen;
  out.painted = session.painted;
  const auto touched = [&job](const Binding& b) { return touches(job, b); };
  if (auto filled = fill(answers, out.next.bindings, touched, out.next.view); !filled) {
    return filled.error();
  }
  for (auto& binding : out.next.bindings) {
    if (touched(binding)) binding.slow = too_slow(answers, binding);
  }
  out.ops = patch::diff_views(session.screen.view, out.next.view);
  if (out.ops.empty()) return out;
  out.hash = patch::view_hash(out.next.view);
  if (auto added = add_paint_entries(*job.model, session, out.next, out.ops, "", out.hash, 0,
                                     out.entries, out.painted);
      !added) {
    return added.error();
  }
  return out;
}

Result<Repainted> read_alone(const Engine& engine, LoadedStore& store, const RepaintJob& job,
                             std::chrono::milliseconds within) {
  auto transaction = store.begin(/*write=*/false);
  if (!transaction) return std::move(transaction).error();
  Answers answers(*transaction, [&] { return tables_changed(store, engine.guard); }, within);
  auto out = run_bindings(job, answers);
  if (!answers.overran()) return out;
  out = Repainted();
  out->overran = true;
  return out;
}

Status append_to(TransactionRef& transaction, const RepaintJob& job, const Repainted& made) {
  const auto& session = *job.session;
  return transaction.log_append(session.id, session.fence, session.seq, made.entries);
}

}  // namespace

Async<Result<Repainted>> RepaintGroup::run(RepaintJob job) {
  if (!is_slow(job)) {
    auto result = co_await run_with_others(job);
    if (!result || !result->overran) co_return result;
  }
  std::vector<Waiting> alone(1);
  alone.front().job = job;
  co_await work(alone, /*slow=*/true);
  co_return std::move(alone.front().result);
}

Async<Result<Repainted>> RepaintGroup::run_with_others(RepaintJob job) {
  const auto start = [this, job](auto done) {
    waiting_.push_back({job, std::move(done)});
    if (running_) return;
    running_ = true;
    // Behind all that are on their way here because of the same change.
    asio::co_spawn(executor_, serve(), asio::detached);
  };
  co_return co_await suspend<Result<Repainted>>(start);
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
    co_await work(group, /*slow=*/false);
    for (auto& one : group) one.done(std::move(one.result));
  }
  running_ = false;
}

Async<void> RepaintGroup::work(std::vector<Waiting>& group, bool slow) {
  const auto fill = [this, &group, slow](LoadedStore& store) -> Status {
    read(store, group, slow);
    return {};
  };
  if (slow) {
    (void)co_await engine_.facts.fill_long(group.front().job.session->party(), fill);
  } else {
    (void)co_await engine_.facts.fill(/*all of them*/ "", fill);
  }
  const bool changed = std::any_of(group.begin(), group.end(), [](const Waiting& one) {
    return one.result && !one.result->ops.empty();
  });
  if (!changed) co_return;
  const auto log = [this, &group](LoadedStore& store) -> Status {
    append(store, group);
    return {};
  };
  const auto logged = co_await engine_.facts.write(log);
  if (logged) co_return;
  for (auto& one : group) {
    if (one.result && !one.result->ops.empty()) one.result = logged.error();
  }
}

void RepaintGroup::read(LoadedStore& store, std::vector<Waiting>& group, bool slow) const {
  if (group.size() > 1 && read_together(store, group)) return;
  const auto within = slow ? std::chrono::milliseconds(0) : kPaintBudget;
  for (auto& one : group) one.result = read_alone(engine_, store, one.job, within);
}

// False when one of them cannot be done.
bool RepaintGroup::read_together(LoadedStore& store, std::vector<Waiting>& group) const {
  auto transaction = store.begin(/*write=*/false);
  if (!transaction) {
    for (auto& one : group) one.result = transaction.error();
    return true;
  }
  Answers answers(*transaction, [&] { return tables_changed(store, engine_.guard); }, kTogether);
  for (auto& one : group) {
    one.result = run_bindings(one.job, answers);
    if (!one.result) return false;
  }
  return true;
}

void RepaintGroup::append(LoadedStore& store, std::vector<Waiting>& group) const {
  if (append_together(store, group)) return;
  for (auto& one : group) {
    if (!one.result || one.result->ops.empty()) continue;
    auto transaction = store.begin(/*write=*/true);
    Status done = transaction ? append_to(*transaction, one.job, *one.result) : transaction.error();
    if (done) done = transaction->commit();
    if (!done) one.result = done.error();
  }
}

// False when one of them cannot be done: then none has been.
bool RepaintGroup::append_together(LoadedStore& store, std::vector<Waiting>& group) const {
  auto transaction = store.begin(/*write=*/true);
  Status done = transaction ? Status() : Status(transaction.error());
  for (auto& one : group) {
    if (!done || !one.result || one.result->ops.empty()) continue;
    if (!append_to(*transaction, one.job, *one.result)) return false;
  }
  if (done) done = transaction->commit();
  if (done) return true;
  for (auto& one : group) {
    if (one.result && !one.result->ops.empty()) one.result = done.error();
  }
  return true;
}

}  // namespace sr::host
