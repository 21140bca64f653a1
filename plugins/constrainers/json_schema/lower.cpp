#include "json_schema/lower.h"

#include <map>

#include "engine/base/utf8.h"
#include "json_schema/shapes.h"
#include "state_runtime/plugin.hpp"

namespace sr::json_schema {

namespace {

using constrain::CodeDfa;
using constrain::kNoNode;
using constrain::NodeId;

class Lowering {
 public:
  Lowering(constrain::Program& program, const Shapes& shapes, const Grammars& grammars,
           const CompileOptions& options)
      : program_(program),
        shapes_(shapes),
        grammars_(grammars),
        max_states_(options.max_states),
        any_order_(options.any_order),
        nodes_(shapes.size(), kNoNode) {}

  NodeId run() {
    const auto root = node_of(shapes_.root());
    while (!waiting_.empty()) {
      const auto group = waiting_.back();
      waiting_.pop_back();
      fill(group);
    }
    return root;
  }

 private:
  NodeId node_of(GroupId group) {
    auto& node = nodes_[static_cast<std::size_t>(group)];
    if (node == kNoNode) {
      node = program_.reserve(shapes_.group(group).place);
      waiting_.push_back(group);
    }
    return node;
  }
  NodeId node_if_possible(GroupId group) {
    return shapes_.possible(group) ? node_of(group) : kNoNode;
  }

  void fill(GroupId id) {
    const auto& group = shapes_.group(id);
    constrain::Choice choice;
    std::vector<std::string> literals;
    const auto add = [&](decltype(constrain::Node::what) what) {
      choice.options.push_back(program_.add(group.place, std::move(what)));
    };
    for (const auto& shape : group.shapes) {
      switch (shape.kind) {
        case Shape::kScalar:
          add_literal(literals, shape.value);
          need(literals.back(), group.place);
          break;
        case Shape::kNumber:
          if (shape.slot) {
            add(constrain::Slot{program_.slot(*shape.slot)});
            break;
          }
          add(constrain::Automaton{.dfa = number_dfa(shape.number, max_states_)});
          break;
        case Shape::kText:
          if (shape.slot) {
            add(constrain::Slot{program_.slot(*shape.slot)});
            break;
          }
          add(text(shape));
          break;
        case Shape::kList:
          if (!possible(shape)) break;
          if (shape.unique) {
            add(distinct(shape));
          } else {
            add(list(shape));
          }
          break;
        case Shape::kRecord:
          if (possible(shape)) add(record(shape, group.place));
          break;
      }
    }
    if (!literals.empty()) add(constrain::Literals{constrain::LiteralSet(literals)});
    program_.set(nodes_[static_cast<std::size_t>(id)], std::move(choice));
  }

  static void add_literal(std::vector<std::string>& to, const Json& value) {
    auto text =
        value.is_string() ? constrain::quoted(value.get_ref<const std::string&>()) : value.dump();
    if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(std::move(text));
  }

  void need(const std::string& text, const std::string& place) {
    for (const auto code : constrain::decode_utf8(text)) {
      if (code >= 0x20) program_.need(code, place);
    }
  }

  constrain::Automaton text(const Shape& shape) {
    if (!shape.grammar.empty()) return quoted_grammar(shape.grammar);
    auto dfa = spelling(shape.texts);
    const auto reserve = shape.bounds.max == kUnbounded ? 0 : dfa->most_reserve();
    return {std::move(dfa), shape.bounds.min, shape.bounds.max, constrain::Automaton::kText, reserve};
  }
  // A quote, a text of the grammar, a quote.
  constrain::Automaton quoted_grammar(const std::string& name) {
    auto& known = quoted_[name];
    if (known == nullptr) {
      const auto [node, may_be_empty] = grammars_.find(name);
      std::vector<CodeDfa::Node> states(4);
      states[0].edges = {{'"', '"', 1}};
      states[1].calls = {{node, 2}};
      if (may_be_empty) states[1].edges = {{'"', '"', 3}};
      states[2].edges = {{'"', '"', 3}};
      states[3].accepts = true;
      known = std::make_shared<constrain::TextDfa>(CodeDfa(std::move(states)), max_states_,
                                                   constrain::Spelling::kPlain);
    }
    return {.dfa = known, .sort = constrain::Automaton::kRule};
  }
  std::shared_ptr<const constrain::TextDfa> spelling(const Texts& texts) {
    if (texts == nullptr) return constrain::TextDfa::any();
    auto& known = spellings_[texts];
    if (known == nullptr)
      known = std::make_shared<constrain::TextDfa>(*texts, constrain::TextDfa::kMostStates);
    return known;
  }

  bool possible(const Shape& shape) const { return shapes_.possible(shape); }

  constrain::Distinct distinct(const Shape& shape) {
    std::vector<std::string> texts;
    const auto values = shapes_.constants_of(shape.rest);
    for (const auto& value : *values) add_literal(texts, value);
    const auto size = static_cast<std::uint32_t>(texts.size());
    return {constrain::LiteralSet(texts), size, shape.bounds.min, shape.bounds.max};
  }
  constrain::Array list(const Shape& shape) {
    constrain::Array array;
    array.min = shape.bounds.min;
    array.max = shape.bounds.max;
    for (const auto group : shape.prefix) {
      const auto node = node_if_possible(group);
      if (node == kNoNode || array.prefix.size() == array.max) {
        // Nothing can stand here, so the list ends before.
        array.max = std::min(array.max, static_cast<std::uint32_t>(array.prefix.size()));
        return array;
      }
      array.prefix.push_back(node);
    }
    if (array.max > array.prefix.size()) array.items = node_if_possible(shape.rest);
    if (array.items == kNoNode) {
      array.max = std::min(array.max, static_cast<std::uint32_t>(array.prefix.size()));
    }
    return array;
  }

  constrain::Object record(const Shape& shape, const std::string& place) {
    constrain::Object object;
    std::vector<std::string> names;
    for (const auto& member : shape.members) {
      names.push_back(member.name);
      if (!shapes_.possible(member.value)) continue;  // optional, and never allowed
      object.members.push_back({member.name, node_of(member.value), member.required});
      need(member.name, place);
    }
    object.any_order = any_order_ && object.members.size() <= constrain::Object::kMostUnordered;
    std::sort(names.begin(), names.end());
    for (const auto& free : shape.free) {
      const auto value = node_if_possible(free.value);
      if (value == kNoNode) continue;
      const auto texts = names_except(free.names, names);
      if (texts != nullptr && texts->empty()) continue;
      const constrain::Automaton name{.dfa = spelling(texts), .sort = constrain::Automaton::kText};
      object.free.push_back({program_.add(place, name), value});
    }
    return object;
  }

  // `names` without the declared ones.
  Texts names_except(const Texts& names, const std::vector<std::string>& declared) {
    if (declared.empty()) return names;
    auto& known = free_names_[{names, declared}];
    if (known == nullptr) {
      auto others = CodeDfa::except(declared);
      if (names != nullptr) others = names->both(others, max_states_);
      known = std::make_shared<const CodeDfa>(std::move(others));
    }
    return known;
  }

  constrain::Program& program_;
  const Shapes& shapes_;
  const Grammars& grammars_;
  const std::size_t max_states_;
  const bool any_order_;
  std::vector<NodeId> nodes_;  // of each group
  std::vector<GroupId> waiting_;
  std::map<std::pair<Texts, std::vector<std::string>>, Texts> free_names_;
  std::map<Texts, std::shared_ptr<const constrain::TextDfa>> spellings_;
  std::map<std::string, std::shared_ptr<const constrain::TextDfa>> quoted_;
};

}  // namespace

NodeId add_schema(constrain::Program& program, std::string_view text,
                  const CompileOptions& options, const Grammars& grammars,
                  std::vector<std::string>& warnings) {
  SchemaReader reader(parse_json(text), options.warn, grammars.names, options.max_states);
  const Shapes shapes(reader, options.max_states);
  const auto root = Lowering(program, shapes, grammars, options).run();
  warnings.insert(warnings.end(), reader.warnings().begin(), reader.warnings().end());
  return root;
}

}  // namespace sr::json_schema
