// error.h - what libpqxx throws, as the SDK's codes and sentences. Any thread.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "state_runtime/plugin.hpp"

namespace sr::postgres {

// The connection is gone, and whatever was under way on it. Code SR_UNAVAILABLE.
class Lost : public Failure {
 public:
  using Failure::Failure;
};

// What is done when a person is to read of its faults.
inline constexpr std::string_view kStatement = "the statement", kCommit = "the commit";

// Throws what the exception that is being handled means: Lost when the connection is not `open` any
// more, else Failure; or itself when it is none of libpqxx's. `doing` starts the sentence ("the
// statement", "appending to the log").
[[noreturn]] void rethrow(std::string_view doing, bool open);

// The server's message on one line, without what libpq puts around it.
std::string one_line(std::string_view);

}  // namespace sr::postgres
