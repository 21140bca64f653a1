// tests/plugins/stores/store_bench.h - opens a store through the C ABI, as the host does.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "host/plugins/store.h"

namespace sr::test {

using Options = std::vector<std::pair<std::string, std::string>>;  // as written in YAML

// Creates an instance of a plugin's first component. The store's log lines go to nobody.
host::Result<host::LoadedStore> open_store(const sr_plugin*, const Options&);

// A folder of its own, removed with everything in it.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& in = std::filesystem::temp_directory_path());
  ~Folder();
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Statement builders, so that a test says only what it is about.
host::Statement owner(std::string sql, std::vector<host::Value> parameters = {});
host::Statement action(std::string sql, std::vector<host::Grant> grants);
host::Statement binding(std::string sql, std::vector<host::Grant> grants);

// Runs statements as the owner in a transaction of their own; fails the test if one fails.
void change(host::LoadedStore&, const std::vector<std::string>& statements);
// The rows of a query by the owner; fails the test if it fails.
std::vector<std::vector<host::Value>> query(host::LoadedStore&, const std::string& sql);
// The first value of the first row, which must be an integer.
std::int64_t number(host::LoadedStore&, const std::string& sql);

// One entry of a log.
host::LogEntry entry(std::string kind, std::string body, std::string event_id = {});

// What went wrong, or what should have: for comparison in one EXPECT.
template <class R>
sr_code code_of(const R& result) {
  return result.ok() ? static_cast<sr_code>(SR_OK) : result.error().code;
}
template <class R>
std::string why(const R& result) {
  return result.ok() ? "it went well" : result.error().what;
}

#define EXPECT_OK(expression)                                \
  do {                                                       \
    const auto& status_ = (expression);                      \
    EXPECT_TRUE(status_.ok()) << ::sr::test::why(status_);   \
  } while (false)
#define ASSERT_OK(expression)                                \
  do {                                                       \
    const auto& status_ = (expression);                      \
    ASSERT_TRUE(status_.ok()) << ::sr::test::why(status_);   \
  } while (false)
// The call fails with `wanted`, and its sentence holds `words`.
#define EXPECT_FAILS(expression, wanted, words)                                       \
  do {                                                                                \
    const auto& status_ = (expression);                                               \
    EXPECT_EQ(::sr::test::code_of(status_), wanted) << ::sr::test::why(status_);      \
    EXPECT_NE(::sr::test::why(status_).find(words), std::string::npos)                \
        << ::sr::test::why(status_);                                                  \
  } while (false)

}  // namespace sr::test
