// plugins/transports/stdio/lines.h - cuts a byte stream into lines. Used by one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sr::stdio {

class LineCutter {
 public:
  explicit LineCutter(std::size_t limit) : limit_(limit) {}

  // Calls `line` for every line that `bytes` completes, without its "\n" or "\r\n"; empty lines
  // are skipped. Returns an empty string, or why no further line can be read: one was longer than
  // the limit or is not UTF-8. Nothing may be fed after that.
  std::string feed(std::string_view bytes, const std::function<void(std::string_view)>& line);
  // The stream has ended; what follows the last newline is a line too.
  std::string end(const std::function<void(std::string_view)>& line);

 private:
  std::string take(std::string_view text, const std::function<void(std::string_view)>& line) const;
  std::string too_long() const;

  const std::size_t limit_;
  std::string rest_;  // the beginning of a line
};

bool is_utf8(std::string_view text);

}  // namespace sr::stdio
