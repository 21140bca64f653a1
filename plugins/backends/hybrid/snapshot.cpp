#include "snapshot.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "hash.h"
#include "state_runtime/plugin.hpp"

namespace sr::hybrid {

namespace {

constexpr char kMagic[9] = "SRHYBRD3";

[[noreturn]] void corrupt(const std::string& why) {
  throw Failure(SR_CORRUPT, "the saved sequence " + why + "; read the log instead");
}

struct Head {
  std::uint64_t length = 0, pinned = 0, dropped = 0, fingerprint_size = 0;
};

// What block `i` holds of tokens that were read, piece by piece in the file's order:
// fn(floats, count).
template <class Fn>
void each_piece(const Layout& layout, const State& state, std::size_t i, Fn&& fn) {
  const auto rows = std::min(kBlockTokens, state.length - state.start(i));
  float* const block = state.blocks[i].get();
  for (const auto& cache : layout.caches) {
    for (std::size_t head = 0; head < cache.heads; ++head) {
      float* const keys = block + cache.keys + cache.head(head);
      for (std::size_t d = 0; d < cache.head_dim; ++d) fn(keys + d * kBlockTokens, rows);
      fn(block + cache.values + cache.head(head), rows * cache.head_dim);
    }
  }
}

std::size_t blocks_of(const Layout& layout, const State& state) {
  return layout.caches.empty() ? 0 : state.held();
}

std::uint64_t checksum(const Head& head, const std::string& fingerprint, const Layout& layout,
                       const State& state) {
  Hash hash;
  hash.add(&head, sizeof head);
  hash.add(fingerprint.data(), fingerprint.size());
  hash.add(state.fixed.data(), state.fixed.size() * sizeof(float));
  for (std::size_t i = 0; i < blocks_of(layout, state); ++i) {
    each_piece(layout, state, i, [&](const float* at, std::size_t count) {
      hash.add(at, count * sizeof(float));
    });
  }
  return hash.value();
}

void take(const sr_reader& from, void* to, std::size_t size) {
  if (from.read(from.context, to, size) != 0) corrupt("is cut short");
}

}  // namespace

void save(const std::string& fingerprint, const Layout& layout, const State& state,
          const sr_writer& to) {
  const auto put = [&](const void* data, std::size_t size) {
    if (size > 0 && to.write(to.context, data, size) != 0) {
      throw Failure(SR_UNAVAILABLE, "the sequence could not be written");
    }
  };
  const Head head{state.length, state.pinned, state.dropped, fingerprint.size()};
  const auto sum = checksum(head, fingerprint, layout, state);
  put(kMagic, 8);
  put(&sum, sizeof sum);
  put(&head, sizeof head);
  put(fingerprint.data(), fingerprint.size());
  put(state.fixed.data(), state.fixed.size() * sizeof(float));
  for (std::size_t i = 0; i < blocks_of(layout, state); ++i) {
    each_piece(layout, state, i,
               [&](const float* at, std::size_t count) { put(at, count * sizeof(float)); });
  }
}

State load(const std::string& fingerprint, const Layout& layout, const sr_reader& from) {
  std::array<char, 8> magic{};
  std::uint64_t sum = 0;
  Head head;
  take(from, magic.data(), magic.size());
  if (std::memcmp(magic.data(), kMagic, magic.size()) != 0) corrupt("is not one of this backend");
  take(from, &sum, sizeof sum);
  take(from, &head, sizeof head);
  if (head.fingerprint_size > 4096) corrupt("is damaged");
  std::string theirs(head.fingerprint_size, '\0');
  take(from, theirs.data(), theirs.size());
  if (theirs != fingerprint) {
    corrupt("is of \"" + theirs + "\" and this backend is \"" + fingerprint + "\"");
  }
  constexpr std::uint64_t kMost = 1ULL << 40;
  const auto pinned_blocks = (head.pinned + kBlockTokens - 1) / kBlockTokens;
  if (head.length > kMost || head.pinned > kMost || head.dropped > kMost ||
      (head.dropped > 0 && pinned_blocks + head.dropped > head.length / kBlockTokens)) {
    corrupt("is damaged");
  }
  State state(layout);
  state.length = head.length;
  state.pinned = head.pinned;
  state.dropped = head.dropped;
  take(from, state.fixed.data(), state.fixed.size() * sizeof(float));
  // One block after the other, so that a damaged length costs no memory.
  for (std::size_t i = 0; i < blocks_of(layout, state); ++i) {
    state.blocks.push_back(make_block(layout));
    each_piece(layout, state, i,
               [&](float* at, std::size_t count) { take(from, at, count * sizeof(float)); });
  }
  if (checksum(head, fingerprint, layout, state) != sum) corrupt("is damaged");
  return state;
}

}  // namespace sr::hybrid
