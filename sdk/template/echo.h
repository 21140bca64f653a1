// echo.h - a backend without a model: it wants to say again the byte that it read last, and where
// the mask forbids that, the next allowed one. Small, but every ability of a backend is here.
//
// Threads: as state_runtime/backend.h says. Describe, vocabulary and tokenize read constants only.
#pragma once

#include <array>
#include <string>

#include "state_runtime/backend.hpp"

namespace echo {

// What a sequence has read. Token i < 256 is the byte i.
struct Text final : sr::Sequence {
  std::vector<std::int32_t> tokens;
  std::size_t last_forward = 0;  // where the tokens of the last forward begin
  std::size_t first_logits = 0;  // the token whose successor is position 0 of sample()
};

class Echo final : public sr::Backend {
 public:
  using Interface = sr::Backend;
  static constexpr const char* kType = "echo";
  static constexpr const char* kSummary = "Says again what it read last; for trying things out.";
  static constexpr int kStability = SR_DEVELOPMENT;

  static constexpr auto kContext = sr::option(
      {.name = "context", .type = SR_INT, .fallback = "4096", .min = "16", .max = "1048576",
       .doc = "Tokens that one session may have."});
  static constexpr const char* kCases[] = {"keep", "upper", "lower", nullptr};
  static constexpr auto kCase = sr::option(
      {.name = "case", .type = SR_ENUM, .fallback = "keep", .choices = kCases,
       .doc = "Whether letters are said as they were read."});
  static constexpr const sr_option* kOptions[] = {&kContext, &kCase, nullptr};

  Echo(sr::Host host, const sr::Config& config);

  sr_backend_info describe() const noexcept override;
  const sr_vocabulary& vocabulary() const noexcept override { return vocabulary_; }
  std::vector<std::int32_t> tokenize(std::string_view text, bool specials) const override;
  std::unique_ptr<sr::Sequence> open() override { return std::make_unique<Text>(); }
  std::unique_ptr<sr::Sequence> fork(const sr::Sequence& from) override;
  std::uint64_t length(const sr::Sequence& s) const noexcept override;
  void forward(std::span<sr_forward_item* const> items) override;
  void sample(std::span<sr_pick* const> picks) override;
  void keep(sr::Sequence& s, std::size_t count) override;
  void save(const sr::Sequence& s, const sr_writer& to) const override;
  std::unique_ptr<sr::Sequence> load(const sr_reader& from) override;

 private:
  static constexpr std::int32_t kEnd = 256;  // ends a text
  static constexpr std::int32_t kSize = 257;

  std::int32_t wanted(const Text& text, std::size_t position) const;

  std::uint64_t context_;
  std::string case_;
  std::array<std::uint8_t, 256> bytes_;
  std::array<std::uint32_t, kSize + 1> offsets_;
  sr_special_token end_;
  sr_vocabulary vocabulary_;
};

}  // namespace echo
