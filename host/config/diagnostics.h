// host/config/diagnostics.h - every mistake of a configuration, told at once.
//
//   configs/chat.yaml:14:7: error: backends.main: unknown option "modle"
//      14 |       modle: qwen2
//         |       ^~~~~ did you mean "model"?
//
// Start-up only, one thread.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/source.h"

namespace sr::host::config {

enum class Severity { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  Place at;
  std::string what;        // one sentence
  std::string suggestion;  // the word that was probably meant
  std::string note;        // a further line: what is defined, what is known
};

class Diagnostics {
 public:
  void error(Place at, std::string what, std::string suggestion = {}, std::string note = {});
  void warning(Place at, std::string what, std::string suggestion = {}, std::string note = {});

  bool ok() const { return errors() == 0; }
  std::size_t errors() const;
  std::size_t warnings() const;
  const std::vector<Diagnostic>& all() const { return all_; }

  // From now on this text is shown as [redacted] wherever a message would contain it.
  void keep_secret(std::string text);

  // In the order of the sources, each from top to bottom; then the summary.
  void print(std::ostream&) const;
  // "5 errors, 1 warning. Nothing was started." Empty when there is nothing to say.
  std::string summary() const;

 private:
  std::string scrub(std::string) const;
  std::vector<Diagnostic> all_;
  std::vector<std::string> secrets_;
};

// "file:line:col: ", "file: " when it has no line.
std::string text_of(const Place&);

// Replaces every occurrence of `secret` in `text` by [redacted].
std::string redact(std::string text, std::string_view secret);

}  // namespace sr::host::config
