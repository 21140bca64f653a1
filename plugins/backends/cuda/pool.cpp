#include "pool.h"

#include <algorithm>
#include <cstring>

#include "state_runtime/plugin.hpp"

namespace sr::cuda {

namespace {

constexpr std::size_t kAlign = 256, kChunk = std::size_t{16} << 20;

}  // namespace

Piece::~Piece() { pool_.leave(*this); }

Pool::Pool(Device& device, const char* name, std::size_t bytes, std::size_t most)
    : device_(device), name_(name), bytes_(bytes),
      step_((std::max<std::size_t>(bytes, 1) + kAlign - 1) / kAlign * kAlign), most_(most) {}

Pool::~Pool() = default;

void Pool::leave(Piece& piece) noexcept {
  if (piece.at_ == nullptr) return;
  resident_.erase(piece.place_);
  free_.push_back(piece.at_);  // has room: grow() made it
  piece.at_ = nullptr;
}

void Pool::settle(Piece& piece, std::byte* at) {
  piece.place_ = resident_.insert(resident_.end(), &piece);
  piece.at_ = at;
  piece.call_ = call_;
}

bool Pool::grow() {
  if (most_ != 0 && made_ >= most_) return false;
  auto count = std::max<std::size_t>(1, kChunk / step_);
  if (most_ != 0) count = std::min(count, most_ - made_);
  for (;; count = 1) {
    try {
      chunks_.emplace_back();
      chunks_.back() = Memory(device_, count * step_);
      break;
    } catch (const DeviceError& e) {
      chunks_.pop_back();
      if (e.kind() != DeviceError::Kind::kMemory) throw;
      if (count == 1) return false;
    }
  }
  made_ += count;
  free_.reserve(made_);
  for (std::size_t i = 0; i < count; ++i) free_.push_back(chunks_.back().data() + i * step_);
  return true;
}

bool Pool::move_out() {
  const auto idle = std::ranges::find_if(resident_, [&](const Piece* p) { return p->call_ != call_; });
  if (idle == resident_.end()) return false;
  Piece& piece = **idle;
  auto host = std::make_unique_for_overwrite<std::byte[]>(bytes_);
  device_.copy_out(host.get(), piece.at_, bytes_);
  device_.wait();
  piece.host_ = std::move(host);
  leave(piece);
  ++moved_out_;
  return true;
}

std::byte* Pool::room() {
  if (free_.empty() && !grow() && !move_out()) {
    throw Failure(SR_EXHAUSTED, "the device has no room for " + std::string(name_) + " of " +
                                    std::to_string(bytes_) + " bytes beside the " +
                                    std::to_string(resident_.size()) +
                                    " that this call needs; fewer sequences at once do");
  }
  auto* const out = free_.back();
  free_.pop_back();
  return out;
}

PiecePtr Pool::make() {
  auto out = std::make_shared<Piece>(*this);
  settle(*out, room());
  return out;
}

PiecePtr Pool::make(const void* bytes) {
  auto out = std::make_shared<Piece>(*this);
  out->host_ = std::make_unique_for_overwrite<std::byte[]>(bytes_);
  std::memcpy(out->host_.get(), bytes, bytes_);
  return out;
}

std::byte* Pool::bring(Piece& piece) {
  if (piece.at_ == nullptr) {
    auto* const at = room();
    try {
      device_.copy_in(at, piece.host_.get(), bytes_);
    } catch (...) {
      free_.push_back(at);
      throw;
    }
    settle(piece, at);
    piece.host_.reset();
  } else {
    resident_.splice(resident_.end(), resident_, piece.place_);
    piece.call_ = call_;
  }
  return piece.at_;
}

PiecePtr Pool::copy(const PiecePtr& of) {
  const auto* const from = bring(*of);
  auto out = make();
  device_.copy(out->at_, from, bytes_);
  return out;
}

void Pool::read(const Piece& piece, void* to) const {
  if (piece.at_ == nullptr) {
    std::memcpy(to, piece.host_.get(), bytes_);
    return;
  }
  device_.copy_out(to, piece.at_, bytes_);
  device_.wait();
}

}  // namespace sr::cuda
