// tests/plugins/stores/crashing/crashing_store.h - a store whose process dies at a chosen moment.
//
// It wraps another store and passes every call on; the n-th time that a call reaches the label
// `crash_at`, the process gets SIGKILL. Labels stand where what is durable may change:
//   begun      a write transaction is open         acted      a model's statement has run
//   appending  the log is about to be written      appended   it was, and nothing is committed
//   committing the commit is about to be made      committed  it was, and nobody knows of it yet
//   claimed    a session has a new owner           seen       an event id was looked up
#pragma once

#include "state_runtime/store.hpp"

namespace sr::crashing {

inline constexpr const char* kLabels[] = {"never",    "begun",      "acted",     "appending",
                                          "appended", "committing", "committed", "claimed",
                                          "seen",     nullptr};

// A component like `inner`, of another type, with the options crash_at and crash_on in addition.
// Call each once.
const sr_component* wrap_sqlite(const sr_plugin* inner);
const sr_component* wrap_postgres(const sr_plugin* inner);

}  // namespace sr::crashing
