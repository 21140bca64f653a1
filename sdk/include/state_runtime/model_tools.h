/* state_runtime/model_tools.h - what a backend's component may offer for looking at models and for
 * making them ("sr.model_tools/1", reached through sr_component.get_extension; since ABI 1.1).
 *
 * `state-runtime model` calls these. They need no instance and no tokenizer. Thread tag of all:
 * [control].
 */
#ifndef STATE_RUNTIME_MODEL_TOOLS_H
#define STATE_RUNTIME_MODEL_TOOLS_H

#include "state_runtime/backend.h"

#ifdef __cplusplus
extern "C" {
#endif
#define SR_MODEL_TOOLS_ID "sr.model_tools/1"

/* A model with random weights. */
typedef struct sr_random_model {
  uint32_t struct_size;
  sr_str config;     /* a config.json */
  sr_str folder;     /* is made; must not exist or be empty */
  sr_str tokenizer;  /* a tokenizer.json; empty: one in which every byte is a token, if it fits */
  sr_str type;       /* of the tensors: "bf16" or "f32" */
  uint64_t seed;     /* equal seeds give equal files */
} sr_random_model;

typedef struct sr_model_tools {
  uint32_t struct_size;
  /* `options` are those of the component, as create() gets them. Writes one JSON object:
   * {"family","hidden","vocabulary","context","layers":{"count","mixers":{kind:count},
   * "feed_forward":{kind:count}},"parameters","weights","weight_bytes","session_bytes",
   * "token_bytes","fingerprint","tokenizer":{"tokens","fingerprint"} or null}. */
  sr_code (*inspect)(const sr_host_api *, const sr_config *options, const sr_writer *,
                     sr_error *) SR_NOEXCEPT;
  /* Reads `ids` (count) as one new sequence and writes what the model says after each of them:
   * float32 logits (count, vocabulary), the vocabulary being the embedding's. */
  sr_code (*logits)(const sr_host_api *, const sr_config *options, const int32_t *ids,
                    size_t count, const sr_writer *, sr_error *) SR_NOEXCEPT;
  /* Makes a folder as models come in. Writes one JSON object: {"family","parameters","bytes",
   * "files","tokenizer":tokens or null}. */
  sr_code (*random)(const sr_host_api *, const sr_random_model *, const sr_writer *,
                    sr_error *) SR_NOEXCEPT;
} sr_model_tools;

#ifdef __cplusplus
}
#endif
#endif
