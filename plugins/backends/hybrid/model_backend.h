// model_backend.h - what every backend of hybrid models does alike: its description, its tokenizer,
// and what is wrong with a call before any arithmetic.
//
// Thread rules and errors: state_runtime/backend.h.
#pragma once

#include <atomic>
#include <memory>

#include "model_tools.h"
#include "state_runtime/backend.hpp"
#include "tokenizer/tokenizer.h"

namespace sr::hybrid {

class ModelBackend : public Backend {
 public:
  sr_backend_info describe() const noexcept override;
  const sr_vocabulary& vocabulary() const noexcept override { return vocabulary_; }
  std::vector<std::int32_t> tokenize(std::string_view text, bool specials) const override;
  // Checks every item, and runs those that are good together: all of them or none.
  void forward(std::span<sr_forward_item* const> items) final;
  void interrupt() noexcept override;

 protected:
  // Once, when the model is loaded; what `model` refers to must outlive this. `name`: of the
  // backend, for the log.
  void start(Host host, const Config& config, const char* name, const Loaded& model);

  // Throws, with every sequence as it was before the call, when any of them cannot be done.
  virtual void run(std::span<sr_forward_item* const> items) = 0;

  const Description& description() const noexcept { return model_->description; }
  const std::atomic<bool>& stop() const noexcept { return stop_; }
  // Of the sequence's last forward, which read `read` tokens.
  static void check_kept(std::size_t count, std::size_t read);
  // Of a sequence that has logits for so many positions.
  static void check_pick(const sr_pick& pick, std::size_t positions);
  static void refuse_pin(std::uint64_t count);

 private:
  void check(const sr_forward_item& item, std::span<sr_forward_item* const> earlier) const;

  std::unique_ptr<const Loaded> model_;
  std::unique_ptr<const Tokenizer> tokenizer_;
  sr_vocabulary vocabulary_{};
  std::uint64_t context_ = 0;
  std::atomic<bool> running_ = false, stop_ = false;
};

}  // namespace sr::hybrid
