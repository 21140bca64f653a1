// host/cli/replay_command.h - `state-runtime replay DEPLOYMENT SESSION`: what a stored log comes to.
//
// Folds the log without a model and compares every view with the hash that was logged for it. With
// a backend, has it decide every turn again and says where it decides differently. Only reads.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "host/plugins/store.h"

namespace CLI {
class App;
}

namespace sr::host {

struct ReplayArgs {
  std::string file, session, backend;
  std::vector<std::string> overrides;
};
void add_replay(CLI::App& command, ReplayArgs& args);

// All that the store holds of a session, in order. Throws StartError.
std::vector<LogEntry> log_of(LoadedStore& store, const std::string& session);

struct Replayed {
  std::uint64_t entries = 0, paints = 0, seq = 0;
  std::string hash;                   // of the view at the end
  std::vector<std::string> problems;  // one sentence each, in order
};

// Folds the entries from the first to the last.
Replayed fold_log(const std::vector<LogEntry>& log);

// Exit status 0 when every hash, and every decision, is the same; else 1.
int replay_command(const ReplayArgs& args, std::ostream& out, std::ostream& err);

}  // namespace sr::host
