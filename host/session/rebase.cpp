#include "host/session/rebase.h"

#include <algorithm>

#include "host/base/clock.h"
#include "host/session/catch_up.h"
#include "host/session/open.h"

namespace sr::host {
namespace {

constexpr std::uint64_t kRecentEntries = 64;  // looked at for the last events
constexpr std::uint64_t kSlice = 64;          // tokens that a fresh sequence reads at once
constexpr std::uint64_t kLeast = 128;  // and after a turn, whoever waits: more than a click adds

std::uint64_t limit_of(const Model& model) {
  return model.scheduler.backend().describe().context_limit;
}

Status append_rebase(LoadedStore& store, const Session& session, const LogEntry& entry) {
  auto transaction = store.begin(/*write=*/true);
  if (!transaction) return transaction.error();
  auto added = transaction->log_append(session.id, session.fence, session.seq, {&entry, 1});
  if (!added) return added;
  return transaction->commit();
}

LogEntry line(std::string kind, std::string body) {
  LogEntry entry;
  entry.kind = std::move(kind);
  entry.body = std::move(body);
  return entry;
}

// The last events with what came of them, as many as `room` tokens hold. What was shown after each
// is left out: it may build on what this log does not hold.
Result<std::vector<LogEntry>> recent(const Model& model, std::vector<LogEntry> entries,
                                     std::uint64_t room) {
  std::erase_if(entries, [](const LogEntry& e) {
    return e.kind == "app" || e.kind == "rebase" || e.kind == "manifest" || e.kind == "patch" ||
           e.kind == "shown";
  });
  std::size_t begin = entries.size();
  std::uint64_t used = 0;
  for (std::size_t i = entries.size(); i-- > 0;) {
    auto tokens = model.text.tokens_of(entries[i]);
    if (!tokens) return std::move(tokens).error();
    used += tokens->size();
    if (used > room) break;
    if (entries[i].kind == "event") begin = i;
  }
  entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(begin));
  return entries;
}

// The short log: what the model has to know to go on.
std::vector<LogEntry> short_log(const Model& model, const Session& session,
                                const std::vector<LogEntry>& recent) {
  std::vector<LogEntry> out{line("app", model.preamble_body)};
  const auto& screen = session.screen;
  if (!screen.manifest.is_null()) out.push_back(line("manifest", compact(screen.manifest)));
  for (const auto& entry : recent) out.push_back(line(entry.kind, entry.body));
  const auto shown = shown_digest(screen.view);
  if (shown != "{}") out.push_back(line("shown", shown));
  return out;
}

Async<Status> follow(Engine& engine, Model& model, const Session& session, Reading& next) {
  const auto find = [&](LoadedStore& store) {
    return entries_after(store, session.id, next.read_seq);
  };
  auto entries = co_await engine.facts.look(find);
  if (!entries) co_return Status(entries.error());
  auto added = add_unread(model, next, *entries);
  if (added) next.read_seq = session.seq;
  co_return added;
}

Async<Status> read_slice(Model& model, Reading& next) {
  const auto count = std::min<std::size_t>(kSlice, next.unread.size());
  const auto end = next.unread.begin() + static_cast<std::ptrdiff_t>(count);
  ReadRequest request{next.sequence, {next.unread.begin(), end}, kReadTimeoutMs};
  auto read = co_await model.scheduler.read(request);
  if (!read) co_return read;
  next.length += count;
  next.unread.erase(next.unread.begin(), end);
  co_return Status();
}

std::uint64_t length_of(const Model& model, const Session& session) {
  const auto known = session.models.find(model.name);
  return known == session.models.end() ? 0 : known->second.length + known->second.unread.size();
}

}  // namespace

bool crowded(const Model& model, const Session& session) {
  const auto limit = limit_of(model);
  return limit != 0 && length_of(model, session) > limit / 4 * 3;
}

// Not at once again when what a rebase leaves is about as much.
bool rebase_due(const Model& model, const Session& session) {
  const auto limit = limit_of(model), length = length_of(model, session);
  return limit != 0 && length > limit / 2 &&
         length - session.models.at(model.name).begun_length > limit / 8;
}

Async<Status> rebase(Engine& engine, Model& model, Session& session) {
  const auto find = [&](LoadedStore& store) {
    const auto from = session.seq > kRecentEntries ? session.seq - kRecentEntries : 0;
    return entries_after(store, session.id, from);
  };
  auto entries = co_await engine.facts.look(find);
  if (!entries) co_return Status(entries.error());
  auto last = recent(model, std::move(*entries), limit_of(model) / 16);
  if (!last) co_return Status(last.error());
  const auto prefix = short_log(model, session, *last);

  Reading next;
  Json body;
  body["prefix"] = Json::array();
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    Json item;
    item["kind"] = prefix[i].kind;
    item["body"] = prefix[i].body;
    body["prefix"].push_back(std::move(item));
    if (i == 0) continue;  // the fork has read it
    auto tokens = model.text.tokens_of(prefix[i]);
    if (!tokens) co_return Status(tokens.error());
    next.unread.insert(next.unread.end(), tokens->begin(), tokens->end());
  }
  next.length = model.preamble_tokens.size();
  if (next.length + next.unread.size() > limit_of(model) / 2) {
    co_return Status(
        Error{SR_EXHAUSTED,
              "session",
              "the app's preamble and the screen alone fill half of what the model can "
              "hold; make them shorter or take a model with a larger context",
              {}});
  }
  auto fork = co_await model.scheduler.fork(model.preamble);
  if (!fork) co_return Status(fork.error());
  next.sequence = std::move(*fork);

  LogEntry entry = line("rebase", compact(body));
  entry.at_ms = now_ms();
  const auto append = [&](LoadedStore& store) { return append_rebase(store, session, entry); };
  auto appended = co_await engine.facts.write(append);
  if (!appended) co_return appended;
  next.read_seq = ++session.seq;
  // Other models begin at the rebase, too.
  std::erase_if(session.models, [&](const auto& known) { return known.first != model.name; });
  auto& state = session.models.at(model.name);
  state.read_seq = session.seq;
  state.successor = std::move(next);
  co_return Status();
}

Async<Status> bring_up(Engine& engine, Model& model, Session& session,
                       const SomeoneWaits& someone_waits) {
  auto& next = *session.models.at(model.name).successor;
  const auto least = next.length + kLeast;
  do {
    if (next.unread.empty()) {
      auto found = co_await follow(engine, model, session, next);
      if (!found) co_return found;
    } else {
      auto read = co_await read_slice(model, next);
      if (!read) co_return read;
    }
    if (next.unread.empty() && next.read_seq == session.seq) {
      ModelState fresh;
      fresh.sequence = std::move(next.sequence);
      fresh.read_seq = next.read_seq;
      fresh.length = fresh.begun_length = fresh.saved_length = next.length;
      session.models[model.name] = std::move(fresh);
      co_return Status();
    }
  } while (next.length < least || !someone_waits() || crowded(model, session));
  co_return Status();
}

}  // namespace sr::host
