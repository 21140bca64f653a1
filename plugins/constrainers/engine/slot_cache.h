// engine/slot_cache.h - what slots hold, made once for the same texts: a list of values is the same
// in many turns, and one command is asked about by several grammars. Any thread.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/masks/vocabulary.h"
#include "engine/slots/slot_texts.h"

namespace sr::constrain {

class SlotCache {
 public:
  static constexpr std::size_t kMostBytes = 1U << 20;  // of the texts of one slot
  static constexpr std::size_t kMostKept = 8U << 20;   // bytes; one slot's are kept in any case

  explicit SlotCache(std::shared_ptr<const Vocabulary> vocabulary)
      : vocabulary_(std::move(vocabulary)) {}

  // nullptr when nothing can stand there. Errors: sr::Failure(SR_INVALID_ARGUMENT) for what is not
  // UTF-8, and when it is too much.
  std::shared_ptr<const SlotTexts> find(const SlotSpec& spec,
                                        std::span<const std::string_view> texts);

 private:
  struct Entry {
    SlotSpec spec;
    std::uint64_t hash;
    std::string texts;  // one behind the other
    std::vector<std::uint32_t> lengths;
    bool is(const SlotSpec& other, std::uint64_t other_hash,
            std::span<const std::string_view> others) const;
    std::shared_ptr<const SlotTexts> made;
    std::size_t memory;
  };
  void keep(Entry entry);

  const std::shared_ptr<const Vocabulary> vocabulary_;
  std::mutex mutex_;
  std::list<Entry> recent_;  // latest use first
  std::size_t kept_ = 0;
};

}  // namespace sr::constrain
