// host/session/choice.h - which row a command speaks of, when several fit: a question back, a
// component with the rows that do. Whoever picks one says the command again and names the row.
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/app/named_row.h"
#include "host/base/json.h"
#include "host/session/session.h"
#include "host/sql/labels.h"

namespace sr::host {

inline constexpr const char* kChoiceType = "Choice";  // of its component, which no app defines
inline constexpr std::size_t kMostCandidates = 5;     // on screen

// The rule by which the log tells that a change was not done but asked about, and what the person
// is told in its place.
inline constexpr const char* kAskedBack = "which_row";
Json asked_back();

struct Candidate {
  NamedRow row;
  std::string says;  // "Alert 2: Disk almost full, high"
};

// A row that a command mentions by this text, on screen or not (mentions.h).
struct MentionedRow {
  NamedRow row;
  std::string text;
};

// The rows on screen, and of those mentioned, of which a command speaks at least as much as of
// `chosen`, word by word, the best first; without `chosen` those of which it speaks most. Fewer
// than two: it is not to be asked. `given`: the values that are to be written, which say nothing of
// the row. A command that points ("the second", "the newest", "that one") is not held to its words.
std::vector<Candidate> candidates(std::string_view command, const Screen&, const sql::Labels&,
                                  const std::optional<NamedRow>& chosen = {},
                                  const Json& given = Json::object(),
                                  const std::vector<MentionedRow>& mentioned = {});

// `seq`: of the command in the log.
void show_choice(std::uint64_t seq, const std::string& command, const std::vector<Candidate>&,
                 Json& view);
void take_away_choice(Json& view);

}  // namespace sr::host
