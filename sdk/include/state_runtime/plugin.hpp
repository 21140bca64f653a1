// state_runtime/plugin.hpp - write a plugin component as an ordinary C++20 class.
//
// Header-only and compiled into the plugin, so the class is free to use any C++ type. The
// adapters in backend.hpp, constrainer.hpp, store.hpp and transport.hpp are the only place where
// C++ meets the ABI: each is noexcept and turns exceptions into sr_error.
//
// Errors: throw BadOption to blame a YAML field (the host prints where it stands), Failure for
// any other code, unsupported() for an ability that this plugin does not have.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state_runtime/abi.h"

namespace sr {

class BadOption : public std::invalid_argument {
 public:
  BadOption(std::string field, const std::string& why)
      : std::invalid_argument(why), field_(std::move(field)) {}
  const std::string& field() const noexcept { return field_; }

 private:
  std::string field_;
};

class Failure : public std::runtime_error {
 public:
  // `field`: the YAML field at fault, if one is, although the code is not SR_INVALID_ARGUMENT.
  Failure(sr_code code, const std::string& why, std::string field = {})
      : std::runtime_error(why), code_(code), field_(std::move(field)) {}
  sr_code code() const noexcept { return code_; }
  const std::string& field() const noexcept { return field_; }

 private:
  sr_code code_;
  std::string field_;
};

[[noreturn]] inline void unsupported(const std::string& what) { throw Failure(SR_UNSUPPORTED, what); }

inline std::string_view view(sr_str s) noexcept {
  return s.len == 0 ? std::string_view() : std::string_view(s.ptr, s.len);
}
inline sr_str str(std::string_view s) noexcept { return {s.data(), s.size()}; }

// The host's services. Cheap to copy; any thread.
class Host {
 public:
  explicit Host(const sr_host_api& api) : api_(&api) {}
  bool logs(int level) const noexcept { return api_->log_enabled(api_->host, level) != 0; }
  void log(int level, std::string_view message) const noexcept {
    if (logs(level)) api_->log(api_->host, level, str(message));
  }
  const sr_host_api& api() const noexcept { return *api_; }

 private:
  const sr_host_api* api_;
};

// The checked options of one component; valid during its constructor only.
class Config {
 public:
  Config(const sr_host_api& api, const sr_config* config) : api_(api), config_(config) {}

  // Throws BadOption when the option has neither a value nor a default.
  std::string string(const char* name) const {
    sr_str out{};
    need(name, api_.get_string(config_, name, &out));
    return std::string(view(out));
  }
  std::int64_t integer(const char* name) const {
    std::int64_t out = 0;
    need(name, api_.get_int(config_, name, &out));
    return out;
  }
  double real(const char* name) const {
    double out = 0;
    need(name, api_.get_float(config_, name, &out));
    return out;
  }
  bool boolean(const char* name) const { return integer(name) != 0; }
  std::vector<std::string> list(const char* name) const {
    std::size_t size = 0;
    need(name, api_.get_list_size(config_, name, &size));
    std::vector<std::string> out;
    for (std::size_t i = 0; i < size; ++i) {
      sr_str item{};
      need(name, api_.get_list_item(config_, name, i, &item));
      out.emplace_back(view(item));
    }
    return out;
  }
  bool has(const char* name) const noexcept {
    sr_str out{};
    return api_.get_string(config_, name, &out) == SR_OK;
  }

 private:
  static void need(const char* name, sr_code code) {
    if (code != SR_OK) throw BadOption(name, "has no value");
  }
  const sr_host_api& api_;
  const sr_config* config_;
};

// One row of an option table: constexpr auto kPath = sr::option({.name = "path", .type = SR_PATH,
// .flags = SR_REQUIRED, .doc = "The database file."});
struct Option {
  const char* name;
  sr_option_type type;
  std::uint32_t flags = 0;
  const char* fallback = nullptr;  // the default, as written in YAML
  const char* const* choices = nullptr;
  const char* min = nullptr;
  const char* max = nullptr;
  const char* doc = "";
  const char* example = nullptr;
};
constexpr sr_option option(const Option& o) {
  return {sizeof(sr_option), o.flags, o.type, o.name,    o.fallback, o.choices,
          o.min,             o.max,   o.doc,  o.example, "1.0"};
}

namespace detail {

template <std::size_t N>
void copy(char (&to)[N], std::string_view from) noexcept {
  auto n = std::min(from.size(), N - 1);
  while (n < from.size() && n > 0 && (static_cast<unsigned char>(from[n]) & 0xC0) == 0x80) --n;
  std::copy_n(from.begin(), n, to);
  to[n] = '\0';
}

inline sr_code fail(sr_error* error, sr_code code, std::string_view field,
                    std::string_view why) noexcept {
  if (error != nullptr) {
    error->code = code;
    copy(error->option, field);
    copy(error->message, why);
  }
  return code;
}

// Runs fn; every exception becomes a code and a message.
template <class Fn>
sr_code guarded(sr_error* error, Fn&& fn) noexcept {
  try {
    std::forward<Fn>(fn)();
    if (error != nullptr) error->code = SR_OK;
    return SR_OK;
  } catch (const BadOption& e) {
    return fail(error, SR_INVALID_ARGUMENT, e.field(), e.what());
  } catch (const Failure& e) {
    return fail(error, e.code(), e.field(), e.what());
  } catch (const std::invalid_argument& e) {
    return fail(error, SR_INVALID_ARGUMENT, {}, e.what());
  } catch (const std::bad_alloc&) {
    return fail(error, SR_EXHAUSTED, {}, "out of memory");
  } catch (const std::exception& e) {
    return fail(error, SR_INTERNAL, {}, e.what());
  } catch (...) {
    return fail(error, SR_INTERNAL, {}, "the plugin threw something that is not an exception");
  }
}

// Writes as much of text as fits and returns its whole length.
inline std::size_t put(std::string_view text, char* to, std::size_t capacity) noexcept {
  std::copy_n(text.begin(), std::min(text.size(), capacity), to);
  return text.size();
}

// InterfaceTraits<Backend>: kId and kVtable, specialised beside each interface class.
template <class Interface>
struct InterfaceTraits;

}  // namespace detail

// A component for T: a class derived from an interface class with
//   using Interface = sr::Backend;  static constexpr const char* kType, *kSummary;
//   static constexpr const sr_option* kOptions[] = {…, nullptr};  T(sr::Host, const sr::Config&)
// and, if it is not stable, static constexpr int kStability; if it can do more without an instance,
//   static const void* extension(std::string_view id) noexcept
template <class T>
constexpr int stability_of() {
  if constexpr (requires { T::kStability; }) {
    return T::kStability;
  } else {
    return SR_STABLE;
  }
}

template <class T>
constexpr auto extension_of() -> decltype(sr_component::get_extension) {
  if constexpr (requires { T::extension(std::string_view()); }) {
    return [](const char* id) noexcept -> const void* { return T::extension(id); };
  } else {
    return nullptr;
  }
}

template <class T>
inline constexpr sr_component component{
    .struct_size = sizeof(sr_component),
    .stability = stability_of<T>(),
    .interface_id = detail::InterfaceTraits<typename T::Interface>::kId,
    .vtable = &detail::InterfaceTraits<typename T::Interface>::kVtable,
    .type = T::kType,
    .summary = T::kSummary,
    .options = T::kOptions,
    .create =
        [](const sr_host_api* host, const sr_config* config, sr_instance** out,
           sr_error* error) noexcept {
          *out = nullptr;
          return detail::guarded(error, [&] {
            typename T::Interface* made = new T(Host(*host), Config(*host, config));
            *out = reinterpret_cast<sr_instance*>(made);
          });
        },
    .destroy =
        [](sr_instance* i) noexcept { delete reinterpret_cast<typename T::Interface*>(i); },
    .get_extension = extension_of<T>(),
};

}  // namespace sr

// The name of the exported entry. A static build gives each plugin a name of its own.
#ifndef SR_PLUGIN_ENTRY
#define SR_PLUGIN_ENTRY sr_plugin_v1
#endif

// SR_PLUGIN("echo", "0.1.0", "MIT", &sr::component<Echo>) in exactly one source file.
#define SR_PLUGIN(NAME, VERSION, LICENSE, ...)                                          \
  static const sr_component* const sr_components_[] = {__VA_ARGS__, nullptr};           \
  static const sr_plugin sr_descriptor_ = {                                             \
      sizeof(sr_plugin), SR_ABI_MAJOR, SR_ABI_MINOR, NAME, VERSION, LICENSE, nullptr,   \
      __VERSION__, sr_components_};                                                     \
  extern "C" SR_EXPORT const sr_plugin* SR_PLUGIN_ENTRY() noexcept;                     \
  const sr_plugin* SR_PLUGIN_ENTRY() noexcept { return &sr_descriptor_; }
