// host/app/case_file.h - an app's test cases: events in, patches and rows out (docs/app.md).
// Loading only; start-up, one thread. Plain data afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/json.h"
#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host {

struct CaseStep {
  enum class Event { kOpen, kClick, kPress, kSubmit, kCommand, kScreen, kUndo, kRedo, kApply, kCancel, kRaw, kOutside };

  config::Place at;  // of the event's key
  Event event = Event::kOpen;
  // Of click, submit, command and screen, as the wire carries them (docs/protocol.md).
  std::string component_id;  // empty: none
  std::string id;            // empty: the runner makes one
  std::optional<std::uint64_t> base_seq;
  Json payload;
  std::string raw;  // of raw: one message as the client sends it
  std::string action;   // of press: the button, on the row of the component where
  Json row;             // these columns have these values
  std::string outside;  // of outside: the SQL of another program

  // What must follow; what is absent is not looked at.
  std::optional<Json> ops;                             // exactly these RFC 6902 operations
  std::vector<std::pair<std::string, Json>> view;      // JSON pointer into the view, its value
  std::vector<std::string> absent;                     // pointers that lead nowhere
  std::vector<std::pair<std::string, Json>> rows;      // a SELECT, its rows as lists of values
  std::optional<std::string> error;                    // its code
  std::optional<std::string> ack;                      // its status
  std::vector<std::string> says, never_says;           // parts of the error's message
  std::optional<std::string> target;                   // what the model wrote
  std::optional<Json> keys, any_keys;                  // of the first table; in order, or in any
  std::optional<Json> numbers;                         // that components show, in any order
  bool facts_unchanged = false;                        // every table is as it was
};

// The steps of a list. `others`: it may hold steps of other programs, which take more than the
// deployment to play.
std::vector<CaseStep> read_steps(const config::Node& list, config::Diagnostics&, bool others);

struct Case {
  std::string name;
  std::string kind;           // what evaluations count by
  std::filesystem::path app;  // its folder; empty: the deployment's
  std::filesystem::path file;
  std::vector<CaseStep> steps;
};

// Every *.yaml of the folder in order of name, one case each; reports every mistake.
std::vector<Case> load_cases(const std::filesystem::path& folder, const config::Place& named_at,
                             config::Diagnostics&);
// The file, or every *.yaml directly inside the folder in order of name.
std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& file_or_folder,
                                              const config::Place& named_at, config::Diagnostics&);
// Adds the cases of a file that holds a list of them (docs/evaluation.md).
void read_case_list(const config::Node& root, const std::filesystem::path& file,
                    config::Diagnostics&, std::vector<Case>& out);
// The cases of such a file, or of all such files of a folder.
std::vector<Case> load_case_lists(const std::filesystem::path& file_or_folder,
                                  config::Diagnostics&);

}  // namespace sr::host
