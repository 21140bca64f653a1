#include "host/cli/replay_command.h"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <ostream>

#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/cli/replay_decode.h"
#include "host/cli/texts.h"
#include "host/patch/patch.h"
#include "host/runtime/assemble.h"
#include "host/runtime/services.h"
#include "host/session/fold.h"

namespace sr::host {
namespace {

int print(const Replayed& replayed, const std::string& session, std::ostream& out) {
  out << "session " << session << ": " << replayed.entries << " entries, " << replayed.paints
      << " paints, up to seq " << replayed.seq << "; the view has hash " << replayed.hash << '\n';
  for (const auto& problem : replayed.problems) out << "  " << problem << '\n';
  if (!replayed.problems.empty()) return 1;
  out << "every view is the one that was logged\n";
  return 0;
}

int print(const std::vector<Decision>& decisions, const std::string& backend, std::ostream& out) {
  std::size_t same = 0;
  for (const auto& d : decisions) {
    if (d.same) {
      ++same;
      continue;
    }
    out << "seq " << d.seq << ", " << d.event << ": differs\n  logged   " << d.logged << "\n  "
        << (d.failure.empty() ? "decoded  " + d.decoded : "no answer: " + d.failure) << '\n';
  }
  out << "backend " << backend << ": " << same << " of " << decisions.size()
      << " decisions are the same\n";
  return same == decisions.size() ? 0 : 1;
}

// Everything else of the deployment is left alone: no model is loaded that is not asked for.
void keep_only(const std::string& backend, CheckedDeployment& checked) {
  std::erase_if(checked.components, [&](const auto& c) {
    const auto& [interface, name] = c.first;
    return interface == "transport" || (interface == "backend" && name != backend);
  });
  for (auto& [kind, route] : checked.app.routes) route.backend.clear();
  checked.deployment.pipeline.backend = backend;
}

}  // namespace

std::vector<LogEntry> log_of(LoadedStore& store, const std::string& session) {
  auto transaction = or_start_error(store.begin(/*write=*/false));
  or_start_error(transaction.session_get(session));
  std::vector<LogEntry> log;
  or_start_error(transaction.log_read(session, 0, [&](LogEntry entry) {
    log.push_back(std::move(entry));
    return true;
  }));
  return log;
}

void add_replay(CLI::App& command, ReplayArgs& args) {
  command.add_option("deployment", args.file, "The deployment's YAML file")->required();
  command.add_option("session", args.session, "The session's id")->required();
  command.add_option("--backend", args.backend,
                     "Have this backend of the deployment decide every turn again");
  add_texts(command, "--set", args.overrides, "Set one value: path=value, as often as needed");
}

Replayed fold_log(const std::vector<LogEntry>& log) {
  Replayed out;
  Folded folded = empty_fold();
  for (const auto& entry : log) {
    const bool checkpoint = entry.kind == "checkpoint";
    const auto before = checkpoint ? patch::canonical(folded.view) : std::string();
    if (auto status = fold(folded, entry); !status) {
      out.problems.push_back(status.error().what);
      break;
    }
    ++out.entries;
    const auto at = "seq " + std::to_string(entry.seq) + ": ";
    if (checkpoint && patch::canonical(folded.view) != before) {
      out.problems.push_back(at + "the checkpoint is not the view that the entries before it make");
    }
    if (entry.kind != "paint") continue;
    ++out.paints;
    const auto body = Json::parse(entry.body, nullptr, /*allow_exceptions=*/false);
    const auto logged = body.value("hash", std::string());
    if (const auto hash = patch::view_hash(folded.view); hash != logged) {
      out.problems.push_back(at + "the view has hash " + hash + "; logged was " + logged);
    }
  }
  out.seq = folded.seq;
  out.hash = patch::view_hash(folded.view);
  return out;
}

int replay_command(const ReplayArgs& args, std::ostream& out, std::ostream& err) {
  config::Diagnostics diagnostics;
  auto checked = check_deployment(args.file, args.overrides, diagnostics);
  asio::io_context io;
  const Services services(io);
  std::optional<LoadedStore> store;
  std::optional<Parts> parts;
  if (diagnostics.ok() && args.backend.empty()) {
    store = assemble_store(checked.deployment, checked.components, services.api(), diagnostics);
  } else if (diagnostics.ok()) {
    if (checked.deployment.find("backend", args.backend) == nullptr) {
      throw StartError("the deployment has no backend " + args.backend + "; name one of its own");
    }
    keep_only(args.backend, checked);
    parts = assemble(checked.deployment, checked.app, checked.components, services.api(),
                     diagnostics);
    if (parts) store = parts->store;
  }
  diagnostics.print(err);
  if (!store) return kExitConfig;
  const auto log = log_of(*store, args.session);
  const int folded = print(fold_log(log), args.session, out);
  if (args.backend.empty() || folded != 0) return folded;
  return print(decide_again(*parts, args.backend, {log}).front(), args.backend, out);
}

}  // namespace sr::host
