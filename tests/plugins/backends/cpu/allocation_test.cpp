// A forward takes no memory once one of its size has run: every allocation of the program is counted.
#include <atomic>
#include <cstdlib>
#include <new>

#include "fixture.h"

namespace {
std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t size, std::size_t align) {
  ++allocations;
  void* const out = align == 0 ? std::malloc(size == 0 ? 1 : size)
                               : std::aligned_alloc(align, (size + align - 1) / align * align);
  if (out == nullptr) throw std::bad_alloc();
  return out;
}
}  // namespace

void* operator new(std::size_t size) { return counted(size, 0); }
void* operator new(std::size_t size, std::align_val_t align) {
  return counted(size, static_cast<std::size_t>(align));
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete(void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }

namespace sr::cpu::test {
namespace {

class Allocations : public testing::TestWithParam<std::string> {};

TEST_P(Allocations, none_for_a_token_but_for_a_new_block_of_attention) {
  const auto folder = kModels + GetParam();
  const Expected expected(folder);
  for (const auto format : {Format::kF32, Format::kInt8}) {
    const auto model = Model::load(folder, format, {}, {.threads = 2});
    State state(model->layout());
    const std::atomic<bool> stop = false;
    cpu::Run run{&state, std::span(expected.ids).first(8), Logits::kAll, {}};
    ASSERT_TRUE(model->forward({&run, 1}, stop));
    run.wanted = Logits::kLast;
    for (const std::size_t count : {1U, 1U, 5U, 8U, 1U}) {
      run.tokens = std::span(expected.ids).first(count);
      const auto before = allocations.load();
      EXPECT_GT(before, 0U);
      ASSERT_TRUE(model->forward({&run, 1}, stop));
      EXPECT_EQ(allocations.load() - before, 0U) << name_of(format) << ", " << count << " tokens";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Allocations, testing::ValuesIn(fixtures()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sr::cpu::test
