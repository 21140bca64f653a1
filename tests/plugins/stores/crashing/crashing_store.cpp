#include "crashing_store.h"

#include "common/statement_rules.h"

#include <signal.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace sr::crashing {
namespace {

std::mutex onlooker_mutex;
std::shared_ptr<const Onlooker> onlooker;

bool tell(const char* label) {
  std::shared_ptr<const Onlooker> present;
  {
    const std::lock_guard lock(onlooker_mutex);
    present = onlooker;
  }
  return present == nullptr || (*present)(label);
}

constexpr auto kCrashAt = option({.name = "crash_at",
                                  .type = SR_ENUM,
                                  .fallback = "never",
                                  .choices = kLabels,
                                  .doc = "At which call the process dies."});
constexpr auto kCrashOn = option({.name = "crash_on",
                                  .type = SR_INT,
                                  .fallback = "1",
                                  .min = "1",
                                  .max = "1000000",
                                  .doc = "The how manieth such call."});

struct Crashing {
  sr_instance* instance = nullptr;
  const sr_component* inner = nullptr;
  std::string at;
  std::atomic<std::int64_t> left = 0;

  const sr_store& table() const { return *static_cast<const sr_store*>(inner->vtable); }
  bool reach(const char* label) {
    if (at == label && left.fetch_sub(1) == 1) ::kill(::getpid(), SIGKILL);
    return tell(label);
  }
};

struct Wrapped {
  Crashing* store;
  sr_transaction* inner;
};

Crashing& of(sr_instance* i) { return *reinterpret_cast<Crashing*>(i); }
Wrapped& of(sr_transaction* t) { return *reinterpret_cast<Wrapped*>(t); }
const sr_store& table(sr_transaction* t) { return of(t).store->table(); }

const sr_store kTable{
    .struct_size = sizeof(sr_store),
    .catalog = [](sr_instance* i, void* c, void (*column)(void*, const sr_column*) noexcept,
                  sr_error* e) noexcept { return of(i).table().catalog(of(i).instance, c, column, e); },
    .run_script = [](sr_instance* i, sr_str sql, sr_error* e) noexcept {
      return of(i).table().run_script(of(i).instance, sql, e);
    },
    .begin = [](sr_instance* i, std::int32_t mode, sr_transaction** out, sr_error* e) noexcept {
      sr_transaction* inner = nullptr;
      *out = nullptr;
      if (mode == SR_WRITE) of(i).reach("beginning");
      const auto code = of(i).table().begin(of(i).instance, mode, &inner, e);
      if (code != SR_OK) return code;
      *out = reinterpret_cast<sr_transaction*>(new Wrapped{&of(i), inner});
      if (mode == SR_WRITE) of(i).reach("begun");
      return code;
    },
    .execute = [](sr_transaction* t, const sr_statement* s, const sr_rows* rows,
                  std::uint64_t* changed, sr_error* e) noexcept {
      const auto code = table(t).execute(of(t).inner, s, rows, changed, e);
      if (s->role == SR_ROLE_ACTION && !stores::only_reads(*s)) of(t).store->reach("acted");
      return code;
    },
    .commit = [](sr_transaction* t, sr_error* e) noexcept {
      auto* store = of(t).store;
      store->reach("committing");
      const auto code = table(t).commit(of(t).inner, e);
      delete &of(t);
      if (store->reach("committed") || code != SR_OK) return code;
      return detail::fail(e, SR_UNAVAILABLE, {}, "the answer to the commit is lost");
    },
    .rollback = [](sr_transaction* t) noexcept {
      table(t).rollback(of(t).inner);
      delete &of(t);
    },
    .session_create = [](sr_transaction* t, const sr_session* s, sr_error* e) noexcept {
      return table(t).session_create(of(t).inner, s, e);
    },
    .session_claim = [](sr_transaction* t, sr_str id, sr_session* out, sr_error* e) noexcept {
      const auto code = table(t).session_claim(of(t).inner, id, out, e);
      of(t).store->reach("claimed");
      return code;
    },
    .session_get = [](sr_transaction* t, sr_str id, sr_session* out, sr_error* e) noexcept {
      return table(t).session_get(of(t).inner, id, out, e);
    },
    .log_append = [](sr_transaction* t, sr_str session, std::uint64_t fence, std::uint64_t seq,
                     const sr_entry* const* entries, std::size_t count, sr_error* e) noexcept {
      of(t).store->reach("appending");
      const auto code = table(t).log_append(of(t).inner, session, fence, seq, entries, count, e);
      of(t).store->reach("appended");
      return code;
    },
    .log_read = [](sr_transaction* t, sr_str session, std::uint64_t after, void* context,
                   int (*entry)(void*, const sr_entry*) noexcept, sr_error* e) noexcept {
      return table(t).log_read(of(t).inner, session, after, context, entry, e);
    },
    .log_last = [](sr_transaction* t, sr_str session, sr_str kind, std::uint64_t* seq,
                   sr_error* e) noexcept {
      return table(t).log_last(of(t).inner, session, kind, seq, e);
    },
    .event_seen = [](sr_transaction* t, sr_str session, sr_str id, std::uint64_t* seq,
                     sr_error* e) noexcept {
      const auto code = table(t).event_seen(of(t).inner, session, id, seq, e);
      of(t).store->reach("seen");
      return code;
    },
    .snapshot_put = [](sr_transaction* t, sr_str session, sr_str fingerprint, std::uint64_t seq,
                       sr_bytes data, sr_error* e) noexcept {
      return table(t).snapshot_put(of(t).inner, session, fingerprint, seq, data, e);
    },
    .snapshot_get = [](sr_transaction* t, sr_str session, sr_str fingerprint, std::uint64_t* seq,
                       void* context, void (*data)(void*, sr_bytes) noexcept,
                       sr_error* e) noexcept {
      return table(t).snapshot_get(of(t).inner, session, fingerprint, seq, context, data, e);
    },
    .watch = [](sr_instance* i, void* context, void (*changed)(void*, sr_str) noexcept,
                sr_error* e) noexcept {
      return of(i).table().watch(of(i).instance, context, changed, e);
    },
    .dependencies = [](sr_instance* i, void* context,
                       void (*dependency)(void*, const sr_dependency*) noexcept,
                       sr_error* e) noexcept {
      return of(i).table().dependencies(of(i).instance, context, dependency, e);
    },
    .ready = [](sr_instance* i, sr_error* e) noexcept {
      return of(i).table().ready(of(i).instance, e);
    },
    .examine = [](sr_instance* i, const sr_grants* grants, void* context,
                  void (*found)(void*, sr_str) noexcept, sr_error* e) noexcept {
      return of(i).table().examine(of(i).instance, grants, context, found, e);
    },
};

struct Sqlite {};
struct Postgres {};

template <class Tag>
struct Component {
  static inline const sr_component* inner = nullptr;
  static inline std::vector<const sr_option*> options;
  static inline sr_component made;

  static const sr_component* wrap(const sr_plugin* plugin, const char* type) {
    inner = plugin->components[0];
    for (auto* o = inner->options; *o != nullptr; ++o) options.push_back(*o);
    for (const sr_option* o : {&kCrashAt, &kCrashOn}) options.push_back(o);
    options.push_back(nullptr);
    made = *inner;
    made.type = type;
    made.vtable = &kTable;
    made.options = options.data();
    made.create = [](const sr_host_api* host, const sr_config* config, sr_instance** out,
                     sr_error* error) noexcept {
      auto* store = new Crashing;
      store->inner = inner;
      store->at = Config(*host, config).string("crash_at");
      store->left = Config(*host, config).integer("crash_on");
      const auto code = inner->create(host, config, &store->instance, error);
      *out = code == SR_OK ? reinterpret_cast<sr_instance*>(store) : nullptr;
      if (code != SR_OK) delete store;
      return code;
    };
    made.destroy = [](sr_instance* i) noexcept {
      inner->destroy(of(i).instance);
      delete &of(i);
    };
    return &made;
  }
};

}  // namespace

void look_on(Onlooker with) {
  const std::lock_guard lock(onlooker_mutex);
  onlooker = with ? std::make_shared<const Onlooker>(std::move(with)) : nullptr;
}

const sr_component* wrap_sqlite(const sr_plugin* inner) {
  return Component<Sqlite>::wrap(inner, "crashing_sqlite");
}
const sr_component* wrap_postgres(const sr_plugin* inner) {
  return Component<Postgres>::wrap(inner, "crashing_postgres");
}

}  // namespace sr::crashing
