// The state-runtime command. Exit status: 0 done, 1 something was found wrong, 2 the command line
// is wrong, 78 the configuration is wrong and nothing was started.
#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/constrain/bench_constrain.h"
#include "bench/decode/bench_decode.h"
#include "bench/turn/bench_turn.h"
#include "bench/window/bench_scroll.h"
#include "bench/window/bench_window.h"
#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/cli/eval_command.h"
#include "host/cli/grammar_command.h"
#include "host/cli/model_command.h"
#include "host/cli/plugins_command.h"
#include "host/cli/replay_command.h"
#include "host/cli/run_command.h"
#include "host/cli/sql_check_command.h"
#include "host/cli/store_command.h"
#include "host/cli/test_command.h"
#include "host/cli/texts.h"
#include "host/config/schema.h"
#include "host/observe/log.h"

namespace {

using namespace sr::host;

// What most commands take: a deployment, and changes to it.
struct DeploymentArgs {
  std::string file;
  std::vector<std::string> overrides;

  void add_to(CLI::App& command) {
    command.add_option("deployment", file, "The deployment's YAML file")->required();
    add_texts(command, "--set", overrides, "Set one value: path=value, as often as needed");
  }
};

Registry loaded_registry(const std::vector<std::string>& search) {
  Registry registry;
  registry.load_directories(plugin_search_path({search.begin(), search.end()}));
  return registry;
}

int command_line(int argc, char** argv) {
  CLI::App app{"An application runtime in which a hybrid state-space model is the application logic."};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("state-runtime ") + STATE_RUNTIME_VERSION);
  int status = 0;
  DeploymentArgs args;

  auto* run = app.add_subcommand("run", "Start a deployment and serve until told to stop");
  args.add_to(*run);
  run->callback([&] { status = run_command(args.file, args.overrides, std::cout, std::cerr); });

  auto* check = app.add_subcommand("check", "Check a deployment, its app and its plugins");
  args.add_to(*check);
  check->callback([&] { status = check_command(args.file, args.overrides, std::cout, std::cerr); });

  auto* test = app.add_subcommand("test", "Run the app's test cases, each on a database of its own");
  args.add_to(*test);
  test->callback([&] { status = test_command(args.file, args.overrides, std::cout, std::cerr); });

  EvalArgs eval_args;
  auto* eval = app.add_subcommand("eval", "How many cases the deployment's backend gets right");
  add_eval(*eval, eval_args);
  eval->callback([&] { status = eval_command(eval_args, std::cout, std::cerr); });

  auto* store = app.add_subcommand("store", "The fact store");
  store->require_subcommand(1);
  auto* init = store->add_subcommand("init", "Create and seed the app's tables if they are missing");
  args.add_to(*init);
  init->callback(
      [&] { status = store_init_command(args.file, args.overrides, std::cout, std::cerr); });
  auto* rights = store->add_subcommand(
      "check", "Look whether the database lets the app do what its policy allows");
  args.add_to(*rights);
  rights->callback(
      [&] { status = store_check_command(args.file, args.overrides, std::cout, std::cerr); });

  auto* names = store->add_subcommand(
      "names", "What tables and columns are called, and behind it what the database calls them");
  args.add_to(*names);
  names->callback(
      [&] { status = store_names_command(args.file, args.overrides, std::cout, std::cerr); });

  auto* replay = app.add_subcommand("replay", "Fold a stored session's log, or decide it again");
  ReplayArgs replay_args;
  add_replay(*replay, replay_args);
  replay->callback([&] { status = replay_command(replay_args, std::cout, std::cerr); });

  auto* plugins = app.add_subcommand("plugins", "What plugins there are");
  plugins->require_subcommand(1);
  std::vector<std::string> search;
  bool json = false;
  auto* list = plugins->add_subcommand("list", "Every component, and every file that was refused");
  list->add_flag("--json", json, "As one JSON object");
  add_texts(*list, "--search", search, "A further directory");
  list->callback([&] { status = plugins_list(loaded_registry(search), json, std::cout); });
  std::string component;
  auto* describe = plugins->add_subcommand("describe", "One component and its options");
  describe->add_option("component", component, "store/sqlite, or sqlite")->required();
  add_texts(*describe, "--search", search, "A further directory");
  describe->callback([&] {
    status = plugins_describe(loaded_registry(search), component, std::cout, std::cerr);
  });

  auto* schema = plugins->add_subcommand("schema", "The JSON Schema of deployments, for editors");
  add_texts(*schema, "--search", search, "A further directory");
  schema->callback([&] {
    std::cout << config::deployment_schema(loaded_registry(search)).dump(2) << '\n';
    status = 0;
  });

  auto* model = app.add_subcommand("model", "Looking at a model, and making a random one");
  model->require_subcommand(1);
  ModelArgs model_args;
  add_model(*model, model_args, status);

  auto* sql = app.add_subcommand("sql", "What the guard thinks of SQL");
  sql->require_subcommand(1);
  SqlCheckArgs sql_args;
  auto* sql_check = sql->add_subcommand("check", "Allowed, or refused by which rule at which place");
  add_sql_check(*sql_check, sql_args);
  sql_check->callback([&] { status = sql_check_command(sql_args, std::cin, std::cout, std::cerr); });

  auto* grammar = app.add_subcommand("grammar", "Looking at schemas and grammars");
  grammar->require_subcommand(1);
  GrammarCheckArgs grammar_args;
  auto* check_grammar = grammar->add_subcommand("check", "What can be enforced, and what it accepts");
  add_grammar_check(*check_grammar, grammar_args);
  check_grammar->callback([&] { status = grammar_check(grammar_args, std::cout, std::cerr); });

  auto* bench = app.add_subcommand("bench", "Measurements");
  bench->require_subcommand(1);
  BenchTurnArgs turn_args;
  auto* bench_turn = bench->add_subcommand("turn", "Clicks over a real WebSocket, step by step");
  add_bench_turn(*bench_turn, turn_args);
  bench_turn->callback([&] { status = bench_turn_command(turn_args, std::cout, std::cerr); });
  BenchWindowArgs window_args;
  auto* bench_window = bench->add_subcommand("window", "Windows of a large table");
  add_bench_window(*bench_window, window_args);
  bench_window->callback([&] { status = bench_window_command(window_args, std::cout, std::cerr); });
  BenchConstrainArgs constrain_args;
  BenchScrollArgs scroll_args;
  auto* bench_scroll = bench->add_subcommand("scroll", "Two who scroll while a third writes");
  add_bench_scroll(*bench_scroll, scroll_args);
  bench_scroll->callback([&] { status = bench_scroll_command(scroll_args, std::cout, std::cerr); });

  auto* bench_constrain = bench->add_subcommand("constrain", "Masks and tokens under a grammar");
  add_bench_constrain(*bench_constrain, constrain_args);
  bench_constrain->callback([&] { status = bench_constrain_command(constrain_args, std::cout); });

  BenchDecodeArgs decode_args;
  auto* bench_decode = bench->add_subcommand("decode", "A model's tokens, against the memory's pace");
  add_bench_decode(*bench_decode, decode_args);
  bench_decode->callback([&] {
    status = bench_decode_command(decode_args, loaded_registry(decode_args.plugins), std::cout,
                                  std::cerr);
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  set_log_level("warn");
  try {
    return command_line(argc, argv);
  } catch (const StartError& error) {
    std::cerr << error.what() << "\nNothing was started.\n";
    return kExitConfig;
  } catch (const std::exception& error) {
    std::cerr << "state-runtime: " << error.what() << '\n';
    return 1;
  }
}
