#include "team.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sr::cpu {

namespace {

using namespace std::chrono_literals;

constexpr auto kSpin = 50us;       // between jobs, before a helper sleeps
constexpr auto kStalled = 300us;   // a chunk takes some microseconds: its thread is not running
constexpr int kUnhelped = 8;       // jobs in which a helper that runs takes at least one chunk

constexpr std::uint64_t kTickets = 0xFFFFFFFFU;
std::uint64_t first_of(std::uint64_t tickets) { return tickets & 0xFFFFU; }
std::uint64_t last_of(std::uint64_t tickets) { return tickets >> 16 & 0xFFFFU; }
bool none_left(std::uint64_t tickets) { return first_of(tickets) == last_of(tickets); }

void pause() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Spins until done() or for so long; whether it is done.
template <class Done>
bool spin(std::chrono::steady_clock::duration most, const Done& done) {
  for (int i = 0; i < 200; ++i) {
    if (done()) return true;
    pause();
  }
  const auto end = std::chrono::steady_clock::now() + most;
  do {
    for (int i = 0; i < 50; ++i) {
      if (done()) return true;
      pause();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

}  // namespace

int threads_for(std::int64_t asked) noexcept {
  if (asked > 0) return static_cast<int>(asked);
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
}

Team::Team(int threads) {
  try {
    for (int i = 1; i < threads; ++i) {
      const auto end = i % 2 == 0 ? End::kFront : End::kBack;
      helpers_.emplace_back([this, end] { help(end); });
    }
  } catch (...) {
    stop_ = true;
    wake();
    for (auto& helper : helpers_) helper.join();
    throw;
  }
}

Team::~Team() {
  stop_ = true;
  wake();
  for (auto& helper : helpers_) helper.join();
}

// Takes one of `tickets`, which it brings up to date.
bool Team::take(End end, std::uint64_t& tickets, std::size_t& ticket) {
  while (!none_left(tickets)) {
    const auto left = end == End::kFront ? tickets + 1 : tickets - 0x10000;
    if (tickets_.compare_exchange_weak(tickets, left, std::memory_order_acq_rel,
                                       std::memory_order_acquire)) {
      ticket = end == End::kFront ? first_of(tickets) : last_of(left);
      return true;
    }
  }
  return false;
}

void Team::wake() {
  wakes_.fetch_add(1);
  wakes_.notify_all();
}

bool Team::wake_sleepers() {
  const bool asleep = asleep_.load() > 0 && asleep_.exchange(0) > 0;
  if (asleep) wake();
  return asleep;
}

// Is there a helper to share the next job with? If not, calls for one where that may be of use.
bool Team::call_helpers() {
  if (left_out_ && !patient_) {
    if (alone()) return false;
    left_out_ = false;
  }
  const bool asleep = wake_sleepers();
  if (patient_ || together_) return true;
  if (calling_ && answered_.load(std::memory_order_relaxed) ==
                      called_.load(std::memory_order_relaxed)) {
    calling_ = false;
    together_ = true;
    unhelped_ = 0;
    return true;
  }
  if (asleep || !calling_) {
    calling_ = true;
    called_.store(called_.load(std::memory_order_relaxed) + 1);
  }
  return false;
}

void Team::run(const Job& job) {
  if (!call_helpers()) {
    job.call(job.fn, 0, job.count);
    return;
  }
  job_ = job;
  helped_.store(0, std::memory_order_relaxed);
  const auto number = (tickets_.load(std::memory_order_relaxed) | kTickets) + 1;
  std::uint64_t tickets = number | job.chunks << 16;
  tickets_.store(tickets);
  wake_sleepers();
  std::uint32_t mine = 0;
  for (std::size_t ticket = 0; take(End::kFront, tickets, ticket); ++mine) {
    job(ticket);
    tickets = tickets_.load(std::memory_order_relaxed);
  }
  wait_for_helpers(static_cast<std::uint32_t>(job.chunks) - mine);
}

void Team::wait_for_helpers(std::uint32_t chunks) {
  unhelped_ = chunks > 0 ? 0 : unhelped_ + 1;
  const auto done = [&] { return helped_.load(std::memory_order_acquire) == chunks; };
  const bool stalled = !spin(kStalled, done);
  // The helper may be waiting for this very core.
  while (!done()) std::this_thread::yield();
  if (!patient_ && (stalled || unhelped_ >= kUnhelped)) leave_out();
}

void Team::leave_out() {
  back_off_.begin(BackOff::Clock::now());
  left_out_ = true;
  together_ = calling_ = false;
  ++stalls_;
}

void Team::help(End end) {
  while (!stop_.load(std::memory_order_relaxed)) {
    std::uint64_t tickets = 0;
    const bool work = spin(kSpin, [&] {
      tickets = tickets_.load(std::memory_order_acquire);
      const auto called = called_.load(std::memory_order_relaxed);
      if (answered_.load(std::memory_order_relaxed) != called) answered_.store(called);
      return !none_left(tickets) || stop_.load(std::memory_order_relaxed);
    });
    if (!work) sleep();
    std::size_t ticket = 0;
    if (work && take(end, tickets, ticket)) {
      job_(ticket);
      helped_.fetch_add(1, std::memory_order_release);
    }
  }
}

void Team::sleep() {
  const auto seen = wakes_.load();
  asleep_.fetch_add(1);
  // Who called or had a job in between has not seen this thread asleep.
  const bool called = answered_.load() != called_.load();
  if (none_left(tickets_.load()) && !called && !stop_.load()) wakes_.wait(seen);
}

}  // namespace sr::cpu
