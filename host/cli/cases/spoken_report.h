// host/cli/cases/spoken_report.h - what came of what people say: tables for a person, JSON for a
// program. One thread.
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "host/cli/cases/spoken_player.h"
#include "host/cli/cases/tally.h"

namespace sr::host {

class SpokenReport {
 public:
  // `talks` were played from `app`, which must stay until the report is done.
  void add(const SpokenApp& app, const std::vector<PlayedTalk>& talks);

  void print_failures(std::ostream&) const;
  void print(std::ostream&) const;
  Json json() const;
  const Tally& total() const { return turns_; }

 private:
  struct Record {
    const SpokenApp* app;
    std::size_t turn, of;  // of its talk, from 1
    PlayedTurn played;
  };
  void add(const Record& record);
  Json json(const Record& record) const;

  std::vector<Record> records_;
  std::size_t apps_ = 0;
  std::map<std::string, Tally> kinds_, groups_;
  Tally turns_, talks_;  // all; talks whose every turn is right
  std::map<std::string, std::size_t> causes_;
  Tally wrote_, refused_;                  // of those that must not; `right` counts those that did
  std::map<std::string, Tally> wrote_of_;  // by group
  std::size_t half_ = 0, guard_ = 0, invalid_ = 0;
  Tally reasons_;  // refusals with the reason that was wanted
  std::vector<double> clicks_ms_, commands_ms_;
};

}  // namespace sr::host
