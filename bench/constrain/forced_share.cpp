#include "bench/constrain/forced_share.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "bench/constrain/app_targets.h"
#include "host/base/start_error.h"
#include "host/cli/cases/runner.h"
#include "host/cli/replay_command.h"
#include "host/cli/replay_decode.h"
#include "host/cli/scratch_folder.h"
#include "host/cli/store_command.h"
#include "host/runtime/assemble.h"
#include "host/runtime/services.h"

namespace sr::bench {

using namespace host;
namespace fs = std::filesystem;

namespace {

using Log = std::vector<LogEntry>;

// A table of functions as the host knows it, of a plugin that may know fewer.
template <class Table>
Table copy_of(const Table& real) {
  Table out{};
  std::memcpy(&out, &real, std::min<std::size_t>(real.struct_size, sizeof out));
  return out;
}

// The same constrainer, except that it never says what must follow. Outlives its instances.
class WithoutRuns {
 public:
  explicit WithoutRuns(const sr_component& real)
      : component_(copy_of(real)),
        functions_(copy_of(*static_cast<const sr_constrainer*>(real.vtable))) {
    functions_.forced = [](sr_instance*, sr_matcher*, std::uint8_t*,
                           std::size_t) noexcept -> std::size_t { return 0; };
    component_.vtable = &functions_;
  }
  WithoutRuns(const WithoutRuns&) = delete;
  WithoutRuns& operator=(const WithoutRuns&) = delete;
  const sr_component* component() const { return &component_; }

 private:
  sr_component component_;
  sr_constrainer functions_;
};

class Comparison {
 public:
  explicit Comparison(const ForcedShareArgs& args) : args_(args) {
    config::Diagnostics diagnostics;
    const auto checked = check_deployment(args.deployment, {}, diagnostics, plugins());
    cases_ = checked.cases;
    for (const auto& path : args.cases) {
      if (!fs::exists(path)) throw StartError("[bench] there is no file or folder " + path);
      auto more = load_case_lists(path, diagnostics);
      std::move(more.begin(), more.end(), std::back_inserter(cases_));
    }
    if (!diagnostics.ok()) refuse(diagnostics);
    deployment_ = checked.deployment;
  }

  Json rows() {
    Json out = Json::array();
    ForcedShare all;
    while (!cases_.empty()) {
      const auto others = std::stable_partition(
          cases_.begin(), cases_.end(),
          [app = cases_.front().app](const Case& test) { return test.app == app; });
      const std::vector<Case> of_one(cases_.begin(), others);
      cases_.erase(cases_.begin(), others);
      std::string app;
      const auto sums = compare(of_one, app);
      all.add(sums);
      out.push_back(row(app, sums));
    }
    if (out.size() > 1) out.push_back(row("all", all));
    return out;
  }

 private:
  static Json row(const std::string& app, const ForcedShare& sums) {
    Json out;
    out["app"] = app;
    out.update(sums.json());
    return out;
  }

  PluginSource plugins() const {
    return [this](const config::Deployment& deployment, Registry& registry) {
      plugins_from_directories(deployment, registry);
      registry.load_directories({args_.search.begin(), args_.search.end()});
    };
  }

  // For a database of its own, and the case's app.
  std::vector<std::string> overrides(const Case& test, const fs::path& folder) const {
    std::vector<std::string> out = {own_database(deployment_, folder)};
    if (!test.app.empty()) out.push_back("app=" + test.app.string());
    return out;
  }

  Log play(const Case& test, const fs::path& folder) const {
    Log log;
    with_stage(
        args_.deployment, overrides(test, folder), folder,
        [&](Stage& stage, Player& player) {
          for (const auto& step : test.steps) {
            if (const auto heard = player.play(step); !heard.trouble.empty()) {
              throw StartError("[bench] case " + test.name + ": " + heard.trouble);
            }
          }
          if (!player.session().empty()) log = log_of(stage.store(), player.session());
        },
        plugins());
    return log;
  }

  ForcedShare compare(const std::vector<Case>& tests, std::string& app) const {
    std::vector<Log> logs;
    for (const auto& test : tests) {
      const ScratchFolder scratch;
      logs.push_back(play(test, scratch.path()));
    }
    const auto with = decide(tests.front(), logs, /*runs=*/true, app);
    const auto without = decide(tests.front(), logs, /*runs=*/false, app);
    ForcedShare out;
    for (std::size_t i = 0; i < logs.size(); ++i) {
      for (std::size_t k = 0; k < with[i].size(); ++k) {
        const auto& a = with[i][k];
        const auto& b = without[i][k];
        out.add({a.decoded, b.decoded, a.tokens, b.tokens}, a.tokens.size() - a.stats.forced);
      }
    }
    return out;
  }

  std::vector<std::vector<Decision>> decide(const Case& any, const std::vector<Log>& logs,
                                            bool runs, std::string& app) const {
    const ScratchFolder scratch;
    config::Diagnostics diagnostics;
    auto checked =
        check_deployment(args_.deployment, overrides(any, scratch.path()), diagnostics, plugins());
    if (!diagnostics.ok()) refuse(diagnostics);
    auto& constrainer = checked.components.at({"constrainer", deployment_.pipeline.constrainer});
    const WithoutRuns silent(*constrainer.component);
    if (!runs) constrainer.component = silent.component();
    for (auto& [kind, route] : checked.app.routes) route.backend.clear();
    std::erase_if(checked.components, [](const auto& c) { return c.first.first == "transport"; });
    boost::asio::io_context io;
    const Services services(io);
    auto parts =
        assemble(checked.deployment, checked.app, checked.components, services.api(), diagnostics);
    if (!parts) refuse(diagnostics);
    init_store(parts->store, parts->app);
    app = parts->app.name;
    return decide_again(*parts, parts->backend, logs);
  }

  const ForcedShareArgs& args_;
  config::Deployment deployment_;
  std::vector<Case> cases_;
};

}  // namespace

void ForcedShare::add(const TwoAnswers& both, std::size_t chosen) {
  const auto& [a, b, a_tokens, b_tokens] = both;
  const auto longer = std::max(a.size(), b.size());
  const auto same = std::ranges::mismatch(a, b).in1 - a.begin();
  ++answers_;
  bytes_ += longer;
  tokens_ += a_tokens.size();
  chosen_ += chosen;
  chosen_alone_ += b_tokens.size();
  other_bytes_ += longer - static_cast<std::size_t>(same);
  if (a != b) {
    ++other_answers_;
  } else if (a_tokens != b_tokens) {
    ++other_tokens_;
  }
}

void ForcedShare::add(const ForcedShare& other) {
  answers_ += other.answers_;
  bytes_ += other.bytes_;
  tokens_ += other.tokens_;
  chosen_ += other.chosen_;
  chosen_alone_ += other.chosen_alone_;
  other_answers_ += other.other_answers_;
  other_bytes_ += other.other_bytes_;
  other_tokens_ += other.other_tokens_;
}

Json ForcedShare::json() const {
  const auto share = [](std::size_t part, std::size_t of) {
    return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
  };
  Json out;
  out["answers"] = answers_;
  out["bytes"] = bytes_;
  out["tokens"] = tokens_;
  out["chosen"] = chosen_;
  out["forced_share"] = share(tokens_ - chosen_, tokens_);
  out["chosen_alone"] = chosen_alone_;
  out["other_answers"] = other_answers_;
  out["other_bytes"] = other_bytes_;
  out["other_share"] = share(other_bytes_, bytes_);
  out["other_tokens"] = other_tokens_;
  return out;
}

Json forced_share(const ForcedShareArgs& args) { return Comparison(args).rows(); }

}  // namespace sr::bench
