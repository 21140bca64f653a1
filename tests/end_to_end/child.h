// tests/end_to_end/child.h - the state-runtime executable as a child process.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::test {

inline constexpr auto kPatience = std::chrono::seconds(60);
using Arguments = std::vector<std::string>;

class Child {
 public:
  explicit Child(const Arguments& arguments);
  ~Child();  // kills it when it still runs
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void say(std::string_view line);
  bool try_say(std::string_view line);  // false when it has ended
  void end_of_input();
  // The next line of its standard output; none at its end, or (the test fails) when none comes.
  std::optional<std::string> line();
  void signal(int number);
  // Its exit status, or minus the signal that ended it. `err()` is complete afterwards.
  int wait();
  std::string err() const;  // what it has written to standard error
  std::string rest();       // of standard output, to its end
  pid_t process() const { return process_; }

 private:
  pid_t process_ = -1;
  int in_ = -1, out_ = -1;
  std::string buffer_;
  std::filesystem::path err_file_;
  std::optional<int> status_;
};

struct Finished {
  int status;
  std::string out, err;
};
Finished run(const Arguments& arguments, std::string_view input = {});

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace sr::test
