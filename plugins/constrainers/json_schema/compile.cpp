#include "json_schema/compile.h"

#include <algorithm>
#include <map>

#include "gbnf/compile.h"
#include "state_runtime/plugin.hpp"

namespace sr::json_schema {

namespace {

using constrain::Spelling;
using Root = gbnf::Root;

// White space in flexible texts is bounded, or a model may write nothing else for ever.
constexpr std::uint32_t kMostSpaces = 64;

class Linker {
 public:
  Linker(const Source& source, const CompileOptions& options, const NamedGrammars* known)
      : source_(source), options_(options) {
    if (known == nullptr) return;
    program_ = std::make_shared<constrain::Program>(*known->program);
    for (const auto& [name, root] : known->roots) {
      if (const auto* text = find(name)) {
        roots_[{text, Spelling::kEscaped}] = {root.first, root.second};
      }
    }
  }

  NamedGrammars run_named() {
    NamedGrammars out;
    for (const auto& text : source_.named) {
      if (text.kind != "grammar") continue;
      try {
        const auto root = named(text, Spelling::kEscaped);
        out.roots[text.name] = {root.node, root.may_be_empty};
      } catch (const Failure&) {
        open_.clear();
      }
    }
    out.program = program_;
    return out;
  }
  Compiled run() {
    check_names();
    const auto root = add(source_.main, Spelling::kPlain);
    program_->finish(root.node, options_.flexible ? kMostSpaces : 0, root.may_be_empty);
    return {program_, std::move(warnings_)};
  }

 private:
  void check_names() const {
    std::set<std::string> names;
    for (const auto& text : source_.named) {
      if (!names.insert(text.name).second) {
        throw Failure(SR_INVALID_ARGUMENT, "two grammars are named \"" + text.name + "\"");
      }
      check_kind(text);
    }
    check_kind(source_.main);
  }
  static void check_kind(const Text& text) {
    if (text.kind == "json_schema" || text.kind == "grammar") return;
    unsupported((text.name.empty() ? "" : text.name + ": ") + "grammars of kind \"" + text.kind +
                "\" are not known; write json_schema or grammar");
  }

  const Text* find(const std::string& name) const {
    const auto at = std::find_if(source_.named.begin(), source_.named.end(),
                                 [&](const Text& text) { return text.name == name; });
    return at == source_.named.end() ? nullptr : &*at;
  }

  // A named grammar is compiled once for each way in which it is spelt.
  Root named(const Text& text, Spelling spelling) {
    if (std::find(open_.begin(), open_.end(), &text) != open_.end()) {
      throw Failure(SR_INVALID_ARGUMENT,
                    "the grammar " + text.name + " refers to itself through others");
    }
    const std::pair key(&text, spelling);
    if (const auto known = roots_.find(key); known != roots_.end()) return known->second;
    open_.push_back(&text);
    Root root;
    try {
      root = add(text, spelling);
    } catch (const Failure& e) {
      throw Failure(e.code(), text.name + " " + e.what());
    }
    open_.pop_back();
    return roots_[key] = root;
  }

  Root add(const Text& text, Spelling spelling) {
    if (text.kind == "grammar") return add_grammar(text, spelling);
    if (spelling != Spelling::kPlain) {
      throw Failure(SR_INVALID_ARGUMENT,
                    "is a JSON Schema; inside a string only grammars of kind grammar can stand");
    }
    Grammars grammars;
    for (const auto& other : source_.named) grammars.names.insert(other.name);
    grammars.find = [this](const std::string& name) {
      const auto root = named(*find(name), Spelling::kEscaped);
      return std::pair(root.node, root.may_be_empty);
    };
    return {add_schema(*program_, text.text, options_, grammars, warnings_), false};
  }

  Root add_grammar(const Text& text, Spelling spelling) {
    const auto other = [&](const std::string& name, gbnf::Place) {
      const auto* found = find(name);
      return found == nullptr ? Root{} : named(*found, spelling);
    };
    return gbnf::add_grammar(*program_, text.text, {spelling, options_.max_states, text.name},
                             other);
  }

  const Source& source_;
  const CompileOptions& options_;
  std::shared_ptr<constrain::Program> program_ = std::make_shared<constrain::Program>();
  std::vector<std::string> warnings_;
  std::map<std::pair<const Text*, Spelling>, Root> roots_;
  std::vector<const Text*> open_;  // those in work
};

}  // namespace

NamedGrammars compile_named(const std::vector<Text>& named, const CompileOptions& options) {
  const Source source{{}, named};
  return Linker(source, options, nullptr).run_named();
}

Compiled compile(const Source& source, const CompileOptions& options, const NamedGrammars* known) {
  return Linker(source, options, known).run();
}

}  // namespace sr::json_schema
