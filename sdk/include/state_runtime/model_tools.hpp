// state_runtime/model_tools.hpp - model_tools.h for C++: three static functions make the table.
// What each promises is in model_tools.h.
#pragma once

#include "state_runtime/model_tools.h"
#include "state_runtime/plugin.hpp"

namespace sr {

// Where a tool writes. Throws Failure(SR_UNAVAILABLE) when the reader has gone.
class Output {
 public:
  explicit Output(const sr_writer& writer) : writer_(writer) {}
  void write(const void* data, std::size_t size) const {
    if (size > 0 && writer_.write(writer_.context, data, size) != 0) {
      throw Failure(SR_UNAVAILABLE, "what was asked for could not be written");
    }
  }
  void write(std::string_view text) const { write(text.data(), text.size()); }

 private:
  const sr_writer& writer_;
};

// For a class with
//   static void inspect(Host, const Config& options, const Output&);
//   static void logits(Host, const Config& options, std::span<const std::int32_t> ids,
//                      const Output&);
//   static void random(Host, const sr_random_model&, const Output&);
template <class T>
inline constexpr sr_model_tools model_tools{
    .struct_size = sizeof(sr_model_tools),
    .inspect = [](const sr_host_api* host, const sr_config* options, const sr_writer* to,
                  sr_error* error) noexcept {
      return detail::guarded(
          error, [&] { T::inspect(Host(*host), Config(*host, options), Output(*to)); });
    },
    .logits = [](const sr_host_api* host, const sr_config* options, const std::int32_t* ids,
                 std::size_t count, const sr_writer* to, sr_error* error) noexcept {
      return detail::guarded(error, [&] {
        T::logits(Host(*host), Config(*host, options), {ids, count}, Output(*to));
      });
    },
    .random = [](const sr_host_api* host, const sr_random_model* model, const sr_writer* to,
                 sr_error* error) noexcept {
      return detail::guarded(error, [&] { T::random(Host(*host), *model, Output(*to)); });
    },
};

}  // namespace sr
