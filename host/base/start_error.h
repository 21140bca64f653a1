// host/base/start_error.h - the one exception of the host: something is wrong before anything
// has started. The message is complete; the program prints it and exits with status 78.
#pragma once

#include <stdexcept>
#include <string>

#include "host/base/result.h"

namespace sr::host {

class StartError : public std::runtime_error {
 public:
  explicit StartError(const std::string& message) : std::runtime_error(message) {}
  explicit StartError(const Error& error) : std::runtime_error(error.text()) {}
};

template <class T>
T or_start_error(Result<T> result) {
  if (!result) throw StartError(result.error());
  return std::move(*result);
}
inline void or_start_error(const Status& status) {
  if (!status) throw StartError(status.error());
}

}  // namespace sr::host
