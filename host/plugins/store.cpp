#include "host/plugins/store.h"

#include <exception>
#include <utility>

#include "host/plugins/interfaces.h"

namespace sr::host {
namespace {

std::string text_of(sr_str s) { return std::string(view(s)); }

std::string_view called(const TableNames& names, std::string_view table) {
  const auto found = names.find(table);
  return found == names.end() ? table : found->second;
}

struct ToAbi {
  sr_value operator()(std::monostate) const { return {SR_NULL, 0, 0, {}}; }
  sr_value operator()(bool b) const { return {SR_BOOLEAN, b ? 1 : 0, 0, {}}; }
  sr_value operator()(std::int64_t i) const { return {SR_INTEGER, i, 0, {}}; }
  sr_value operator()(double d) const { return {SR_REAL, 0, d, {}}; }
  sr_value operator()(const std::string& s) const { return {SR_TEXT, 0, 0, str(s)}; }
  sr_value operator()(const Bytes& b) const { return {SR_BLOB, 0, 0, str(b.data)}; }
};

Value from_abi(const sr_value& v) {
  switch (v.type) {
    case SR_BOOLEAN:
      return v.integer != 0;
    case SR_INTEGER:
      return v.integer;
    case SR_REAL:
      return v.real;
    case SR_TEXT:
      return text_of(v.text);
    case SR_BLOB:
      return Bytes{text_of(v.text)};
    case SR_NULL:
      break;
  }
  return std::monostate();
}

SessionRecord from_abi(const sr_session& s) {
  return {text_of(s.id), text_of(s.user), text_of(s.token_hash), text_of(s.epoch), s.fence, s.seq};
}

LogEntry from_abi(const sr_entry& e) {
  return {e.seq,
          e.at_ms,
          text_of(e.kind),
          text_of(e.body),
          text_of(e.event_id),
          std::vector<std::int32_t>(e.tokens, e.tokens + e.token_count),
          text_of(e.vocabulary)};
}

// An exception in one of our callbacks must not reach the plugin: it is kept, ends the call, and
// goes on when the plugin has returned.
template <class Context>
struct Callback {
  Context context;
  std::exception_ptr thrown;

  template <class Fn>
  int run(Fn&& fn) noexcept {
    try {
      return fn(context) ? 0 : 1;
    } catch (...) {
      thrown = std::current_exception();
      return 1;
    }
  }
  void rethrow() {
    if (thrown) std::rethrow_exception(thrown);
  }
};

using CollectRows = Callback<Rows>;

int take_columns(void* context, const sr_str* names, std::size_t count) noexcept {
  return static_cast<CollectRows*>(context)->run([&](Rows& rows) {
    rows.columns.reserve(count);
    for (std::size_t i = 0; i < count; ++i) rows.columns.push_back(text_of(names[i]));
    return true;
  });
}

int take_row(void* context, const sr_value* values, std::size_t count) noexcept {
  return static_cast<CollectRows*>(context)->run([&](Rows& rows) {
    auto& row = rows.rows.emplace_back();
    row.reserve(count);
    for (std::size_t i = 0; i < count; ++i) row.push_back(from_abi(values[i]));
    return true;
  });
}

void tell(const StoreNotes& notes, const Status& status) {
  if (notes) notes(status);
}

// Of a call for a session's records: they are not there, or not as whoever called thinks.
bool is_answer(sr_code code) {
  return code == SR_NOT_FOUND || code == SR_CONFLICT || code == SR_CORRUPT ||
         code == SR_UNSUPPORTED;
}

// Of a commit: the change breaks a rule that is looked at last.
bool rejects_change(sr_code code) {
  return code == SR_INVALID_ARGUMENT || code == SR_DENIED || code == SR_EXHAUSTED ||
         code == SR_DEADLINE || code == SR_CONFLICT;
}

Error ended(const Instance& instance) {
  return {SR_INVALID_ARGUMENT,
          instance.label(),
          "the transaction has already ended; begin another",
          {}};
}

}  // namespace

TransactionRef::TransactionRef(std::shared_ptr<Instance> instance,
                               std::shared_ptr<const StoreNotes> notes, sr_transaction* transaction,
                               bool write)
    : instance_(std::move(instance)),
      notes_(std::move(notes)),
      table_(table_of<sr_store>(*instance_)),
      transaction_(transaction),
      write_(write) {}

TransactionRef::~TransactionRef() { rollback(); }

TransactionRef::TransactionRef(TransactionRef&& other) noexcept
    : instance_(other.instance_),
      notes_(other.notes_),
      table_(other.table_),
      transaction_(std::exchange(other.transaction_, nullptr)),
      write_(other.write_) {}

TransactionRef& TransactionRef::operator=(TransactionRef&& other) noexcept {
  std::swap(instance_, other.instance_);
  std::swap(notes_, other.notes_);
  std::swap(table_, other.table_);
  std::swap(transaction_, other.transaction_);
  std::swap(write_, other.write_);
  return *this;
}

Result<Outcome> TransactionRef::execute(const Statement& statement) {
  if (transaction_ == nullptr) return ended(*instance_);
  std::vector<sr_value> parameters;
  parameters.reserve(statement.parameters.size());
  for (const auto& p : statement.parameters) parameters.push_back(std::visit(ToAbi{}, p));
  std::vector<sr_grant> grants;
  grants.reserve(statement.grants.size());
  for (const auto& g : statement.grants) grants.push_back({str(g.table), str(g.column), g.verbs});
  std::vector<sr_str> functions;
  functions.reserve(statement.functions.size());
  for (const auto& f : statement.functions) functions.push_back(str(f));

  const sr_grants allowed{sizeof allowed, grants.data(), grants.size(), functions.data(),
                          functions.size()};
  const sr_statement raw{
      sizeof raw,         statement.role,      str(statement.sql),
      parameters.data(),  parameters.size(),   statement.role == SR_ROLE_OWNER ? nullptr : &allowed,
      statement.max_rows, statement.max_bytes, statement.timeout_ms};
  CollectRows collected;
  const sr_rows rows{&collected, take_columns, take_row};
  Outcome outcome;
  AbiError error;
  const auto code = table_->execute(transaction_, &raw, &rows, &outcome.changed, &error);
  collected.rethrow();
  if (code != SR_OK) return error.error(code, instance_->label());
  outcome.returned = std::move(collected.context);
  return outcome;
}

Status TransactionRef::commit() {
  if (transaction_ == nullptr) return ended(*instance_);
  AbiError error;
  const auto code = table_->commit(std::exchange(transaction_, nullptr), &error);
  const Status done = code == SR_OK ? Status() : Status(error.error(code, instance_->label()));
  if (write_ && !rejects_change(code)) tell(*notes_, done);
  return done;
}

Error TransactionRef::noted(Error error) const {
  if (!is_answer(error.code)) tell(*notes_, error);
  return error;
}

void TransactionRef::rollback() {
  if (transaction_ != nullptr) table_->rollback(std::exchange(transaction_, nullptr));
}

Status TransactionRef::session_create(const SessionRecord& s) {
  if (transaction_ == nullptr) return ended(*instance_);
  const sr_session raw{sizeof raw,   str(s.id), str(s.user), str(s.token_hash),
                       str(s.epoch), s.fence,   s.seq};
  AbiError error;
  const auto code = table_->session_create(transaction_, &raw, &error);
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return {};
}

Result<SessionRecord> TransactionRef::session_claim(std::string_view id) {
  if (transaction_ == nullptr) return ended(*instance_);
  sr_session out{};
  out.struct_size = sizeof out;
  AbiError error;
  const auto code = table_->session_claim(transaction_, str(id), &out, &error);
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return from_abi(out);
}

Result<SessionRecord> TransactionRef::session_get(std::string_view id) {
  if (transaction_ == nullptr) return ended(*instance_);
  sr_session out{};
  out.struct_size = sizeof out;
  AbiError error;
  const auto code = table_->session_get(transaction_, str(id), &out, &error);
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return from_abi(out);
}

Status TransactionRef::log_append(std::string_view session, std::uint64_t fence,
                                  std::uint64_t after, std::span<const LogEntry> entries) {
  if (transaction_ == nullptr) return ended(*instance_);
  std::vector<sr_entry> raw;
  raw.reserve(entries.size());
  std::vector<const sr_entry*> pointers;
  pointers.reserve(entries.size());
  for (const auto& e : entries) {
    raw.push_back({sizeof(sr_entry), after + raw.size() + 1, e.at_ms, str(e.kind), str(e.body),
                   str(e.event_id), e.tokens.data(), e.tokens.size(), str(e.vocabulary)});
    pointers.push_back(&raw.back());
  }
  AbiError error;
  const auto code = table_->log_append(transaction_, str(session), fence, after, pointers.data(),
                                       pointers.size(), &error);
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return {};
}

Status TransactionRef::log_read(std::string_view session, std::uint64_t after,
                                const std::function<bool(LogEntry)>& entry) {
  if (transaction_ == nullptr) return ended(*instance_);
  using Read = Callback<const std::function<bool(LogEntry)>*>;
  Read read{&entry, nullptr};
  AbiError error;
  const auto code = table_->log_read(
      transaction_, str(session), after, &read,
      [](void* context, const sr_entry* e) noexcept {
        return static_cast<Read*>(context)->run([&](auto* fn) { return (*fn)(from_abi(*e)); });
      },
      &error);
  read.rethrow();
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return {};
}

Result<std::uint64_t> TransactionRef::log_last(std::string_view session, std::string_view kind) {
  if (transaction_ == nullptr) return ended(*instance_);
  std::uint64_t seq = 0;
  AbiError error;
  const auto code = table_->log_last(transaction_, str(session), str(kind), &seq, &error);
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return seq;
}

Result<std::uint64_t> TransactionRef::event_seen(std::string_view session,
                                                 std::string_view event_id) {
  if (transaction_ == nullptr) return ended(*instance_);
  std::uint64_t seq = 0;
  AbiError error;
  const auto code = table_->event_seen(transaction_, str(session), str(event_id), &seq, &error);
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return seq;
}

Status TransactionRef::snapshot_put(std::string_view session, std::string_view fingerprint,
                                    std::uint64_t seq, std::string_view data) {
  if (transaction_ == nullptr) return ended(*instance_);
  if (table_->snapshot_put == nullptr) return unsupported(*instance_, "snapshot_put");
  const sr_bytes bytes{reinterpret_cast<const std::uint8_t*>(data.data()), data.size()};
  AbiError error;
  const auto code =
      table_->snapshot_put(transaction_, str(session), str(fingerprint), seq, bytes, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

Result<TransactionRef::Snapshot> TransactionRef::snapshot_get(std::string_view session,
                                                              std::string_view fingerprint) {
  if (transaction_ == nullptr) return ended(*instance_);
  if (table_->snapshot_get == nullptr) return unsupported(*instance_, "snapshot_get");
  Callback<Snapshot> taken;
  std::uint64_t seq = 0;
  AbiError error;
  const auto code = table_->snapshot_get(
      transaction_, str(session), str(fingerprint), &seq, &taken,
      [](void* context, sr_bytes bytes) noexcept {
        static_cast<Callback<Snapshot>*>(context)->run([&](Snapshot& snapshot) {
          if (bytes.len != 0) {
            snapshot.data.assign(reinterpret_cast<const char*>(bytes.ptr), bytes.len);
          }
          return true;
        });
      },
      &error);
  taken.rethrow();
  if (code != SR_OK) return error.error(code, instance_->label());
  taken.context.seq = seq;
  return std::move(taken.context);
}

Result<std::vector<SessionRecord>> TransactionRef::sessions_before(std::int64_t ms,
                                                                   std::uint64_t most) {
  if (transaction_ == nullptr) return ended(*instance_);
  if (!SR_HAS(table_, sessions_before) || table_->sessions_before == nullptr)
    return unsupported(*instance_, "sessions_before");
  using Found = Callback<std::vector<SessionRecord>>;
  Found found;
  AbiError error;
  const auto code = table_->sessions_before(
      transaction_, ms, most, &found,
      [](void* context, const sr_session* session) noexcept {
        return static_cast<Found*>(context)->run([&](auto& all) {
          all.push_back(from_abi(*session));
          return true;
        });
      },
      &error);
  found.rethrow();
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return std::move(found.context);
}

Status TransactionRef::session_delete(std::string_view id, std::uint64_t fence) {
  if (transaction_ == nullptr) return ended(*instance_);
  if (!SR_HAS(table_, session_delete) || table_->session_delete == nullptr)
    return unsupported(*instance_, "session_delete");
  AbiError error;
  const auto code = table_->session_delete(transaction_, str(id), fence, &error);
  if (code != SR_OK) return noted(error.error(code, instance_->label()));
  return {};
}

struct StoreWatch {
  StoreWatch(std::shared_ptr<Instance> i, std::shared_ptr<const TableNames> n)
      : instance(std::move(i)), names(std::move(n)) {}
  ~StoreWatch() {
    AbiError error;
    if (running) table_of<sr_store>(*instance)->watch(instance->get(), nullptr, nullptr, &error);
  }
  std::shared_ptr<Instance> instance;
  std::shared_ptr<const TableNames> names;
  std::function<void(std::string_view)> changed;
  bool running = false;
};

LoadedStore::LoadedStore(std::shared_ptr<Instance> instance)
    : instance_(std::move(instance)),
      table_(table_of<sr_store>(*instance_)),
      watch_(std::make_shared<StoreWatch>(instance_, names_)) {}

Result<std::vector<Column>> LoadedStore::catalog() {
  using Collect = Callback<std::vector<Column>>;
  Collect collected;
  AbiError error;
  const auto code = table_->catalog(
      instance_->get(), &collected,
      [](void* context, const sr_column* c) noexcept {
        auto& self = *static_cast<Collect*>(context);
        if (self.thrown) return;
        self.run([&](std::vector<Column>& columns) {
          Column column{text_of(c->table),
                        text_of(c->name),
                        text_of(c->declared_type),
                        c->type,
                        c->flags,
                        {},
                        {}};
          if (SR_HAS(c, bits)) column.bits = c->bits;
          for (std::uint32_t i = 0; SR_HAS(c, references) && i < c->reference_count; ++i) {
            const auto& r = c->references[i];
            column.references.push_back({text_of(r.table), text_of(r.column), r.key});
          }
          for (std::uint32_t i = 0; i < c->choice_count; ++i) {
            column.choices.push_back(text_of(c->choices[i]));
          }
          columns.push_back(std::move(column));
          return true;
        });
      },
      &error);
  collected.rethrow();
  if (code != SR_OK) return error.error(code, instance_->label());
  return std::move(collected.context);
}

Result<std::vector<Dependency>> LoadedStore::dependencies() {
  if (!SR_HAS(table_, dependencies) || table_->dependencies == nullptr) {
    return unsupported(*instance_, "dependencies");
  }
  using Collect = Callback<std::vector<Dependency>>;
  Collect collected;
  AbiError error;
  const auto code = table_->dependencies(
      instance_->get(), &collected,
      [](void* context, const sr_dependency* d) noexcept {
        auto& self = *static_cast<Collect*>(context);
        if (self.thrown) return;
        self.run([&](std::vector<Dependency>& all) {
          all.push_back({d->kind == SR_SHOWS, text_of(d->from), text_of(d->to)});
          return true;
        });
      },
      &error);
  collected.rethrow();
  if (code != SR_OK) return error.error(code, instance_->label());
  for (auto& edge : collected.context) {
    edge.from = called(*names_, edge.from);
    edge.to = called(*names_, edge.to);
  }
  return std::move(collected.context);
}

Status LoadedStore::ready() {
  if (!SR_HAS(table_, ready) || table_->ready == nullptr) return {};
  AbiError error;
  const auto code = table_->ready(instance_->get(), &error);
  if (code != SR_OK && code != SR_UNSUPPORTED) return error.error(code, instance_->label());
  return {};
}

Result<std::vector<std::string>> LoadedStore::examine(const std::vector<Grant>& grants) {
  if (!SR_HAS(table_, examine) || table_->examine == nullptr) return std::vector<std::string>();
  std::vector<sr_grant> raw;
  raw.reserve(grants.size());
  for (const auto& g : grants) raw.push_back({str(g.table), str(g.column), g.verbs});
  const sr_grants all{sizeof all, raw.data(), raw.size(), nullptr, 0};
  using Collect = Callback<std::vector<std::string>>;
  Collect collected;
  AbiError error;
  const auto code = table_->examine(
      instance_->get(), &all, &collected,
      [](void* context, sr_str sentence) noexcept {
        auto& self = *static_cast<Collect*>(context);
        if (self.thrown) return;
        self.run([&](std::vector<std::string>& sentences) {
          sentences.push_back(text_of(sentence));
          return true;
        });
      },
      &error);
  collected.rethrow();
  if (code != SR_OK) return error.error(code, instance_->label());
  return std::move(collected.context);
}

Status LoadedStore::run_script(std::string_view sql) {
  AbiError error;
  const auto code = table_->run_script(instance_->get(), str(sql), &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

Result<TransactionRef> LoadedStore::begin(bool write) {
  AbiError error;
  sr_transaction* made = nullptr;
  const auto code = table_->begin(instance_->get(), write ? SR_WRITE : SR_READ, &made, &error);
  if (code != SR_OK) {
    auto failure = error.error(code, instance_->label());
    if (write) tell(*notes_, failure);
    return failure;
  }
  if (made == nullptr) {
    return Error{SR_INTERNAL,
                 instance_->label(),
                 "begin() reported success but gave no transaction; this is a defect of the plugin",
                 {}};
  }
  return TransactionRef(instance_, notes_, made, write);
}

Status LoadedStore::watch(std::function<void(std::string_view table)> changed) {
  if (table_->watch == nullptr) return unsupported(*instance_, "watch");
  AbiError error;
  if (watch_->running) {  // nobody may be inside the old function when it is replaced
    const auto code = table_->watch(instance_->get(), nullptr, nullptr, &error);
    if (code != SR_OK) return error.error(code, instance_->label());
    watch_->running = false;
  }
  watch_->changed = std::move(changed);
  if (!watch_->changed) return {};
  const auto code = table_->watch(
      instance_->get(), watch_.get(),
      [](void* context, sr_str table) noexcept {
        auto& self = *static_cast<StoreWatch*>(context);
        self.changed(called(*self.names, view(table)));
      },
      &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  watch_->running = true;
  return {};
}

}  // namespace sr::host
