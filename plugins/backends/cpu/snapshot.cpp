#include "snapshot.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "hash.h"
#include "state_runtime/plugin.hpp"

namespace sr::cpu {

namespace {

constexpr char kMagic[9] = "SRHYBRD1";

[[noreturn]] void corrupt(const std::string& why) {
  throw Failure(SR_CORRUPT, "the saved sequence " + why + "; read the log instead");
}

struct Head {
  std::uint64_t length = 0, dropped = 0, fingerprint_size = 0;
};

void add(Hash& hash, const std::vector<float>& floats) {
  hash.add(floats.data(), floats.size() * sizeof(float));
}

std::uint64_t checksum(const Head& head, const std::string& fingerprint, const State& state) {
  Hash hash;
  hash.add(&head, sizeof head);
  hash.add(fingerprint.data(), fingerprint.size());
  add(hash, state.fixed);
  for (const auto& cache : state.caches) {
    add(hash, cache.keys);
    add(hash, cache.values);
  }
  return hash.value();
}

void take(const sr_reader& from, void* to, std::size_t size) {
  if (from.read(from.context, to, size) != 0) corrupt("is cut short");
}

// In pieces, so that a damaged length costs no memory.
std::vector<float> floats(const sr_reader& from, std::uint64_t count) {
  constexpr std::uint64_t kPiece = 256 * 1024;
  std::vector<float> out;
  while (out.size() < count) {
    const auto old = out.size();
    out.resize(old + std::min<std::uint64_t>(kPiece, count - old));
    take(from, out.data() + old, (out.size() - old) * sizeof(float));
  }
  return out;
}

}  // namespace

void save(const Model& model, const State& state, const sr_writer& to) {
  const auto put = [&](const void* data, std::size_t size) {
    if (size > 0 && to.write(to.context, data, size) != 0) {
      throw Failure(SR_UNAVAILABLE, "the sequence could not be written");
    }
  };
  const auto& fingerprint = model.fingerprint();
  const Head head{state.length, state.dropped, fingerprint.size()};
  const auto sum = checksum(head, fingerprint, state);
  put(kMagic, 8);
  put(&sum, sizeof sum);
  put(&head, sizeof head);
  put(fingerprint.data(), fingerprint.size());
  put(state.fixed.data(), state.fixed.size() * sizeof(float));
  for (const auto& cache : state.caches) {
    put(cache.keys.data(), cache.keys.size() * sizeof(float));
    put(cache.values.data(), cache.values.size() * sizeof(float));
  }
}

State load(const Model& model, const sr_reader& from) {
  std::array<char, 8> magic{};
  std::uint64_t sum = 0;
  Head head;
  take(from, magic.data(), magic.size());
  if (std::memcmp(magic.data(), kMagic, magic.size()) != 0) corrupt("is not one of this backend");
  take(from, &sum, sizeof sum);
  take(from, &head, sizeof head);
  if (head.fingerprint_size > 4096) corrupt("is damaged");
  std::string fingerprint(head.fingerprint_size, '\0');
  take(from, fingerprint.data(), fingerprint.size());
  if (fingerprint != model.fingerprint()) {
    corrupt("is of \"" + fingerprint + "\" and this backend is \"" + model.fingerprint() + "\"");
  }
  constexpr std::uint64_t kMost = 1ULL << 40;
  if (head.dropped > head.length || head.length > kMost) corrupt("is damaged");
  State state(model.layout());
  state.length = head.length;
  state.dropped = head.dropped;
  state.fixed = floats(from, model.layout().fixed_floats);
  for (std::size_t i = 0; i < state.caches.size(); ++i) {
    const auto count = state.rows() * static_cast<std::uint64_t>(model.layout().row_floats[i]);
    state.caches[i].keys = floats(from, count);
    state.caches[i].values = floats(from, count);
  }
  if (checksum(head, fingerprint, state) != sum) corrupt("is damaged");
  return state;
}

}  // namespace sr::cpu
