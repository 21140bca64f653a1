#include "tests/end_to_end/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace sr::test {
namespace {

constexpr const char* kExecutable = SR_BUILD_DIR "/state-runtime";

}  // namespace

Child::Child(const Arguments& arguments) {
  ::signal(SIGPIPE, SIG_IGN);
  int in[2], out[2];
  char err[] = "/tmp/state-runtime-err-XXXXXX";
  const int err_fd = ::mkstemp(err);
  err_file_ = err;
  if (err_fd < 0 || ::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) {
    throw std::runtime_error("cannot make pipes");
  }
  std::vector<char*> argv{const_cast<char*>(kExecutable)};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(err_fd, 2);
    ::signal(SIGPIPE, SIG_DFL);
    ::execv(kExecutable, argv.data());
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  ::close(err_fd);
  in_ = in[1];
  out_ = out[0];
}

Child::~Child() {
  if (!status_) {
    ::kill(process_, SIGKILL);
    wait();
  }
  end_of_input();
  ::close(out_);
  std::filesystem::remove(err_file_);
}

void Child::say(std::string_view text) {
  const auto line = std::string(text) + "\n";
  EXPECT_EQ(::write(in_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
}

bool Child::try_say(std::string_view text) {
  const auto line = std::string(text) + "\n";
  return ::write(in_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

void Child::end_of_input() {
  if (in_ >= 0) ::close(in_);
  in_ = -1;
}

std::optional<std::string> Child::line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    pollfd watched{out_, POLLIN, 0};
    const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(kPatience).count();
    if (::poll(&watched, 1, static_cast<int>(patience)) <= 0) {
      ADD_FAILURE() << "no line came; standard error: " << err();
      return std::nullopt;
    }
    char bytes[65536];
    const auto n = ::read(out_, bytes, sizeof bytes);
    if (n <= 0) return std::nullopt;
    buffer_.append(bytes, static_cast<std::size_t>(n));
  }
}

std::string Child::rest() {
  std::string all;
  while (const auto next = line()) all += *next + "\n";
  return all + buffer_;
}

void Child::signal(int number) { ::kill(process_, number); }

int Child::wait() {
  if (!status_) {
    int raw = 0;
    ::waitpid(process_, &raw, 0);
    status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : -WTERMSIG(raw);
  }
  return *status_;
}

std::string Child::err() const {
  std::ifstream file(err_file_);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Finished run(const Arguments& arguments, std::string_view input) {
  Child child(arguments);
  if (!input.empty()) child.say(input);
  child.end_of_input();
  auto out = child.rest();
  const int status = child.wait();
  return {status, std::move(out), child.err()};
}

}  // namespace sr::test
