// reading.h - what a sequence remembers of the text it was given (docs/event-log.md).
//
// Only what the rules need: the last `event` line, how many `refused` lines stand after it, and
// the line that is not complete yet. Earlier text is forgotten, so a session of any length stays
// small. [worker] only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::scripted {

inline constexpr std::int32_t kEnd = 256;  // tokens 0..255 are bytes
inline constexpr std::int32_t kVocabulary = 257;

// One `event` line. What is said to it is worked out once and shared by the sequence's forks.
struct Event {
  std::string json;
  std::vector<std::string> answers;          // by attempt; empty until asked for
  std::vector<std::string> others;           // what might be said in place of each
  std::map<std::uint32_t, bool> misbehaves;  // by attempt, once decided
};

class Reading {
 public:
  Reading() = default;
  // What was saved.
  Reading(std::uint64_t length, std::shared_ptr<Event> event, std::uint32_t refusals,
          std::string line)
      : length_(length), event_(std::move(event)), refusals_(refusals), line_(std::move(line)) {}

  void append(std::int32_t token);

  std::uint64_t length() const noexcept { return length_; }  // tokens read
  Event* event() const noexcept { return event_.get(); }     // nullptr before the first
  std::uint32_t refusals() const noexcept { return refusals_; }
  const std::string& line() const noexcept { return line_; }

  // What stands behind `emit ` so far; nothing when it is not the model's turn.
  std::optional<std::string_view> said() const noexcept;

  // Shares the event of another reading when it is the same one, read once more.
  void share_event(const Reading& other);

 private:
  std::uint64_t length_ = 0;
  std::shared_ptr<Event> event_;
  std::uint32_t refusals_ = 0;
  std::string line_;
};

}  // namespace sr::scripted
