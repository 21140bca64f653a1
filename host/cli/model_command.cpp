#include "host/cli/model_command.h"

#include <boost/asio/io_context.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>

#include "host/base/json.h"
#include "host/cli/texts.h"
#include "host/observe/log.h"
#include "host/plugins/model_tools.h"
#include "host/runtime/services.h"

namespace sr::host {
namespace {

namespace fs = std::filesystem;

int failed(const Error& error, std::ostream& err) {
  err << "error: " << error.text() << '\n';
  return 1;
}

// The backend's options: the model, and what the command line says of it.
std::optional<Options> options_of(const ModelArgs& args, const sr_component& component,
                                  std::ostream& err) {
  std::vector<OptionInput> inputs{{"model", args.folder, {}, false}};
  const auto given = [&](const char* name, const std::string& value) {
    if (!value.empty()) inputs.push_back({name, value, {}, false});
  };
  given("weights", args.weights);
  given("attention_window", args.window);
  given("attention_pinned", args.pinned);
  std::vector<OptionProblem> problems;
  auto options = Options::check(component, inputs, fs::current_path(), problems);
  for (const auto& problem : problems) {
    err << "error: " << (problem.on_key ? "" : problem.option + " ") << problem.what << '\n';
  }
  if (!problems.empty()) return std::nullopt;
  return options;
}

std::string grouped(std::uint64_t number) {
  auto out = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3) {
    out.insert(static_cast<std::size_t>(at), " ");
  }
  return out;
}

// "10 mamba1, 2 attention"
std::string kinds(const Json& counts) {
  std::string out;
  for (const auto& [kind, count] : counts.items()) {
    out += (out.empty() ? "" : ", ") + std::to_string(count.get<int>()) + " " + kind;
  }
  return out.empty() ? "none" : out;
}

void print(const Json& model, std::ostream& out) {
  const auto number = [&](const char* key) { return grouped(model.at(key).get<std::uint64_t>()); };
  const auto line = [&](const char* name, const std::string& text) {
    out << name << std::string(14 - std::string_view(name).size(), ' ') << text << '\n';
  };
  const auto& layers = model.at("layers");
  const auto& tokenizer = model.at("tokenizer");
  line("family", model.at("family").get<std::string>());
  line("layers", std::to_string(layers.at("count").get<int>()) + ": " +
                     kinds(layers.at("mixers")) + "; " + kinds(layers.at("feed_forward")));
  if (const auto& norm = model.value("group_norm", Json()); !norm.is_null()) {
    const auto groups = std::to_string(norm.at("groups").get<int>());
    line("mamba2 norm", (norm.at("by_group") == true
                             ? "over each of " + groups + " groups: "
                             : "one over all " + groups + " groups: ") +
                            norm.at("why").get<std::string>());
  }
  line("hidden", number("hidden"));
  line("vocabulary", number("vocabulary") +
                         (tokenizer.is_null()
                              ? std::string(", no tokenizer.json")
                              : ", tokenizer of " +
                                    grouped(tokenizer.at("tokens").get<std::uint64_t>())));
  line("context", model.at("context") == 0 ? "not stated" : number("context") + " tokens");
  line("parameters", number("parameters"));
  line("weights", number("weight_bytes") + " bytes, matrices as " +
                      model.at("weights").get<std::string>());
  line("a session", number("session_bytes") + " bytes");
  line("a token", number("token_bytes") + " bytes more");
  line("fingerprint", model.at("fingerprint").get<std::string>());
}

}  // namespace

int model_inspect(const ModelArgs& args, const Registry& registry, std::ostream& out,
                  std::ostream& err) {
  boost::asio::io_context io;
  const Services services(io);
  const auto tools = ModelTools::find(registry, args.backend, services.api());
  if (!tools) return failed(tools.error(), err);
  const auto options = options_of(args, tools->component(), err);
  if (!options) return 1;
  const auto text = tools->inspect(*options);
  if (!text) return failed(text.error(), err);
  const auto model = Json::parse(*text);
  if (args.json) {
    out << model.dump(2) << '\n';
  } else {
    print(model, out);
  }
  return 0;
}

int model_logits(const ModelArgs& args, const Registry& registry, std::ostream& out,
                 std::ostream& err) {
  boost::asio::io_context io;
  const Services services(io);
  const auto tools = ModelTools::find(registry, args.backend, services.api());
  if (!tools) return failed(tools.error(), err);
  const auto options = options_of(args, tools->component(), err);
  if (!options) return 1;
  const auto logits = tools->logits(*options, args.ids);
  if (!logits) return failed(logits.error(), err);
  // Nine digits bring every float32 back to the last bit.
  const auto width = logits->size() / args.ids.size();
  out << "{\"ids\":" << Json(args.ids).dump()
      << ",\"weights\":" << Json(options->find("weights")->text).dump() << ",\"logits\":[";
  for (std::size_t row = 0; row < args.ids.size(); ++row) {
    out << (row == 0 ? "\n[" : ",\n[");
    for (std::size_t i = 0; i < width; ++i) {
      const auto value = static_cast<double>((*logits)[row * width + i]);
      char text[32] = "null";
      if (std::isfinite(value)) std::snprintf(text, sizeof text, "%.9g", value);
      out << (i == 0 ? "" : ",") << text;
    }
    out << ']';
  }
  out << "]}\n";
  return 0;
}

int model_random(const ModelArgs& args, const Registry& registry, std::ostream& out,
                 std::ostream& err) {
  boost::asio::io_context io;
  const Services services(io);
  const auto tools = ModelTools::find(registry, args.backend, services.api());
  if (!tools) return failed(tools.error(), err);
  const RandomModel model{args.config, args.folder, args.tokenizer, args.type, args.seed};
  const auto text = tools->random(model);
  if (!text) return failed(text.error(), err);
  const auto made = Json::parse(*text);
  out << args.folder << ": " << made.at("family").get<std::string>() << " with "
      << grouped(made.at("parameters").get<std::uint64_t>()) << " random parameters, "
      << grouped(made.at("bytes").get<std::uint64_t>()) << " bytes in " << made.at("files")
      << (made.at("files") == 1 ? " file" : " files");
  if (made.at("tokenizer").is_null()) {
    out << "; no tokenizer: the vocabulary is smaller than 256 bytes and the tags";
  }
  out << '\n';
  return 0;
}

void add_model(CLI::App& command, ModelArgs& args, int& status) {
  using Run = int (*)(const ModelArgs&, const Registry&, std::ostream&, std::ostream&);
  const auto add = [&](const char* name, const char* what, Run run) {
    auto* const out = command.add_subcommand(name, what);
    out->add_option("--backend", args.backend, "The type of backend that reads it")
        ->capture_default_str();
    add_texts(*out, "--plugins", args.plugins, "A further directory of plugins");
    out->callback([&args, &status, run] {
      set_log_level("info");  // what takes long says how far it is
      Registry registry;
      registry.load_directories(
          plugin_search_path({args.plugins.begin(), args.plugins.end()}));
      status = run(args, registry, std::cout, std::cerr);
    });
    return out;
  };
  const auto add_weights = [&](CLI::App& to) {
    to.add_option("folder", args.folder, "The model's folder")->required();
    to.add_option("--weights", args.weights, "What matrices are held in: f32, bf16, …");
  };
  auto* const inspect = add("inspect", "What a model is made of and what it takes", model_inspect);
  add_weights(*inspect);
  inspect->add_flag("--json", args.json, "As one JSON object");

  auto* const logits = add("logits", "What a model says after each of some tokens", model_logits);
  add_weights(*logits);
  logits->add_option("--ids", args.ids, "The tokens: 5,9,12")->required()->delimiter(',');
  logits->add_option("--window", args.window, "Attention sees the last so many tokens");
  logits->add_option("--pinned", args.pinned, "and the first so many");

  auto* const random = add("random", "Makes a model with random weights", model_random);
  random->add_option("config", args.config, "Its config.json")->required();
  random->add_option("folder", args.folder, "The folder to make")->required();
  random->add_option("--seed", args.seed, "Equal seeds give equal models")->capture_default_str();
  random->add_option("--tokenizer", args.tokenizer,
                     "Its tokenizer.json; without one every byte is a token");
  random->add_option("--dtype", args.type, "Of the tensors: bf16 or f32")->capture_default_str();
}

}  // namespace sr::host
