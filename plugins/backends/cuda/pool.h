// pool.h - pieces of equal size that sequences hold on the device: the array of a recurrence, a
// block of keys and values, a row of logits. Pieces that no call needs now move to the host's memory
// when the device has no room, the longest unused first, and come back when they are needed again.
//
// A piece lives as long as somebody holds it; the pool must outlive all of them. One thread. Errors:
// DeviceError; Failure(SR_EXHAUSTED) when what one call needs at once is more than fits.
#pragma once

#include <list>
#include <memory>
#include <vector>

#include "device.h"

namespace sr::cuda {

class Pool;

class Piece {
 public:
  explicit Piece(Pool& pool) : pool_(pool) {}
  ~Piece();
  Piece(const Piece&) = delete;
  Piece& operator=(const Piece&) = delete;

 private:
  friend class Pool;
  Pool& pool_;
  std::byte* at_ = nullptr;            // on the device,
  std::unique_ptr<std::byte[]> host_;  // or here
  std::uint64_t call_ = 0;             // the last one that needed it
  std::list<Piece*>::iterator place_;  // in Pool::resident_, while on the device
};
using PiecePtr = std::shared_ptr<Piece>;

class Pool {
 public:
  // `name`: what its pieces are, for messages; `most`: pieces on the device at once, 0: any number.
  Pool(Device& device, const char* name, std::size_t bytes, std::size_t most);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // What was brought or made since then stays on the device until the next call.
  void begin_call() noexcept { ++call_; }

  PiecePtr make();                        // on the device, holding anything
  PiecePtr make(const void* bytes);       // in the host's memory, holding a copy
  PiecePtr copy(const PiecePtr& of);      // on the device
  std::byte* bring(Piece& piece);  // where it is on the device, until the next call
  void read(const Piece& piece, void* to) const;  // its bytes, wherever they are

  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t resident() const noexcept { return resident_.size(); }
  std::uint64_t moved_out() const noexcept { return moved_out_; }

 private:
  friend class Piece;
  std::byte* room();
  bool grow();
  bool move_out();
  void settle(Piece& piece, std::byte* at);
  void leave(Piece& piece) noexcept;

  Device& device_;
  const char* name_;
  std::size_t bytes_, step_, most_, made_ = 0;
  std::uint64_t call_ = 1, moved_out_ = 0;
  std::vector<Memory> chunks_;
  std::vector<std::byte*> free_;
  std::list<Piece*> resident_;  // the longest unused first
};

}  // namespace sr::cuda
