// host/sql/labels.h - how people call tables and columns. Pure; any thread.
#pragma once

#include <map>
#include <string>

namespace sr::host::sql {

// A table ("alerts") or a column ("alerts.opened_at") whose name in words will not do.
using Labels = std::map<std::string, std::string>;

// Its label, or else its name in words.
std::string called(const Labels&, const std::string& table);
std::string called(const Labels&, const std::string& table, const std::string& column);

}  // namespace sr::host::sql
