#include "host/runtime/health.h"

namespace sr::host {
namespace {

Json check(bool ok, const std::string& message) {
  Json out{{"ok", ok}};
  if (!ok) out["message"] = message;
  return out;
}

std::string seconds(double ms) { return std::to_string(static_cast<long long>(ms / 1000)) + " s"; }

}  // namespace

void Health::beat() {
  const std::lock_guard lock(mutex_);
  beat_ = now_();
}

bool Health::may_ask() {
  const std::lock_guard lock(mutex_);
  if (asking_) return false;
  asking_ = true;
  asked_ = now_();
  return true;
}

void Health::answered(const Status& status) {
  const std::lock_guard lock(mutex_);
  asking_ = false;
  asked_ = now_();
  store_ = status;
}

void Health::noted(const Status& status) {
  const std::lock_guard lock(mutex_);
  kept_ = status;
}

bool Health::doubts_store() const {
  const std::lock_guard lock(mutex_);
  return !kept_.ok();
}

void Health::watch(std::string backend, std::function<double()> busy_ms) {
  backends_.push_back({std::move(backend), std::move(busy_ms)});
}

Json Health::store_check() const {
  const double age = ms_between(asked_, now_());
  const bool late = asking_ && age > kStoreMs;
  Json out = !kept_.ok() ? check(false, kept_.error().text())
             : late      ? check(false, "the store has not answered for " + seconds(age))
                         : check(store_.ok(), store_.error().text());
  out["age_ms"] = static_cast<std::uint64_t>(age);
  return out;
}

Health::Report Health::report() const {
  Report out;
  Json checks = Json::object();
  {
    const std::lock_guard lock(mutex_);
    const double age = ms_between(beat_, now_());
    checks["executor"] = check(age <= kExecutorMs, "no session has been served for " +
                                                       seconds(age) + "; one of them holds up all");
    checks["executor"]["age_ms"] = static_cast<std::uint64_t>(age);
    checks["store"] = store_check();
  }
  for (const auto& [backend, busy_ms] : backends_) {
    const double busy = busy_ms();
    auto& entry = checks["backend " + backend] = check(
        busy <= kBackendMs, "the backend has been in one call for " + seconds(busy));
    entry["busy_ms"] = static_cast<std::uint64_t>(busy);
  }
  checks["draining"] = check(!draining_, "the host is shutting down");
  for (const auto& [name, one] : checks.items()) out.ready = out.ready && one["ok"].get<bool>();
  out.body["status"] = out.ready ? "ready" : draining_ ? "draining" : "not ready";
  out.body["checks"] = std::move(checks);
  return out;
}

}  // namespace sr::host
