// What the tests of constrainers share: vocabularies, and the plugin called through its C table.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state_runtime/constrainer.h"

namespace sr::testing {

// Token texts as given; "" makes a special token. The last token is the end token.
class TestVocabulary {
 public:
  explicit TestVocabulary(std::vector<std::string> tokens, std::string fingerprint);
  static const TestVocabulary& bytes();  // 256 bytes, <end>
  // The bytes, and tokens that cross what JSON keeps apart: "},{", halves of UTF-8, \u00.
  static const TestVocabulary& mixed();

  const sr_vocabulary& get() const { return vocabulary_; }
  std::size_t words() const { return (tokens_.size() + 31) / 32; }
  std::int32_t size() const { return static_cast<std::int32_t>(tokens_.size()); }
  std::int32_t end() const { return vocabulary_.end_token; }
  const std::string& text(std::int32_t token) const {
    return tokens_[static_cast<std::size_t>(token)];
  }
  // The longest token first, as a greedy tokenizer would.
  std::vector<std::int32_t> tokenize(std::string_view text) const;

 private:
  std::vector<std::string> tokens_;
  std::string fingerprint_, bytes_;
  std::vector<std::uint32_t> offsets_;
  std::vector<sr_special_token> specials_;
  sr_vocabulary vocabulary_{};
};

struct Refused : std::runtime_error {
  Refused(sr_code c, const std::string& what) : std::runtime_error(what), code(c) {}
  sr_code code;
};

using Options = std::map<std::string, std::string>;

class MatcherHandle;

// What compile() takes.
struct GrammarText {
  struct Named {
    std::string name, kind, text;
  };
  std::string kind, text;
  std::vector<Named> named;
};

// What slots hold: a name and its texts.
using SlotGiven = std::vector<std::pair<std::string, std::vector<std::string>>>;

// The plugin's component, created with the given options and the defaults of its table.
class Plugin {
 public:
  explicit Plugin(Options options = {});
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  sr_grammar* compile(const GrammarText& source, const TestVocabulary& vocabulary);
  sr_grammar* compile(std::string_view schema, const TestVocabulary& vocabulary) {
    return compile(GrammarText{"json_schema", std::string(schema), {}}, vocabulary);
  }
  MatcherHandle open(const GrammarText& source, const TestVocabulary& vocabulary);
  MatcherHandle open(std::string_view schema, const TestVocabulary& vocabulary);
  MatcherHandle open_with(sr_grammar* grammar, const SlotGiven& slots,
                          const TestVocabulary& vocabulary);
  const sr_constrainer& table() const { return *table_; }
  sr_instance* instance() const { return instance_; }
  const std::vector<std::string>& log() const { return log_; }

 private:
  Options options_;
  std::vector<std::string> log_;
  sr_host_api host_{};
  const sr_constrainer* table_ = nullptr;
  sr_instance* instance_ = nullptr;
  const sr_component* component_ = nullptr;
  std::vector<sr_grammar*> grammars_;
};

class MatcherHandle {
 public:
  MatcherHandle(Plugin& plugin, sr_matcher* matcher, const TestVocabulary& vocabulary)
      : plugin_(&plugin), matcher_(matcher), vocabulary_(&vocabulary) {}
  MatcherHandle(MatcherHandle&& other) noexcept
      : plugin_(other.plugin_),
        matcher_(std::exchange(other.matcher_, nullptr)),
        vocabulary_(other.vocabulary_) {}
  ~MatcherHandle();

  MatcherHandle fork() const;
  std::vector<std::uint32_t> mask() const;
  bool allows(const std::vector<std::uint32_t>& mask, std::int32_t token) const {
    return (mask[static_cast<std::size_t>(token) / 32] >> (token % 32) & 1) != 0;
  }
  // "" when accepted, otherwise the reason.
  std::string accept(std::int32_t token);
  std::string accept(std::string_view bytes);  // one byte token after the other
  std::string forced(std::size_t capacity = 4096) const;
  void rollback(std::size_t count);
  std::int32_t status() const;
  std::string explain() const;

 private:
  Plugin* plugin_;
  sr_matcher* matcher_;
  const TestVocabulary* vocabulary_;
};

inline MatcherHandle Plugin::open(std::string_view schema, const TestVocabulary& vocabulary) {
  return open(GrammarText{"json_schema", std::string(schema), {}}, vocabulary);
}

}  // namespace sr::testing
