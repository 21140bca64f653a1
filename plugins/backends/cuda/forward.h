// forward.h - the layers of a description as kernels over a batch: what is launched in which order.
//
// It enqueues and returns. One call at a time. Errors: DeviceError.
#pragma once

#include "layout.h"
#include "weights.h"
#include "whole_step.h"
#include "workspace.h"

namespace sr::cuda {

// Rows of the batch whose logits are wanted.
struct Wanted {
  int rows = 0;                    // that there is room for
  const std::int32_t* which;       // (rows), on the device
  float* const* lines;             // (rows), where each row's logits go, on the device
};

class Forward {
 public:
  // All of these must outlive it.
  Forward(Device& device, const hybrid::Description& description, const hybrid::Layout& layout,
          Weights& weights, bool one_kernel);

  void run(const Batch& batch, const Wanted& wanted);

 private:
  void enqueue(const Batch& batch, const Wanted& wanted);
  bool run_whole(const Batch& batch, const Wanted& wanted);  // false: it has to be enqueued

  // What a branch reads, and what its results are added to.
  struct Input {
    const float* x;      // (rows, hidden)
    const hybrid::Norm* norm;  // of x first; nullptr: none
    float scale;
    float* h;            // (rows, hidden)
    float add;           // what is added is multiplied by it
  };
  struct Tables {  // of one layer's experts
    const Expert *gate = nullptr, *up = nullptr, *down = nullptr;
  };
  using Slot = hybrid::Layout::Slot;

  void mix(const Batch&, const hybrid::Attention&, const Slot&, const Input&);
  void mix(const Batch&, const hybrid::Mamba1&, const Slot&, const Input&);
  void mix(const Batch&, const hybrid::Mamba2&, const Slot&, const Input&);
  void mix(const Batch&, const hybrid::GatedDelta&, const Slot&, const Input&);
  void mix(const Batch&, const hybrid::ShortConv&, const Slot&, const Input&);
  void feed_forward(const Batch&, const hybrid::Mlp&, const Input&);
  void feed_forward(const Batch&, const hybrid::Moe&, const Tables&, const Input&);

  void multiply(const Product&);
  // By the library, x being rounded already; false: it cannot.
  bool multiply_dense(const Product&, const std::uint16_t* x, int width);
  // Do several rows go through bfloat16 here, so that one product can write what the next one reads?
  bool rounds(int rows, const hybrid::Linear& next) const;
  std::uint16_t* take_half(int rows, int width) {
    return work_.take<std::uint16_t>(static_cast<std::size_t>(rows) *
                                     static_cast<std::size_t>(width));
  }
  Product product(const Batch&, const Input&) const;
  Product product(const float* x, std::int64_t stride, int rows) const;
  Target output(const hybrid::Linear&, float* y) const;
  void store(Product, const hybrid::Linear&, float* y);
  void add(Product, const hybrid::Linear&, const Input&);
  Product hidden(const hybrid::Mlp&, Product);  // gives what `down` reads
  // p, whose only output is projected, and the convolution of its columns from `first` on into y,
  // and as bfloat16 into half, where there is one.
  void convolve(const Batch&, Product p, const hybrid::Conv&, const Slot&, float* projected,
                std::int64_t stride, int first, float* y, std::uint16_t* half);
  void convolve(const Batch&, const hybrid::Conv&, const Slot&, const float* x,
                std::int64_t stride, float* y, std::uint16_t* half);
  void normalise(const hybrid::Norm&, const float* x, std::int64_t stride, float* y,
                 std::int64_t y_stride, int rows);
  const float* vector(hybrid::WeightId id) const { return weights_.vector(id); }
  float* take(int rows, std::int64_t width) {
    return work_.take<float>(static_cast<std::size_t>(rows) * static_cast<std::size_t>(width));
  }

  Device& device_;
  const hybrid::Description& description_;
  const hybrid::Layout& layout_;
  Weights& weights_;
  Workspace work_;
  Memory counters_;  // of products that several blocks share
  std::vector<Tables> tables_;                          // (layers)
  std::vector<const float*> frequencies_;  // (caches)
  bool serves_whole_;
  std::unique_ptr<WholeStep> whole_[2];  // of one token, without and with logits
  WholeStep* building_ = nullptr;        // operations go there instead of being launched
};

}  // namespace sr::cuda
