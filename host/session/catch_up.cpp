#include "host/session/catch_up.h"

#include <algorithm>

#include "host/session/open.h"
#include "host/session/upkeep.h"

namespace sr::host {
namespace {

// So much is read even where a session could go on borrowing.
constexpr std::size_t kMuchUnread = 512;

// `sequence` has read what `state` had not.
void take_read(ModelState& state, SharedSequence sequence, bool borrowed) {
  state.borrowed = borrowed;
  state.sequence = std::move(sequence);
  state.length += state.unread.size();
  state.unread.clear();
}

// Where a fresh sequence begins: at the newest rebase, with its prefix in place of what was before.
struct Beginning {
  std::vector<LogEntry> prefix;  // empty without a rebase
  std::uint64_t seq = 0;         // of the rebase
};

Result<Beginning> beginning_of(const std::vector<LogEntry>& entries) {
  Beginning out;
  const auto newest = std::find_if(entries.rbegin(), entries.rend(),
                                   [](const LogEntry& e) { return e.kind == "rebase"; });
  if (newest == entries.rend()) return out;
  auto prefix = rebase_prefix(*newest);
  if (!prefix) return std::move(prefix).error();
  out.prefix = std::move(*prefix);
  out.seq = newest->seq;
  return out;
}

std::uint64_t newest_rebase(const std::vector<LogEntry>& entries) {
  std::uint64_t seq = 0;
  for (const auto& entry : entries) {
    if (entry.kind == "rebase") seq = entry.seq;
  }
  return seq;
}

}  // namespace

Result<std::vector<LogEntry>> rebase_prefix(const LogEntry& rebase) {
  const auto place = "entry " + std::to_string(rebase.seq) + " (rebase)";
  const Error damaged{SR_CORRUPT, "log", place + " has no prefix that can be read", {}};
  const auto body = Json::parse(rebase.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains("prefix") || !body["prefix"].is_array()) return damaged;
  std::vector<LogEntry> out;
  for (const auto& line : body["prefix"]) {
    if (!line.is_object() || !line.value("kind", Json()).is_string() ||
        !line.value("body", Json()).is_string()) {
      return damaged;
    }
    LogEntry entry;
    entry.kind = line["kind"].get<std::string>();
    entry.body = line["body"].get<std::string>();
    out.push_back(std::move(entry));
  }
  if (out.empty()) return damaged;
  return out;
}

Status add_unread(const Model& model, Reading& reading, const std::vector<LogEntry>& entries) {
  for (const auto& entry : entries) {
    if (entry.seq <= reading.read_seq) continue;
    auto tokens = model.text.tokens_of(entry);
    if (!tokens) return std::move(tokens).error();
    reading.unread.insert(reading.unread.end(), tokens->begin(), tokens->end());
    reading.read_seq = entry.seq;
  }
  return {};
}

void begin_new(const Model& model, Session& session) {
  ModelState state;
  state.sequence = model.preamble;
  state.borrowed = true;
  state.read_seq = session.seq;
  state.length = state.saved_length = model.preamble_tokens.size();
  session.models[model.name] = std::move(state);
}

Async<Status> start_sequence(Model& model, Session& session, const std::vector<LogEntry>& entries) {
  auto beginning = beginning_of(entries);
  if (!beginning) co_return Status(std::move(beginning).error());
  const auto& prefix = beginning->prefix;
  const LogEntry* first = !prefix.empty()    ? &prefix.front()
                          : !entries.empty() ? &entries.front()
                                             : nullptr;
  const bool same_app =
      first != nullptr && first->kind == "app" && first->body == model.preamble_body;
  ModelState state;
  std::uint64_t pinned = 0;  // the preamble that the session began with, where it is another
  if (!same_app && first != nullptr && first->kind == "app") {
    auto tokens = model.text.tokens_of(*first);
    if (!tokens) co_return Status(std::move(tokens).error());
    pinned = tokens->size();
  }
  if (same_app) {
    state.sequence = model.preamble;
    state.borrowed = true;
  } else {
    auto sequence = co_await model.scheduler.open(pinned);
    if (!sequence) co_return Status(std::move(sequence).error());
    state.sequence = std::move(*sequence);
  }
  state.length = state.saved_length = same_app ? model.preamble_tokens.size() : 0;
  state.read_seq = !prefix.empty() ? beginning->seq : same_app ? first->seq : 0;
  for (std::size_t i = same_app ? 1 : 0; i < prefix.size(); ++i) {
    auto tokens = model.text.tokens_of(prefix[i]);
    if (!tokens) co_return Status(std::move(tokens).error());
    state.unread.insert(state.unread.end(), tokens->begin(), tokens->end());
  }
  auto added = add_unread(model, state, entries);
  if (!added) co_return added;
  state.read_seq = session.seq;
  session.models[model.name] = std::move(state);
  co_return Status();
}

Async<Status> begin_sequence(Engine& engine, Model& model, Session& session,
                             const std::vector<LogEntry>& entries) {
  auto loaded = co_await load_snapshot(engine, model, session, newest_rebase(entries));
  if (!loaded) co_return co_await start_sequence(model, session, entries);
  auto added = add_unread(model, *loaded, entries);
  if (!added) co_return added;
  loaded->read_seq = session.seq;
  session.models[model.name] = std::move(*loaded);
  co_return Status();
}

Async<Status> catch_up(Engine& engine, Model& model, Session& session) {
  const auto known = session.models.find(model.name);
  const auto from = known == session.models.end() ? 0 : known->second.read_seq;
  if (known != session.models.end() && from == session.seq) co_return Status();
  const auto find_entries = [id = session.id, from](LoadedStore& store) {
    return entries_after(store, id, from);
  };
  auto entries = co_await engine.facts.look(find_entries);
  if (!entries) co_return Status(std::move(entries).error());
  if (known == session.models.end()) {
    co_return co_await begin_sequence(engine, model, session, *entries);
  }
  auto added = add_unread(model, known->second, *entries);
  if (added) known->second.read_seq = session.seq;
  co_return added;
}

Async<Status> read_unread(Model& model, Session& session) {
  const auto known = session.models.find(model.name);
  if (known == session.models.end() || known->second.unread.empty()) co_return Status();
  auto& state = known->second;
  const bool opened = state.borrowed && model.opening && state.sequence == model.opening->sequence;
  if (opened) {
    if (auto same = model.opening->after(state.unread)) {
      take_read(state, std::move(same), /*borrowed=*/true);
      co_return Status();
    }
    if (!model.opening->has_room() && state.unread.size() < kMuchUnread) co_return Status();
  }
  if (state.borrowed) {
    auto own = co_await model.scheduler.fork(state.sequence);
    if (!own) co_return Status(std::move(own).error());
    state.sequence = std::move(*own);
    state.borrowed = false;
  }
  ReadRequest request{state.sequence, state.unread, kReadTimeoutMs};
  auto read = co_await model.scheduler.read(request);
  if (!read) {
    session.models.erase(known);
    co_return read;
  }
  auto same = opened ? model.opening->after(state.unread) : nullptr;  // another one was first
  const bool lends = opened && !same && model.opening->has_room();
  if (lends) model.opening->shown.push_back({state.unread, state.sequence});
  take_read(state, same ? same : state.sequence, lends || same != nullptr);
  co_return read;
}

}  // namespace sr::host
