/* state_runtime/abi.h - the binary contract between the host and a plugin.
 *
 * Pure C11. No allocation, exception, C++ type or executor crosses it. A plugin exports one
 * symbol, sr_plugin_v1; everything else is reached from the descriptor that it returns.
 *
 * Rules that hold for every function in these headers:
 *  - Thread tags. [control]: start-up and shut-down, one thread at a time. [worker]: one thread
 *    at a time per instance, the same thread for the life of the instance. [any]: any thread,
 *    also several at once.
 *  - Pointers passed in are borrowed until the call returns. Nothing is freed across the
 *    boundary: results go to buffers or callbacks of the caller.
 *  - Strings are UTF-8 with a length; sr_str need not end with NUL.
 *  - Structs grow only at their end, only with a new minor version, and say their size. Read a
 *    field that is younger than 1.0 only if SR_HAS(p, field).
 *  - A function that fails returns a code and fills *error. A thing that a plugin cannot do is
 *    SR_UNSUPPORTED, with a sentence that says what the user can do instead.
 */
#ifndef STATE_RUNTIME_ABI_H
#define STATE_RUNTIME_ABI_H

#include <stddef.h>
#include <stdint.h>

#define SR_ABI_MAJOR 1
#define SR_ABI_MINOR 2
#define SR_HAS(p, field) \
  ((p)->struct_size >= offsetof(__typeof__(*(p)), field) + sizeof((p)->field))

#ifdef __cplusplus
#define SR_NOEXCEPT noexcept
extern "C" {
#else
#define SR_NOEXCEPT
#endif
#define SR_EXPORT __attribute__((visibility("default")))

typedef struct sr_str {
  const char *ptr;
  size_t len;
} sr_str;

typedef struct sr_bytes {
  const uint8_t *ptr;
  size_t len;
} sr_bytes;

typedef int32_t sr_code;
enum {
  SR_OK = 0,
  SR_CANCELLED = 1,        /* interrupted on request */
  SR_INVALID_ARGUMENT = 3, /* the caller's input is wrong; trying again will not help */
  SR_DEADLINE = 4,         /* ran out of time */
  SR_NOT_FOUND = 5,
  SR_CONFLICT = 6,         /* somebody else was first: stale fence, seq taken, id seen */
  SR_DENIED = 7,           /* refused by a policy or by the database's own rights */
  SR_EXHAUSTED = 8,        /* a limit: memory, rows, bytes, queue */
  SR_UNSUPPORTED = 12,     /* this plugin cannot do that */
  SR_INTERNAL = 13,        /* a defect of the plugin */
  SR_UNAVAILABLE = 14,     /* locked, full, down: trying again may help */
  SR_CORRUPT = 15          /* stored data is damaged or of another model */
};

/* Owned by the caller, who sets struct_size. `option` names the YAML field at fault, so that
 * the host can print file:line:column; empty when no field is to blame. Both are
 * NUL-terminated. */
typedef struct sr_error {
  uint32_t struct_size;
  sr_code code;
  char option[64];
  char message[440];
} sr_error;

typedef struct sr_host sr_host;         /* the host's; opaque to plugins */
typedef struct sr_config sr_config;     /* checked options of one component */
typedef struct sr_instance sr_instance; /* the plugin's; opaque to the host */

/* One YAML field. The host derives checks, the JSON Schema, the reference page and
 * `plugins describe` from this table; a plugin never sees YAML. */
typedef enum sr_option_type {
  SR_BOOL = 1,   /* true or false; read with get_int */
  SR_INT = 2,
  SR_FLOAT = 3,
  SR_STRING = 4,
  SR_ENUM = 5,     /* one of `choices`; read with get_string */
  SR_DURATION = 6, /* "250ms", "5s", "2m", "1h", "30d"; read in milliseconds with get_int */
  SR_SIZE = 7,     /* "512", "64KiB", "2MiB", "1GiB"; read in bytes with get_int */
  SR_PATH = 8,     /* made absolute against the YAML file; read with get_string */
  SR_LIST = 9      /* of strings; read with get_list_size and get_list_item */
} sr_option_type;

enum { SR_REQUIRED = 1, SR_SECRET = 2, SR_ADVANCED = 4, SR_DEPRECATED = 8, SR_RELOADABLE = 16 };

typedef struct sr_option {
  uint32_t struct_size;
  uint32_t flags;
  sr_option_type type;
  const char *name;
  const char *default_value;        /* as written in YAML; NULL for none. A list: "a, b" */
  const char *const *choices;       /* SR_ENUM: ends with NULL */
  const char *min_value, *max_value; /* as written in YAML; NULL for none */
  const char *doc, *example, *since;
} sr_option;

enum { SR_LOG_TRACE = 0, SR_LOG_DEBUG, SR_LOG_INFO, SR_LOG_WARN, SR_LOG_ERROR };

/* What the host offers. It outlives every instance. */
typedef struct sr_host_api {
  uint32_t struct_size;
  sr_host *host;
  /* [any] Is a message of this level wanted? Ask before formatting. */
  int (*log_enabled)(sr_host *, int32_t level) SR_NOEXCEPT;
  /* [any] One line, without a newline. */
  void (*log)(sr_host *, int32_t level, sr_str message) SR_NOEXCEPT;
  /* [any] Runs fn(arg) on the host's executor, now or after `ms` milliseconds. The only way
   * onto it: an executor must never be shared between shared objects. */
  void (*post)(sr_host *, void (*fn)(void *) SR_NOEXCEPT, void *arg) SR_NOEXCEPT;
  void (*post_after)(sr_host *, uint64_t ms, void (*fn)(void *) SR_NOEXCEPT, void *arg) SR_NOEXCEPT;
  /* [any] An optional service by its id ("sr.metrics/1"); NULL if this host lacks it. */
  const void *(*get_extension)(sr_host *, const char *id) SR_NOEXCEPT;
  /* [control] Only during create(). Answer for every declared option: the value given, or its
   * default; SR_NOT_FOUND if there is neither. The text lives until create() returns. */
  sr_code (*get_string)(const sr_config *, const char *name, sr_str *out) SR_NOEXCEPT;
  sr_code (*get_int)(const sr_config *, const char *name, int64_t *out) SR_NOEXCEPT;
  sr_code (*get_float)(const sr_config *, const char *name, double *out) SR_NOEXCEPT;
  sr_code (*get_list_size)(const sr_config *, const char *name, size_t *out) SR_NOEXCEPT;
  sr_code (*get_list_item)(const sr_config *, const char *name, size_t i, sr_str *out) SR_NOEXCEPT;
} sr_host_api;

enum { SR_DEVELOPMENT = 0, SR_ALPHA = 1, SR_BETA = 2, SR_STABLE = 3 };

typedef struct sr_component {
  uint32_t struct_size;
  int32_t stability;
  const char *interface_id;         /* "sr.backend/1" picks the type of vtable */
  const void *vtable;               /* const sr_backend * for "sr.backend/1" */
  const char *type;                 /* what YAML names: cpu, sqlite, websocket */
  const char *summary;              /* one sentence */
  const sr_option *const *options;  /* ends with NULL */
  /* [control] On failure *out stays NULL and *error says why. */
  sr_code (*create)(const sr_host_api *, const sr_config *, sr_instance **out,
                    sr_error *) SR_NOEXCEPT;
  /* [control] Every operation that was started has completed. */
  void (*destroy)(sr_instance *) SR_NOEXCEPT;
  /* Since 1.1; may be NULL. [any] What else this component can do, without an instance, by its id
   * ("sr.model_tools/1"); NULL if it cannot. */
  const void *(*get_extension)(const char *id) SR_NOEXCEPT;
} sr_component;

typedef struct sr_plugin {
  uint32_t struct_size;
  uint16_t abi_major, abi_minor; /* SR_ABI_* that the plugin was built with */
  const char *name, *version, *license;
  const char *homepage;          /* may be NULL */
  const char *toolchain;         /* for bug reports only, never for a check */
  const sr_component *const *components; /* ends with NULL */
} sr_plugin;

/* [any] Only returns the address of a constant: it also runs in `plugins list`. */
typedef const sr_plugin *(*sr_plugin_entry)(void) SR_NOEXCEPT;
SR_EXPORT const sr_plugin *sr_plugin_v1(void) SR_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
