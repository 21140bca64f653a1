#include "host/sql/labels.h"

#include "host/base/words.h"

namespace sr::host::sql {
namespace {

std::string label(const Labels& labels, const std::string& path, const std::string& name) {
  const auto own = labels.find(path);
  return own != labels.end() ? own->second : in_words(name);
}

}  // namespace

std::string called(const Labels& labels, const std::string& table) {
  return label(labels, table, table);
}

std::string called(const Labels& labels, const std::string& table, const std::string& column) {
  return label(labels, table + "." + column, column);
}

}  // namespace sr::host::sql
