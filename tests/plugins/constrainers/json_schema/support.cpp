#include "support.h"

#include <algorithm>
#include <cstring>

extern "C" const sr_plugin* sr_plugin_v1_json_schema() noexcept;

namespace sr::testing {

namespace {

sr_str str(std::string_view s) { return {s.data(), s.size()}; }

std::vector<std::string> single_bytes() {
  std::vector<std::string> out;
  for (int b = 0; b < 256; ++b) out.emplace_back(1, static_cast<char>(b));
  return out;
}

sr_error error() {
  sr_error e{};
  e.struct_size = sizeof e;
  return e;
}

void check(sr_code code, const sr_error& e) {
  if (code != SR_OK) throw Refused(code, e.message);
}

// Answers a component's questions about its options from the given ones and its table.
struct FakeConfig {
  const Options* options;
  const sr_component* component;

  bool find(const char* name, std::string& out) const {
    if (const auto at = options->find(name); at != options->end()) {
      out = at->second;
      return true;
    }
    for (auto* o = component->options; *o != nullptr; ++o) {
      if (std::strcmp((*o)->name, name) == 0 && (*o)->default_value != nullptr) {
        out = (*o)->default_value;
        return true;
      }
    }
    return false;
  }
  std::vector<std::string> list(const char* name) const {
    std::string text;
    std::vector<std::string> out;
    if (!find(name, text)) return out;
    for (std::size_t at = 0; at < text.size();) {
      const auto comma = std::min(text.find(", ", at), text.size());
      out.push_back(text.substr(at, comma - at));
      at = comma + 2;
    }
    return out;
  }
  mutable std::string last;  // what get_string handed out
};

const FakeConfig& fake(const sr_config* c) { return *reinterpret_cast<const FakeConfig*>(c); }

}  // namespace

TestVocabulary::TestVocabulary(std::vector<std::string> tokens, std::string fingerprint)
    : tokens_(std::move(tokens)), fingerprint_(std::move(fingerprint)) {
  offsets_.push_back(0);
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    bytes_ += tokens_[i];
    offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    if (tokens_[i].empty()) specials_.push_back({static_cast<std::int32_t>(i), str("<special>")});
  }
  vocabulary_.struct_size = sizeof vocabulary_;
  vocabulary_.size = size();
  vocabulary_.bytes = reinterpret_cast<const std::uint8_t*>(bytes_.data());
  vocabulary_.offsets = offsets_.data();
  vocabulary_.end_token = size() - 1;
  vocabulary_.special_count = static_cast<std::uint32_t>(specials_.size());
  vocabulary_.specials = specials_.data();
  vocabulary_.fingerprint = str(fingerprint_);
}

const TestVocabulary& TestVocabulary::bytes() {
  static const TestVocabulary vocabulary = [] {
    auto tokens = single_bytes();
    tokens.emplace_back();
    return TestVocabulary(std::move(tokens), "bytes");
  }();
  return vocabulary;
}

const TestVocabulary& TestVocabulary::mixed() {
  static const TestVocabulary vocabulary = [] {
    auto tokens = single_bytes();
    tokens.emplace_back();  // a special token in the middle
    for (const char* text : {"\":\"",
                             "\",\"",
                             "\"},{\"",
                             "\"}]}",
                             "\"}",
                             "{\"",
                             "[{\"",
                             "\":[",
                             "\":{",
                             "],\"",
                             "}]",
                             "}}",
                             "\":",
                             ",\"",
                             "\"]",
                             "[]",
                             "{}",
                             "[\"",
                             "\"\"",
                             "\"id\":",
                             "},",
                             "[[",
                             "]]",
                             "null",
                             "true",
                             "false",
                             "tr",
                             "ue",
                             "null,",
                             "true}",
                             "1",
                             "12",
                             "123",
                             "0.",
                             "1e",
                             "e+",
                             "-1",
                             ".5",
                             "10,",
                             "3}",
                             "7]",
                             "000",
                             "\\u00",
                             "\\u",
                             "\\ud8",
                             "\\ud83d\\ude",
                             "\\n",
                             "\\\"",
                             "\\\\",
                             "\\\\\"",
                             "u0041",
                             "\xc3",
                             "\xc3\xa9",
                             "\xe2\x82",
                             "\x82\xac",
                             "\xf0\x9f",
                             "\x98\x80",
                             "\xa9\"",
                             "\xed\xa0",
                             "\xc0\x80",
                             "x\xe4\xb8\xad",
                             "x\xe4\xb8",
                             "x\xed\xa0\x80",
                             "x_1",
                             "x-1",
                             "xY",
                             "kind",
                             "\"kind\":\"",
                             "sql",
                             "sql\",\"",
                             "type",
                             "\"type\":\"",
                             "the ",
                             " the",
                             "he",
                             "SELECT",
                             " FROM",
                             " WHERE",
                             "open",
                             "op",
                             "en\"",
                             "ack",
                             "nowledged",
                             "a",
                             "ab",
                             "abc",
                             "abcdefgh",
                             "b\":",
                             "  ",
                             "\n",
                             "\n  ",
                             ": ",
                             ", ",
                             " }",
                             " \"",
                             "\t",
                             "\r\n",
                             "a\":1",
                             "\":1,\"b",
                             "x",
                             "xy",
                             "foo\"",
                             "\"a\":1}",
                             "]}",
                             "}}}",
                             "\"x",
                             "\"AlertTable\"",
                             "Alert",
                             "Table\"",
                             "title",
                             "source",
                             "rows",
                             "\x01",
                             "a\x1f",
                             "/",
                             "~1"}) {
      tokens.emplace_back(text);
    }
    tokens.emplace_back("abc");  // the same bytes twice
    tokens.emplace_back();
    return TestVocabulary(std::move(tokens), "mixed");
  }();
  return vocabulary;
}

std::vector<std::int32_t> TestVocabulary::tokenize(std::string_view text) const {
  std::vector<std::int32_t> out;
  while (!text.empty()) {
    std::int32_t best = -1;
    for (std::int32_t t = 0; t < size(); ++t) {
      const auto& bytes = this->text(t);
      if (bytes.empty() || text.substr(0, bytes.size()) != bytes) continue;
      if (best < 0 || bytes.size() > this->text(best).size()) best = t;
    }
    out.push_back(best);
    text.remove_prefix(this->text(best).size());
  }
  return out;
}

Plugin::Plugin(Options options) : options_(std::move(options)) {
  host_.struct_size = sizeof host_;
  host_.host = reinterpret_cast<sr_host*>(&log_);
  host_.log_enabled = [](sr_host*, std::int32_t) noexcept { return 1; };
  host_.log = [](sr_host* h, std::int32_t, sr_str message) noexcept {
    reinterpret_cast<std::vector<std::string>*>(h)->emplace_back(message.ptr, message.len);
  };
  host_.get_string = [](const sr_config* c, const char* name, sr_str* out) noexcept -> sr_code {
    if (!fake(c).find(name, fake(c).last)) return SR_NOT_FOUND;
    *out = str(fake(c).last);
    return SR_OK;
  };
  host_.get_int = [](const sr_config* c, const char* name, std::int64_t* out) noexcept -> sr_code {
    std::string text;
    if (!fake(c).find(name, text)) return SR_NOT_FOUND;
    std::size_t used = 0;
    *out = std::stoll(text, &used);
    if (text.substr(used) == "MiB") *out <<= 20;
    return SR_OK;
  };
  host_.get_list_size = [](const sr_config* c, const char* name,
                           std::size_t* out) noexcept -> sr_code {
    *out = fake(c).list(name).size();
    return SR_OK;
  };
  host_.get_list_item = [](const sr_config* c, const char* name, std::size_t i,
                           sr_str* out) noexcept -> sr_code {
    fake(c).last = fake(c).list(name)[i];
    *out = str(fake(c).last);
    return SR_OK;
  };
  component_ = sr_plugin_v1_json_schema()->components[0];
  table_ = static_cast<const sr_constrainer*>(component_->vtable);
  const FakeConfig config{&options_, component_, {}};
  auto e = error();
  check(component_->create(&host_, reinterpret_cast<const sr_config*>(&config), &instance_, &e), e);
}

Plugin::~Plugin() {
  for (auto* grammar : grammars_) table_->release(instance_, grammar);
  component_->destroy(instance_);
}

sr_grammar* Plugin::compile(const GrammarText& text, const TestVocabulary& vocabulary) {
  std::vector<sr_named_grammar> named;
  for (const auto& n : text.named) named.push_back({str(n.name), str(n.kind), str(n.text)});
  const sr_grammar_source source{sizeof source, str(text.kind), str(text.text), named.data(),
                                 named.size()};
  sr_grammar* grammar = nullptr;
  auto e = error();
  check(table_->compile(instance_, &source, &vocabulary.get(), &grammar, &e), e);
  grammars_.push_back(grammar);
  return grammar;
}

MatcherHandle Plugin::open(const GrammarText& source, const TestVocabulary& vocabulary) {
  auto* grammar = compile(source, vocabulary);
  sr_matcher* matcher = nullptr;
  auto e = error();
  check(table_->open(instance_, grammar, &matcher, &e), e);
  return MatcherHandle(*this, matcher, vocabulary);
}

MatcherHandle Plugin::open_with(sr_grammar* grammar, const SlotGiven& slots,
                                const TestVocabulary& vocabulary) {
  std::vector<std::vector<sr_str>> texts;
  std::vector<sr_slot_texts> given;
  for (const auto& [name, all] : slots) {
    auto& of_name = texts.emplace_back();
    for (const auto& text : all) of_name.push_back(str(text));
  }
  for (std::size_t i = 0; i < slots.size(); ++i) {
    given.push_back({str(slots[i].first), texts[i].data(), texts[i].size()});
  }
  sr_matcher* matcher = nullptr;
  auto e = error();
  check(table_->open_with(instance_, grammar, given.data(), given.size(), &matcher, &e), e);
  return MatcherHandle(*this, matcher, vocabulary);
}

MatcherHandle::~MatcherHandle() {
  if (matcher_ != nullptr) plugin_->table().close(plugin_->instance(), matcher_);
}

MatcherHandle MatcherHandle::fork() const {
  sr_matcher* out = nullptr;
  auto e = error();
  check(plugin_->table().fork(plugin_->instance(), matcher_, &out, &e), e);
  return MatcherHandle(*plugin_, out, *vocabulary_);
}

std::vector<std::uint32_t> MatcherHandle::mask() const {
  std::vector<std::uint32_t> bits(vocabulary_->words(), 0xDEADBEEF);
  auto e = error();
  check(plugin_->table().fill_mask(plugin_->instance(), matcher_, bits.data(), bits.size(), &e), e);
  return bits;
}

std::string MatcherHandle::accept(std::int32_t token) {
  auto e = error();
  const auto code = plugin_->table().accept(plugin_->instance(), matcher_, token, &e);
  return code == SR_OK ? "" : e.message;
}

std::string MatcherHandle::accept(std::string_view bytes) {
  for (const char c : bytes) {
    if (auto why = accept(static_cast<std::int32_t>(static_cast<unsigned char>(c))); !why.empty())
      return why;
  }
  return "";
}

std::string MatcherHandle::forced(std::size_t capacity) const {
  std::string out(capacity, '\0');
  out.resize(plugin_->table().forced(plugin_->instance(), matcher_,
                                     reinterpret_cast<std::uint8_t*>(out.data()), capacity));
  return out;
}

void MatcherHandle::rollback(std::size_t count) {
  auto e = error();
  check(plugin_->table().rollback(plugin_->instance(), matcher_, count, &e), e);
}

std::int32_t MatcherHandle::status() const {
  return plugin_->table().status(plugin_->instance(), matcher_);
}

std::string MatcherHandle::explain() const {
  std::string out(1000, '\0');
  out.resize(std::min(
      out.size(), plugin_->table().explain(plugin_->instance(), matcher_, out.data(), out.size())));
  return out;
}

}  // namespace sr::testing
