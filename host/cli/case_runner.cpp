#include "host/cli/case_runner.h"

#include <sstream>
#include <thread>

#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/cli/store_command.h"
#include "host/patch/patch.h"
#include "host/runtime/assemble.h"
#include "host/runtime/loopback.h"
#include "host/runtime/runtime.h"
#include "host/runtime/services.h"
#include "host/session/bindings.h"
#include "host/session/log_text.h"
#include "host/wire/client_view.h"

namespace sr::host {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

// A runtime on a thread of its own, with its client's end.
class Stage {
 public:
  Stage(asio::io_context& io, Parts parts, Loopback& loopback)
      : store_(parts.store), loopback_(loopback), runtime_(io, std::move(parts)) {
    or_start_error(runtime_.start());
    thread_ = std::thread([this] { runtime_.run(); });
  }
  ~Stage() {
    runtime_.stop();
    thread_.join();
  }
  LoadedStore& store() { return store_; }
  Loopback& loopback() { return loopback_; }

 private:
  LoadedStore store_;
  Loopback& loopback_;
  Runtime runtime_;
  std::thread thread_;
};

// What the server said until the turn was over.
struct Heard {
  Json ops;  // of the turn's patch; null when there was none
  std::string ack, error, error_message;
  std::string trouble;  // the client's own view broke, or nothing came in time
};

class Player {
 public:
  Player(Stage& stage) : stage_(stage), connection_(stage.loopback().connect()) {}

  Heard open() {
    stage_.loopback().say(connection_, R"({"type":"hello"})");
    opened_ = true;
    return listen("open");
  }

  Heard play(const CaseStep& step) {
    if (step.event == CaseStep::Event::kOpen) return open();
    if (!opened_ && step.event != CaseStep::Event::kRaw) {
      if (auto heard = open(); !heard.trouble.empty()) return heard;
    }
    if (step.event == CaseStep::Event::kRaw) {
      stage_.loopback().say(connection_, step.raw);
      return listen("");
    }
    const auto id = step.id.empty() ? "step-" + std::to_string(++steps_) : step.id;
    stage_.loopback().say(connection_, compact(message(step, id)));
    return listen(id);
  }

  const Json& view() const { return view_.view(); }

 private:
  static Json message(const CaseStep& step, const std::string& id) {
    Json m;
    m["type"] = "event";
    m["id"] = id;
    switch (step.event) {
      case CaseStep::Event::kClick: m["kind"] = "click"; break;
      case CaseStep::Event::kSubmit: m["kind"] = "submit"; break;
      default: m["kind"] = "command"; break;
    }
    if (!step.component_id.empty()) m["componentId"] = step.component_id;
    m["payload"] = step.payload;
    if (step.base_seq) m["baseSeq"] = *step.base_seq;
    return m;
  }

  // Takes messages in until the turn with this id is over; any turn when it is empty.
  Heard listen(const std::string& id) {
    Heard heard;
    for (;;) {
      const auto text = stage_.loopback().next(connection_, kPatience);
      if (!text) {
        heard.trouble = "the server did not answer in time";
        return heard;
      }
      const Json m = Json::parse(*text);
      if (auto taken = view_.take(m); !taken) {
        heard.trouble = taken.error().text();
        return heard;
      }
      const auto type = m["type"].get<std::string>();
      if (type == "ack" && (id.empty() || m["id"] == id)) {
        heard.ack = m["status"].get<std::string>();
        if (heard.ack == "duplicate") return heard;
      }
      if (type == "patch" && (id.empty() ? m["cause"] != "open" : m["cause"] == id)) {
        heard.ops = m["ops"];
        return heard;
      }
      if (type == "error" && (id.empty() || m.value("id", "") == id)) {
        heard.error = m["code"].get<std::string>();
        heard.error_message = m["message"].get<std::string>();
        return heard;
      }
    }
  }

  Stage& stage_;
  std::uint64_t connection_;
  wire::ClientView view_;
  bool opened_ = false;
  int steps_ = 0;
};

Json rows_of(LoadedStore& store, const std::string& sql) {
  auto transaction = or_start_error(store.begin(/*write=*/false));
  Statement statement;
  statement.role = SR_ROLE_OWNER;
  statement.sql = sql;
  const auto outcome = or_start_error(transaction.execute(statement));
  Json rows = Json::array();
  for (const auto& row : outcome.returned.rows) {
    Json values = Json::array();
    for (const auto& value : row) values.push_back(json_of(value));
    rows.push_back(std::move(values));
  }
  return rows;
}

class Comparison {
 public:
  Comparison(const CaseStep& step, std::vector<std::string>& failures)
      : where_(step.at.source->name() + ":" + std::to_string(step.at.line)), failures_(failures) {}

  void same(const std::string& what, const Json& expected, const Json& actual) {
    if (patch::canonical(expected) == patch::canonical(actual)) return;
    fail(what + ": expected " + compact(expected) + ", got " + compact(actual));
  }
  void fail(const std::string& what) { failures_.push_back(where_ + ": " + what); }

 private:
  std::string where_;
  std::vector<std::string>& failures_;
};

void compare(const CaseStep& step, const Heard& heard, const Json& view, LoadedStore& store,
             std::vector<std::string>& failures) {
  Comparison comparison(step, failures);
  if (!heard.trouble.empty()) return comparison.fail(heard.trouble);
  if (!step.error && !heard.error.empty()) {
    comparison.fail("the server answered " + heard.error + ": " + heard.error_message);
  }
  if (step.error) comparison.same("error", *step.error, heard.error);
  if (step.ack) comparison.same("ack", *step.ack, heard.ack);
  if (step.ops) comparison.same("ops", *step.ops, heard.ops);
  for (const auto& [pointer, expected] : step.view) {
    const Json::json_pointer at(pointer);
    comparison.same("view " + pointer, expected, view.contains(at) ? view.at(at) : Json());
  }
  for (const auto& pointer : step.absent) {
    if (view.contains(Json::json_pointer(pointer))) {
      comparison.fail("view " + pointer + ": expected nothing, got " +
                      compact(view.at(Json::json_pointer(pointer))));
    }
  }
  for (const auto& [sql, expected] : step.rows) comparison.same(sql, expected, rows_of(store, sql));
}

}  // namespace

std::vector<std::string> run_case(const Case& test, const std::filesystem::path& deployment,
                                  const std::vector<std::string>& overrides,
                                  const std::filesystem::path& folder) {
  config::Diagnostics diagnostics;
  auto checked = check_deployment(deployment, overrides, diagnostics);
  asio::io_context io(1);
  const Services services(io);
  auto [transport, loopback] = Loopback::make(services.api());
  std::optional<Parts> parts;
  if (diagnostics.ok()) {
    parts = assemble(checked.deployment, checked.app, checked.components, services.api(), diagnostics);
  }
  if (!parts) {
    std::ostringstream text;
    diagnostics.print(text);
    throw StartError(text.str());
  }
  std::filesystem::create_directories(folder);
  init_store(parts->store, parts->app);
  parts->transports = {transport};
  parts->canvas.clear();

  std::vector<std::string> failures;
  Stage stage(io, std::move(*parts), *loopback);
  Player player(stage);
  for (const auto& step : test.steps) {
    const Heard heard = player.play(step);
    compare(step, heard, player.view(), stage.store(), failures);
    if (!failures.empty()) break;  // what follows would only fail for the same reason
  }
  return failures;
}

}  // namespace sr::host
