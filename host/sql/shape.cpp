#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "host/sql/refuse.h"
#include "host/sql/tree.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

// Every node that may occur, with the fields that may be set in it. `field=A|B` allows only these
// values of an enumeration, number or string; `field!` must be set. Nothing else passes.
struct Shape {
  std::string_view node, fields;
};
constexpr Shape kShapes[] = {
    {"SelectStmt",
     "distinct_clause target_list from_clause where_clause group_clause having_clause "
     "window_clause values_lists sort_clause limit_offset limit_count "
     "limit_option=LIMIT_OPTION_DEFAULT|LIMIT_OPTION_COUNT with_clause "
     "op=SETOP_NONE|SETOP_UNION|SETOP_INTERSECT|SETOP_EXCEPT all larg rarg"},
    {"InsertStmt",
     "relation cols select_stmt on_conflict_clause returning_list with_clause "
     "override=OVERRIDING_NOT_SET"},
    {"OnConflictClause",
     "action=ONCONFLICT_NOTHING|ONCONFLICT_UPDATE infer target_list where_clause location"},
    {"InferClause", "index_elems location"},
    {"IndexElem", "name ordering=SORTBY_DEFAULT nulls_ordering=SORTBY_NULLS_DEFAULT"},
    {"UpdateStmt", "relation target_list where_clause returning_list with_clause"},
    {"DeleteStmt", "relation where_clause returning_list with_clause"},
    {"WithClause", "ctes location"},
    {"CommonTableExpr",
     "ctename aliascolnames ctematerialized=CTEMaterializeDefault ctequery location"},
    {"RangeVar", "relname inh! relpersistence=p alias location"},
    {"RangeSubselect", "subquery alias"},
    {"Alias", "aliasname"},
    {"JoinExpr",
     "jointype=JOIN_INNER|JOIN_LEFT|JOIN_RIGHT|JOIN_FULL is_natural larg rarg using_clause quals"},
    {"ResTarget", "name val location"},
    {"ColumnRef", "fields location"},
    {"A_Star", ""},
    {"A_Const", "ival fval boolval sval isnull location"},
    {"ParamRef", "number location"},
    {"Integer", "ival"},
    {"Float", "fval"},
    {"Boolean", "boolval"},
    {"String", "sval"},
    {"List", "items"},
    {"A_Expr",
     "kind=AEXPR_OP|AEXPR_DISTINCT|AEXPR_NOT_DISTINCT|AEXPR_NULLIF|AEXPR_IN|AEXPR_LIKE|AEXPR_ILIKE|"
     "AEXPR_BETWEEN|AEXPR_NOT_BETWEEN name lexpr rexpr location"},
    {"BoolExpr", "boolop=AND_EXPR|OR_EXPR|NOT_EXPR args location"},
    {"NullTest", "arg nulltesttype=IS_NULL|IS_NOT_NULL location"},
    {"BooleanTest", "arg booltesttype=IS_TRUE|IS_NOT_TRUE|IS_FALSE|IS_NOT_FALSE location"},
    {"CaseExpr", "arg args defresult location"},
    {"CaseWhen", "expr result location"},
    {"CoalesceExpr", "args location"},
    {"MinMaxExpr", "op=IS_GREATEST|IS_LEAST args location"},
    {"TypeCast", "arg type_name location"},
    {"TypeName", "names typemod=-1 location"},
    {"SubLink",
     "sub_link_type=EXISTS_SUBLINK|ANY_SUBLINK|EXPR_SUBLINK testexpr subselect location"},
    {"SQLValueFunction",
     "op=SVFOP_CURRENT_TIMESTAMP|SVFOP_LOCALTIMESTAMP|SVFOP_CURRENT_DATE typmod=-1 location"},
    {"FuncCall",
     "funcname args agg_order agg_filter over agg_star agg_distinct "
     "funcformat=COERCE_EXPLICIT_CALL|COERCE_SQL_SYNTAX location"},
    {"CollateClause", "arg collname location"},
    {"WindowDef",
     "name partition_clause order_clause frame_options start_offset end_offset location"},
    {"SortBy",
     "node sortby_dir=SORTBY_DEFAULT|SORTBY_ASC|SORTBY_DESC "
     "sortby_nulls=SORTBY_NULLS_DEFAULT|SORTBY_NULLS_FIRST|SORTBY_NULLS_LAST location"},
};

// What to say when something well known is refused: by node, by node.field or by its value.
struct Reason {
  std::string_view what, rule, why;
};
constexpr Reason kReasons[] = {
    {"SelectStmt.into_clause", "into", "SELECT INTO makes a table; only read here"},
    {"SelectStmt.locking_clause", "lock", "FOR UPDATE and FOR SHARE lock rows; leave them out"},
    {"SelectStmt.group_distinct", "group", "GROUP BY DISTINCT is not portable"},
    {"LIMIT_OPTION_WITH_TIES", "limit", "WITH TIES is not portable; use LIMIT"},
    {"InferClause.where_clause", "on-conflict",
     "WHERE behind the key of ON CONFLICT is not portable"},
    {"InferClause.conname", "on-conflict", "name the key's columns: ON CONFLICT (id)"},
    {"IndexElem.expr", "on-conflict", "the key of ON CONFLICT is made of columns"},
    {"IndexElem.collation", "on-conflict", "a collation in ON CONFLICT is not portable"},
    {"IndexElem.opclass", "on-conflict", "an operator class in ON CONFLICT is not portable"},
    {"IndexElem.ordering", "on-conflict", "the key of ON CONFLICT has no order"},
    {"IndexElem.nulls_ordering", "on-conflict", "the key of ON CONFLICT has no order"},
    {"InsertStmt.override", "insert", "OVERRIDING is not portable"},
    {"UpdateStmt.from_clause", "update-from",
     "UPDATE … FROM is not allowed; use a subquery in WHERE"},
    {"DeleteStmt.using_clause", "delete-using",
     "DELETE … USING is not allowed; use a subquery in WHERE"},
    {"WithClause.recursive", "recursive", "WITH RECURSIVE may run without end; it is not allowed"},
    {"CommonTableExpr.ctematerialized", "with", "MATERIALIZED is not portable; leave it out"},
    {"CommonTableExpr.search_clause", "with", "SEARCH is not portable"},
    {"CommonTableExpr.cycle_clause", "with", "CYCLE is not portable"},
    {"RangeVar.catalogname", "schema", "name the table alone, without a database"},
    {"RangeVar.schemaname", "schema", "name the table alone, without a schema"},
    {"RangeVar.inh", "only", "ONLY is not portable; leave it out"},
    {"RangeVar.relpersistence", "table", "temporary tables are not allowed"},
    {"RangeSubselect.lateral", "lateral", "LATERAL is not portable"},
    {"RangeFunction", "range-function", "a function in FROM is not allowed; name a table"},
    {"RangeTableSample", "table-sample", "TABLESAMPLE is not portable"},
    {"RangeTableFunc", "range-function", "XMLTABLE is not allowed"},
    {"Alias.colnames", "alias", "column names after a table's alias are not portable; use AS"},
    {"JoinExpr.alias", "join", "an alias for a whole join is not portable"},
    {"JoinExpr.join_using_alias", "join", "an alias for USING is not portable"},
    {"ResTarget.indirection", "column", "parts of a column cannot be set or read"},
    {"A_Indirection", "indirection", "fields and elements of a value are not portable"},
    {"A_ArrayExpr", "array", "arrays are not portable; use IN (…)"},
    {"A_Const.bsval", "string", "bit strings are not portable"},
    {"AEXPR_OP_ANY", "array", "= ANY (array) is not portable; use IN (…)"},
    {"AEXPR_OP_ALL", "array", "ALL (array) is not portable; use NOT IN (…)"},
    {"AEXPR_SIMILAR", "operator", "SIMILAR TO is not portable; use LIKE"},
    {"AEXPR_BETWEEN_SYM", "operator", "BETWEEN SYMMETRIC is not portable"},
    {"AEXPR_NOT_BETWEEN_SYM", "operator", "BETWEEN SYMMETRIC is not portable"},
    {"RowExpr", "row", "rows in parentheses are not portable; compare column by column"},
    {"BooleanTest.booltesttype", "operator", "IS UNKNOWN is not portable; use IS NULL"},
    {"SetToDefault", "default", "DEFAULT as a value is not portable; leave the column out"},
    {"MultiAssignRef", "set", "set one column at a time: SET a = 1, b = 2"},
    {"GroupingSet", "group", "GROUPING SETS, CUBE and ROLLUP are not portable"},
    {"GroupingFunc", "function", "GROUPING is not portable"},
    {"SQLValueFunction.op", "function",
     "of these only CURRENT_TIMESTAMP, LOCALTIMESTAMP and CURRENT_DATE are portable"},
    {"CurrentOfExpr", "where", "CURRENT OF needs a cursor; it is not allowed"},
    {"XmlExpr", "function", "XML functions are not portable"},
    {"XmlSerialize", "function", "XML functions are not portable"},
    {"TypeName.setof", "cast", "SETOF is not allowed"},
    {"TypeName.pct_type", "cast", "%TYPE is not allowed"},
    {"TypeName.typmods", "cast", "lengths and precisions of types are not portable"},
    {"TypeName.array_bounds", "array", "arrays are not portable"},
    {"SubLink.oper_name", "operator", "ANY (SELECT …) is not portable; use IN (SELECT …)"},
    {"ALL_SUBLINK", "operator", "ALL (SELECT …) is not portable; use NOT EXISTS"},
    {"ARRAY_SUBLINK", "array", "arrays are not portable"},
    {"FuncCall.agg_within_group", "function", "WITHIN GROUP is not portable"},
    {"FuncCall.func_variadic", "function", "VARIADIC is not portable"},
    {"NamedArgExpr", "function", "named arguments are not portable"},
    {"WindowDef.refname", "window", "a window that builds on another one is not portable"},
    {"SORTBY_USING", "order", "ORDER BY … USING is not portable"},
};

struct NodeField {
  std::vector<std::string_view> values;  // empty: any
  bool required = false;
};
using NodeFields = std::map<std::string_view, NodeField>;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::map<std::string_view, NodeFields> read_shapes() {
  std::map<std::string_view, NodeFields> shapes;
  for (const Shape& shape : kShapes) {
    NodeFields& fields = shapes[shape.node];
    for (std::string_view word : split(shape.fields, ' ')) {
      NodeField field;
      const std::size_t equals = word.find('=');
      if (equals != std::string_view::npos) {
        field.values = split(word.substr(equals + 1), '|');
        word = word.substr(0, equals);
      }
      if (word.back() == '!') {
        field.required = true;
        word.remove_suffix(1);
      }
      fields[word] = std::move(field);
    }
  }
  return shapes;
}

[[noreturn]] void refuse_shape(const std::string& node, const std::string& field,
                               const std::string& value, int at) {
  const std::string path = node + "." + field;
  for (const Reason& reason : kReasons) {
    if (reason.what == value || reason.what == path || (field.empty() && reason.what == node)) {
      refuse(std::string(reason.rule), std::string(reason.why), at);
    }
  }
  refuse("node", (field.empty() ? node : path) + " is not part of the portable SQL (docs/sql.md)",
         at);
}

template <class T>
const T& member(const void* message, unsigned offset) {
  return *reinterpret_cast<const T*>(static_cast<const char*>(message) + offset);
}

class ShapeWalk {
 public:
  explicit ShapeWalk(std::uint64_t& work) : work_(work) {}

  void message(const ProtobufCMessage& node, int depth, int at, bool first_part = true) {
    ++work_;
    const std::string name = node_name(node);
    const bool is_select = node.descriptor == &pg_query__select_stmt__descriptor;
    if (is_select && first_part)
      check_parts(*reinterpret_cast<const PgQuery__SelectStmt*>(&node), at);
    if (depth > kMaxDepth) {
      refuse("nesting",
             "the statement is nested deeper than " + std::to_string(kMaxDepth) +
                 " levels; write it flatter",
             at);
    }
    static const std::map<std::string_view, NodeFields> shapes = read_shapes();
    const auto shape = shapes.find(name);
    at = location(node, at);
    if (shape == shapes.end()) refuse_shape(name, "", "", at);
    for (unsigned i = 0; i < node.descriptor->n_fields; ++i) {
      const ProtobufCFieldDescriptor& field = node.descriptor->fields[i];
      const auto allowed = shape->second.find(field.name);
      if (!is_set(node, field)) {
        if (allowed != shape->second.end() && allowed->second.required) {
          refuse_shape(name, field.name, "", at);
        }
        continue;
      }
      const std::string value = text_of(node, field);
      if (allowed == shape->second.end()) refuse_shape(name, field.name, value, at);
      const auto& values = allowed->second.values;
      if (!values.empty() && std::find(values.begin(), values.end(), value) == values.end()) {
        refuse_shape(name, field.name, value, at);
      }
      if (field.type == PROTOBUF_C_TYPE_MESSAGE) children(node, field, depth, at);
    }
  }

  // A Node is an envelope around the one message that is set.
  void envelope(const Node& node, std::string_view parent_field, int depth, int at) {
    if (node.node_case == PG_QUERY__NODE__NODE__NOT_SET) {
      // SELECT DISTINCT without ON is a list of one empty node.
      if (parent_field == "distinct_clause") return;
      refuse("node", "a part of the statement is of a kind that this parser does not report", at);
    }
    if (parent_field == "distinct_clause") {
      refuse("distinct", "DISTINCT ON is not portable", at);
    }
    message(*reinterpret_cast<const ProtobufCMessage*>(node.select_stmt), depth, at);
  }

 private:
  // "A_Const" of "pg_query.A_Const".
  static std::string node_name(const ProtobufCMessage& node) {
    const std::string_view full = node.descriptor->name;
    return std::string(full.substr(full.rfind('.') + 1));
  }

  // UNION and its like nest to the left.
  void check_parts(const PgQuery__SelectStmt& node, int at) {
    std::size_t parts = 1;
    for (const auto* left = node.larg; left != nullptr; left = left->larg) ++parts;
    check_count(parts, kMaxParts, "parts of UNION, INTERSECT and EXCEPT", at);
  }

  static int location(const ProtobufCMessage& node, int fallback) {
    const auto* field =
        protobuf_c_message_descriptor_get_field_by_name(node.descriptor, "location");
    if (field == nullptr || field->type != PROTOBUF_C_TYPE_INT32) return fallback;
    const int at = member<std::int32_t>(&node, field->offset);
    // 0 is both "at the start" and "not given".
    return at > 0 ? at : fallback;
  }

  static bool is_set(const ProtobufCMessage& node, const ProtobufCFieldDescriptor& field) {
    if (field.label == PROTOBUF_C_LABEL_REPEATED) {
      return member<std::size_t>(&node, field.quantifier_offset) > 0;
    }
    if (field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
      return member<std::uint32_t>(&node, field.quantifier_offset) == field.id;
    }
    switch (field.type) {
      case PROTOBUF_C_TYPE_MESSAGE:
        return member<const void*>(&node, field.offset) != nullptr;
      case PROTOBUF_C_TYPE_STRING: {
        const char* text = member<const char*>(&node, field.offset);
        return text != nullptr && *text != 0;
      }
      case PROTOBUF_C_TYPE_BOOL:
        return member<protobuf_c_boolean>(&node, field.offset) != 0;
      case PROTOBUF_C_TYPE_INT64:
      case PROTOBUF_C_TYPE_UINT64:
      case PROTOBUF_C_TYPE_DOUBLE:
        return member<std::uint64_t>(&node, field.offset) != 0;
      case PROTOBUF_C_TYPE_BYTES:
        return member<ProtobufCBinaryData>(&node, field.offset).len != 0;
      default:
        return member<std::uint32_t>(&node, field.offset) != 0;
    }
  }

  // The value of an enumeration, number or string, as kShapes writes it.
  static std::string text_of(const ProtobufCMessage& node, const ProtobufCFieldDescriptor& field) {
    if (field.label == PROTOBUF_C_LABEL_REPEATED) return "";
    switch (field.type) {
      case PROTOBUF_C_TYPE_ENUM: {
        const auto* value = protobuf_c_enum_descriptor_get_value(
            static_cast<const ProtobufCEnumDescriptor*>(field.descriptor),
            member<std::int32_t>(&node, field.offset));
        return value ? value->name : "?";
      }
      case PROTOBUF_C_TYPE_INT32:
        return std::to_string(member<std::int32_t>(&node, field.offset));
      case PROTOBUF_C_TYPE_STRING:
        return member<const char*>(&node, field.offset);
      default:
        return "";
    }
  }

  void children(const ProtobufCMessage& node, const ProtobufCFieldDescriptor& field, int depth,
                int at) {
    const bool parts = node.descriptor == &pg_query__select_stmt__descriptor &&
                       std::string_view(field.name) == "larg";
    auto child = [&](const ProtobufCMessage* message) {
      if (parts) {
        this->message(*message, depth, at, false);
      } else if (message->descriptor == &pg_query__node__descriptor) {
        envelope(*reinterpret_cast<const Node*>(message), field.name, depth + 1, at);
      } else {
        this->message(*message, depth + 1, at);
      }
    };
    if (field.label == PROTOBUF_C_LABEL_REPEATED) {
      const auto* items = member<const ProtobufCMessage* const*>(&node, field.offset);
      const std::size_t count = member<std::size_t>(&node, field.quantifier_offset);
      for (std::size_t i = 0; i < count; ++i) child(items[i]);
    } else {
      child(member<const ProtobufCMessage*>(&node, field.offset));
    }
  }

  std::uint64_t& work_;
};

}  // namespace

void check_shape(const Node& statement, std::uint64_t& work) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
      break;
    default:
      refuse("statement", "only SELECT, INSERT, UPDATE and DELETE may run", 0);
  }
  ShapeWalk(work).envelope(statement, "", 1, -1);
}

}  // namespace sr::host::sql
