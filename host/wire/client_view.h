// host/wire/client_view.h - the view as a client has it: snapshots and patches folded, hashes
// compared. One thread.
#pragma once

#include <string>

#include "host/base/json.h"
#include "host/base/result.h"

namespace sr::host::wire {

class ClientView {
 public:
  // Takes one server message in. An error when a patch does not apply, comes twice, or leaves a
  // view of another hash.
  Status take(const Json& message);

  const Json& view() const { return view_; }
  std::uint64_t seq() const { return seq_; }
  const std::string& session() const { return session_; }
  const std::string& token() const { return token_; }
  const std::string& epoch() const { return epoch_; }

 private:
  Status compare(const Json& message) const;

  Json view_;
  std::uint64_t seq_ = 0;
  std::string session_, token_, epoch_;
};

}  // namespace sr::host::wire
