#include "tests/plugins/stores/store_bench.h"

#include <cstdlib>

#include "host/plugins/options.h"

namespace sr::test {
namespace {

const sr_host_api& quiet_host() {
  static const sr_host_api api = [] {
    sr_host_api made{};
    made.struct_size = sizeof(made);
    made.log_enabled = [](sr_host*, std::int32_t) noexcept { return 0; };
    made.log = [](sr_host*, std::int32_t, sr_str) noexcept {};
    host::serve_options(made);
    return made;
  }();
  return api;
}

}  // namespace

host::Result<host::LoadedStore> open_store(const sr_plugin* plugin, const Options& options) {
  const auto& component = *plugin->components[0];
  std::vector<host::OptionInput> inputs;
  for (const auto& [name, text] : options) inputs.push_back({.name = name, .text = text});
  std::vector<host::OptionProblem> problems;
  const auto checked = host::Options::check(component, inputs, "/", problems);
  if (!problems.empty()) {
    return host::Error{SR_INVALID_ARGUMENT, "test", problems[0].what, problems[0].option};
  }
  auto made = host::Instance::create(component, checked, quiet_host(), "store facts");
  if (!made) return made.error();
  return host::LoadedStore(*std::move(made));
}

Folder::Folder(const std::filesystem::path& in) {
  auto name = (in / "store-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", {});
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

host::Statement owner(std::string sql, std::vector<host::Value> parameters) {
  return {.role = SR_ROLE_OWNER, .sql = std::move(sql), .parameters = std::move(parameters)};
}
host::Statement action(std::string sql, std::vector<host::Grant> grants) {
  return {.role = SR_ROLE_ACTION, .sql = std::move(sql), .grants = std::move(grants)};
}
host::Statement binding(std::string sql, std::vector<host::Grant> grants) {
  return {.role = SR_ROLE_BINDING, .sql = std::move(sql), .grants = std::move(grants)};
}

void change(host::LoadedStore& store, const std::vector<std::string>& statements) {
  auto transaction = store.begin(true);
  ASSERT_OK(transaction);
  for (const auto& sql : statements) ASSERT_OK(transaction->execute(owner(sql)));
  ASSERT_OK(transaction->commit());
}

std::vector<std::vector<host::Value>> query(host::LoadedStore& store, const std::string& sql) {
  auto transaction = store.begin(false);
  EXPECT_OK(transaction);
  if (!transaction) return {};
  auto outcome = transaction->execute(owner(sql));
  EXPECT_OK(outcome);
  return outcome ? std::move(outcome->returned.rows) : std::vector<std::vector<host::Value>>();
}

std::int64_t number(host::LoadedStore& store, const std::string& sql) {
  const auto rows = query(store, sql);
  if (rows.empty() || !std::holds_alternative<std::int64_t>(rows[0][0])) {
    ADD_FAILURE() << sql << " gave no integer";
    return -1;
  }
  return std::get<std::int64_t>(rows[0][0]);
}

host::LogEntry entry(std::string kind, std::string body, std::string event_id) {
  return {.at_ms = 1'700'000'000'000,
          .kind = std::move(kind),
          .body = std::move(body),
          .event_id = std::move(event_id)};
}

}  // namespace sr::test
