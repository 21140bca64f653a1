// fake_device.h - a device that is memory of the host and runs no kernels: what they would compute
// stays whatever was there. It has as much memory as it is told, and fails when it is told.
#pragma once

#include <cstdlib>
#include <cstring>
#include <map>

#include "device.h"

namespace sr::cuda::test {

struct FakeState {  // outlives the device
  std::uint64_t memory = std::uint64_t{1} << 40, used = 0;
  int launches_left = -1;  // until the device is lost, or -1
  bool lose_at_wait = false;
  bool lost = false;
  std::uint64_t launches = 0, graphs = 0;
};

class FakeDevice final : public Device {
 public:
  explicit FakeDevice(FakeState& state) : state_(state) {
    facts_.name = "Fake GPU";
    facts_.multiprocessors = 4;
    facts_.memory = state.memory;
    facts_.memory_free = state.memory - state.used;
  }
  const Facts& facts() const noexcept override { return facts_; }

  void* allocate(std::size_t bytes) override {
    alive();
    if (bytes > state_.memory - state_.used) {
      throw DeviceError(DeviceError::Kind::kMemory, "device 0: memory cannot be taken");
    }
    void* const out = std::aligned_alloc(256, (bytes + 511) / 256 * 256);
    sizes_[out] = bytes;
    state_.used += bytes;
    return out;
  }
  void release(void* at) noexcept override {
    state_.used -= sizes_[at];
    sizes_.erase(at);
    std::free(at);
  }
  void* allocate_host(std::size_t bytes) override { return std::malloc(bytes); }
  void release_host(void* at) noexcept override { std::free(at); }
  void copy_in(void* to, const void* from, std::size_t bytes) override { move(to, from, bytes); }
  void copy_out(void* to, const void* from, std::size_t bytes) override { move(to, from, bytes); }
  void copy(void* to, const void* from, std::size_t bytes) override { move(to, from, bytes); }
  void zero(void* at, std::size_t bytes) override {
    alive();
    std::memset(at, 0, bytes);
  }
  void launch(const void*, const Shape&, void**) override {
    alive();
    if (state_.launches_left == 0) lose();
    if (state_.launches_left > 0) --state_.launches_left;
    ++state_.launches;
  }
  void begin_graph() override { alive(); }
  std::unique_ptr<Graph> end_graph() override { return std::make_unique<Graph>(); }
  void run(Graph&) override {
    alive();
    ++state_.graphs;
  }
  void wait() override {
    alive();
    if (state_.lose_at_wait) lose();
  }

 private:
  void alive() const {
    if (state_.lost) throw DeviceError(DeviceError::Kind::kLost, "device 0: it fell off the bus");
  }
  void lose() {
    state_.lost = true;
    alive();
  }
  void move(void* to, const void* from, std::size_t bytes) {
    alive();
    if (bytes > 0) std::memcpy(to, from, bytes);
  }

  FakeState& state_;
  Facts facts_;
  std::map<void*, std::size_t> sizes_;
};

}  // namespace sr::cuda::test
