// host/decode/mask_team.h - fills the masks of a batch, with helpers when that takes long.
//
// A mask that is known already is copied in a microsecond, which is less than waking a thread
// costs: the caller works alone until a mask has cost more, then helpers take what is left. One
// caller at a time; fill() returns when all is done.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sr::host {

class MaskTeam {
 public:
  explicit MaskTeam(std::size_t helpers) : most_(helpers) {}
  ~MaskTeam();
  MaskTeam(const MaskTeam&) = delete;
  MaskTeam& operator=(const MaskTeam&) = delete;

  // Calls one(i) for every i below `count`, each on one thread.
  void fill(std::size_t count, const std::function<void(std::size_t)>& one);

 private:
  void help();
  using One = std::function<void(std::size_t)>;
  void work(const One& one, std::size_t count);  // takes what is left, one by one

  const std::size_t most_;
  std::vector<std::thread> helpers_;  // begun when first needed
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  // The batch, for helpers to copy: it may be over before one that is in it has taken its last.
  const One* one_ = nullptr;  // null: no batch needs help
  std::size_t count_ = 0;
  std::size_t round_ = 0;  // of batches that asked for help
  std::size_t busy_ = 0;   // helpers in the batch
  bool stopping_ = false;
  std::atomic<std::size_t> next_ = 0;  // without the mutex: the next one to take
};

}  // namespace sr::host
