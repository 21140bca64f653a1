// dependencies.h - which tables a change of one table reaches, found by letting SQLite prepare
// statements and listening to what they would touch.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "reader_pool.h"
#include "state_runtime/store.hpp"

namespace sr::sqlite {

struct Edge {
  sr_dependency_kind kind;
  std::string from, to;
};

// Those of the schema as it is; looked for again only when that has changed. Any thread.
class DependencyList {
 public:
  std::vector<Edge> of(Connection& reader);

 private:
  std::mutex mutex_;
  std::int64_t schema_ = -1;
  std::vector<Edge> edges_;
};

}  // namespace sr::sqlite
