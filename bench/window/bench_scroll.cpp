#include "bench/window/bench_scroll.h"

#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <ostream>
#include <random>

#include "bench/common/client.h"
#include "bench/common/samples.h"
#include "bench/common/scratch_deployment.h"
#include "bench/window/measured.h"
#include "host/base/start_error.h"
#include "host/cli/texts.h"

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
  const BindingProperty* source = nullptr;
  for (const auto& type : app.components) {
    for (const auto& binding : type.bindings) {
      if (shows != nullptr || binding.as != BindingProperty::As::kTable) continue;
      shows = &type;
      source = &binding;
    }
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
  screen.manifest = {
      {"kind", "manifest"},
      {"components",
       {{{"type", shows->name}, {"id", "rows"}, {source->property, bench::kMeasuredQuery}}}}};
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

// The window that a person asks for, the how-many-th time.
struct Move {
  const char* name;
  std::function<Json(std::mt19937& random, int time)> window;
};

std::vector<Move> moves(int rows) {
  const auto window = [](std::uint64_t offset) {
    return Json{{"component", "rows"}, {"offset", offset}, {"limit", kWindow}};
  };
  // In the first one of so many parts of the table.
  const auto somewhere = [rows](std::mt19937& random, int parts) {
    return std::uniform_int_distribution<std::uint64_t>(
        0, static_cast<std::uint64_t>(rows) / static_cast<std::uint64_t>(parts))(random);
  };
  return {
      {"a page further",
       [=](std::mt19937&, int time) {
         return window(static_cast<std::uint64_t>(time) * kWindow % 10'000);
       }},
      {"anywhere in the first hundredth",
       [=](std::mt19937& random, int) { return window(somewhere(random, 100)); }},
      {"anywhere", [=](std::mt19937& random, int) { return window(somewhere(random, 1)); }},
      {"by an indexed column", [=](std::mt19937& random, int) {
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
    for (int i = 0; i < times; ++i) out.add(client_.send("window", move.window(random_, i + 1)));
    return out;
  }
  // Of one of the rows that others look at first; every time to another state than it has.
  double change() {
    const auto id = 1 + random_() % kWindow;
    auto& open = open_.try_emplace(id, bench::is_open(id)).first->second;
    open = !open;
    return client_.click({{"user_action", open ? "open" : "done"}, {"id", id}});
  }

 private:
  bench::Client client_;
  std::mt19937 random_;
  std::map<std::uint64_t, bool> open_;  // rows that were changed
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
  bench::Samples changed_alone, changed_together;
  for (int i = 0; i < args.times; ++i) changed_alone.add(three.change());
  for (const auto& move : moves(args.rows)) {
    const auto alone = one.scroll(move, args.times);
    auto first = std::async(std::launch::async, [&] { return one.scroll(move, args.times); });
    auto second = std::async(std::launch::async, [&] { return two.scroll(move, args.times); });
    const auto scrolls = [](auto& person) {
      return person.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
    };
    while (scrolls(first) || scrolls(second)) changed_together.add(three.change());
    auto together = first.get();
    together.add(second.get());
    print(out, move.name, alone, together);
  }
  print(out, "a row changed by a button", changed_alone, changed_together);
}

}  // namespace

void add_bench_scroll(CLI::App& command, BenchScrollArgs& args) {
  command.add_option("deployment", args.file, "The deployment's YAML file")->required();
  add_texts(command, "--set", args.overrides, "Set one value: path=value");
  command.add_option("--rows", args.rows, "Rows of the table")->capture_default_str();
  command.add_option("--times", args.times, "Of each event")->capture_default_str();
}

int bench_scroll_command(const BenchScrollArgs& args, std::ostream& out, std::ostream& err) {
  const auto put = [&args](App& app, const std::filesystem::path& folder) {
    put_table(app, args.rows, folder);
  };
  bench::ScratchDeployment scratch(args.file, args.overrides, err, put);
  if (!scratch.parts()) return kExitConfig;
  scratch.serve(nullptr, [&](const std::string& address) {
    out << bench::machine() << '\n';
    measure(address, args, out);
  });
  return 0;
}

}  // namespace sr::host
