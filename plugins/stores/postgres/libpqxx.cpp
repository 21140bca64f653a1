#include "libpqxx.h"

namespace sr::postgres {

#if PQXX_VERSION_MAJOR < 7

void never_reconnect(pqxx::connection& connection) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

namespace {

std::vector<const char*> pointers(const Values& values) {
  std::vector<const char*> out;
  out.reserve(values.size());
  for (const auto& value : values) out.push_back(value ? value->c_str() : nullptr);
  return out;
}

}  // namespace

pqxx::result exec_params(pqxx::transaction_base& work, const std::string& sql,
                         const Values& values) {
  const auto given = pointers(values);
  return work.exec_params(sql, pqxx::prepare::make_dynamic_params(given));
}

pqxx::result exec_prepared(pqxx::transaction_base& work, const std::string& statement,
                           const Values& values) {
  const auto given = pointers(values);
  return work.exec_prepared(statement, pqxx::prepare::make_dynamic_params(given));
}

#else

void never_reconnect(pqxx::connection&) {}

namespace {

// Refers to `values`.
pqxx::params given(const Values& values) {
  pqxx::params out;
  for (const auto& value : values) {
    if (value) {
      out.append(pqxx::zview(*value));
    } else {
      out.append();
    }
  }
  return out;
}

}  // namespace

pqxx::result exec_params(pqxx::transaction_base& work, const std::string& sql,
                         const Values& values) {
  return work.exec_params(sql, given(values));
}

pqxx::result exec_prepared(pqxx::transaction_base& work, const std::string& statement,
                           const Values& values) {
  return work.exec_prepared(statement, given(values));
}

#endif

}  // namespace sr::postgres
