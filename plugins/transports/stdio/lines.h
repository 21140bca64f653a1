// plugins/transports/stdio/lines.h - cuts a byte stream into lines. Used by one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sr::stdio {

class LineCutter {
 public:
  using Found = std::function<void(std::string_view)>;

  // Calls `line` for every line, without its "\n" or "\r\n"; empty lines are skipped. One that is
  // longer than `limit` or not UTF-8 is passed over, and `bad` is called with the reason.
  LineCutter(std::size_t limit, Found line, Found bad)
      : limit_(limit), line_(std::move(line)), bad_(std::move(bad)) {}

  void feed(std::string_view bytes);
  // The stream has ended; what follows the last newline is a line too.
  void end();

 private:
  void add(std::string_view bytes);
  void take();

  const std::size_t limit_;
  const Found line_, bad_;
  std::string rest_;       // the beginning of a line
  bool too_long_ = false;  // what still comes of it is let go
};

bool is_utf8(std::string_view text);

}  // namespace sr::stdio
