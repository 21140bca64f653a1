// backend.h - a backend without a model: sequences play rules from a YAML file, through the mask.
//
// Bytes are tokens. The next token is the next byte of what the rules answer to the last event; a
// byte that the mask forbids is never said, and what then stands there is brought to an end.
// Thread rules and errors: state_runtime/backend.h.
#pragma once

#include "choice.h"
#include "conduct.h"
#include "gate.h"
#include "rules.h"
#include "sequence.h"
#include "state_runtime/backend.hpp"

namespace sr::scripted {

class ScriptedBackend final : public Backend {
 public:
  using Interface = Backend;
  static constexpr const char* kType = "scripted";
  static constexpr const char* kSummary =
      "Plays answers from a rules file, through the mask: for tests, and to try an app without a "
      "model.";
  static const sr_option* const kOptions[];

  ScriptedBackend(Host host, const Config& config);

  sr_backend_info describe() const noexcept override;
  const sr_vocabulary& vocabulary() const noexcept override;
  std::vector<std::int32_t> tokenize(std::string_view text, bool specials) const override;
  std::unique_ptr<Sequence> open() override;
  std::unique_ptr<Sequence> fork(const Sequence& from) override;
  std::uint64_t length(const Sequence&) const noexcept override;
  void forward(std::span<sr_forward_item* const> items) override;
  void sample(std::span<sr_pick* const> picks) override;
  void keep(Sequence&, std::size_t count) override;
  void save(const Sequence&, const sr_writer&) const override;
  std::unique_ptr<Sequence> load(const sr_reader&) override;
  void interrupt() noexcept override;

 private:
  void read(const sr_forward_item& item);
  void choose(sr_pick& pick);
  // What it says: its answer, or another that has begun as what stands there.
  const std::string& script(const Reading& reading);
  std::int32_t favourite(const Reading& reading, const Allowed& allowed);
  std::optional<std::int32_t> other(const Reading& reading, const Allowed& allowed,
                                    std::int32_t than) const;

  Host host_;
  Rules rules_;
  Conduct conduct_;
  std::string fingerprint_;
  std::uint64_t context_;
  std::chrono::microseconds latency_;
  std::vector<std::string> speechless_;  // what is answered where there is no event
  Gate gate_;
};

}  // namespace sr::scripted
