#include <algorithm>
#include <optional>

#include "host/patch/patch.h"
#include "host/patch/pointer.h"

namespace sr::host::patch {
namespace {

// One operation, read and checked for its members but not yet for its places.
struct Operation {
  std::string name;
  std::string path_text, from_text;
  Tokens path, from;
  const Json* value = nullptr;
};

Error invalid(std::string what) { return {SR_INVALID_ARGUMENT, {}, std::move(what), {}}; }
Error missing(std::string what) { return {SR_NOT_FOUND, {}, std::move(what), {}}; }
std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

Result<Tokens> read_pointer(const Json& operation, const char* member, std::string& text) {
  const auto found = operation.find(member);
  if (found == operation.end() || !found->is_string()) {
    return invalid(std::string("needs a string member \"") + member + "\"");
  }
  text = found->get<std::string>();
  auto tokens = parse_pointer(text);
  if (!tokens) {
    return invalid(
        in_quotes(text) +
        " is not a JSON Pointer: it must be empty or start with \"/\", and \"~\" must be "
        "written \"~0\" and \"/\" in a name \"~1\"");
  }
  return *std::move(tokens);
}

Result<Operation> read(const Json& json) {
  Operation op;
  if (!json.is_object()) return invalid("must be an object");
  const auto name = json.find("op");
  if (name == json.end() || !name->is_string()) return invalid("needs a string member \"op\"");
  op.name = name->get<std::string>();
  const bool takes_from = op.name == "move" || op.name == "copy";
  const bool takes_value =
      op.name == "add" || op.name == "replace" || op.name == "test" || op.name == "append";
  if (!takes_from && !takes_value && op.name != "remove") {
    return invalid(in_quotes(op.name) +
                   " is not an operation; use add, remove, replace, move, copy, test or append");
  }
  auto path = read_pointer(json, "path", op.path_text);
  if (!path) return path.error();
  op.path = *std::move(path);
  if (takes_from) {
    auto from = read_pointer(json, "from", op.from_text);
    if (!from) return from.error();
    op.from = *std::move(from);
  }
  if (takes_value) {
    const auto value = json.find("value");
    if (value == json.end()) return invalid("needs a member \"value\"");
    op.value = &*value;
  }
  return op;
}

Error no_element(const Json& array, const std::string& token) {
  if (token != "-" && !array_index(token)) {
    return invalid(in_quotes(token) + " is not an array index");
  }
  return missing("there is no element " + in_quotes(token) + " in an array of " +
                 std::to_string(array.size()));
}

// The value that one token names inside `in`.
Result<Json*> child(Json& in, const std::string& token) {
  if (in.is_object()) {
    const auto found = in.find(token);
    if (found == in.end()) return missing("there is no member " + in_quotes(token));
    return &*found;
  }
  if (in.is_array()) {
    const auto index = array_index(token);
    if (!index || *index >= in.size()) return no_element(in, token);
    return &in[*index];
  }
  return missing("there is nothing at " + in_quotes(token) +
                 ": its parent is neither object nor array");
}

// Follows the first `count` tokens.
Result<Json*> find(Json& document, const Tokens& tokens, std::size_t count) {
  Json* at = &document;
  for (std::size_t i = 0; i < count; ++i) {
    auto next = child(*at, tokens[i]);
    if (!next) return next.error();
    at = *next;
  }
  return at;
}
Result<Json*> find(Json& document, const Tokens& tokens) {
  return find(document, tokens, tokens.size());
}

Status add(Json& document, const Tokens& path, Json value) {
  if (path.empty()) {
    document = std::move(value);
    return {};
  }
  auto parent = find(document, path, path.size() - 1);
  if (!parent) return parent.error();
  Json& in = **parent;
  const std::string& token = path.back();
  if (in.is_object()) {
    in[token] = std::move(value);
    return {};
  }
  if (!in.is_array()) {
    return missing("nothing can be added at " + in_quotes(token) +
                   ": its parent is neither object nor array");
  }
  const auto index = token == "-" ? std::optional(in.size()) : array_index(token);
  if (!index || *index > in.size()) return no_element(in, token);
  auto& elements = in.get_ref<Json::array_t&>();
  elements.insert(elements.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return {};
}

// Removes a value and hands it over.
Result<Json> take(Json& document, const Tokens& path) {
  if (path.empty()) return invalid("the whole document cannot be removed; replace it instead");
  auto parent = find(document, path, path.size() - 1);
  if (!parent) return parent.error();
  auto at = child(**parent, path.back());
  if (!at) return at.error();
  Json value = std::move(**at);
  if ((*parent)->is_object()) {
    (*parent)->erase(path.back());
  } else {
    (*parent)->erase(*array_index(path.back()));
  }
  return value;
}

bool is_prefix(const Tokens& shorter, const Tokens& longer) {
  return shorter.size() < longer.size() &&
         std::equal(shorter.begin(), shorter.end(), longer.begin());
}

Status move(Json& document, const Operation& op) {
  if (is_prefix(op.from, op.path)) return invalid("a value cannot be moved into itself");
  if (op.from == op.path) {
    auto at = find(document, op.from);
    return at ? Status() : Status(at.error());
  }
  auto value = take(document, op.from);
  if (!value) return value.error();
  return add(document, op.path, *std::move(value));
}

Status append(Json& at, const Json& value) {
  if (!value.is_string()) return invalid("append needs a string as its value");
  if (!at.is_string()) return invalid("append needs a string to append to");
  at.get_ref<std::string&>() += value.get_ref<const std::string&>();
  return {};
}

Status run(Json& document, const Operation& op) {
  if (op.name == "add") return add(document, op.path, *op.value);
  if (op.name == "remove") {
    auto taken = take(document, op.path);
    return taken ? Status() : Status(taken.error());
  }
  if (op.name == "move") return move(document, op);
  if (op.name == "copy") {
    auto from = find(document, op.from);
    return from ? add(document, op.path, Json(**from)) : Status(from.error());
  }
  auto at = find(document, op.path);
  if (!at) return at.error();
  if (op.name == "append") return append(**at, *op.value);
  if (op.name == "replace") {
    **at = *op.value;
  } else if (!equal(**at, *op.value)) {
    return Error{SR_CONFLICT, {}, "the value there is not the value to test for", {}};
  }
  return {};
}

Error at_operation(std::size_t index, const Json& json, Error error) {
  std::string place = "operation " + std::to_string(index);
  if (json.is_object()) {
    for (const char* member : {"op", "path"}) {
      const auto found = json.find(member);
      if (found == json.end() || !found->is_string()) break;
      const auto text = found->get<std::string>();
      place += member[0] == 'o' ? " (" + text + ")" : " at " + in_quotes(text);
    }
  }
  error.where = "patch";
  error.what = place + ": " + error.what;
  return error;
}

}  // namespace

Result<Json> apply(Json document, const Json& operations) {
  if (!operations.is_array()) {
    return Error{SR_INVALID_ARGUMENT, "patch", "a patch must be an array of operations", {}};
  }
  for (std::size_t i = 0; i < operations.size(); ++i) {
    auto op = read(operations[i]);
    const Status done = op ? run(document, *op) : Status(op.error());
    if (!done) return at_operation(i, operations[i], done.error());
  }
  return document;
}

}  // namespace sr::host::patch
