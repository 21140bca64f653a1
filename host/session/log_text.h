// host/session/log_text.h - log entries as the text and tokens that one model reads.
//
// The format is docs/event-log.md. One object per backend; immutable, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.h"
#include "host/plugins/backend.h"
#include "host/plugins/store.h"

namespace sr::host {

// Compact JSON as the log and the model have it; bytes that are not UTF-8 become U+FFFD.
std::string compact(const Json& value);

inline void add_tokens(std::vector<std::int32_t>& to, const std::vector<std::int32_t>& tokens) {
  to.insert(to.end(), tokens.begin(), tokens.end());
}

class LogText {
 public:
  explicit LogText(LoadedBackend backend);

  // The line that the model reads for an entry; empty for kinds that it never reads. What people
  // and the database say is cut to a share of what the model can hold; the log keeps all of it.
  std::string line(std::string_view kind, std::string_view body) const;
  // Whether an event's payload is read as it is.
  bool whole(const Json& payload) const { return compact(payload).size() <= most_; }
  // What stands before the text that the model is to write.
  std::string opener() const { return tag("emit"); }

  // Of a line, an opener or a piece of one; only the tag that it begins with may be special.
  Result<std::vector<std::int32_t>> tokens(std::string_view text) const;
  // The tokens kept with an entry when they are of this vocabulary, else those of its line.
  Result<std::vector<std::int32_t>> tokens_of(const LogEntry& entry) const;
  std::string vocabulary() const;

 private:
  std::string tag(std::string_view name) const;

  LoadedBackend backend_;
  bool special_tags_;
  std::size_t most_;  // bytes of one line that was not written by the model or the app
};

}  // namespace sr::host
