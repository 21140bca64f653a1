#include "blas.h"

#include <cublasLt.h>
#include <cuda_runtime.h>
#include <dlfcn.h>

#include <map>
#include <string>
#include <tuple>

namespace sr::cuda {

namespace {

// The library's functions, found by name so that the plugin loads without it.
struct Table {
  explicit Table(void* library) : library_(library) {
    get(create, "cublasLtCreate");
    get(destroy, "cublasLtDestroy");
    get(describe, "cublasLtMatmulDescInit_internal");
    get(set_attribute, "cublasLtMatmulDescSetAttribute");
    get(layout, "cublasLtMatrixLayoutInit_internal");
    get(choose, "cublasLtMatmulAlgoGetHeuristic");
    get(prefer, "cublasLtMatmulPreferenceInit_internal");
    get(set_preference, "cublasLtMatmulPreferenceSetAttribute");
    get(multiply, "cublasLtMatmul");
  }
  template <class Fn>
  void get(Fn& fn, const char* name) {
    fn = reinterpret_cast<Fn>(::dlsym(library_, name));
    whole = whole && fn != nullptr;
  }

  bool whole = true;
  decltype(&cublasLtCreate) create = nullptr;
  decltype(&cublasLtDestroy) destroy = nullptr;
  decltype(&cublasLtMatmulDescInit_internal) describe = nullptr;
  decltype(&cublasLtMatmulDescSetAttribute) set_attribute = nullptr;
  decltype(&cublasLtMatrixLayoutInit_internal) layout = nullptr;
  decltype(&cublasLtMatmulAlgoGetHeuristic) choose = nullptr;
  decltype(&cublasLtMatmulPreferenceInit_internal) prefer = nullptr;
  decltype(&cublasLtMatmulPreferenceSetAttribute) set_preference = nullptr;
  decltype(&cublasLtMatmul) multiply = nullptr;

 private:
  void* library_;
};

constexpr std::size_t kWorkspace = std::size_t{32} << 20;

class LoadedBlas final : public Blas {
 public:
  LoadedBlas(Table table, cublasLtHandle_t handle, void* workspace)
      : table_(table), handle_(handle), workspace_(workspace) {}
  ~LoadedBlas() override {
    cudaFree(workspace_);
    table_.destroy(handle_);
  }
  LoadedBlas(const LoadedBlas&) = delete;
  LoadedBlas& operator=(const LoadedBlas&) = delete;

  bool multiply(const Dense& d, void* stream) override {
    // To the library, which thinks in columns, rows of w are columns of its transpose.
    cublasLtMatmulDescOpaque_t product{};
    const cublasOperation_t transposed = CUBLAS_OP_T;
    cublasLtMatrixLayoutOpaque_t w{}, x{}, y{};
    const auto of = [](int size) { return static_cast<std::uint64_t>(size); };
    if (table_.describe(&product, sizeof product, CUBLAS_COMPUTE_32F, CUDA_R_32F) !=
            CUBLAS_STATUS_SUCCESS ||
        table_.set_attribute(&product, CUBLASLT_MATMUL_DESC_TRANSA, &transposed,
                             sizeof transposed) != CUBLAS_STATUS_SUCCESS ||
        table_.layout(&w, sizeof w, CUDA_R_16BF, of(d.columns), of(d.rows), d.w_stride) !=
            CUBLAS_STATUS_SUCCESS ||
        table_.layout(&x, sizeof x, CUDA_R_16BF, of(d.columns), of(d.tokens), d.x_stride) !=
            CUBLAS_STATUS_SUCCESS ||
        table_.layout(&y, sizeof y, CUDA_R_32F, of(d.rows), of(d.tokens), d.y_stride) !=
            CUBLAS_STATUS_SUCCESS) {
      return false;
    }
    const auto* const algorithm = algorithm_for(d, &product, &w, &x, &y);
    return algorithm != nullptr &&
           table_.multiply(handle_, &product, &d.alpha, d.w, &w, d.x, &x, &d.beta, d.y, &y, d.y,
                           &y, algorithm, workspace_, kWorkspace,
                           static_cast<cudaStream_t>(stream)) == CUBLAS_STATUS_SUCCESS;
  }

 private:
  using Key = std::tuple<int, int, int, std::int64_t, std::int64_t, std::int64_t, bool, std::uint32_t>;

  static std::uint32_t alignment(const void* at) {  // in bytes, as far as the library asks
    const auto bits = reinterpret_cast<std::uintptr_t>(at) | 256U;
    return static_cast<std::uint32_t>(bits & (~bits + 1));
  }

  const cublasLtMatmulAlgo_t* algorithm_for(const Dense& d, cublasLtMatmulDesc_t product,
                                            cublasLtMatrixLayout_t w, cublasLtMatrixLayout_t x,
                                            cublasLtMatrixLayout_t y) {
    const auto aligned = alignment(d.y);
    const Key key{d.rows,     d.columns,  d.tokens,    d.w_stride,
                  d.x_stride, d.y_stride, d.beta != 0, aligned};
    const auto [at, added] = algorithms_.try_emplace(key);
    auto& [known, algorithm] = at->second;
    if (added) {
      cublasLtMatmulPreferenceOpaque_t preference{};
      cublasLtMatmulHeuristicResult_t result{};
      int found = 0;
      const auto set = [&](cublasLtMatmulPreferenceAttributes_t what, const auto& value) {
        return table_.set_preference(&preference, what, &value, sizeof value) ==
               CUBLAS_STATUS_SUCCESS;
      };
      constexpr std::uint32_t kRows = 16;  // rows of w and x begin at least there
      known = table_.prefer(&preference, sizeof preference) == CUBLAS_STATUS_SUCCESS &&
              set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kWorkspace) &&
              set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, kRows) &&
              set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, kRows) &&
              set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, aligned) &&
              set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, aligned) &&
              table_.choose(handle_, product, w, x, y, y, &preference, 1, &result, &found) ==
                  CUBLAS_STATUS_SUCCESS &&
              found > 0;
      algorithm = result.algo;
    }
    return known ? &algorithm : nullptr;
  }

  Table table_;
  cublasLtHandle_t handle_;
  void* workspace_;
  std::map<Key, std::pair<bool, cublasLtMatmulAlgo_t>> algorithms_;
};

}  // namespace

std::unique_ptr<Blas> find_blas() {
  const auto name = "libcublasLt.so." + std::to_string(CUBLAS_VER_MAJOR);
  void* library = nullptr;
  for (const auto& path : {name, "/usr/local/cuda/lib64/" + name}) {
    if (library == nullptr) library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  if (library == nullptr) return nullptr;
  const Table table(library);
  cublasLtHandle_t handle = nullptr;
  void* workspace = nullptr;
  if (!table.whole || table.create(&handle) != CUBLAS_STATUS_SUCCESS) return nullptr;
  if (cudaMalloc(&workspace, kWorkspace) != cudaSuccess) {
    cudaGetLastError();
    table.destroy(handle);
    return nullptr;
  }
  return std::make_unique<LoadedBlas>(table, handle, workspace);
}

}  // namespace sr::cuda
