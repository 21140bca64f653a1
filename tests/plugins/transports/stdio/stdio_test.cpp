#include <fcntl.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "tests/plugins/transports/fake_host.h"

extern "C" const sr_plugin* sr_plugin_v1_stdio() noexcept;

namespace sr::host {
namespace {

OptionInput number(const char* name, int value) { return {name, std::to_string(value), {}, false}; }

// The transport between two pipes.
class Stdio {
 public:
  explicit Stdio(std::vector<OptionInput> options = {}) : transport(make(std::move(options))) {
    EXPECT_TRUE(transport.start(host).ok());
    id = host.connection();
  }
  ~Stdio() {
    transport.stop();
    for (int* fd : {&in_[0], &in_[1], &out_[0], &out_[1]}) close_end(*fd);
  }
  void write(const std::string& text) {
    ASSERT_EQ(::write(in_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string read_line() {
    std::string line;
    char c;
    while (::read(out_[0], &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  void end_input() { close_end(in_[1]); }
  void end_output() { close_end(out_[0]); }

 private:
  std::shared_ptr<Instance> make(std::vector<OptionInput> options) {
    EXPECT_EQ(::pipe2(in_, O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(out_, O_CLOEXEC), 0);
    options.push_back(number("input_fd", in_[0]));
    options.push_back(number("output_fd", out_[1]));
    return *make_transport(sr_plugin_v1_stdio(), options);
  }
  static void close_end(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
  int in_[2] = {-1, -1}, out_[2] = {-1, -1};

 public:
  FakeHost host;
  LoadedTransport transport;
  std::uint64_t id = 0;
};

TEST(Stdio, LinesAreMessages) {
  Stdio s;
  EXPECT_EQ(s.host.peer(s.id).address, "stdin");
  EXPECT_EQ(s.transport.address(), "");
  s.write("{\"type\":\"hello\"}\r\n\n{\"type\":");
  s.write("\"ack\"}\n");
  EXPECT_EQ(s.host.messages(s.id, 2),
            (std::vector<std::string>{"{\"type\":\"hello\"}", "{\"type\":\"ack\"}"}));
  ASSERT_TRUE(s.transport.send(s.id, "one").ok());
  ASSERT_TRUE(s.transport.send(s.id, std::string(200000, 'x')).ok());
  ASSERT_TRUE(s.transport.send(s.id, "three").ok());
  EXPECT_EQ(s.read_line(), "one");
  EXPECT_EQ(s.read_line().size(), 200000u);
  EXPECT_EQ(s.read_line(), "three");
}

TEST(Stdio, TheEndOfTheInputLeavesTimeForAnswers) {
  Stdio s;
  s.write("last line without a newline");
  s.end_input();
  s.host.wait_finished();
  EXPECT_EQ(s.host.messages(s.id, 1)[0], "last line without a newline");
  EXPECT_EQ(s.host.closed_count(), 0u);
  ASSERT_TRUE(s.transport.send(s.id, "answer").ok());
  s.transport.stop();
  EXPECT_EQ(s.read_line(), "answer");
  EXPECT_EQ(s.host.reason(s.id), "the host is shutting down");
  EXPECT_EQ(s.host.finished_count(), 1);
}

TEST(Stdio, ABadLineIsToldAndPassedOver) {
  Stdio s({{"max_message", "16", {}, false}});
  s.write("short\n" + std::string(17, 'x') + "\n" + std::string(16, 'y') + "\r\n\xFF\nafter\n" +
          std::string(100'000 / 2, 'z'));
  EXPECT_EQ(s.host.messages(s.id, 3),
            (std::vector<std::string>{"short", std::string(16, 'y'), "after"}));
  s.end_input();
  s.host.wait_finished();
  const std::string too_long = "a line is longer than max_message (16 bytes)";
  EXPECT_EQ(s.host.unread(s.id, 3),
            (std::vector<std::string>{too_long, "a line is not UTF-8", too_long}));
  EXPECT_EQ(s.host.closed_count(), 0u);
  ASSERT_TRUE(s.transport.send(s.id, "answer").ok());
  EXPECT_EQ(s.read_line(), "answer");
}

// What the host does not want yet stays in the pipe, and what it says meanwhile is written.
TEST(Stdio, TheHostMayHoldUpTheReader) {
  std::promise<void> go_on;
  Stdio s;
  EXPECT_TRUE(s.host.peer(s.id).waits);
  s.host.on_message = [&](std::uint64_t, const std::string& line) {
    if (line == "0") go_on.get_future().wait();
  };
  std::string all;
  for (int i = 0; i < 500; ++i) all += std::to_string(i) + "\n";
  s.write(all);
  ASSERT_TRUE(s.transport.send(s.id, "answer").ok());
  EXPECT_EQ(s.read_line(), "answer");
  go_on.set_value();
  EXPECT_EQ(s.host.messages(s.id, 500).back(), "499");
}

TEST(Stdio, NothingIsReadWhileMuchWaitsToBeWritten) {
  Stdio s({{"send_high_water", "64KiB", {}, false}, {"send_low_water", "16KiB", {}, false}});
  const std::string block(8191, 'b');
  // Until the pipe is full, too.
  std::size_t sent = 0;
  for (std::size_t before = 1; before != sent;) {
    before = sent;
    while (s.transport.send(s.id, block).ok()) ASSERT_LT(++sent, 10000u);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  s.write("later\n");
  s.end_input();
  for (std::size_t i = 0; i < sent; ++i) {
    if (i < 2) {
      EXPECT_EQ(s.host.finished_count(), 0) << "it has read on";
    }
    ASSERT_EQ(s.read_line().size(), block.size());
  }
  EXPECT_EQ(s.host.messages(s.id, 1)[0], "later");
}

TEST(Stdio, AReaderThatGoesAwayEndsItAndNotTheProcess) {
  Stdio s;
  s.end_output();
  ASSERT_TRUE(s.transport.send(s.id, "nobody hears this").ok());
  EXPECT_EQ(s.host.reason(s.id), "the output cannot be written: Broken pipe");
  s.host.wait_finished();
}

TEST(Stdio, StopDoesNotWaitForInput) {
  Stdio s;  // nothing is ever written
  s.transport.stop();
  EXPECT_EQ(s.host.closed_count(), 1u);
  s.transport.stop();
}

TEST(Stdio, CloseWritesWhatIsQueued) {
  Stdio s;
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(s.transport.send(s.id, std::to_string(i)).ok());
  s.transport.close(s.id, SR_CLOSE_POLICY, "enough");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(s.read_line(), std::to_string(i));
  EXPECT_EQ(s.host.reason(s.id), "enough");
  s.host.wait_finished();
}

TEST(Stdio, ASlowReaderIsRefusedAndToldWhenItMayGoOn) {
  Stdio s({{"send_high_water", "64KiB", {}, false}, {"send_low_water", "16KiB", {}, false}});
  const std::string block(8191, 'b');
  std::size_t sent = 0;
  Status status;
  while ((status = s.transport.send(s.id, block)).ok()) ASSERT_LT(++sent, 10000u);
  EXPECT_EQ(status.error().code, SR_EXHAUSTED);
  for (std::size_t i = 0; i < sent; ++i) ASSERT_EQ(s.read_line().size(), block.size());
  s.host.wait_writable(s.id);
  ASSERT_TRUE(s.transport.send(s.id, "after").ok());
  EXPECT_EQ(s.read_line(), "after");
}

// An acknowledgement, the large screen that it belongs to, and what comes next while that is on its way.
TEST(Stdio, ALargeLineNeitherWaitsForNorHoldsUpSmallOnes) {
  Stdio s({{"send_high_water", "64KiB", {}, false}, {"send_low_water", "16KiB", {}, false}});
  const std::string large(1 << 20, 'x'), small(100, 's');
  ASSERT_TRUE(s.transport.send(s.id, small).ok());
  ASSERT_TRUE(s.transport.send(s.id, large).ok());
  EXPECT_EQ(s.read_line(), small);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(s.transport.send(s.id, small).ok()) << i;
  std::size_t more = 0;
  while (s.transport.send(s.id, small).ok()) ASSERT_LT(++more, 1000u);
  EXPECT_EQ(s.read_line().size(), large.size());
  for (std::size_t i = 0; i < 10 + more; ++i) ASSERT_EQ(s.read_line(), small);
}

TEST(Stdio, StopDoesNotWaitForAReaderForEver) {
  Stdio s;
  while (s.transport.send(s.id, std::string(8191, 'b')).ok()) {
  }
  s.transport.stop();
  EXPECT_EQ(s.host.reason(s.id), "the host is shutting down");
}

TEST(Stdio, BadOptionsAreBlamed) {
  const auto made = make_transport(sr_plugin_v1_stdio(), {{"send_high_water", "1KiB", {}, false}});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().option, "send_low_water");
}

}  // namespace
}  // namespace sr::host
