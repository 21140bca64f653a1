/* state_runtime/constrainer.h - what a constrainer implements ("sr.constrainer/1").
 *
 * A constrainer compiles a grammar against a vocabulary. A matcher walks one text through it
 * token by token and says which tokens may come next.
 */
#ifndef STATE_RUNTIME_CONSTRAINER_H
#define STATE_RUNTIME_CONSTRAINER_H

#include "state_runtime/abi.h"
#include "state_runtime/backend.h" /* sr_vocabulary */

#ifdef __cplusplus
extern "C" {
#endif
#define SR_CONSTRAINER_ID "sr.constrainer/1"

typedef struct sr_grammar sr_grammar; /* compiled, immutable, shared by matchers */
typedef struct sr_matcher sr_matcher; /* a cursor through a grammar */

/* A grammar that others may refer to ("x-grammar": "sql" in a JSON Schema), whichever front end
 * it is written for. */
typedef struct sr_named_grammar {
  sr_str name;
  sr_str kind;
  sr_str text;
} sr_named_grammar;

typedef struct sr_grammar_source {
  uint32_t struct_size;
  sr_str kind;                      /* "json_schema", "grammar" */
  sr_str text;
  const sr_named_grammar *named;    /* (named_count) */
  size_t named_count;
} sr_grammar_source;

/* What stands in the slots of one name, given when a matcher is opened: what the person wrote, the
 * values that a column has. A grammar says by slots (docs/constraining.md) where it goes, and as
 * what: a span of it, one of these texts whole, a number in it. UTF-8. */
typedef struct sr_slot_texts {
  sr_str name;
  const sr_str *texts; /* (count) */
  size_t count;
} sr_slot_texts;

/* May the text end here? SR_MATCH_DONE: it may, and nothing else can follow. */
enum { SR_MATCH_OPEN = 0, SR_MATCH_MAY_END = 1, SR_MATCH_DONE = 2 };

typedef struct sr_constrainer {
  uint32_t struct_size;
  /* [any] Compiles, or answers from a cache keyed by content and by the vocabulary's
   * fingerprint. The vocabulary outlives the grammar. SR_INVALID_ARGUMENT names the place in
   * the text (a JSON pointer, or line:column) and what cannot be enforced. */
  sr_code (*compile)(sr_instance *, const sr_grammar_source *, const sr_vocabulary *,
                     sr_grammar **out, sr_error *) SR_NOEXCEPT;
  /* [any] Its matchers are closed. */
  void (*release)(sr_instance *, sr_grammar *) SR_NOEXCEPT;
  /* [any] Functions below: one thread at a time per matcher. */
  sr_code (*open)(sr_instance *, sr_grammar *, sr_matcher **out, sr_error *) SR_NOEXCEPT;
  sr_code (*fork)(sr_instance *, sr_matcher *from, sr_matcher **out, sr_error *) SR_NOEXCEPT;
  void (*close)(sr_instance *, sr_matcher *) SR_NOEXCEPT;
  /* Sets bit i when token i may come next, clears all others; `words` is (size + 31) / 32. The
   * end token is allowed when the text may end. An empty mask means the matcher is stuck. */
  sr_code (*fill_mask)(sr_instance *, sr_matcher *, uint32_t *mask, size_t words,
                       sr_error *) SR_NOEXCEPT;
  /* Advances over one token. SR_INVALID_ARGUMENT if it may not come next; then nothing changes.*/
  sr_code (*accept)(sr_instance *, sr_matcher *, int32_t token, sr_error *) SR_NOEXCEPT;
  /* The longest byte string that must come next, at most `capacity` bytes; 0 when there is a
   * choice or the text may end. Does not advance. */
  size_t (*forced)(sr_instance *, sr_matcher *, uint8_t *bytes, size_t capacity) SR_NOEXCEPT;
  /* Takes back the last `count` accepted tokens. */
  sr_code (*rollback)(sr_instance *, sr_matcher *, size_t count, sr_error *) SR_NOEXCEPT;
  /* SR_MATCH_* */
  int32_t (*status)(sr_instance *, sr_matcher *) SR_NOEXCEPT;
  /* Writes one sentence on what may come next and where in the grammar the matcher stands;
   * returns its length. */
  size_t (*explain)(sr_instance *, sr_matcher *, char *text, size_t capacity) SR_NOEXCEPT;
  /* Since 1.2; may be NULL. [any] As open(), for a grammar with slots: these are the texts that they
   * hold for this matcher and its forks. Borrowed until the call returns. Names that the grammar
   * does not have are passed over; a slot without texts makes what needs it impossible.
   * SR_INVALID_ARGUMENT: a text is not UTF-8, or nothing can be written at all with what was given;
   * the message says which slots are empty, and why. open() opens with all slots empty. */
  sr_code (*open_with)(sr_instance *, sr_grammar *, const sr_slot_texts *slots, size_t count,
                       sr_matcher **out, sr_error *) SR_NOEXCEPT;
} sr_constrainer;

#ifdef __cplusplus
}
#endif
#endif
