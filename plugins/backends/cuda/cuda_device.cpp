// The device behind device.h, through CUDA's runtime, which is linked statically and looks for the
// driver when it is first asked for something.
#include <cuda_runtime.h>

#include <algorithm>
#include <map>
#include <vector>

#include "device.h"

namespace sr::cuda {

namespace {

using Kind = DeviceError::Kind;

std::string sentence(const char* what, cudaError_t code) {
  return std::string(what) + ": " + cudaGetErrorString(code);
}

int versions(int version) { return version / 1000; }

[[noreturn]] void missing(const std::string& why) { throw DeviceError(Kind::kMissing, why); }

std::string text_of(int version) {
  return std::to_string(versions(version)) + "." + std::to_string(version % 1000 / 10);
}

// Throws unless there is a driver, new enough, and a device of that number.
void look_for(int number) {
  int driver = 0, runtime = 0, count = 0;
  cudaRuntimeGetVersion(&runtime);
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) {
    missing("this machine has no NVIDIA driver (libcuda.so.1); install one, or use the cpu backend");
  }
  if (versions(driver) < versions(runtime)) {
    missing("this machine's NVIDIA driver is for CUDA " + text_of(driver) +
            ", and this plugin needs one for CUDA " + std::to_string(versions(runtime)) +
            ".0 or later");
  }
  const auto code = cudaGetDeviceCount(&count);
  if (code != cudaSuccess && code != cudaErrorNoDevice) {
    missing(sentence("the NVIDIA driver does not start", code));
  }
  if (number >= count) {
    missing("there is no device " + std::to_string(number) + ": the driver shows " +
            (count == 0 ? "none" : "devices 0 to " + std::to_string(count - 1)));
  }
}

class CudaDevice final : public Device {
 public:
  explicit CudaDevice(int number) : number_(number) {
    check("it cannot be used", cudaSetDevice(number));
    cudaDeviceProp properties{};
    check("it does not describe itself", cudaGetDeviceProperties(&properties, number));
    if (properties.major < 8) {
      missing("device " + std::to_string(number) + " (" + properties.name +
              ") has compute capability " + std::to_string(properties.major) + "." +
              std::to_string(properties.minor) + ", and 8.0 or later is needed");
    }
    std::size_t free = 0, total = 0;
    check("it does not say how much memory it has", cudaMemGetInfo(&free, &total));
    facts_ = {properties.name, properties.multiProcessorCount,
              properties.major * 10 + properties.minor, total, free,
              properties.sharedMemPerBlockOptin};
    check("no queue can be made", cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
    blas_ = find_blas();
  }
  ~CudaDevice() override {
    cudaSetDevice(number_);
    blas_.reset();
    cudaStreamDestroy(stream_);
  }
  CudaDevice(const CudaDevice&) = delete;
  CudaDevice& operator=(const CudaDevice&) = delete;

  const Facts& facts() const noexcept override { return facts_; }

  void* allocate(std::size_t bytes) override {
    use();
    void* out = nullptr;
    check("memory cannot be taken", cudaMalloc(&out, std::max<std::size_t>(bytes, 1)));
    return out;
  }
  void release(void* at) noexcept override {
    cudaSetDevice(number_);
    cudaFree(at);
  }
  void* allocate_host(std::size_t bytes) override {
    use();
    void* out = nullptr;
    check("the host's memory cannot be taken", cudaMallocHost(&out, std::max<std::size_t>(bytes, 1)));
    return out;
  }
  void release_host(void* at) noexcept override {
    cudaSetDevice(number_);
    cudaFreeHost(at);
  }

  void copy_in(void* to, const void* from, std::size_t bytes) override {
    transfer(to, from, bytes, cudaMemcpyHostToDevice);
  }
  void copy_out(void* to, const void* from, std::size_t bytes) override {
    transfer(to, from, bytes, cudaMemcpyDeviceToHost);
  }
  void copy(void* to, const void* from, std::size_t bytes) override {
    transfer(to, from, bytes, cudaMemcpyDeviceToDevice);
  }
  void zero(void* at, std::size_t bytes) override {
    use();
    check("memory cannot be cleared", cudaMemsetAsync(at, 0, bytes, stream_));
  }

  void launch(const void* kernel, const Shape& shape, void** arguments) override {
    use();
    prepare(kernel, shape.shared);
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(shape.x, shape.y, shape.z);
    config.blockDim = dim3(shape.threads);
    config.dynamicSmemBytes = shape.shared;
    config.stream = stream_;
    cudaLaunchAttribute together{};
    together.id = cudaLaunchAttributeCooperative;
    together.val.cooperative = 1;
    config.attrs = &together;
    config.numAttrs = shape.together ? 1 : 0;
    check("a kernel cannot be started", cudaLaunchKernelExC(&config, kernel, arguments));
  }

  struct Recorded final : Graph {
    ~Recorded() override { cudaGraphExecDestroy(graph); }
    cudaGraphExec_t graph = nullptr;
  };
  bool multiply(const Dense& product) override {
    use();
    return blas_ != nullptr && blas_->multiply(product, stream_);
  }

  void begin_graph() override {
    use();
    check("kernels cannot be recorded",
          cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal));
  }
  std::unique_ptr<Graph> end_graph() override {
    cudaGraph_t graph = nullptr;
    check("kernels cannot be recorded", cudaStreamEndCapture(stream_, &graph));
    auto out = std::make_unique<Recorded>();
    const auto code = cudaGraphInstantiate(&out->graph, graph, 0);
    cudaGraphDestroy(graph);
    check("recorded kernels cannot be prepared", code);
    return out;
  }
  void run(Graph& graph) override {
    use();
    check("recorded kernels cannot be started",
          cudaGraphLaunch(static_cast<Recorded&>(graph).graph, stream_));
  }

  void wait() override {
    use();
    check("it stopped while it worked", cudaStreamSynchronize(stream_));
  }

 private:
  void use() {
    if (!lost_.empty()) throw DeviceError(Kind::kLost, lost_);
    check("it cannot be used", cudaSetDevice(number_));
  }
  void check(const char* what, cudaError_t code) {
    if (code == cudaSuccess) return;
    cudaGetLastError();  // or a later call answers with it
    const auto why = "device " + std::to_string(number_) + ": " + sentence(what, code);
    if (code == cudaErrorMemoryAllocation) throw DeviceError(Kind::kMemory, why);
    lost_ = why;
    throw DeviceError(Kind::kLost, why);
  }
  void prepare(const void* kernel, std::size_t shared) {
    const auto [at, added] = prepared_.try_emplace(kernel, shared);
    if (!added && at->second >= shared) return;
    at->second = std::max(at->second, shared);
    // All kernels want the same part of the fast memory to be shared: between kernels that differ a
    // multiprocessor has to be empty.
    check("a kernel cannot be prepared",
          cudaFuncSetAttribute(kernel, cudaFuncAttributePreferredSharedMemoryCarveout,
                               cudaSharedmemCarveoutMaxShared));
    if (shared <= 48 * 1024) return;
    check("a kernel cannot have its memory",
          cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shared)));
  }
  void transfer(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    use();
    check("a copy failed", cudaMemcpyAsync(to, from, bytes, kind, stream_));
  }

  int number_;
  Facts facts_;
  cudaStream_t stream_ = nullptr;
  std::unique_ptr<Blas> blas_;
  std::map<const void*, std::size_t> prepared_;  // kernels, with the most memory they asked for
  std::string lost_;
};

}  // namespace

std::unique_ptr<Device> open_device(int number) {
  look_for(number);
  return std::make_unique<CudaDevice>(number);
}

}  // namespace sr::cuda
