#include "watcher.h"

#include <utility>

namespace sr::postgres {
namespace {

constexpr const char* kChannel = "state_runtime";
constexpr std::chrono::milliseconds kLook{100};    // how soon the listener sees that it is to stop
constexpr std::chrono::milliseconds kGather{10};   // changes within it are told once

// The tables of the schema, partitions too (a change of one as such does not count as one of its
// parent), and tables of other schemas that views of this one are made of.
constexpr const char* kWithoutTrigger = R"sql(
WITH RECURSIVE needed (oid) AS (
  SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1
  UNION
  SELECT part FROM needed JOIN (
    SELECT r.ev_class, d.refobjid FROM pg_rewrite r
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                    AND d.refclassid = 'pg_class'::regclass
    UNION ALL
    SELECT inhparent, inhrelid FROM pg_inherits
  ) AS made_of (whole, part) ON whole = needed.oid
)
SELECT n.nspname, t.relname
FROM needed JOIN pg_class t ON t.oid = needed.oid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_trigger g
                  WHERE g.tgrelid = t.oid AND g.tgname = 'state_runtime_changed')
)sql";

constexpr const char* kMaterialized =
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = $1 AND c.relkind = 'm' ORDER BY 1";

}  // namespace

// A connection that listens. It must outlive the receiver, which takes its leave of it.
struct Watcher::Line {
  std::unique_ptr<Connection> connection;
};
class Watcher::Ear final : private Line, public pqxx::notification_receiver {
 public:
  Ear(std::unique_ptr<Connection> c, std::function<void(const std::string&)> hear)
      : Line{std::move(c)},
        pqxx::notification_receiver(connection->raw(), kChannel),
        hear_(std::move(hear)) {}
  void operator()(const std::string& payload, int) override { hear_(payload); }
  void wait() { connection->wait_for_notifications(kLook); }

 private:
  std::function<void(const std::string&)> hear_;
};

Watcher::Watcher(const Settings& settings, const std::string& host_id, Keeper& keeper,
                 Watchdog& watchdog, Host host)
    : settings_(settings), host_id_(host_id), keeper_(keeper), watchdog_(watchdog), host_(host),
      speaker_([this] { speak(); }) {}

Watcher::~Watcher() {
  stop();
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  wake_.notify_all();
  speaker_.join();
}

void Watcher::start(Store::ChangedFn changed) {
  stop();
  add_triggers();
  auto ear = listening();
  changed_ = std::move(changed);
  stop_ = false;
  listener_ = std::thread([this, e = std::move(ear)]() mutable { listen(std::move(e)); });
}

void Watcher::stop() {
  if (!listener_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  listener_.join();
}

void Watcher::tell(const std::string& table) {
  {
    const std::lock_guard lock(mutex_);
    to_tell_.insert(table);
  }
  wake_.notify_all();
}

// A host's own changes are told after the commit; the trigger is for everybody else.
void Watcher::add_triggers() {
  keeper_.use([&](Connection& c, std::uint64_t) {
    const auto schema = Parameters().add(settings_.schema);
    for (const auto& row : c.outside(kMaterialized, schema, "looking for materialized views")) {
      host_.log(SR_LOG_INFO, "screens of the materialized view " + std::string(row[0].c_str()) +
                                 " show what it was last filled with, and are not told of a REFRESH");
    }
    const auto tables = c.outside(kWithoutTrigger, schema, "looking for triggers");
    for (const auto& row : tables) {
      const std::string table = name(row[0].c_str()) + "." + name(row[1].c_str());
      try {
        c.run("CREATE TRIGGER state_runtime_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
              "ON " + table + " FOR EACH STATEMENT WHEN "
              "(coalesce(current_setting('state_runtime.host', true), '') = '') "
              "EXECUTE FUNCTION state_runtime.changed()",
              "making a trigger");
      } catch (const Lost&) {
        throw;
      } catch (const Failure& e) {
        host_.log(SR_LOG_WARN, "changes of table " + table +
                                   " by other programs will not be seen: " + e.what());
      }
    }
  });
}

std::unique_ptr<Watcher::Ear> Watcher::listening() {
  auto connection =
      std::make_unique<Connection>(settings_, settings_.connect, host_id_, watchdog_, host_);
  return std::make_unique<Ear>(std::move(connection), [this](const std::string& p) { hear(p); });
}

void Watcher::listen(std::unique_ptr<Ear> ear) {
  BackOff back_off;
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    bool pause = true;
    try {
      if (!ear) ear = again(back_off);
      if (ear) ear->wait();
      pause = !ear;
    } catch (const Failure&) {
      ear.reset();
    }
    lock.lock();
    if (pause) wake_.wait_for(lock, kLook, [&] { return stop_; });
  }
  lock.unlock();
  ear.reset();
}

// After the connection was lost; null while it is too early or the server is not there.
std::unique_ptr<Watcher::Ear> Watcher::again(BackOff& back_off) {
  if (!back_off.may_try()) return nullptr;
  try {
    auto ear = listening();
    back_off.succeeded();
    changed_({});  // what was told in between is lost
    return ear;
  } catch (const Failure& e) {
    back_off.failed(e);
    return nullptr;
  }
}

// "host schema table"; the host is empty when a trigger tells.
void Watcher::hear(const std::string& payload) {
  const auto first = payload.find(' ');
  const auto second = payload.find(' ', first + 1);
  if (first == std::string::npos || second == std::string::npos) return;
  if (payload.substr(0, first) == host_id_) return;
  const auto schema = payload.substr(first + 1, second - first - 1);
  const auto table = payload.substr(second + 1);
  changed_(schema == settings_.schema ? table : schema + "." + table);  // as dependencies.h has it
}

void Watcher::speak() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return end_ || !to_tell_.empty(); });
    if (end_) return;
    wake_.wait_for(lock, kGather, [&] { return end_; });
    const auto tables = std::exchange(to_tell_, {});
    lock.unlock();
    try {
      // A hint need not be on disk before it counts.
      std::string text = "BEGIN; SET LOCAL synchronous_commit = off; ";
      for (const auto& table : tables) {
        text += "SELECT pg_notify(" + literal(kChannel) + ", " +
                literal(host_id_ + " " + settings_.schema + " " + table) + "); ";
      }
      keeper_.use(
          [&](Connection& c, std::uint64_t) { c.run(text + "COMMIT", "telling of a change"); });
    } catch (const Failure& e) {
      // The others look at everything again when they are connected again, as this host does.
      host_.log(SR_LOG_DEBUG, e.what());
    }
    lock.lock();
  }
}

}  // namespace sr::postgres
