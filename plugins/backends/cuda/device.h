// device.h - the one GPU that a backend uses, and the only way to it: memory, copies, kernels in
// one queue, and graphs of kernels that were recorded. Tests put one of their own in its place, that
// has no GPU and fails when told to.
//
// One thread at a time, any thread. Errors: DeviceError. What a kernel did wrong shows up at the
// next wait(); after that, and after anything but kMemory, the device is lost and every call says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>

#include "blas.h"

namespace sr::cuda {

class DeviceError : public std::runtime_error {
 public:
  enum class Kind { kMissing, kMemory, kLost };  // kMissing: no driver, or no such device
  DeviceError(Kind kind, const std::string& why) : std::runtime_error(why), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

struct Shape {  // of a launch
  unsigned x = 1, y = 1, z = 1, threads = 1;
  std::size_t shared = 0;  // bytes of shared memory
  bool together = false;   // all blocks at once or none, since they wait for each other
};

class Device {
 public:
  class Graph {  // kernels in the order they were launched in
   public:
    virtual ~Graph() = default;
  };
  struct Facts {
    std::string name;
    int multiprocessors = 1, capability = 0;  // capability: 90 for 9.0
    std::uint64_t memory = 0, memory_free = 0;
    std::size_t shared_per_block = 48 * 1024;
  };

  virtual ~Device() = default;
  virtual const Facts& facts() const noexcept = 0;

  virtual void* allocate(std::size_t bytes) = 0;  // aligned to 256 bytes
  virtual void release(void* at) noexcept = 0;
  // Memory of the host that copies go to and from without another copy.
  virtual void* allocate_host(std::size_t bytes) = 0;
  virtual void release_host(void* at) noexcept = 0;

  // All of these take their turn in the queue. Copies from and to memory that allocate_host() did
  // not give return when they are done.
  virtual void copy_in(void* to, const void* from, std::size_t bytes) = 0;
  virtual void copy_out(void* to, const void* from, std::size_t bytes) = 0;
  virtual void copy(void* to, const void* from, std::size_t bytes) = 0;
  virtual void zero(void* at, std::size_t bytes) = 0;
  virtual void launch(const void* kernel, const Shape& shape, void** arguments) = 0;

  // A product by the library that the machine may have; false, with nothing done, when it has none.
  virtual bool multiply(const Dense&) { return false; }

  // What is launched between the two is recorded and not run.
  virtual void begin_graph() = 0;
  virtual std::unique_ptr<Graph> end_graph() = 0;
  virtual void run(Graph& graph) = 0;

  virtual void wait() = 0;  // until the queue is empty
};

// The machine's device of that number. Throws DeviceError with a sentence for the one who asked.
std::unique_ptr<Device> open_device(int number);

template <class... Parameters, class... Arguments>
void launch(Device& device, void (*kernel)(Parameters...), const Shape& shape,
            const Arguments&... arguments) {
  std::tuple<Parameters...> values{arguments...};
  std::apply(
      [&](auto&... each) {
        void* pointers[] = {const_cast<void*>(static_cast<const volatile void*>(&each))...};
        device.launch(reinterpret_cast<const void*>(kernel), shape, pointers);
      },
      values);
}

// Memory on the device that is given back.
class Memory {
 public:
  Memory() = default;
  Memory(Device& device, std::size_t bytes)
      : device_(&device), at_(device.allocate(bytes)), bytes_(bytes) {}
  ~Memory() {
    if (at_ != nullptr) device_->release(at_);
  }
  Memory(Memory&& other) noexcept { *this = std::move(other); }
  Memory& operator=(Memory&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(at_, other.at_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  std::byte* data() const noexcept { return static_cast<std::byte*>(at_); }
  std::size_t size() const noexcept { return bytes_; }

 private:
  Device* device_ = nullptr;
  void* at_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace sr::cuda
