// transaction_state.h - whether a transaction may still be used, and the strings that it has handed
// out. The thread of its transaction. Throws Failure.
#pragma once

#include <deque>
#include <utility>

#include "common/records.h"

namespace sr::stores {

// What a better statement would not meet: the database is as good as before.
inline bool blames_statement(sr_code code) {
  return code == SR_INVALID_ARGUMENT || code == SR_EXHAUSTED || code == SR_DENIED ||
         code == SR_DEADLINE;
}

class TransactionState {
 public:
  explicit TransactionState(bool writes) : writes_(writes) {}

  bool writes() const { return writes_; }
  void require_usable() const;
  void require_writer() const;

  // Runs fn; a failure that may leave something half-written is remembered. What was not found or
  // is in conflict is known before anything is written.
  template <class Fn>
  auto step(Fn&& fn) {
    try {
      return std::forward<Fn>(fn)();
    } catch (const Failure& e) {
      failed_ = e.code() != SR_NOT_FOUND && e.code() != SR_CONFLICT;
      throw;
    } catch (...) {
      failed_ = true;
      throw;
    }
  }
  // Runs a statement from outside: whatever goes wrong in it ends the transaction's use, unless it is
  // the own fault of one that only reads, which leaves nothing behind.
  template <class Fn>
  auto statement(bool reads, Fn&& fn) {
    require_usable();
    failed_ = true;
    try {
      auto result = std::forward<Fn>(fn)();
      failed_ = false;
      return result;
    } catch (const Failure& e) {
      failed_ = !reads || !blames_statement(e.code());
      throw;
    }
  }
  // The record as the host gets it; its strings live as long as this.
  void describe(Session session, sr_session& out);

 private:
  const bool writes_;
  bool failed_ = false;
  std::deque<Session> described_;
};

}  // namespace sr::stores
