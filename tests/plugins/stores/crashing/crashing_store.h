// tests/plugins/stores/crashing/crashing_store.h - a store whose process dies at a chosen moment.
//
// It wraps another store and passes every call on; the n-th time that a call reaches the label
// `crash_at`, the process gets SIGKILL. Labels stand where what is durable may change:
//   beginning  a write transaction will be opened
//   begun      a write transaction is open         acted      a model's statement has run
//   appending  the log is about to be written      appended   it was, and nothing is committed
//   committing the commit is about to be made      committed  it was, and nobody knows of it yet
//   claimed    a session has a new owner           seen       an event id was looked up
#pragma once

#include <functional>
#include <string_view>

#include "state_runtime/store.hpp"

namespace sr::crashing {

inline constexpr const char* kLabels[] = {"never",      "beginning", "begun",   "acted",
                                          "appending",  "appended",  "committing", "committed",
                                          "claimed",    "seen",      nullptr};

// For a test in whose own process the store runs: called at every label, on the store's thread, which
// goes on when it returns. False at `committed` loses the answer: who asked hears that the store is
// unavailable. An empty one: nobody looks on.
using Onlooker = std::function<bool(std::string_view label)>;
void look_on(Onlooker onlooker);

// A component like `inner`, of another type, with the options crash_at and crash_on in addition.
// Call each once.
const sr_component* wrap_sqlite(const sr_plugin* inner);
const sr_component* wrap_postgres(const sr_plugin* inner);

}  // namespace sr::crashing
