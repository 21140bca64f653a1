#include "host/cli/cases/runner.h"

#include <sstream>

#include "host/base/start_error.h"
#include "host/cli/cases/compare.h"
#include "host/cli/store_command.h"
#include "host/runtime/assemble.h"
#include "host/runtime/services.h"

namespace sr::host {

void with_stage(const std::filesystem::path& deployment, const std::vector<std::string>& overrides,
                const std::filesystem::path& folder,
                const std::function<void(Stage&, Player&)>& play, const PluginSource& plugins,
                const std::function<void(CheckedDeployment&)>& adapt) {
  std::filesystem::create_directories(folder);
  config::Diagnostics diagnostics;
  auto checked = check_deployment(deployment, overrides, diagnostics, plugins);
  if (adapt) adapt(checked);
  asio::io_context io(1);
  const Services services(io);
  auto [transport, loopback] = Loopback::make(services.api());
  std::optional<Parts> parts;
  if (diagnostics.ok()) {
    parts =
        assemble(checked.deployment, checked.app, checked.components, services.api(), diagnostics);
  }
  if (!parts) {
    std::ostringstream text;
    diagnostics.print(text);
    throw StartError(text.str());
  }
  init_store(parts->store, parts->app);
  parts->transports = {transport};
  parts->canvas.clear();

  Stage stage(io, std::move(*parts), *loopback);
  Player player(stage);
  play(stage, player);
}

namespace {

bool is_decision(const CaseStep& step) {
  return step.event == CaseStep::Event::kApply || step.event == CaseStep::Event::kCancel;
}

}  // namespace

std::vector<std::string> run_case(const Case& test, const std::filesystem::path& deployment,
                                  const std::vector<std::string>& overrides,
                                  const std::filesystem::path& folder) {
  std::vector<std::string> failures;
  with_stage(deployment, overrides, folder, [&](Stage& stage, Player& player) {
    failures = play_steps(test.steps, stage, player);
  });
  return failures;
}

std::vector<std::string> play_steps(const std::vector<CaseStep>& steps, Stage& stage,
                                    Player& player) {
  std::vector<std::string> failures;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    const auto before = look_before(step, stage, player);
    Reply reply = player.play(step);
    const bool decided = i + 1 < steps.size() && is_decision(steps[i + 1]);
    if (!decided && !step.facts_unchanged) player.apply(step, reply);
    compare(step, before, reply, stage, player, failures);
    if (!failures.empty()) break;  // what follows would only fail for the same reason
  }
  return failures;
}

std::string own_database(const config::Deployment& deployment,
                         const std::filesystem::path& folder) {
  const auto* store = deployment.find("store", deployment.pipeline.store);
  const auto value = "stores." + store->name + ".";
  if (store->option("path") != nullptr) return value + "path=" + (folder / "facts.db").string();
  if (store->type == "postgres") return value + "scratch=true";
  throw StartError("[test] every case needs a database of its own, and store " + store->name +
                   " cannot make one; use a store of type sqlite or postgres");
}

}  // namespace sr::host
