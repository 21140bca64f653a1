#include "common/transaction_state.h"

namespace sr::stores {

void TransactionState::require_usable() const {
  if (!failed_) return;
  throw Failure(SR_INVALID_ARGUMENT,
                "an earlier call of this transaction failed; it can only be rolled back");
}

void TransactionState::require_writer() const {
  require_usable();
  if (writes_) return;
  throw Failure(SR_INVALID_ARGUMENT, "this transaction only reads; begin one that writes");
}

void TransactionState::describe(Session session, sr_session& out) {
  const auto& kept = described_.emplace_back(std::move(session));
  out = {.struct_size = sizeof(sr_session),
         .id = str(kept.id),
         .user = str(kept.user),
         .token_hash = str(kept.token_hash),
         .epoch = str(kept.epoch),
         .fence = kept.fence,
         .seq = kept.seq};
}

}  // namespace sr::stores
