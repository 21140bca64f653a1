// host/session/shown.h - what the model is told of the rows on screen (docs/event-log.md, `shown`).
//
// A component is told whole when its screen is new, and again after a while, since attention only
// reaches so far back; in between only rows that changed are told. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "host/base/json.h"

namespace sr::host {

inline constexpr std::size_t kRowsTold = 20;  // of one component

// What the model was last told of one component.
struct Told {
  Json rows;                // key and text columns; a text when it could not be filled
  std::uint64_t whole = 0;  // seq of the entry that told all of them
  std::string window{};     // which rows they are, when a person has moved there

  bool operator==(const Told&) const = default;
};

// By the component's id. Empty: the next paint tells everything.
using Shown = std::map<std::string, Told>;

// Everything that is on screen, as one body; "{}" when it has no rows to tell.
std::string shown_digest(const Json& view);

// The body that brings a model from `shown` to `view`, logged as entry `seq`; none when it knows
// all of it. `shown` follows.
std::optional<std::string> shown_update(Shown& shown, const Json& view, std::uint64_t seq);

// How `after` is told to a model that knows `before`, both rows with their key first:
// {"rows":[changed and new ones],"gone":[keys]}, or `after` itself where that is shorter or where
// rows moved. A row whose key is known takes its place, another one comes at the end.
Json told_rows(const Json& before, const Json& after);

}  // namespace sr::host
