// state_runtime/constrainer.hpp - derive from sr::Constrainer, sr::Grammar and sr::Matcher to
// write a constrainer. What each function promises, and its thread rule, is in constrainer.h.
#pragma once

#include "state_runtime/constrainer.h"
#include "state_runtime/plugin.hpp"

namespace sr {

class Matcher {
 public:
  virtual ~Matcher() = default;
  virtual std::unique_ptr<Matcher> fork() const = 0;
  virtual void fill_mask(std::span<std::uint32_t> mask) = 0;
  virtual void accept(std::int32_t token) = 0;  // throws Failure(SR_INVALID_ARGUMENT)
  virtual std::size_t forced(std::span<std::uint8_t> bytes) = 0;
  virtual void rollback(std::size_t count) = 0;
  virtual std::int32_t status() = 0;
  virtual std::string explain() = 0;
};

class Grammar {
 public:
  virtual ~Grammar() = default;
  virtual std::unique_ptr<Matcher> open() = 0;
  // For constrainers whose grammars have slots.
  virtual std::unique_ptr<Matcher> open_with(std::span<const sr_slot_texts>) {
    throw Failure(SR_UNSUPPORTED,
                  "grammars of this constrainer have no slots; open the matcher without texts");
  }
};

class Constrainer {
 public:
  virtual ~Constrainer() = default;
  // Several threads at once.
  virtual std::unique_ptr<Grammar> compile(const sr_grammar_source&, const sr_vocabulary&) = 0;
};

namespace detail {

inline Matcher& matcher_of(sr_matcher* m) noexcept { return *reinterpret_cast<Matcher*>(m); }
inline sr_matcher* release(std::unique_ptr<Matcher> m) noexcept {
  return reinterpret_cast<sr_matcher*>(m.release());
}

template <>
struct InterfaceTraits<Constrainer> {
  static constexpr const char* kId = SR_CONSTRAINER_ID;
  static constexpr sr_constrainer kVtable{
      .struct_size = sizeof(sr_constrainer),
      .compile = [](sr_instance* i, const sr_grammar_source* source, const sr_vocabulary* vocabulary,
                    sr_grammar** out, sr_error* error) noexcept {
        *out = nullptr;
        return guarded(error, [&] {
          auto grammar = reinterpret_cast<Constrainer*>(i)->compile(*source, *vocabulary);
          *out = reinterpret_cast<sr_grammar*>(grammar.release());
        });
      },
      .release = [](sr_instance*, sr_grammar* g) noexcept { delete reinterpret_cast<Grammar*>(g); },
      .open = [](sr_instance*, sr_grammar* g, sr_matcher** out, sr_error* error) noexcept {
        *out = nullptr;
        return guarded(error, [&] { *out = release(reinterpret_cast<Grammar*>(g)->open()); });
      },
      .fork = [](sr_instance*, sr_matcher* m, sr_matcher** out, sr_error* error) noexcept {
        *out = nullptr;
        return guarded(error, [&] { *out = release(matcher_of(m).fork()); });
      },
      .close = [](sr_instance*, sr_matcher* m) noexcept { delete reinterpret_cast<Matcher*>(m); },
      .fill_mask = [](sr_instance*, sr_matcher* m, std::uint32_t* mask, std::size_t words,
                      sr_error* error) noexcept {
        return guarded(error, [&] { matcher_of(m).fill_mask({mask, words}); });
      },
      .accept = [](sr_instance*, sr_matcher* m, std::int32_t token, sr_error* error) noexcept {
        return guarded(error, [&] { matcher_of(m).accept(token); });
      },
      .forced = [](sr_instance*, sr_matcher* m, std::uint8_t* bytes,
                   std::size_t capacity) noexcept -> std::size_t {
        std::size_t n = 0;
        guarded(nullptr, [&] { n = matcher_of(m).forced({bytes, capacity}); });
        return n;
      },
      .rollback = [](sr_instance*, sr_matcher* m, std::size_t count, sr_error* error) noexcept {
        return guarded(error, [&] { matcher_of(m).rollback(count); });
      },
      .status = [](sr_instance*, sr_matcher* m) noexcept -> std::int32_t {
        std::int32_t status = SR_MATCH_OPEN;
        guarded(nullptr, [&] { status = matcher_of(m).status(); });
        return status;
      },
      .explain = [](sr_instance*, sr_matcher* m, char* text,
                    std::size_t capacity) noexcept -> std::size_t {
        std::size_t n = 0;
        guarded(nullptr, [&] { n = put(matcher_of(m).explain(), text, capacity); });
        return n;
      },
      .open_with = [](sr_instance*, sr_grammar* g, const sr_slot_texts* slots, size_t count,
                      sr_matcher** out, sr_error* error) noexcept {
        *out = nullptr;
        return guarded(error, [&] {
          *out = release(reinterpret_cast<Grammar*>(g)->open_with({slots, count}));
        });
      },
  };
};

}  // namespace detail
}  // namespace sr
