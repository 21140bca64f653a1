// limits.h - the largest sizes that the kernels take. A model with larger ones is refused when it is
// loaded.
#pragma once

namespace sr::cuda {

inline constexpr int kMostHeadDim = 256;     // of attention
inline constexpr int kMostScan1State = 128;  // of Mamba, a channel
inline constexpr int kMostScan2State = 256;  // of Mamba-2, a row
inline constexpr int kMostDeltaKey = 256;

}  // namespace sr::cuda
