// host/config/node.h - our own configuration tree: what YAML said, and where it said it.
//
// Plain data; start-up only, one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.h"
#include "host/config/source.h"

namespace sr::host::config {

class Diagnostics;
struct Member;

struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  std::string text;     // of a scalar
  bool quoted = false;  // quoted or a block: always text, never a number
  bool secret = false;  // never shown
  bool broken = false;  // has been reported already; readers stay silent
  Place at;             // where it is used; of an alias, the alias
  Extent extent;        // where a scalar's text stands; of an alias, at its anchor
  std::string path;     // "backends.main.type"
  std::vector<Node> items;
  std::vector<Member> members;  // in the order in which they were written

  bool is_map() const { return kind == Kind::kMap; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_null() const { return kind == Kind::kNull; }
  const Node* get(std::string_view key) const;
  const Member* member(std::string_view key) const;
};

struct Member {
  std::string key;
  Place key_at;
  Node value;
};

// Sets `path` in the whole tree below `node`.
void name_paths(Node& node, const std::string& path);

// Never shows this value again: neither in messages nor in source lines.
void make_secret(Node&, Diagnostics&);

// `"abc"`, `[redacted]`, "a list", "a mapping", "nothing": for messages.
std::string shown(const Node&);

// Plain scalars become null, booleans and numbers as in YAML 1.2; all others text.
Json to_json(const Node&);

}  // namespace sr::host::config
