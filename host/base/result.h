// host/base/result.h - a value, or an Error that says where, what and what to do.
//
// Turns use values, never exceptions, across rooms. Start-up throws StartError (errors.h).
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "state_runtime/abi.h"

namespace sr::host {

struct Error {
  sr_code code = SR_INTERNAL;
  std::string where;   // "guard", "store facts", "backend main"
  std::string what;    // one sentence
  std::string option;  // the YAML field at fault, if any

  std::string text() const { return where.empty() ? what : "[" + where + "] " + what; }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

// A call that returns nothing but may fail.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)), ok_(false) {}
  bool ok() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace sr::host
