// The wrappers against plugins written with the SDK's classes: what the host says arrives, what
// the plugin says comes back, and nothing escapes or leaks on the way.
#include <gtest/gtest.h>

#include <deque>
#include <optional>

#include "host/plugins/backend.h"
#include "host/plugins/constrainer.h"
#include "host/plugins/registry.h"
#include "host/plugins/store.h"
#include "host/plugins/transport.h"
#include "state_runtime/backend.hpp"
#include "state_runtime/constrainer.hpp"
#include "state_runtime/store.hpp"
#include "state_runtime/transport.hpp"
#include "test_host.h"

namespace sr::host {
namespace {

constexpr const sr_option* kNoOptions[] = {nullptr};

template <class Plugin>
std::shared_ptr<Instance> make(const std::string& label, const sr_component& c) {
  static TestHost host;
  std::vector<OptionProblem> problems;
  const auto options = Options::check(c, {}, "/", problems);
  auto made = Instance::create(c, options, host.api, label);
  EXPECT_TRUE(made.ok());
  return *made;
}
template <class Plugin>
std::shared_ptr<Instance> make(const std::string& label) {
  return make<Plugin>(label, component<Plugin>);
}

// ---- backend: a token is a byte; a sequence is what it has read ----

struct Text final : Sequence {
  std::string bytes;
  static inline int alive = 0;
  Text() { ++alive; }
  Text(const Text& other) : Sequence(other), bytes(other.bytes) { ++alive; }
  ~Text() override { --alive; }
};

struct ByteBackend : Backend {
  using Interface = Backend;
  static constexpr const char* kType = "bytes";
  static constexpr const char* kSummary = "Bytes.";
  static constexpr auto& kOptions = kNoOptions;
  static inline int interrupted = 0;

  ByteBackend(Host, const Config&) {
    for (int i = 0; i < 256; ++i) {
      bytes_[i] = static_cast<std::uint8_t>(i);
      offsets_[i] = static_cast<std::uint32_t>(i);
    }
    offsets_[256] = 256;
    vocabulary_ = {sizeof(sr_vocabulary), 256, bytes_, offsets_, -1, 0, nullptr, sr::str("bytes")};
  }
  sr_backend_info describe() const noexcept override {
    return {sizeof(sr_backend_info), 4, sr::str("bytes"), sr::str("bytes-1"), 24, 1, 100};
  }
  const sr_vocabulary& vocabulary() const noexcept override { return vocabulary_; }
  std::vector<std::int32_t> tokenize(std::string_view text, bool specials) const override {
    std::vector<std::int32_t> out;
    // Three ids a byte, so that the first guess of the host is too small.
    for (const auto c : text) out.insert(out.end(), specials ? 1 : 3, static_cast<std::uint8_t>(c));
    return out;
  }
  std::unique_ptr<Sequence> open() override { return std::make_unique<Text>(); }
  std::unique_ptr<Sequence> fork(const Sequence& from) override {
    return std::make_unique<Text>(static_cast<const Text&>(from));
  }
  std::uint64_t length(const Sequence& s) const noexcept override {
    return static_cast<const Text&>(s).bytes.size();
  }
  void forward(std::span<sr_forward_item* const> items) override {
    if (items.empty()) throw Failure(SR_INVALID_ARGUMENT, "nothing to do");
    each_item(items, [](sr_forward_item& item) {
      if (item.tokens[0] < 0) throw std::invalid_argument("no such token");
      for (std::size_t i = 0; i < item.count; ++i) {
        sequence_of<Text>(item.sequence).bytes += static_cast<char>(item.tokens[i]);
      }
    });
  }
  void sample(std::span<sr_pick* const> picks) override {
    each_item(picks, [](sr_pick& pick) {
      pick.token = static_cast<std::uint8_t>(sequence_of<Text>(pick.sequence).bytes.back());
    });
  }
  void save(const Sequence& s, const sr_writer& to) const override {
    const auto& bytes = static_cast<const Text&>(s).bytes;
    const auto size = static_cast<std::uint32_t>(bytes.size());
    to.write(to.context, &size, sizeof size);
    to.write(to.context, bytes.data(), bytes.size());
  }
  std::unique_ptr<Sequence> load(const sr_reader& from) override {
    auto out = std::make_unique<Text>();
    std::uint32_t size = 0;
    if (from.read(from.context, &size, sizeof size) != 0) throw Failure(SR_CORRUPT, "too short");
    out->bytes.resize(size);
    if (from.read(from.context, out->bytes.data(), size) != 0) throw Failure(SR_CORRUPT, "cut off");
    return out;
  }
  void interrupt() noexcept override { ++interrupted; }

 private:
  std::uint8_t bytes_[256];
  std::uint32_t offsets_[257];
  sr_vocabulary vocabulary_;
};

struct PinningBackend : ByteBackend {
  using ByteBackend::ByteBackend;
  static constexpr const char* kType = "pinning";
  void pin(Sequence& s, std::uint64_t count) override {
    if (count < static_cast<Text&>(s).bytes.size()) throw Failure(SR_INVALID_ARGUMENT, "too late");
  }
};

TEST(BackendCalls, WhatABackendDoesNotPinIsNoError) {
  const auto pin = [](const sr_component& component, std::uint64_t count) {
    LoadedBackend backend(make<ByteBackend>("backend main", component));
    auto sequence = backend.open();
    const std::int32_t tokens[] = {1, 2, 3};
    AbiError error;
    sr_forward_item item{sizeof item, SR_LOGITS_NONE, sequence->get(), tokens, 3, &error};
    sr_forward_item* items[] = {&item};
    EXPECT_TRUE(backend.forward(items).ok());
    return backend.pin(sequence->get(), count);
  };
  EXPECT_TRUE(*pin(component<PinningBackend>, 3));
  const auto refused = pin(component<PinningBackend>, 2);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().text(), "[backend main] too late");
  EXPECT_FALSE(*pin(component<ByteBackend>, 3));
  // A table of ABI 1.0 ends before it; what stands behind is not the plugin's.
  auto old = *static_cast<const sr_backend*>(component<PinningBackend>.vtable);
  old.struct_size = offsetof(sr_backend, pin);
  old.pin = nullptr;
  auto older = component<PinningBackend>;
  older.vtable = &old;
  EXPECT_FALSE(*pin(older, 3));
}

TEST(BackendCalls, SequencesLiveAndDie) {
  {
    LoadedBackend backend(make<ByteBackend>("backend main"));
    auto opened = backend.open();
    ASSERT_TRUE(opened.ok());
    SequencePtr first = std::move(*opened);

    const std::int32_t tokens[] = {'h', 'i'};
    AbiError item_error;
    sr_forward_item item{sizeof item, SR_LOGITS_LAST, first.get(), tokens, 2, &item_error};
    sr_forward_item* items[] = {&item};
    ASSERT_TRUE(backend.forward(items).ok());
    EXPECT_EQ(item_error.code, SR_OK);
    EXPECT_EQ(backend.length(first.get()), 2u);

    auto forked = backend.fork(first.get());
    ASSERT_TRUE(forked.ok());
    const std::int32_t bad[] = {-1};
    item.tokens = bad;
    item.count = 1;
    EXPECT_TRUE(backend.forward(items).ok()) << "the call went well; the item did not";
    EXPECT_EQ(item_error.error(item_error.code, backend.label()).text(),
              "[backend main] no such token");

    sr_pick pick{};
    pick.struct_size = sizeof pick;
    pick.sequence = forked->get();
    pick.error = &item_error;
    sr_pick* picks[] = {&pick};
    ASSERT_TRUE(backend.sample(picks).ok());
    EXPECT_EQ(pick.token, 'i');

    auto bytes = backend.save(first.get());
    ASSERT_TRUE(bytes.ok());
    auto loaded = backend.load(*bytes);
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(backend.length(loaded->get()), 2u);
    const auto cut = backend.load(std::string_view(*bytes).substr(0, 5));
    EXPECT_EQ(cut.error().code, SR_CORRUPT);
    EXPECT_EQ(cut.error().text(), "[backend main] cut off");
  }
  EXPECT_EQ(Text::alive, 0);
}

TEST(BackendCalls, AbilitiesAndText) {
  LoadedBackend backend(make<ByteBackend>("backend main"));
  EXPECT_EQ(view(backend.describe().fingerprint), "bytes-1");
  EXPECT_EQ(backend.describe().context_limit, 100u);
  EXPECT_EQ(token_bytes(backend.vocabulary(), 'x'), "x");
  EXPECT_EQ(*backend.tokenize("ab", true), (std::vector<std::int32_t>{'a', 'b'}));
  EXPECT_EQ(backend.tokenize(std::string(100, 'a'), false)->size(), 300u);
  EXPECT_TRUE(backend.tokenize("", true)->empty());
  EXPECT_EQ(backend.forward({}).error().text(), "[backend main] nothing to do");
  auto sequence = backend.open();
  const auto kept = backend.keep(sequence->get(), 0);
  EXPECT_EQ(kept.error().code, SR_UNSUPPORTED);
  EXPECT_EQ(kept.error().text(), "[backend main] this backend cannot drop tokens");
  backend.interrupt();
  EXPECT_EQ(ByteBackend::interrupted, 1);
}

TEST(BackendCalls, NullOptionalEntriesAreUnsupported) {
  auto table = detail::InterfaceTraits<Backend>::kVtable;
  table.keep = nullptr;
  table.save = nullptr;
  table.load = nullptr;
  table.interrupt = nullptr;
  auto c = component<ByteBackend>;
  c.vtable = &table;
  LoadedBackend backend(make<ByteBackend>("backend main", c));
  auto sequence = backend.open();
  EXPECT_EQ(backend.keep(sequence->get(), 0).error().code, SR_UNSUPPORTED);
  EXPECT_EQ(backend.save(sequence->get()).error().text(),
            "[backend main] this backend cannot save sequences; they are read again from the log");
  EXPECT_EQ(backend.load("x").error().code, SR_UNSUPPORTED);
  backend.interrupt();
}

// ---- constrainer: the grammar is the text itself ----

struct Exactly final : Matcher {
  std::string text;
  std::size_t at = 0;
  std::unique_ptr<Matcher> fork() const override { return std::make_unique<Exactly>(*this); }
  void fill_mask(std::span<std::uint32_t> mask) override {
    std::fill(mask.begin(), mask.end(), 0u);
    const auto c = static_cast<std::uint8_t>(text.at(at));
    mask[c / 32] |= 1u << (c % 32);
  }
  void accept(std::int32_t token) override {
    if (at >= text.size() || token != static_cast<std::uint8_t>(text[at])) {
      throw Failure(SR_INVALID_ARGUMENT, "that may not come next");
    }
    ++at;
  }
  std::size_t forced(std::span<std::uint8_t> bytes) override {
    const auto n = std::min(bytes.size(), text.size() - at);
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), n, bytes.begin());
    return n;
  }
  void rollback(std::size_t count) override { at -= count; }
  std::int32_t status() override { return at == text.size() ? SR_MATCH_DONE : SR_MATCH_OPEN; }
  std::string explain() override { return std::string(600, '.') + "wants " + text.substr(at); }
};

struct ExactGrammar final : Grammar {
  std::string text;
  static inline int alive = 0;
  ExactGrammar() { ++alive; }
  ~ExactGrammar() override { --alive; }
  std::unique_ptr<Matcher> open() override {
    auto out = std::make_unique<Exactly>();
    out->text = text;
    return out;
  }
};

struct ExactConstrainer : Constrainer {
  using Interface = Constrainer;
  static constexpr const char* kType = "exact";
  static constexpr const char* kSummary = "Exactly this text.";
  static constexpr auto& kOptions = kNoOptions;
  ExactConstrainer(Host, const Config&) {}
  std::unique_ptr<Grammar> compile(const sr_grammar_source& source,
                                   const sr_vocabulary&) override {
    if (sr::view(source.kind) != "exact") {
      unsupported("cannot read " + std::string(sr::view(source.kind)));
    }
    auto out = std::make_unique<ExactGrammar>();
    out->text = sr::view(source.text);
    for (std::size_t i = 0; i < source.named_count; ++i) {
      out->text += sr::view(source.named[i].text);
    }
    return out;
  }
};

TEST(ConstrainerCalls, AMatcherWalksForksAndReturns) {
  {
    LoadedConstrainer constrainer(make<ExactConstrainer>("constrainer json"));
    const sr_vocabulary vocabulary{};
    EXPECT_EQ(constrainer.compile({"regex", "x", {}}, vocabulary).error().text(),
              "[constrainer json] cannot read regex");

    const GrammarSource source{"exact", "ab", {{"tail", "exact", "c"}}};
    auto grammar = constrainer.compile(source, vocabulary);
    ASSERT_TRUE(grammar.ok());
    auto opened = (*grammar)->open();
    ASSERT_TRUE(opened.ok());
    MatcherRef matcher = std::move(*opened);

    std::uint32_t mask[8];
    ASSERT_TRUE(matcher.fill_mask(mask).ok());
    EXPECT_EQ(mask['a' / 32], 1u << ('a' % 32));
    EXPECT_TRUE(matcher.accept('a').ok());
    EXPECT_EQ(matcher.accept('z').error().text(), "[constrainer json] that may not come next");

    auto forked = matcher.fork();
    ASSERT_TRUE(forked.ok());
    EXPECT_TRUE(forked->accept('b').ok());
    EXPECT_TRUE(forked->accept('c').ok());
    EXPECT_EQ(forked->status(), SR_MATCH_DONE);
    EXPECT_EQ(matcher.status(), SR_MATCH_OPEN);
    EXPECT_TRUE(forked->rollback(2).ok());
    std::uint8_t bytes[8];
    EXPECT_EQ(forked->forced(bytes), 2u);
    EXPECT_EQ(bytes[0], 'b');
    EXPECT_EQ(matcher.explain(), std::string(600, '.') + "wants bc");
    matcher = std::move(*forked);
  }
  EXPECT_EQ(ExactGrammar::alive, 0);
}

struct SlotGrammar final : Grammar {
  std::unique_ptr<Matcher> open() override { return open_with({}); }
  std::unique_ptr<Matcher> open_with(std::span<const sr_slot_texts> slots) override {
    auto out = std::make_unique<Exactly>();
    for (const auto& slot : slots) {
      out->text += std::string(sr::view(slot.name)) + ":";
      for (std::size_t i = 0; i < slot.count; ++i) {
        out->text += std::string(sr::view(slot.texts[i])) + ";";
      }
    }
    return out;
  }
};
struct SlotConstrainer : ExactConstrainer {
  using ExactConstrainer::ExactConstrainer;
  std::unique_ptr<Grammar> compile(const sr_grammar_source&, const sr_vocabulary&) override {
    return std::make_unique<SlotGrammar>();
  }
};

TEST(ConstrainerCalls, TextsForSlotsArriveAndOldConstrainersSayThatTheyHaveNone) {
  const sr_vocabulary vocabulary{};
  const std::vector<SlotTexts> slots = {{"command", {"set", "it"}}, {"empty", {}}, {"v", {"x"}}};
  const auto open = [&](const sr_component& component, std::span<const SlotTexts> given) {
    LoadedConstrainer constrainer(make<ExactConstrainer>("constrainer json", component));
    auto grammar = constrainer.compile({"exact", "ab", {}}, vocabulary);
    EXPECT_TRUE(grammar.ok());
    auto opened = (*grammar)->open(given);
    if (!opened) return opened.error().text();
    return opened->explain().substr(600);
  };
  EXPECT_EQ(open(component<SlotConstrainer>, slots), "wants command:set;it;empty:v:x;");
  EXPECT_EQ(open(component<ExactConstrainer>, slots),
            "[constrainer json] grammars of this constrainer have no slots; open the matcher "
            "without texts");
  // A table of ABI 1.1 ends before open_with; what stands behind is not the plugin's.
  auto old = *static_cast<const sr_constrainer*>(component<ExactConstrainer>.vtable);
  old.struct_size = offsetof(sr_constrainer, open_with);
  auto older = component<ExactConstrainer>;
  older.vtable = &old;
  EXPECT_EQ(open(older, slots),
            "[constrainer json] this constrainer cannot be used for grammars with slots: it lacks "
            "open_with(), which plugins of ABI 1.2 can have");
  EXPECT_EQ(open(older, {}), "wants ab");
}

// ---- store: remembers what it was told ----

struct Seen {
  std::string sql;
  std::vector<std::string> parameters;
  std::size_t grants = 0;
  bool has_grants = false;
  std::vector<std::uint64_t> seqs;
  int commits = 0, alive = 0;
  bool commit_fails = false, watching = false;
  Store::ChangedFn changed;
};
Seen seen;

struct FakeTransaction final : Transaction {
  FakeTransaction() { ++seen.alive; }
  ~FakeTransaction() override { --seen.alive; }
  std::uint64_t execute(const sr_statement& s, const sr_rows* rows) override {
    seen.sql = sr::view(s.sql);
    seen.parameters.clear();
    for (std::size_t i = 0; i < s.parameter_count; ++i) {
      seen.parameters.push_back(std::to_string(s.parameters[i].type) + ":" +
                                std::string(sr::view(s.parameters[i].text)));
    }
    seen.has_grants = s.grants != nullptr;
    seen.grants = s.grants == nullptr ? 0 : s.grants->grant_count;
    if (seen.sql == "fail") throw Failure(SR_DENIED, "no");
    const sr_str names[] = {sr::str("id"), sr::str("name"), sr::str("data")};
    rows->columns(rows->context, names, 3);
    const sr_value row[] = {{SR_INTEGER, 7, 0, {}},
                            {SR_NULL, 0, 0, {}},
                            {SR_BLOB, 0, 0, sr::str(std::string_view("\0x", 2))}};
    rows->row(rows->context, row, 3);
    const sr_value other[] = {{SR_BOOLEAN, 1, 0, {}}, {SR_REAL, 0, 2.5, {}}, {SR_TEXT, 0, 0, {}}};
    rows->row(rows->context, other, 3);
    return 1;
  }
  void commit() override {
    if (seen.commit_fails) throw Failure(SR_UNAVAILABLE, "the disk is full");
    ++seen.commits;
  }
  void session_create(const sr_session& s) override { id_ = sr::view(s.id); }
  void session_claim(std::string_view id, sr_session& out) override {
    if (id != id_) throw Failure(SR_NOT_FOUND, "no such session");
    out.id = sr::str(id_);
    out.fence = 2;
  }
  void session_get(std::string_view id, sr_session& out) override { session_claim(id, out); }
  void log_append(std::string_view, std::uint64_t fence, std::uint64_t,
                  std::span<const sr_entry* const> entries) override {
    if (fence != 2) throw Failure(SR_CONFLICT, "another owner");
    for (const auto* e : entries) {
      seen.seqs.push_back(e->seq);
      log_.push_back({e->seq, std::string(sr::view(e->body))});
    }
  }
  void log_read(std::string_view, std::uint64_t after,
                const std::function<bool(const sr_entry&)>& entry) override {
    for (const auto& [seq, body] : log_) {
      const std::int32_t tokens[] = {1, 2};
      sr_entry e{};
      e.struct_size = sizeof e;
      e.seq = seq;
      e.body = sr::str(body);
      e.tokens = tokens;
      e.token_count = 2;
      if (seq > after && !entry(e)) return;
    }
  }
  std::uint64_t log_last(std::string_view, std::string_view) override { return log_.size(); }
  std::uint64_t event_seen(std::string_view, std::string_view id) override { return id == "e1"; }
  void snapshot_put(std::string_view, std::string_view, std::uint64_t seq, sr_bytes b) override {
    snapshot_ = {seq, std::string(reinterpret_cast<const char*>(b.ptr), b.len)};
  }
  std::uint64_t snapshot_get(std::string_view, std::string_view,
                             const std::function<void(sr_bytes)>& data) override {
    data({reinterpret_cast<const std::uint8_t*>(snapshot_.second.data()), snapshot_.second.size()});
    return snapshot_.first;
  }

 private:
  std::string id_;
  std::deque<std::pair<std::uint64_t, std::string>> log_;
  std::pair<std::uint64_t, std::string> snapshot_;
};

struct FakeStore : Store {
  using Interface = Store;
  static constexpr const char* kType = "fake";
  static constexpr const char* kSummary = "Remembers.";
  static constexpr auto& kOptions = kNoOptions;
  FakeStore(Host, const Config&) {}
  void catalog(const std::function<void(const sr_column&)>& column) override {
    const sr_str choices[] = {sr::str("open"), sr::str("resolved")};
    column({sizeof(sr_column), SR_COLUMN_KEY, sr::str("alerts"), sr::str("id"), sr::str("INTEGER"),
            SR_INTEGER, 0, nullptr});
    column({sizeof(sr_column), 0, sr::str("alerts"), sr::str("status"), sr::str("TEXT"), SR_TEXT, 2,
            choices});
  }
  void run_script(std::string_view sql) override {
    if (sql.empty()) throw std::invalid_argument("an empty script");
  }
  std::unique_ptr<Transaction> begin(bool write) override {
    if (!write) throw Failure(SR_UNAVAILABLE, "locked");
    return std::make_unique<FakeTransaction>();
  }
  void watch(ChangedFn changed) override {
    seen.watching = static_cast<bool>(changed);
    seen.changed = std::move(changed);
  }
};

class StoreCalls : public testing::Test {
 protected:
  StoreCalls() : store_(make<FakeStore>("store facts")) { seen = {}; }
  TransactionRef begin() { return std::move(*store_.begin(true)); }
  LoadedStore store_;
};

TEST_F(StoreCalls, StatementsAndRows) {
  auto t = begin();
  Statement s;
  s.role = SR_ROLE_ACTION;
  s.sql = "UPDATE";
  s.parameters = {std::monostate(), true, std::int64_t{5}, 1.5, std::string("x")};
  s.grants = {{"alerts", "status", SR_GRANT_UPDATE}};
  const auto outcome = t.execute(s);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(seen.parameters, (std::vector<std::string>{"0:", "1:", "2:", "3:", "4:x"}));
  EXPECT_EQ(seen.grants, 1u);
  EXPECT_EQ(outcome->changed, 1u);
  EXPECT_EQ(outcome->returned.columns, (std::vector<std::string>{"id", "name", "data"}));
  const std::vector<std::vector<Value>> rows = {
      {std::int64_t{7}, std::monostate(), Bytes{std::string("\0x", 2)}}, {true, 2.5, std::string()}};
  EXPECT_EQ(outcome->returned.rows, rows);

  s.role = SR_ROLE_OWNER;
  s.sql = "fail";
  const auto denied = t.execute(s);
  EXPECT_EQ(denied.error().text(), "[store facts] no");
  EXPECT_EQ(denied.error().code, SR_DENIED);
  EXPECT_FALSE(seen.has_grants);
}

TEST_F(StoreCalls, CommitEndsTheTransactionEitherWay) {
  auto t = begin();
  EXPECT_TRUE(t.commit().ok());
  EXPECT_EQ(seen.alive, 0);
  EXPECT_EQ(t.commit().error().text(),
            "[store facts] the transaction has already ended; begin another");
  EXPECT_EQ(t.execute({}).error().code, SR_INVALID_ARGUMENT);

  seen.commit_fails = true;
  auto failing = begin();
  EXPECT_EQ(failing.commit().error().text(), "[store facts] the disk is full");
  EXPECT_EQ(seen.alive, 0);
  EXPECT_EQ(seen.commits, 1);
}

TEST_F(StoreCalls, WhatIsNotCommittedIsRolledBack) {
  {
    auto t = begin();
    auto moved = std::move(t);
    EXPECT_EQ(seen.alive, 1);
    moved = begin();
    EXPECT_EQ(t.commit().error().code, SR_INVALID_ARGUMENT);
  }
  EXPECT_EQ(seen.alive, 0);
  EXPECT_EQ(seen.commits, 0);
  EXPECT_EQ(store_.begin(false).error().text(), "[store facts] locked");
}

TEST_F(StoreCalls, SessionsAndLog) {
  auto t = begin();
  ASSERT_TRUE(t.session_create({"s1", "", "", "e", 0, 0}).ok());
  EXPECT_EQ(t.session_claim("s1")->fence, 2u);
  EXPECT_EQ(t.session_get("s1")->id, "s1");
  EXPECT_EQ(t.session_claim("s2").error().code, SR_NOT_FOUND);

  std::vector<LogEntry> entries(3);
  entries[0].body = "a";
  entries[2].body = "c";
  EXPECT_EQ(t.log_append("s1", 1, 4, entries).error().code, SR_CONFLICT);
  ASSERT_TRUE(t.log_append("s1", 2, 4, entries).ok());
  EXPECT_EQ(seen.seqs, (std::vector<std::uint64_t>{5, 6, 7}));
  EXPECT_EQ(*t.log_last("s1", ""), 3u);
  EXPECT_EQ(*t.event_seen("s1", "e1"), 1u);
  EXPECT_EQ(*t.event_seen("s1", "e2"), 0u);

  std::vector<std::uint64_t> read;
  ASSERT_TRUE(t.log_read("s1", 5, [&](LogEntry e) {
                 EXPECT_EQ(e.tokens, (std::vector<std::int32_t>{1, 2}));
                 read.push_back(e.seq);
                 return false;
               }).ok());
  EXPECT_EQ(read, (std::vector<std::uint64_t>{6}));
  EXPECT_THROW((void)t.log_read("s1", 0, [](LogEntry) -> bool { throw std::runtime_error("x"); }),
               std::runtime_error)
      << "passes through the plugin, not by way of it";

  ASSERT_TRUE(t.snapshot_put("s1", "f", 7, "bytes").ok());
  EXPECT_EQ(t.snapshot_get("s1", "f")->data, "bytes");
  EXPECT_EQ(t.snapshot_get("s1", "f")->seq, 7u);
}

TEST_F(StoreCalls, CatalogScriptAndWatch) {
  const auto columns = store_.catalog();
  ASSERT_EQ(columns->size(), 2u);
  EXPECT_TRUE((*columns)[0].key());
  EXPECT_EQ((*columns)[1].choices, (std::vector<std::string>{"open", "resolved"}));
  EXPECT_TRUE(store_.run_script("x").ok());
  EXPECT_EQ(store_.run_script("").error().text(), "[store facts] an empty script");

  std::vector<std::string> changed;
  {
    auto copy = store_;
    ASSERT_TRUE(copy.watch([&](std::string_view t) { changed.emplace_back(t); }).ok());
  }
  seen.changed("alerts");
  EXPECT_EQ(changed, (std::vector<std::string>{"alerts"}));
  ASSERT_TRUE(store_.watch({}).ok());
  EXPECT_FALSE(seen.watching);
  ASSERT_TRUE(store_.watch([](std::string_view) {}).ok());
  store_ = LoadedStore(make<FakeStore>("store other"));
  EXPECT_FALSE(seen.watching) << "the last copy stops it";
}

TEST(StoreTable, NullOptionalEntriesAreUnsupported) {
  auto table = detail::InterfaceTraits<Store>::kVtable;
  table.snapshot_put = nullptr;
  table.snapshot_get = nullptr;
  table.watch = nullptr;
  table.sessions_before = nullptr;
  table.session_delete = nullptr;
  auto c = component<FakeStore>;
  c.vtable = &table;
  LoadedStore store(make<FakeStore>("store facts", c));
  EXPECT_EQ(store.watch([](std::string_view) {}).error().code, SR_UNSUPPORTED);
  auto t = store.begin(true);
  EXPECT_EQ(t->snapshot_put("s", "f", 1, "x").error().text(),
            "[store facts] this store keeps no snapshots; sequences are read again from the log");
  EXPECT_EQ(t->snapshot_get("s", "f").error().code, SR_UNSUPPORTED);
  EXPECT_EQ(t->sessions_before(1, 1).error().text(),
            "[store facts] this store cannot find old sessions; they are kept for ever");
  EXPECT_EQ(t->session_delete("s", 1).error().code, SR_UNSUPPORTED);
}

// ---- transport ----

TransportEvents events;
std::vector<std::string> heard;

struct Loop : Transport {
  using Interface = Transport;
  static constexpr const char* kType = "loop";
  static constexpr const char* kSummary = "Talks to itself.";
  static constexpr auto& kOptions = kNoOptions;
  Loop(Host, const Config&) {}
  void start(const TransportEvents& e) override { events = e; }
  std::string address() const override { return "loop://" + std::string(200, 'x'); }
  bool send(std::uint64_t connection, std::string_view text) override {
    heard.push_back("send " + std::string(text));
    return connection != 9;
  }
  void close(std::uint64_t, sr_close why, std::string_view reason) override {
    heard.push_back("close " + std::to_string(why) + " " + std::string(reason));
  }
  void respond(std::uint64_t, const sr_response& r) override {
    heard.push_back("respond " + std::to_string(r.status) + " " + std::string(sr::view(r.body)) +
                    (r.header_count == 0 ? "" : " " + std::string(sr::view(r.headers[0].name))));
  }
  void drain() noexcept override { heard.push_back("drain"); }
  void stop() noexcept override { heard.push_back("stop"); }
};

struct Listener final : TransportListener {
  void opened(std::uint64_t, Peer peer) override {
    heard.push_back("opened " + peer.address + " " + peer.headers.at(0).second);
  }
  void message(std::uint64_t, std::string text) override {
    if (text == "bomb") throw std::bad_alloc();
    heard.push_back("message " + text);
  }
  void writable(std::uint64_t) override { heard.push_back("writable"); }
  void closed(std::uint64_t, std::string reason) override { heard.push_back("closed " + reason); }
  void request(std::uint64_t, HttpRequest r) override {
    if (r.path == "/bomb") throw std::bad_alloc();
    heard.push_back(r.method + " " + r.path + "?" + r.query);
  }
  void finished() override { heard.push_back("finished"); }
  void unread(std::uint64_t, std::string why) override { heard.push_back("unread " + why); }
};

TEST(TransportCalls, BothWays) {
  heard.clear();
  Listener listener;
  LoadedTransport transport(make<Loop>("transport web"));
  ASSERT_TRUE(transport.start(listener).ok());
  EXPECT_EQ(transport.address(), "loop://" + std::string(200, 'x'));
  const sr_header header{sr::str("origin"), sr::str("here")};
  events.opened(1, {sizeof(sr_peer), sr::str("peer"), {}, &header, 1});
  events.message(1, "hi");
  events.message(1, "bomb");
  events.writable(1);
  events.closed(1, "bye");
  sr_request request{sizeof request, sr::str("GET"), sr::str("/a"), sr::str("q"), {}, nullptr, 0};
  events.request(1, request);
  request.path = sr::str("/bomb");
  events.request(2, request);
  events.finished();
  EXPECT_TRUE(transport.send(1, "out").ok());
  EXPECT_EQ(transport.send(9, "full").error().code, SR_EXHAUSTED);
  EXPECT_TRUE(transport.respond(1, {200, {{"content-type", "text/plain"}}, "ok"}).ok());
  transport.close(1, SR_CLOSE_POLICY, "rude");
  transport.drain();
  transport.stop();
  EXPECT_EQ(heard, (std::vector<std::string>{
                       "opened peer here", "message hi",
                       "close 5 the host could not handle this message", "writable", "closed bye",
                       "GET /a?q", "respond 500 ", "finished", "send out", "send full",
                       "respond 200 ok content-type", "close 3 rude", "drain", "stop"}));
}

TEST(Fakes, PassTheHandshake) {
  const sr_component* const components[] = {&component<ByteBackend>, &component<ExactConstrainer>,
                                            &component<FakeStore>, &component<Loop>, nullptr};
  const sr_plugin plugin{sizeof plugin, 1, 0, "fakes", "1", "MIT", nullptr, nullptr, components};
  Registry registry;
  EXPECT_TRUE(registry.add(&plugin, {}).ok());
  EXPECT_EQ(registry.add(&plugin, {}).error().what,
            "backend \"bytes\" of plugin \"fakes\" (linked in) is already offered by plugin "
            "\"fakes\" (linked in); remove one of them");
}

}  // namespace
}  // namespace sr::host
