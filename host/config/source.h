// host/config/source.h - where a configured value was written, for messages.
//
// A Source is a file, or one --set from the command line. Parts of it that hold secrets are
// hidden and never shown. Start-up only, one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sr::host::config {

// Lines and columns count from 1; columns count bytes. The end is exclusive.
struct Extent {
  int line = 0, column = 0;
  int end_line = 0, end_column = 0;
};

class Source {
 public:
  // `name` is how messages call the file.
  static std::shared_ptr<Source> file(std::string name, std::string_view text);
  // "--set backends.main.type=…": it has no lines to show.
  static std::shared_ptr<Source> option(std::string name);

  const std::string& name() const { return name_; }
  bool has_lines() const { return !lines_.empty(); }
  std::string_view line(int number) const;  // empty when there is no such line
  int line_count() const { return static_cast<int>(lines_.size()); }
  // Line and column of a byte offset.
  Extent at_offset(std::size_t offset) const;

  void hide(const Extent&);
  // Hides what stands behind keys that sound secret: for text that could not be decoded.
  void hide_suspects();

  // A line as it may be shown, cut to a readable width, and the caret line's padding and width.
  struct Shown {
    std::string text, padding;
    int width = 1;
  };
  Shown show(int line, int column, int length) const;
  // The column as people count it: characters, not bytes.
  int character_column(int line, int column) const;

 private:
  std::string name_;
  std::vector<std::string> lines_;
  std::vector<Extent> hidden_;
};

// Points at `length` bytes of a source; without a line it names the source as a whole.
struct Place {
  std::shared_ptr<Source> source;
  int line = 0, column = 0, length = 1;
};

inline constexpr std::string_view kRedacted = "[redacted]";

// Does a key or variable of this name usually hold a secret? ("password", "api_token")
bool sounds_secret(std::string_view name);

// A path for messages: relative to the working directory when it lies inside.
std::string display_path(const std::filesystem::path&);

}  // namespace sr::host::config
