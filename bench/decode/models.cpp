#include "bench/decode/models.h"

#include <filesystem>

#include "host/base/start_error.h"

namespace sr::bench {

using namespace host;

Models::Models(const Registry& registry, const std::string& backend, std::string folder,
               const sr_host_api& api)
    : tools_(or_start_error(ModelTools::find(registry, backend, api))), folder_(std::move(folder)),
      api_(api) {}

Options Models::options(const How& how) const {
  std::vector<OptionInput> inputs{{"model", folder_, {}, false},
                                  {"weights", how.weights, {}, false},
                                  {"threads", std::to_string(how.threads), {}, false}};
  if (how.window > 0) {
    inputs.push_back({"attention_window", std::to_string(how.window), {}, false});
  }
  std::vector<OptionProblem> problems;
  auto checked =
      Options::check(tools_.component(), inputs, std::filesystem::current_path(), problems);
  for (const auto& problem : problems) {
    throw StartError("[bench] " + problem.option + " " + problem.what);
  }
  return checked;
}

LoadedBackend Models::load(const How& how) const {
  return LoadedBackend(or_start_error(
      Instance::create(tools_.component(), options(how), api_, "backend " + how.weights)));
}

std::uint64_t Models::weight_bytes(const std::string& weights) {
  const auto [at, added] = bytes_.try_emplace(weights);
  if (added) {
    const auto said = Json::parse(or_start_error(tools_.inspect(options({weights}))));
    at->second = said.at("weight_bytes").get<std::uint64_t>();
  }
  return at->second;
}

Json Models::row(const How& how) const {
  Json out;
  out["model"] = std::filesystem::path(folder_).lexically_normal().filename().string();
  out["weights"] = how.weights;
  out["threads"] = how.threads;
  return out;
}

}  // namespace sr::bench
