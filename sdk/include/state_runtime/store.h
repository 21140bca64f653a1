/* state_runtime/store.h - what a fact store implements ("sr.store/1").
 *
 * A store holds the application's tables, and beside them the sessions' logs and snapshots, so
 * that one transaction can change facts and log together. Calls block; the host makes them from
 * a pool of threads.
 *
 * A transaction is used by one thread from begin to commit or rollback. Write transactions (all, or
 * those that touch the same rows) wait for each other up to a timeout, then answer SR_UNAVAILABLE.
 */
#ifndef STATE_RUNTIME_STORE_H
#define STATE_RUNTIME_STORE_H

#include "state_runtime/abi.h"

#ifdef __cplusplus
extern "C" {
#endif
#define SR_STORE_ID "sr.store/1"

typedef struct sr_transaction sr_transaction;

typedef enum sr_value_type {
  SR_NULL = 0, SR_BOOLEAN = 1, SR_INTEGER = 2, SR_REAL = 3, SR_TEXT = 4, SR_BLOB = 5
} sr_value_type;

/* A number that neither an int64 nor a double holds exactly, such as a decimal of more than 15
 * digits, is SR_TEXT: its digits. NaN and infinities are SR_REAL. */
typedef struct sr_value {
  sr_value_type type;
  int64_t integer;    /* SR_INTEGER; 0 or 1 for SR_BOOLEAN */
  double real;        /* SR_REAL */
  sr_str text;        /* SR_TEXT, SR_BLOB */
} sr_value;

/* ---- catalog: what tables there are ---- */

enum { SR_COLUMN_KEY = 1, SR_COLUMN_NOT_NULL = 2, SR_COLUMN_HAS_DEFAULT = 4,
       SR_COLUMN_GENERATED = 8,
       SR_COLUMN_COERCES = 16 /* keeps a text that reads as a number as that number */ };

/* What a column of a foreign key points at. Columns of one table with the same `key` point there
 * together. */
typedef struct sr_reference {
  sr_str table;             /* as in the catalog */
  sr_str column;
  uint32_t key;             /* 0, 1, 2, … within the table */
} sr_reference;

typedef struct sr_column {
  uint32_t struct_size;
  uint32_t flags;           /* SR_COLUMN_* */
  sr_str table;
  sr_str name;
  sr_str declared_type;     /* as in the database: "TEXT", "timestamptz" */
  sr_value_type type;       /* how values arrive */
  uint32_t choice_count;    /* values an enum type or a CHECK (x IN (…)) allows; 0: any */
  const sr_str *choices;
  uint32_t bits;            /* of whole numbers that the column takes: 16, 32; 0: 64 */
  uint32_t reference_count; /* since 1.2: foreign keys that the column is part of */
  const sr_reference *references;
} sr_column;

/* ---- what depends on what ---- */

typedef enum sr_dependency_kind {
  /* A statement that changes `from` may change `to` as well: triggers, foreign keys, rules, views
   * that are written through, partitions. */
  SR_WRITES = 1,
  /* What `to` shows is made of what `from` holds: views, partitioned tables, row policies. */
  SR_SHOWS = 2
} sr_dependency_kind;

/* Tables are named as in the catalog; one that the catalog does not list has any other name. */
typedef struct sr_dependency {
  uint32_t struct_size;
  sr_dependency_kind kind;
  sr_str from;              /* empty (SR_SHOWS only): a change of any table */
  sr_str to;                /* empty (SR_WRITES only): any table, it cannot be known which */
} sr_dependency;

/* ---- statements ---- */

/* What a statement may touch, enforced by the database itself behind the host's guard. */
enum { SR_GRANT_SELECT = 1, SR_GRANT_INSERT = 2, SR_GRANT_UPDATE = 4, SR_GRANT_DELETE = 8 };

typedef struct sr_grant {
  sr_str table;
  sr_str column;            /* empty: every column */
  uint32_t verbs;           /* SR_GRANT_* */
} sr_grant;

typedef struct sr_grants {
  uint32_t struct_size;
  const sr_grant *grants;   /* (grant_count) */
  size_t grant_count;
  const sr_str *functions;  /* (function_count) lower case */
  size_t function_count;
} sr_grants;

/* SR_ROLE_ACTION and SR_ROLE_BINDING run what a model wrote: only what `grants` lists, and a
 * binding only reads. SR_ROLE_OWNER runs the deployment's own SQL and needs no grants.
 *
 * A statement of SR_ROLE_ACTION that begins with SELECT is the host's own look at rows that are about
 * to change: where `grants` lets it update them, nobody else changes them until the transaction ends. */
typedef enum sr_role { SR_ROLE_OWNER = 0, SR_ROLE_ACTION = 1, SR_ROLE_BINDING = 2 } sr_role;

/* Called once with the column names, before any row; then for each row. Returning other than 0
 * ends the statement with SR_EXHAUSTED. Values are borrowed for the call. */
typedef struct sr_rows {
  void *context;
  int (*columns)(void *context, const sr_str *names, size_t count) SR_NOEXCEPT;
  int (*row)(void *context, const sr_value *values, size_t count) SR_NOEXCEPT;
} sr_rows;

/* Besides what SQL has in common, `sql` may call, when `grants` lists them, functions that act as
 * PostgreSQL's do in UTC: now, date, date_trunc, date_part, to_timestamp (docs/sql.md). */
typedef struct sr_statement {
  uint32_t struct_size;
  sr_role role;
  sr_str sql;               /* one statement; parameters are $1, $2, … */
  const sr_value *parameters; /* (parameter_count) */
  size_t parameter_count;
  const sr_grants *grants;  /* required unless the role is SR_ROLE_OWNER */
  uint64_t max_rows;        /* returned or changed; more is SR_EXHAUSTED. 0: no limit */
  uint64_t max_bytes;       /* of returned values; 0: no limit */
  uint64_t timeout_ms;      /* 0: the store's own */
} sr_statement;

/* ---- log ---- */

typedef struct sr_session {
  uint32_t struct_size;
  sr_str id;
  sr_str user;              /* empty: anonymous */
  sr_str token_hash;        /* what the host keeps of the session's token */
  sr_str epoch;             /* changes when seq starts anew */
  uint64_t fence;           /* of the current owner; grows with every claim */
  uint64_t seq;             /* of the last entry; 0: empty log */
} sr_session;

typedef struct sr_entry {
  uint32_t struct_size;
  uint64_t seq;             /* 1, 2, 3, … without gaps */
  int64_t at_ms;            /* milliseconds since 1970 */
  sr_str kind;              /* "event", "action", "paint", … */
  sr_str body;              /* JSON */
  sr_str event_id;          /* kind "event": the client's id; else empty */
  const int32_t *tokens;    /* (token_count) as read or emitted; may be none */
  size_t token_count;
  sr_str vocabulary;        /* fingerprint that `tokens` belong to; empty when none */
} sr_entry;

enum { SR_READ = 0, SR_WRITE = 1 };

typedef struct sr_store {
  uint32_t struct_size;

  /* [any] Calls column() for each column of each application table, tables in order of name,
   * columns in order of definition. The store's own tables are not listed. */
  sr_code (*catalog)(sr_instance *, void *context,
                     void (*column)(void *context, const sr_column *) SR_NOEXCEPT,
                     sr_error *) SR_NOEXCEPT;
  /* [any] Runs the administrator's script (schema, seed) in one transaction. */
  sr_code (*run_script)(sr_instance *, sr_str sql, sr_error *) SR_NOEXCEPT;

  /* [any] SR_READ sees one consistent state. */
  sr_code (*begin)(sr_instance *, int32_t mode, sr_transaction **out, sr_error *) SR_NOEXCEPT;
  /* Runs one statement. *changed: rows inserted, updated or deleted; at least 1 when triggers or
   * rules have changed others in their place, and 0 only when nothing was changed. After a failure the
   * transaction can only be rolled back; but a statement of SR_ROLE_BINDING, or a SELECT of
   * SR_ROLE_ACTION, that fails with SR_INVALID_ARGUMENT, SR_DENIED, SR_EXHAUSTED or SR_DEADLINE leaves it
   * as it was before, and it goes on. rows may be NULL. */
  sr_code (*execute)(sr_transaction *, const sr_statement *, const sr_rows *rows,
                     uint64_t *changed, sr_error *) SR_NOEXCEPT;
  /* Durable when it returns SR_OK. Ends the transaction either way. */
  sr_code (*commit)(sr_transaction *, sr_error *) SR_NOEXCEPT;
  void (*rollback)(sr_transaction *) SR_NOEXCEPT;

  /* Session records, inside a transaction. create: SR_CONFLICT if the id exists. claim: raises
   * the fence and returns the record (strings live until the transaction ends); SR_NOT_FOUND. */
  sr_code (*session_create)(sr_transaction *, const sr_session *, sr_error *) SR_NOEXCEPT;
  sr_code (*session_claim)(sr_transaction *, sr_str id, sr_session *out, sr_error *) SR_NOEXCEPT;
  sr_code (*session_get)(sr_transaction *, sr_str id, sr_session *out, sr_error *) SR_NOEXCEPT;

  /* Appends entries seq+1 … seq+count, where `fence` must be the record's and `seq` its last:
   * otherwise SR_CONFLICT. An event_id the session has seen: SR_CONFLICT, too. */
  sr_code (*log_append)(sr_transaction *, sr_str session, uint64_t fence, uint64_t seq,
                        const sr_entry *const *entries, size_t count, sr_error *) SR_NOEXCEPT;
  /* Entries with seq > after, in order; entry() returning other than 0 stops. */
  sr_code (*log_read)(sr_transaction *, sr_str session, uint64_t after, void *context,
                      int (*entry)(void *context, const sr_entry *) SR_NOEXCEPT,
                      sr_error *) SR_NOEXCEPT;
  /* seq of the newest entry of a kind; 0 when there is none. */
  sr_code (*log_last)(sr_transaction *, sr_str session, sr_str kind, uint64_t *seq,
                      sr_error *) SR_NOEXCEPT;
  /* seq of the event with this id; 0 when it was never seen. */
  sr_code (*event_seen)(sr_transaction *, sr_str session, sr_str event_id, uint64_t *seq,
                        sr_error *) SR_NOEXCEPT;

  /* Snapshots of sequences: the newest one per session and fingerprint is kept.
   * get: SR_NOT_FOUND when there is none; *seq is the log offset it stands for. */
  sr_code (*snapshot_put)(sr_transaction *, sr_str session, sr_str fingerprint, uint64_t seq,
                          sr_bytes data, sr_error *) SR_NOEXCEPT;
  sr_code (*snapshot_get)(sr_transaction *, sr_str session, sr_str fingerprint, uint64_t *seq,
                          void *context,
                          void (*data)(void *context, sr_bytes) SR_NOEXCEPT,
                          sr_error *) SR_NOEXCEPT;

  /* [control] Calls changed(table) from a thread of the store when somebody else, in this or
   * another process, has committed a change; an empty name means "any table". NULL stops. */
  sr_code (*watch)(sr_instance *, void *context,
                   void (*changed)(void *context, sr_str table) SR_NOEXCEPT,
                   sr_error *) SR_NOEXCEPT;

  /* Since 1.2; may be NULL. */

  /* [any] Calls dependency() for every way in which a change of one table reaches another; the
   * host follows them from table to table. What cannot be known must be said so. Without this
   * function the host takes every change for a change of any table. */
  sr_code (*dependencies)(sr_instance *, void *context,
                          void (*dependency)(void *context, const sr_dependency *) SR_NOEXCEPT,
                          sr_error *) SR_NOEXCEPT;
  /* [any] SR_OK when a change could be made durable now, as far as can be told without making
   * one; else why not. Asked now and then by whoever watches the host: cheap, and no longer than
   * any other call. */
  sr_code (*ready)(sr_instance *, sr_error *) SR_NOEXCEPT;
  /* [control] Looks for what in the database stands in the way of statements with these grants
   * although each of them is allowed: rights that triggers or views need, row policies that hide
   * everything. Calls found() with a sentence for each that says what to do. */
  sr_code (*examine)(sr_instance *, const sr_grants *, void *context,
                     void (*found)(void *context, sr_str sentence) SR_NOEXCEPT,
                     sr_error *) SR_NOEXCEPT;

  /* Calls session() for the sessions whose newest entry was made before `before_ms` (milliseconds
   * since 1970), the oldest first and at most `most`; returning other than 0 stops. */
  sr_code (*sessions_before)(sr_transaction *, int64_t before_ms, uint64_t most, void *context,
                             int (*session)(void *context, const sr_session *) SR_NOEXCEPT,
                             sr_error *) SR_NOEXCEPT;
  /* Deletes a session: its record, its log and its snapshots. SR_NOT_FOUND; SR_CONFLICT unless
   * `fence` is the record's. */
  sr_code (*session_delete)(sr_transaction *, sr_str id, uint64_t fence, sr_error *) SR_NOEXCEPT;
} sr_store;

#ifdef __cplusplus
}
#endif
#endif
