// writer_gate.h - the right to write, handed from one waiting thread to the next in the order in
// which they came. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace sr::sqlite {

class WriterGate {
 public:
  // False when the right did not come in time.
  bool enter(std::chrono::milliseconds patience);
  // REQUIRES: the right is held; any thread may give it back.
  void leave();

  // While one lives, the holder waits for another process.
  class Waiting {
   public:
    explicit Waiting(WriterGate& gate) : gate_(gate) { gate_.holder_waits_ = true; }
    ~Waiting() { gate_.holder_waits_ = false; }

   private:
    WriterGate& gate_;
  };
  bool holder_waits() const { return holder_waits_; }

 private:
  struct Waiter {
    std::condition_variable turn;
    bool mine = false;
  };
  std::mutex mutex_;
  std::deque<Waiter*> waiting_;
  bool taken_ = false;
  std::atomic<bool> holder_waits_{false};
};

// Gives the right back when it goes out of scope.
class WriterTurn {
 public:
  WriterTurn(WriterGate& gate, std::chrono::milliseconds patience)
      : gate_(gate), held_(gate.enter(patience)) {}
  ~WriterTurn() {
    if (held_) gate_.leave();
  }
  WriterTurn(const WriterTurn&) = delete;
  WriterTurn& operator=(const WriterTurn&) = delete;
  explicit operator bool() const { return held_; }

 private:
  WriterGate& gate_;
  bool held_;
};

}  // namespace sr::sqlite
