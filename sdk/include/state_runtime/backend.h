/* state_runtime/backend.h - what a model backend implements ("sr.backend/1").
 *
 * A backend owns weights, tokenizer, sequences and the forward pass. The host owns what is read
 * and when, grammars, and the decode loop. Work is batched: one call carries many sequences.
 *
 * forward() and sample() are two calls so that the host computes masks between them, while a
 * device works. forward() may return before the device is done; an error that shows up later is
 * reported by the next sample() of that sequence.
 */
#ifndef STATE_RUNTIME_BACKEND_H
#define STATE_RUNTIME_BACKEND_H

#include "state_runtime/abi.h"

#ifdef __cplusplus
extern "C" {
#endif
#define SR_BACKEND_ID "sr.backend/1"

typedef struct sr_sequence sr_sequence; /* the model's state after reading some tokens */

typedef struct sr_backend_info {
  uint32_t struct_size;
  uint32_t max_batch;       /* items per forward() that still gain from batching; 0: no limit */
  sr_str family;            /* "granitemoehybrid", "scripted" */
  sr_str fingerprint;       /* of model, weights and their precision: ties snapshots to them */
  uint64_t session_bytes;   /* fixed bytes of one sequence */
  uint64_t token_bytes;     /* bytes that each further token adds */
  uint64_t context_limit;   /* tokens in one sequence; 0: no limit */
} sr_backend_info;

typedef struct sr_special_token {
  int32_t id;
  sr_str text;              /* "<|event|>" */
} sr_special_token;

/* Lives as long as the instance. Token i is bytes[offsets[i], offsets[i + 1]); special tokens
 * are empty there and are listed apart. */
typedef struct sr_vocabulary {
  uint32_t struct_size;
  int32_t size;             /* tokens; masks have (size + 31) / 32 words */
  const uint8_t *bytes;
  const uint32_t *offsets;  /* (size + 1) */
  int32_t end_token;        /* ends a text; -1 if the model has none */
  uint32_t special_count;
  const sr_special_token *specials; /* (special_count) */
  sr_str fingerprint;       /* equal fingerprints mean equal tokens and equal tokenize() */
} sr_vocabulary;

enum { SR_LOGITS_NONE = 0, SR_LOGITS_LAST = 1, SR_LOGITS_ALL = 2 };

/* Append `tokens` to one sequence. A sequence appears at most once in a call. */
typedef struct sr_forward_item {
  uint32_t struct_size;
  uint32_t logits;          /* which positions sample() may ask for: SR_LOGITS_* */
  sr_sequence *sequence;
  const int32_t *tokens;    /* (count), count >= 1 */
  size_t count;
  sr_error *error;          /* out; code SR_OK when this item went well */
} sr_forward_item;

/* Greedy when temperature is 0. */
typedef struct sr_sampling {
  uint32_t struct_size;
  uint32_t top_k;           /* 0: all */
  float temperature;
  float top_p;              /* 1: all */
  uint64_t seed;
} sr_sampling;

/* Choose one token after `position` (0: after the first token of the sequence's last forward
 * whose logits were kept), among the tokens whose bit in `mask` is set; or, when `score_count`
 * is not 0, only return the log-probabilities of the given tokens. */
typedef struct sr_pick {
  uint32_t struct_size;
  int32_t token;            /* out; -1 when scores were asked for */
  sr_sequence *sequence;
  size_t position;
  const uint32_t *mask;     /* bit i of word i / 32 allows token i; NULL allows all */
  const sr_sampling *sampling; /* NULL: greedy */
  const int32_t *score_tokens; /* (score_count) */
  float *scores;            /* out, (score_count), natural logarithm */
  size_t score_count;
  sr_error *error;          /* out */
  /* Since 1.2. Out: by how much the token's log-probability is above that of the likeliest other
   * one that the mask allows; less than 0 when a likelier one was drawn against. The host sets it
   * to infinity, which is what it stays when there is no other, or the backend does not know. */
  float margin;
} sr_pick;

/* Byte streams for save and load. Each returns 0 on success. read() fills exactly `size`. */
typedef struct sr_writer {
  void *context;
  int (*write)(void *context, const void *data, size_t size) SR_NOEXCEPT;
} sr_writer;
typedef struct sr_reader {
  void *context;
  int (*read)(void *context, void *data, size_t size) SR_NOEXCEPT;
} sr_reader;

typedef struct sr_backend {
  uint32_t struct_size;
  /* [any] Strings live as long as the instance. */
  void (*describe)(sr_instance *, sr_backend_info *out) SR_NOEXCEPT;
  /* [any] */
  const sr_vocabulary *(*vocabulary)(sr_instance *) SR_NOEXCEPT;
  /* [any] Writes at most `capacity` ids and sets *count to how many the text has: call again
   * with room when it is more. With `specials` the text of special tokens becomes their id. */
  sr_code (*tokenize)(sr_instance *, sr_str text, int specials, int32_t *ids, size_t capacity,
                      size_t *count, sr_error *) SR_NOEXCEPT;
  /* [worker] A new, empty sequence; or one that continues another independently. */
  sr_code (*open)(sr_instance *, sr_sequence **out, sr_error *) SR_NOEXCEPT;
  sr_code (*fork)(sr_instance *, sr_sequence *from, sr_sequence **out, sr_error *) SR_NOEXCEPT;
  void (*close)(sr_instance *, sr_sequence *) SR_NOEXCEPT;
  /* [worker] Tokens read so far. */
  uint64_t (*length)(sr_instance *, const sr_sequence *) SR_NOEXCEPT;
  /* [worker] Appends to many sequences. The items' own errors tell which failed; a failed one
   * is as it was before the call. Returns other than SR_OK only if no item was attempted. */
  sr_code (*forward)(sr_instance *, sr_forward_item *const *items, size_t count,
                     sr_error *) SR_NOEXCEPT;
  /* [worker] Same rule for the picks' errors. */
  sr_code (*sample)(sr_instance *, sr_pick *const *picks, size_t count, sr_error *) SR_NOEXCEPT;
  /* [worker] Retains only the first `count` tokens of the sequence's last forward (0: none):
   * for verifying drafts. Logits of the retained positions stay. */
  sr_code (*keep)(sr_instance *, sr_sequence *, size_t count, sr_error *) SR_NOEXCEPT;
  /* [worker] The bytes carry the fingerprint; load answers SR_CORRUPT when they are damaged or
   * of another model, and never returns a sequence then. */
  sr_code (*save)(sr_instance *, const sr_sequence *, const sr_writer *, sr_error *) SR_NOEXCEPT;
  sr_code (*load)(sr_instance *, const sr_reader *, sr_sequence **out, sr_error *) SR_NOEXCEPT;
  /* [any] Makes a forward() or sample() that is running now return soon, SR_CANCELLED for the
   * items it had not finished. Does nothing when none is running. */
  void (*interrupt)(sr_instance *) SR_NOEXCEPT;
  /* Since 1.1; may be NULL. [worker] The first `count` tokens of the sequence, and of its forks,
   * stay in the model's sight whatever else it lets go of: the app's preamble. Call it before they
   * are read, because later some may be gone: then it is SR_INVALID_ARGUMENT. */
  sr_code (*pin)(sr_instance *, sr_sequence *, uint64_t count, sr_error *) SR_NOEXCEPT;
} sr_backend;

#ifdef __cplusplus
}
#endif
#endif
