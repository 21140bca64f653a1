#include "bench/window/bench_scroll.h"

#include <spdlog/fmt/fmt.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <ostream>
#include <random>
#include <thread>

#include "bench/common/client.h"
#include "bench/common/samples.h"
#include "bench/common/scratch_deployment.h"
#include "bench/window/measured.h"
#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/cli/scratch_folder.h"
#include "host/cli/store_command.h"
#include "host/cli/texts.h"
#include "host/runtime/assemble.h"
#include "host/runtime/runtime.h"
#include "host/runtime/services.h"

namespace sr::host {
namespace {

constexpr std::uint64_t kWindow = 100;  // rows of a window, as the policy has it by default

std::filesystem::path write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw StartError("[bench] cannot write " + file.string());
  return file;
}

// The deployment's app with one table in place of its own: a component that shows a table is
// needed.
void put_table(App& app, int rows, const std::filesystem::path& folder) {
  const ComponentType* shows = nullptr;
  for (const auto& type : app.components) {
    for (const auto& binding : type.bindings)
      if (shows == nullptr && binding.as == BindingProperty::As::kTable) shows = &type;
  }
  if (shows == nullptr) throw StartError("[bench] no component of the app shows a table");
  app.schema = write(folder / "schema.sql", bench::kMeasuredTable);
  app.seed = write(folder / "seed.sql", bench::measured_rows(rows));
  app.labels.clear();
  app.speak.clear();
  sql::TablePolicy policy;
  policy.select = sql::Columns{.all = true, .names = {}};
  policy.update = sql::WriteRule{{false, {"state"}}, {"id"}, 1};
  app.policy.tables = {{"measured", policy}};
  DeclaredScreen screen;
  screen.name = screen.label = "measured";
  screen.manifest = {{"kind", "manifest"},
                     {"components",
                      {{{"type", shows->name},
                        {"id", "rows"},
                        {shows->bindings[0].property, bench::kMeasuredQuery}}}}};
  app.screens = {screen};
  app.routes[EventKind::kScreen].targets.clear();
  app.actions.clear();
  for (const char* state : {"open", "done"}) {
    DeclaredAction action;
    action.name = action.label = state;
    action.table = "measured";
    action.statements = {
        {"UPDATE measured SET state = '" + std::string(state) + "' WHERE id = :id", {}}};
    app.actions.push_back(action);
  }
}

struct Move {
  const char* name;
  std::function<Json(std::mt19937&)> window;
};

std::vector<Move> moves(int rows) {
  const auto window = [](std::uint64_t offset) {
    return Json{{"component", "rows"}, {"offset", offset}, {"limit", kWindow}};
  };
  const auto somewhere = [rows](std::mt19937& random, int share) {
    return std::uniform_int_distribution<std::uint64_t>(
        0, static_cast<std::uint64_t>(rows) / static_cast<std::uint64_t>(share))(random);
  };
  return {
      {"a page further",
       [=, at = std::uint64_t{0}](std::mt19937&) mutable {
         return window(at = (at + kWindow) % 10'000);
       }},
      {"anywhere in the first hundredth",
       [=](std::mt19937& random) { return window(somewhere(random, 100)); }},
      {"anywhere", [=](std::mt19937& random) { return window(somewhere(random, 1)); }},
      {"by an indexed column", [=](std::mt19937& random) {
         auto out = window(somewhere(random, 1000));
         out["sort"] = Json::array({{{"column", "indexed"}, {"descending", random() % 2 == 0}}});
         return out;
       }}};
}

class Person {
 public:
  Person(const std::string& address, std::uint32_t seed) : client_(address), random_(seed) {}

  bench::Samples scroll(const Move& move, int times) {
    bench::Samples out;
    for (int i = 0; i < times; ++i) out.add(client_.send("window", move.window(random_)));
    return out;
  }
  // Until told to stop; at least so many.
  bench::Samples change(int times, const std::atomic<bool>& stop) {
    bench::Samples out;
    for (int i = 0; i < times || !stop; ++i) {
      const auto id = 1 + random_() % kWindow;  // what others look at, at first
      out.add(client_.click({{"user_action", ++turns_ % 2 == 0 ? "open" : "done"}, {"id", id}}));
    }
    return out;
  }

 private:
  bench::Client client_;
  std::mt19937 random_;
  std::uint64_t turns_ = 0;
};

void print(std::ostream& out, const char* name, const bench::Samples& alone,
           const bench::Samples& together) {
  out << fmt::format("  {:<34}{:>10.2f}{:>10.2f}{:>12.2f}{:>10.2f}\n", name, alone.percentile(50),
                     alone.percentile(99), together.percentile(50), together.percentile(99));
}

void measure(const std::string& address, const BenchScrollArgs& args, std::ostream& out) {
  out << fmt::format("{} rows, {} events each\n  {:<34}{:>10}{:>10}{:>12}{:>10}\n", args.rows,
                     args.times, "window of 100", "alone p50", "p99 ms", "all at once", "p99 ms");
  Person one(address, 1), two(address, 2), three(address, 3);
  const std::atomic<bool> at_once = true;
  const auto changed_alone = three.change(args.times, at_once);
  bench::Samples changed_together;
  for (const auto& move : moves(args.rows)) {
    const auto alone = one.scroll(move, args.times);
    std::atomic<bool> stop = false;
    bench::Samples other, changes;
    std::exception_ptr failure;
    const auto in_thread = [&failure](auto work) {
      return std::thread([&failure, work] {
        try {
          work();
        } catch (...) {
          failure = std::current_exception();
        }
      });
    };
    auto writes = in_thread([&] { changes = three.change(0, stop); });
    auto scrolls = in_thread([&] { other = two.scroll(move, args.times); });
    auto together = one.scroll(move, args.times);
    scrolls.join();
    stop = true;
    writes.join();
    if (failure) std::rethrow_exception(failure);
    together.add(other);
    changed_together.add(changes);
    print(out, move.name, alone, together);
  }
  print(out, "a row changed by a button", changed_alone, changed_together);
}

std::string web_address(const Runtime& runtime) {
  for (const auto& address : runtime.addresses()) {
    if (address.starts_with("http://")) return address;
  }
  throw StartError("[bench] the deployment has no WebSocket transport");
}

}  // namespace

void add_bench_scroll(CLI::App& command, BenchScrollArgs& args) {
  command.add_option("deployment", args.file, "The deployment's YAML file")->required();
  add_texts(command, "--set", args.overrides, "Set one value: path=value");
  command.add_option("--rows", args.rows, "Rows of the table")->capture_default_str();
  command.add_option("--times", args.times, "Of each event")->capture_default_str();
}

int bench_scroll_command(const BenchScrollArgs& args, std::ostream& out, std::ostream& err) {
  const ScratchFolder scratch;
  const auto overrides = bench::scratch_overrides(args.file, args.overrides, scratch.path());
  config::Diagnostics diagnostics;
  auto checked = check_deployment(args.file, overrides, diagnostics);
  asio::io_context io(1);
  const Services services(io);
  std::optional<Parts> parts;
  if (diagnostics.ok()) {
    put_table(checked.app, args.rows, scratch.path());
    parts =
        assemble(checked.deployment, checked.app, checked.components, services.api(), diagnostics);
  }
  diagnostics.print(err);
  if (!parts) return kExitConfig;
  init_store(parts->store, parts->app);
  parts->canvas.clear();
  Runtime runtime(io, std::move(*parts));
  or_start_error(runtime.start());
  std::thread executor([&runtime] { runtime.run(); });
  std::exception_ptr failure;
  try {
    out << bench::machine() << '\n';
    measure(web_address(runtime), args, out);
  } catch (...) {
    failure = std::current_exception();
  }
  runtime.stop();
  executor.join();
  if (failure) std::rethrow_exception(failure);
  return 0;
}

}  // namespace sr::host
