// state_runtime/store.hpp - derive from sr::Store and sr::Transaction to write a fact store.
// What each function promises, and its thread rule, is in store.h.
#pragma once

#include <functional>

#include "state_runtime/plugin.hpp"
#include "state_runtime/store.h"

namespace sr {

class Transaction {
 public:
  virtual ~Transaction() = default;  // rolls back what was not committed
  virtual std::uint64_t execute(const sr_statement&, const sr_rows* rows) = 0;
  virtual void commit() = 0;
  virtual void session_create(const sr_session&) = 0;
  virtual void session_claim(std::string_view id, sr_session& out) = 0;
  virtual void session_get(std::string_view id, sr_session& out) = 0;
  virtual void log_append(std::string_view session, std::uint64_t fence, std::uint64_t seq,
                          std::span<const sr_entry* const> entries) = 0;
  // entry returns false to stop.
  virtual void log_read(std::string_view session, std::uint64_t after,
                        const std::function<bool(const sr_entry&)>& entry) = 0;
  virtual std::uint64_t log_last(std::string_view session, std::string_view kind) = 0;
  virtual std::uint64_t event_seen(std::string_view session, std::string_view event_id) = 0;
  virtual void snapshot_put(std::string_view, std::string_view, std::uint64_t, sr_bytes) {
    unsupported("this store keeps no snapshots; sequences are read again from the log");
  }
  virtual std::uint64_t snapshot_get(std::string_view, std::string_view,
                                     const std::function<void(sr_bytes)>&) {
    unsupported("this store keeps no snapshots; sequences are read again from the log");
  }
  // session returns false to stop.
  virtual void sessions_before(std::int64_t /*before_ms*/, std::uint64_t /*most*/,
                               const std::function<bool(const sr_session&)>& /*session*/) {
    unsupported("this store cannot find old sessions; they are kept for ever");
  }
  virtual void session_delete(std::string_view /*id*/, std::uint64_t /*fence*/) {
    unsupported("this store cannot delete sessions; they are kept for ever");
  }
};

class Store {
 public:
  using ChangedFn = std::function<void(std::string_view table)>;

  virtual ~Store() = default;
  virtual void catalog(const std::function<void(const sr_column&)>& column) = 0;
  virtual void run_script(std::string_view sql) = 0;
  virtual std::unique_ptr<Transaction> begin(bool write) = 0;
  virtual void watch(ChangedFn) {
    unsupported("this store cannot report changes made by others; views that show them are "
                "repainted only by this host's own actions");
  }
  virtual void dependencies(const std::function<void(const sr_dependency&)>&) {
    unsupported("this store cannot tell which tables a change reaches; every change counts as one "
                "of every table");
  }
  // `found` is called with a sentence each.
  virtual void examine(const sr_grants&, const std::function<void(std::string_view)>& /*found*/) {}
  virtual void ready() { begin(/*write=*/false); }  // throws when it is not
};

namespace detail {

inline Store& store_of(sr_instance* i) noexcept { return *reinterpret_cast<Store*>(i); }
inline Transaction& transaction_of(sr_transaction* t) noexcept {
  return *reinterpret_cast<Transaction*>(t);
}

template <>
struct InterfaceTraits<Store> {
  static constexpr const char* kId = SR_STORE_ID;
  static constexpr sr_store kVtable{
      .struct_size = sizeof(sr_store),
      .catalog = [](sr_instance* i, void* context, void (*column)(void*, const sr_column*) noexcept,
                    sr_error* error) noexcept {
        return guarded(error, [&] {
          store_of(i).catalog([&](const sr_column& c) { column(context, &c); });
        });
      },
      .run_script = [](sr_instance* i, sr_str sql, sr_error* error) noexcept {
        return guarded(error, [&] { store_of(i).run_script(view(sql)); });
      },
      .begin = [](sr_instance* i, std::int32_t mode, sr_transaction** out,
                  sr_error* error) noexcept {
        *out = nullptr;
        return guarded(error, [&] {
          *out = reinterpret_cast<sr_transaction*>(store_of(i).begin(mode == SR_WRITE).release());
        });
      },
      .execute = [](sr_transaction* t, const sr_statement* statement, const sr_rows* rows,
                    std::uint64_t* changed, sr_error* error) noexcept {
        return guarded(error, [&] { *changed = transaction_of(t).execute(*statement, rows); });
      },
      .commit = [](sr_transaction* t, sr_error* error) noexcept {
        const auto code = guarded(error, [&] { transaction_of(t).commit(); });
        delete reinterpret_cast<Transaction*>(t);
        return code;
      },
      .rollback = [](sr_transaction* t) noexcept { delete reinterpret_cast<Transaction*>(t); },
      .session_create = [](sr_transaction* t, const sr_session* s, sr_error* error) noexcept {
        return guarded(error, [&] { transaction_of(t).session_create(*s); });
      },
      .session_claim = [](sr_transaction* t, sr_str id, sr_session* out, sr_error* error) noexcept {
        return guarded(error, [&] { transaction_of(t).session_claim(view(id), *out); });
      },
      .session_get = [](sr_transaction* t, sr_str id, sr_session* out, sr_error* error) noexcept {
        return guarded(error, [&] { transaction_of(t).session_get(view(id), *out); });
      },
      .log_append = [](sr_transaction* t, sr_str session, std::uint64_t fence, std::uint64_t seq,
                       const sr_entry* const* entries, std::size_t count,
                       sr_error* error) noexcept {
        return guarded(error, [&] {
          transaction_of(t).log_append(view(session), fence, seq, {entries, count});
        });
      },
      .log_read = [](sr_transaction* t, sr_str session, std::uint64_t after, void* context,
                     int (*entry)(void*, const sr_entry*) noexcept, sr_error* error) noexcept {
        return guarded(error, [&] {
          transaction_of(t).log_read(view(session), after,
                                     [&](const sr_entry& e) { return entry(context, &e) == 0; });
        });
      },
      .log_last = [](sr_transaction* t, sr_str session, sr_str kind, std::uint64_t* seq,
                     sr_error* error) noexcept {
        return guarded(error, [&] { *seq = transaction_of(t).log_last(view(session), view(kind)); });
      },
      .event_seen = [](sr_transaction* t, sr_str session, sr_str id, std::uint64_t* seq,
                       sr_error* error) noexcept {
        return guarded(error, [&] { *seq = transaction_of(t).event_seen(view(session), view(id)); });
      },
      .snapshot_put = [](sr_transaction* t, sr_str session, sr_str fingerprint, std::uint64_t seq,
                         sr_bytes data, sr_error* error) noexcept {
        return guarded(error, [&] {
          transaction_of(t).snapshot_put(view(session), view(fingerprint), seq, data);
        });
      },
      .snapshot_get = [](sr_transaction* t, sr_str session, sr_str fingerprint, std::uint64_t* seq,
                         void* context, void (*data)(void*, sr_bytes) noexcept,
                         sr_error* error) noexcept {
        return guarded(error, [&] {
          *seq = transaction_of(t).snapshot_get(view(session), view(fingerprint),
                                                [&](sr_bytes b) { data(context, b); });
        });
      },
      .watch = [](sr_instance* i, void* context, void (*changed)(void*, sr_str) noexcept,
                  sr_error* error) noexcept {
        return guarded(error, [&] {
          store_of(i).watch(changed == nullptr ? Store::ChangedFn()
                                               : [=](std::string_view t) { changed(context, str(t)); });
        });
      },
      .dependencies = [](sr_instance* i, void* context,
                         void (*dependency)(void*, const sr_dependency*) noexcept,
                         sr_error* error) noexcept {
        return guarded(error, [&] {
          store_of(i).dependencies([&](const sr_dependency& d) { dependency(context, &d); });
        });
      },
      .ready = [](sr_instance* i, sr_error* error) noexcept {
        return guarded(error, [&] { store_of(i).ready(); });
      },
      .examine = [](sr_instance* i, const sr_grants* grants, void* context,
                    void (*found)(void*, sr_str) noexcept, sr_error* error) noexcept {
        return guarded(error, [&] {
          store_of(i).examine(*grants, [&](std::string_view text) { found(context, str(text)); });
        });
      },
      .sessions_before = [](sr_transaction* t, std::int64_t before_ms, std::uint64_t most,
                            void* context, int (*session)(void*, const sr_session*) noexcept,
                            sr_error* error) noexcept {
        return guarded(error, [&] {
          transaction_of(t).sessions_before(
              before_ms, most, [&](const sr_session& s) { return session(context, &s) == 0; });
        });
      },
      .session_delete = [](sr_transaction* t, sr_str id, std::uint64_t fence,
                           sr_error* error) noexcept {
        return guarded(error, [&] { transaction_of(t).session_delete(view(id), fence); });
      },
  };
};

}  // namespace detail
}  // namespace sr
