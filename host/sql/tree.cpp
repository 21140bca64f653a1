#include "host/sql/tree.h"

#include <pg_query.h>

#include "host/sql/refuse.h"
#include "host/sql/scanner.h"

namespace sr::host::sql {
namespace {

// Frees what the parser returned, whichever way parse() is left.
struct Parsed {
  PgQueryProtobufParseResult result;
  explicit Parsed(const std::string& text) : result(pg_query_parse_protobuf(text.c_str())) {}
  ~Parsed() { pg_query_free_protobuf_parse_result(result); }
  Parsed(const Parsed&) = delete;
};

using Seen = std::function<bool(const Node&)>;

void visit(const ProtobufCMessage& message, const Seen& seen) {
  if (message.descriptor == &pg_query__node__descriptor) {
    visit_query(reinterpret_cast<const Node&>(message), seen);
    return;
  }
  for (unsigned i = 0; i < message.descriptor->n_fields; ++i) {
    const auto& field = message.descriptor->fields[i];
    if (field.type != PROTOBUF_C_TYPE_MESSAGE) continue;
    const auto* place = reinterpret_cast<const char*>(&message) + field.offset;
    if (field.label == PROTOBUF_C_LABEL_REPEATED) {
      const auto count = *reinterpret_cast<const std::size_t*>(
          reinterpret_cast<const char*>(&message) + field.quantifier_offset);
      auto* const* items = *reinterpret_cast<ProtobufCMessage* const* const*>(place);
      for (std::size_t n = 0; n < count; ++n) visit(*items[n], seen);
    } else if (field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
      continue;  // of constants
    } else if (const auto* child = *reinterpret_cast<ProtobufCMessage* const*>(place)) {
      visit(*child, seen);
    }
  }
}

}  // namespace

void Tree::Free::operator()(PgQuery__ParseResult* result) const {
  pg_query__parse_result__free_unpacked(result, nullptr);
}

Tree Tree::parse(const std::string& text) {
  Parsed parsed(text);
  if (const PgQueryError* error = parsed.result.error) {
    const int at = error->cursorpos > 0 ? byte_of_character(text, error->cursorpos - 1) : -1;
    refuse("syntax", error->message ? error->message : "the statement cannot be read", at);
  }
  Tree tree(pg_query__parse_result__unpack(
      nullptr, parsed.result.parse_tree.len,
      reinterpret_cast<const std::uint8_t*>(parsed.result.parse_tree.data)));
  if (!tree.result_) refuse("nesting", "the statement is nested too deeply to be checked");
  const std::size_t count = tree.result_->n_stmts;
  if (count == 0) refuse("syntax", "there is no statement here", 0);
  if (count > 1) {
    refuse("one-statement", "one statement at a time: this text holds " + std::to_string(count),
           tree.result_->stmts[1]->stmt_location);
  }
  const Node* statement = tree.result_->stmts[0]->stmt;
  if (statement == nullptr || statement->node_case == PG_QUERY__NODE__NODE__NOT_SET) {
    refuse("syntax", "there is no statement here", 0);
  }
  return tree;
}

const PgQuery__AConst* constant_of(const Node* node) {
  return node && node->node_case == PG_QUERY__NODE__NODE_A_CONST ? node->a_const : nullptr;
}

std::string plain_name(const Node& node) {
  if (node.node_case != PG_QUERY__NODE__NODE_COLUMN_REF || node.column_ref->n_fields != 1 ||
      node.column_ref->fields[0]->node_case != PG_QUERY__NODE__NODE_STRING) {
    return "";
  }
  return node.column_ref->fields[0]->string->sval;
}

std::vector<std::string> names_of(const PgQuery__ColumnRef& column) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < column.n_fields; ++i) {
    if (column.fields[i]->node_case != PG_QUERY__NODE__NODE_STRING) return {};  // *
    out.emplace_back(column.fields[i]->string->sval);
  }
  return out;
}

void visit_query(const Node& node, const Seen& seen) {
  const bool other_query = node.node_case == PG_QUERY__NODE__NODE_SELECT_STMT;
  if (other_query || node.node_case == PG_QUERY__NODE__NODE__NOT_SET || !seen(node)) return;
  visit(*reinterpret_cast<const ProtobufCMessage*>(node.select_stmt), seen);  // whichever it is
}

}  // namespace sr::host::sql
