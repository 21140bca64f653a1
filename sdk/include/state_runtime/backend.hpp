// state_runtime/backend.hpp - derive from sr::Backend and sr::Sequence to write a model backend.
// What each function promises, and its thread rule, is in backend.h.
#pragma once

#include "state_runtime/backend.h"
#include "state_runtime/plugin.hpp"

namespace sr {

// A sequence's own state; the backend casts it back to its class.
class Sequence {
 public:
  virtual ~Sequence() = default;
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual sr_backend_info describe() const noexcept = 0;
  virtual const sr_vocabulary& vocabulary() const noexcept = 0;
  virtual std::vector<std::int32_t> tokenize(std::string_view text, bool specials) const = 0;
  virtual std::unique_ptr<Sequence> open() = 0;
  virtual std::unique_ptr<Sequence> fork(const Sequence& from) = 0;
  virtual std::uint64_t length(const Sequence&) const noexcept = 0;
  // Set item.error per item with detail::guarded or sr::each_item().
  virtual void forward(std::span<sr_forward_item* const> items) = 0;
  virtual void sample(std::span<sr_pick* const> picks) = 0;
  virtual void keep(Sequence&, std::size_t) { unsupported("this backend cannot drop tokens"); }
  virtual void save(const Sequence&, const sr_writer&) const {
    unsupported("this backend cannot save sequences; they are read again from the log");
  }
  virtual std::unique_ptr<Sequence> load(const sr_reader&) {
    unsupported("this backend cannot load sequences; they are read again from the log");
  }
  virtual void interrupt() noexcept {}
  virtual void pin(Sequence&, std::uint64_t) {
    unsupported("this backend sees all tokens of a sequence, or does not let them be pinned");
  }
};

template <class S = Sequence>
S& sequence_of(sr_sequence* s) noexcept {
  return static_cast<S&>(*reinterpret_cast<Sequence*>(s));
}

// Runs fn(item) for each item; an exception becomes that item's own error.
template <class Item, class Fn>
void each_item(std::span<Item* const> items, Fn&& fn) {
  for (auto* item : items) detail::guarded(item->error, [&] { fn(*item); });
}

namespace detail {

inline Backend& backend_of(sr_instance* i) noexcept { return *reinterpret_cast<Backend*>(i); }
inline sr_sequence* release(std::unique_ptr<Sequence> s) noexcept {
  return reinterpret_cast<sr_sequence*>(s.release());
}

template <>
struct InterfaceTraits<Backend> {
  static constexpr const char* kId = SR_BACKEND_ID;
  static constexpr sr_backend kVtable{
      .struct_size = sizeof(sr_backend),
      .describe = [](sr_instance* i, sr_backend_info* out) noexcept {
        const auto size = out->struct_size;
        const auto info = backend_of(i).describe();
        std::copy_n(reinterpret_cast<const char*>(&info), std::min<std::size_t>(size, sizeof info),
                    reinterpret_cast<char*>(out));
        out->struct_size = size;
      },
      .vocabulary = [](sr_instance* i) noexcept { return &backend_of(i).vocabulary(); },
      .tokenize = [](sr_instance* i, sr_str text, int specials, std::int32_t* ids,
                     std::size_t capacity, std::size_t* count, sr_error* error) noexcept {
        return guarded(error, [&] {
          const auto out = backend_of(i).tokenize(view(text), specials != 0);
          std::copy_n(out.begin(), std::min(out.size(), capacity), ids);
          *count = out.size();
        });
      },
      .open = [](sr_instance* i, sr_sequence** out, sr_error* error) noexcept {
        *out = nullptr;
        return guarded(error, [&] { *out = release(backend_of(i).open()); });
      },
      .fork = [](sr_instance* i, sr_sequence* from, sr_sequence** out, sr_error* error) noexcept {
        *out = nullptr;
        return guarded(error, [&] { *out = release(backend_of(i).fork(sequence_of<>(from))); });
      },
      .close = [](sr_instance*, sr_sequence* s) noexcept { delete reinterpret_cast<Sequence*>(s); },
      .length = [](sr_instance* i, const sr_sequence* s) noexcept {
        return backend_of(i).length(*reinterpret_cast<const Sequence*>(s));
      },
      .forward = [](sr_instance* i, sr_forward_item* const* items, std::size_t count,
                    sr_error* error) noexcept {
        return guarded(error, [&] { backend_of(i).forward({items, count}); });
      },
      .sample = [](sr_instance* i, sr_pick* const* picks, std::size_t count,
                   sr_error* error) noexcept {
        return guarded(error, [&] { backend_of(i).sample({picks, count}); });
      },
      .keep = [](sr_instance* i, sr_sequence* s, std::size_t count, sr_error* error) noexcept {
        return guarded(error, [&] { backend_of(i).keep(sequence_of<>(s), count); });
      },
      .save = [](sr_instance* i, const sr_sequence* s, const sr_writer* to,
                 sr_error* error) noexcept {
        return guarded(error, [&] { backend_of(i).save(*reinterpret_cast<const Sequence*>(s), *to); });
      },
      .load = [](sr_instance* i, const sr_reader* from, sr_sequence** out,
                 sr_error* error) noexcept {
        *out = nullptr;
        return guarded(error, [&] { *out = release(backend_of(i).load(*from)); });
      },
      .interrupt = [](sr_instance* i) noexcept { backend_of(i).interrupt(); },
      .pin = [](sr_instance* i, sr_sequence* s, std::uint64_t count, sr_error* error) noexcept {
        return guarded(error, [&] { backend_of(i).pin(sequence_of<>(s), count); });
      },
  };
};

}  // namespace detail
}  // namespace sr
