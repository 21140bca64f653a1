// json_schema/constrainer.h - the components "json_schema" and "grammar": one constrainer under two
// names, as either kind of grammar may refer to the other. Compiles grammars and keeps them, by
// content and vocabulary. Any thread.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/grammar.h"
#include "json_schema/compile.h"
#include "state_runtime/constrainer.hpp"

namespace sr::json_schema {

class EngineConstrainer : public Constrainer {
 public:
  using Interface = Constrainer;
  static const sr_option* const kOptions[];

  EngineConstrainer(Host host, const Config& config);
  std::unique_ptr<Grammar> compile(const sr_grammar_source& source,
                                   const sr_vocabulary& vocabulary) override;

 private:
  using Key = std::pair<std::string, std::string>;  // vocabulary, all texts
  struct Entry {
    Key key;
    std::shared_ptr<constrain::CompiledGrammar> grammar;
  };
  std::shared_ptr<constrain::CompiledGrammar> find(const Key& key);
  std::shared_ptr<const constrain::Vocabulary> arrange(const std::string& key,
                                                       const sr_vocabulary& vocabulary);
  std::shared_ptr<constrain::SlotCache> slots(
      const std::string& key, const std::shared_ptr<const constrain::Vocabulary>& arranged);
  void keep(const Key& key, std::shared_ptr<constrain::CompiledGrammar> grammar);
  std::shared_ptr<const NamedGrammars> named(const Source& source);

  const Host host_;
  CompileOptions options_;
  std::size_t memory_;    // bytes that one grammar may remember
  std::size_t grammars_;  // kept after their last use
  std::mutex mutex_;
  std::list<Entry> recent_;  // latest use first
  std::map<Key, std::list<Entry>::iterator> known_;
  std::map<std::string, std::weak_ptr<const constrain::Vocabulary>> vocabularies_;
  std::map<std::string, std::weak_ptr<constrain::SlotCache>> slots_;  // of each vocabulary
  // Latest use first: an app has one set of named grammars and many schemas.
  static constexpr std::size_t kNamedKept = 8;
  std::list<std::pair<std::string, std::shared_ptr<const NamedGrammars>>> named_;
};

class JsonSchemaConstrainer final : public EngineConstrainer {
 public:
  static constexpr const char* kType = "json_schema";
  static constexpr const char* kSummary = "Holds a model to a JSON Schema (draft 2020-12).";
  using EngineConstrainer::EngineConstrainer;
};

class GrammarConstrainer final : public EngineConstrainer {
 public:
  static constexpr const char* kType = "grammar";
  static constexpr const char* kSummary = "Holds a model to a grammar in the GBNF dialect.";
  using EngineConstrainer::EngineConstrainer;
};

}  // namespace sr::json_schema
