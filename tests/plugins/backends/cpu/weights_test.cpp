// Weights as the kernels read them, from every stored type; and a forward that is stopped.
#include "weights.h"

#include "fixture.h"
#include "quant.h"
#include "state_runtime/plugin.hpp"

namespace sr::cpu::test {
namespace {

// One matrix of one row.
template <class Bits>
hybrid::Description one(const std::vector<Bits>& row, hybrid::DType type, hybrid::Role role) {
  hybrid::Description out;
  hybrid::Weight weight;
  weight.name = "w";
  weight.file = "f";
  weight.role = role;
  weight.type = type;
  weight.rows = 1;
  weight.columns = static_cast<std::int64_t>(row.size());
  weight.data = reinterpret_cast<const std::byte*>(row.data());
  out.weights.push_back(weight);
  return out;
}

Weights held(const hybrid::Description& description, Format format) {
  Team team(2);
  return Weights(description, format, *usable_kernels().front(), team);
}

TEST(Weights, float32_stays_where_it_is_and_bfloat16_keeps_its_bits) {
  const std::vector<float> floats{1.5F, -2.0F};
  const auto full = one(floats, hybrid::DType::kF32, hybrid::Role::kMatrix);
  EXPECT_EQ(held(full, Format::kF32).matrix({0}).f32, floats.data());
  const std::vector<std::uint16_t> halves{0x3FC0, 0xC000};
  const auto half = one(halves, hybrid::DType::kBF16, hybrid::Role::kMatrix);
  const auto copied = held(half, Format::kBF16);
  EXPECT_TRUE(std::equal(halves.begin(), halves.end(), copied.matrix({0}).bf16));
  const auto widened = held(half, Format::kF32);
  EXPECT_EQ(widened.matrix({0}).f32[0], 1.5F);
  EXPECT_EQ(widened.matrix({0}).f32[1], -2.0F);
}

TEST(Weights, float16_is_read_to_the_last_bit) {
  // One, the smallest number, the largest, minus a third as near as it gets, and minus zero.
  const std::vector<std::uint16_t> row{0x3C00, 0x0001, 0x7BFF, 0xB555, 0x8000};
  const auto description = one(row, hybrid::DType::kF16, hybrid::Role::kVector);
  const auto weights = held(description, Format::kBF16);
  const auto* const got = weights.vector({0});
  EXPECT_EQ(got[0], 1.0F);
  EXPECT_EQ(got[1], 0x1p-24F);
  EXPECT_EQ(got[2], 65504.0F);
  EXPECT_EQ(got[3], -0.333251953125F);
  EXPECT_TRUE(got[4] == 0 && std::signbit(got[4]));
}

TEST(Weights, bfloat16_rounds_to_the_nearest_even) {
  EXPECT_EQ(hybrid::to_bf16(1.0F), 0x3F80);
  EXPECT_EQ(hybrid::to_bf16(1.0F + 0x1p-8F), 0x3F80);                // half way, down to even
  EXPECT_EQ(hybrid::to_bf16(1.0F + 3 * 0x1p-8F), 0x3F82);            // half way, up to even
  EXPECT_EQ(hybrid::to_bf16(1.0F + 0x1p-8F + 0x1p-16F), 0x3F81);
}

TEST(Weights, roles_are_applied_once) {
  const std::vector<float> row{0.5F};
  const auto decay = one(row, hybrid::DType::kF32, hybrid::Role::kDecay);
  EXPECT_FLOAT_EQ(held(decay, Format::kF32).vector({0})[0], -std::exp(0.5F));
  const auto plus = one(row, hybrid::DType::kF32, hybrid::Role::kPlusOne);
  EXPECT_EQ(held(plus, Format::kF32).vector({0})[0], 1.5F);
}

TEST(Weights, what_is_not_a_number_is_refused_by_tensor_and_element) {
  std::vector<float> row(5000, 1.0F);
  row[4999] = NAN;
  const auto description = one(row, hybrid::DType::kF32, hybrid::Role::kMatrix);
  try {
    held(description, Format::kF32);
    FAIL() << "was taken";
  } catch (const BadOption& e) {
    EXPECT_STREQ(e.what(), "[f] tensor w holds nan at element 4999; the file is damaged");
  }
}

TEST(Weights, a_forward_that_is_stopped_can_be_undone) {
  const Expected expected(kModels + "jamba_moe");
  const auto model = Model::load(kModels + "jamba_moe", Format::kF32, {});
  State state(model->layout());
  read(*model, state, expected.ids, 0, 8, 8);
  const Undo undo(state);
  const std::atomic<bool> stop = true;
  cpu::Run run{&state, std::span(expected.ids).subspan(8, 4), Logits::kAll, {}};
  EXPECT_FALSE(model->forward({&run, 1}, stop));
  undo.restore(state);
  const auto rest = read(*model, state, expected.ids, 8, expected.ids.size(), 6);
  EXPECT_LT(expected.distance(rest, 8), 2e-4);
}

}  // namespace
}  // namespace sr::cpu::test
