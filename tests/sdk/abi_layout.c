/* The layout of ABI 1.0, and of what 1.1 and 1.2 added, on 64-bit machines. Fields may be added at the end of a struct, with a new
 * minor version; nothing that stands here may ever move. */
#include "state_runtime/abi.h"
#include "state_runtime/backend.h"
#include "state_runtime/constrainer.h"
#include "state_runtime/model_tools.h"
#include "state_runtime/store.h"
#include "state_runtime/transport.h"

#define AT(type, field, offset) \
  _Static_assert(offsetof(type, field) == (offset), #type "." #field " has moved")
#define SIZE(type, size) _Static_assert(sizeof(type) >= (size), #type " has shrunk")
#define FIXED(type, size) \
  _Static_assert(sizeof(type) == (size), #type " has no struct_size to grow by")

_Static_assert(SR_ABI_MAJOR == 1, "another major version needs a table of its own");

FIXED(sr_str, 16);
AT(sr_str, ptr, 0);
AT(sr_str, len, 8);

FIXED(sr_bytes, 16);
AT(sr_bytes, ptr, 0);
AT(sr_bytes, len, 8);

SIZE(sr_error, 512);
AT(sr_error, struct_size, 0);
AT(sr_error, code, 4);
AT(sr_error, option, 8);
AT(sr_error, message, 72);

SIZE(sr_option, 80);
AT(sr_option, struct_size, 0);
AT(sr_option, flags, 4);
AT(sr_option, type, 8);
AT(sr_option, name, 16);
AT(sr_option, default_value, 24);
AT(sr_option, choices, 32);
AT(sr_option, min_value, 40);
AT(sr_option, max_value, 48);
AT(sr_option, doc, 56);
AT(sr_option, example, 64);
AT(sr_option, since, 72);

SIZE(sr_host_api, 96);
AT(sr_host_api, struct_size, 0);
AT(sr_host_api, host, 8);
AT(sr_host_api, log_enabled, 16);
AT(sr_host_api, log, 24);
AT(sr_host_api, post, 32);
AT(sr_host_api, post_after, 40);
AT(sr_host_api, get_extension, 48);
AT(sr_host_api, get_string, 56);
AT(sr_host_api, get_int, 64);
AT(sr_host_api, get_float, 72);
AT(sr_host_api, get_list_size, 80);
AT(sr_host_api, get_list_item, 88);

SIZE(sr_component, 64);
AT(sr_component, struct_size, 0);
AT(sr_component, stability, 4);
AT(sr_component, interface_id, 8);
AT(sr_component, vtable, 16);
AT(sr_component, type, 24);
AT(sr_component, summary, 32);
AT(sr_component, options, 40);
AT(sr_component, create, 48);
AT(sr_component, destroy, 56);
AT(sr_component, get_extension, 64); /* 1.1 */

SIZE(sr_plugin, 56);
AT(sr_plugin, struct_size, 0);
AT(sr_plugin, abi_major, 4);
AT(sr_plugin, abi_minor, 6);
AT(sr_plugin, name, 8);
AT(sr_plugin, version, 16);
AT(sr_plugin, license, 24);
AT(sr_plugin, homepage, 32);
AT(sr_plugin, toolchain, 40);
AT(sr_plugin, components, 48);

SIZE(sr_backend_info, 64);
AT(sr_backend_info, struct_size, 0);
AT(sr_backend_info, max_batch, 4);
AT(sr_backend_info, family, 8);
AT(sr_backend_info, fingerprint, 24);
AT(sr_backend_info, session_bytes, 40);
AT(sr_backend_info, token_bytes, 48);
AT(sr_backend_info, context_limit, 56);

FIXED(sr_special_token, 24);
AT(sr_special_token, id, 0);
AT(sr_special_token, text, 8);

SIZE(sr_vocabulary, 56);
AT(sr_vocabulary, struct_size, 0);
AT(sr_vocabulary, size, 4);
AT(sr_vocabulary, bytes, 8);
AT(sr_vocabulary, offsets, 16);
AT(sr_vocabulary, end_token, 24);
AT(sr_vocabulary, special_count, 28);
AT(sr_vocabulary, specials, 32);
AT(sr_vocabulary, fingerprint, 40);

SIZE(sr_forward_item, 40);
AT(sr_forward_item, struct_size, 0);
AT(sr_forward_item, logits, 4);
AT(sr_forward_item, sequence, 8);
AT(sr_forward_item, tokens, 16);
AT(sr_forward_item, count, 24);
AT(sr_forward_item, error, 32);

SIZE(sr_sampling, 24);
AT(sr_sampling, struct_size, 0);
AT(sr_sampling, top_k, 4);
AT(sr_sampling, temperature, 8);
AT(sr_sampling, top_p, 12);
AT(sr_sampling, seed, 16);

SIZE(sr_pick, 72);
AT(sr_pick, struct_size, 0);
AT(sr_pick, token, 4);
AT(sr_pick, sequence, 8);
AT(sr_pick, position, 16);
AT(sr_pick, mask, 24);
AT(sr_pick, sampling, 32);
AT(sr_pick, score_tokens, 40);
AT(sr_pick, scores, 48);
AT(sr_pick, score_count, 56);
AT(sr_pick, error, 64);

FIXED(sr_writer, 16);
AT(sr_writer, context, 0);
AT(sr_writer, write, 8);

FIXED(sr_reader, 16);
AT(sr_reader, context, 0);
AT(sr_reader, read, 8);

SIZE(sr_backend, 112);
AT(sr_backend, struct_size, 0);
AT(sr_backend, describe, 8);
AT(sr_backend, vocabulary, 16);
AT(sr_backend, tokenize, 24);
AT(sr_backend, open, 32);
AT(sr_backend, fork, 40);
AT(sr_backend, close, 48);
AT(sr_backend, length, 56);
AT(sr_backend, forward, 64);
AT(sr_backend, sample, 72);
AT(sr_backend, keep, 80);
AT(sr_backend, save, 88);
AT(sr_backend, load, 96);
AT(sr_backend, interrupt, 104);
AT(sr_backend, pin, 112); /* 1.1 */

SIZE(sr_random_model, 80);
AT(sr_random_model, struct_size, 0);
AT(sr_random_model, config, 8);
AT(sr_random_model, folder, 24);
AT(sr_random_model, tokenizer, 40);
AT(sr_random_model, type, 56);
AT(sr_random_model, seed, 72);

SIZE(sr_model_tools, 32);
AT(sr_model_tools, struct_size, 0);
AT(sr_model_tools, inspect, 8);
AT(sr_model_tools, logits, 16);
AT(sr_model_tools, random, 24);

FIXED(sr_named_grammar, 48);
AT(sr_named_grammar, name, 0);
AT(sr_named_grammar, kind, 16);
AT(sr_named_grammar, text, 32);

SIZE(sr_grammar_source, 56);
AT(sr_grammar_source, struct_size, 0);
AT(sr_grammar_source, kind, 8);
AT(sr_grammar_source, text, 24);
AT(sr_grammar_source, named, 40);
AT(sr_grammar_source, named_count, 48);

SIZE(sr_constrainer, 96);
AT(sr_constrainer, struct_size, 0);
AT(sr_constrainer, compile, 8);
AT(sr_constrainer, release, 16);
AT(sr_constrainer, open, 24);
AT(sr_constrainer, fork, 32);
AT(sr_constrainer, close, 40);
AT(sr_constrainer, fill_mask, 48);
AT(sr_constrainer, accept, 56);
AT(sr_constrainer, forced, 64);
AT(sr_constrainer, rollback, 72);
AT(sr_constrainer, status, 80);
AT(sr_constrainer, explain, 88);

FIXED(sr_value, 40);
AT(sr_value, type, 0);
AT(sr_value, integer, 8);
AT(sr_value, real, 16);
AT(sr_value, text, 24);

SIZE(sr_column, 72);
AT(sr_column, struct_size, 0);
AT(sr_column, flags, 4);
AT(sr_column, table, 8);
AT(sr_column, name, 24);
AT(sr_column, declared_type, 40);
AT(sr_column, type, 56);
AT(sr_column, choice_count, 60);
AT(sr_column, choices, 64);
AT(sr_column, bits, 72); /* 1.2 */
AT(sr_column, reference_count, 76); /* 1.2 */
AT(sr_column, references, 80); /* 1.2 */

FIXED(sr_reference, 40); /* 1.2 */
AT(sr_reference, table, 0);
AT(sr_reference, column, 16);
AT(sr_reference, key, 32);

FIXED(sr_grant, 40);
AT(sr_grant, table, 0);
AT(sr_grant, column, 16);
AT(sr_grant, verbs, 32);

SIZE(sr_grants, 40);
AT(sr_grants, struct_size, 0);
AT(sr_grants, grants, 8);
AT(sr_grants, grant_count, 16);
AT(sr_grants, functions, 24);
AT(sr_grants, function_count, 32);

FIXED(sr_rows, 24);
AT(sr_rows, context, 0);
AT(sr_rows, columns, 8);
AT(sr_rows, row, 16);

SIZE(sr_statement, 72);
AT(sr_statement, struct_size, 0);
AT(sr_statement, role, 4);
AT(sr_statement, sql, 8);
AT(sr_statement, parameters, 24);
AT(sr_statement, parameter_count, 32);
AT(sr_statement, grants, 40);
AT(sr_statement, max_rows, 48);
AT(sr_statement, max_bytes, 56);
AT(sr_statement, timeout_ms, 64);

SIZE(sr_session, 88);
AT(sr_session, struct_size, 0);
AT(sr_session, id, 8);
AT(sr_session, user, 24);
AT(sr_session, token_hash, 40);
AT(sr_session, epoch, 56);
AT(sr_session, fence, 72);
AT(sr_session, seq, 80);

SIZE(sr_entry, 104);
AT(sr_entry, struct_size, 0);
AT(sr_entry, seq, 8);
AT(sr_entry, at_ms, 16);
AT(sr_entry, kind, 24);
AT(sr_entry, body, 40);
AT(sr_entry, event_id, 56);
AT(sr_entry, tokens, 72);
AT(sr_entry, token_count, 80);
AT(sr_entry, vocabulary, 88);

SIZE(sr_store, 136);
AT(sr_store, struct_size, 0);
AT(sr_store, catalog, 8);
AT(sr_store, run_script, 16);
AT(sr_store, begin, 24);
AT(sr_store, execute, 32);
AT(sr_store, commit, 40);
AT(sr_store, rollback, 48);
AT(sr_store, session_create, 56);
AT(sr_store, session_claim, 64);
AT(sr_store, session_get, 72);
AT(sr_store, log_append, 80);
AT(sr_store, log_read, 88);
AT(sr_store, log_last, 96);
AT(sr_store, event_seen, 104);
AT(sr_store, snapshot_put, 112);
AT(sr_store, snapshot_get, 120);
AT(sr_store, watch, 128);
AT(sr_store, dependencies, 136); /* 1.2 */
AT(sr_store, ready, 144); /* 1.2 */
AT(sr_store, examine, 152); /* 1.2 */
AT(sr_store, sessions_before, 160); /* 1.2 */
AT(sr_store, session_delete, 168); /* 1.2 */

SIZE(sr_dependency, 40); /* 1.2 */
AT(sr_dependency, struct_size, 0);
AT(sr_dependency, kind, 4);
AT(sr_dependency, from, 8);
AT(sr_dependency, to, 24);

FIXED(sr_header, 32);
AT(sr_header, name, 0);
AT(sr_header, value, 16);

SIZE(sr_peer, 64);
AT(sr_peer, struct_size, 0);
AT(sr_peer, address, 8);
AT(sr_peer, user, 24);
AT(sr_peer, headers, 40);
AT(sr_peer, header_count, 48);
AT(sr_peer, flags, 56);

SIZE(sr_request, 88);
AT(sr_request, struct_size, 0);
AT(sr_request, method, 8);
AT(sr_request, path, 24);
AT(sr_request, query, 40);
AT(sr_request, body, 56);
AT(sr_request, headers, 72);
AT(sr_request, header_count, 80);

SIZE(sr_response, 40);
AT(sr_response, struct_size, 0);
AT(sr_response, status, 4);
AT(sr_response, body, 8);
AT(sr_response, headers, 24);
AT(sr_response, header_count, 32);

SIZE(sr_transport_events, 72);
AT(sr_transport_events, struct_size, 0);
AT(sr_transport_events, context, 8);
AT(sr_transport_events, opened, 16);
AT(sr_transport_events, message, 24);
AT(sr_transport_events, writable, 32);
AT(sr_transport_events, closed, 40);
AT(sr_transport_events, request, 48);
AT(sr_transport_events, finished, 56);
AT(sr_transport_events, unread, 64);

SIZE(sr_transport, 64);
AT(sr_transport, struct_size, 0);
AT(sr_transport, start, 8);
AT(sr_transport, address, 16);
AT(sr_transport, send, 24);
AT(sr_transport, close, 32);
AT(sr_transport, respond, 40);
AT(sr_transport, drain, 48);
AT(sr_transport, stop, 56);

/* Values that cross the boundary, too. */
_Static_assert(SR_OK == 0 && SR_CONFLICT == 6 && SR_UNSUPPORTED == 12 && SR_CORRUPT == 15, "codes");
_Static_assert(SR_BOOL == 1 && SR_LIST == 9, "option types");
_Static_assert(SR_REQUIRED == 1 && SR_SECRET == 2 && SR_RELOADABLE == 16, "option flags");
_Static_assert(SR_NULL == 0 && SR_BLOB == 5, "value types");
_Static_assert(SR_ROLE_OWNER == 0 && SR_ROLE_BINDING == 2, "roles");
_Static_assert(SR_CLOSE_NORMAL == 0 && SR_CLOSE_OVERLOADED == 6, "reasons to close");
_Static_assert(SR_MATCH_OPEN == 0 && SR_MATCH_DONE == 2, "matcher states");
_Static_assert(SR_LOGITS_NONE == 0 && SR_LOGITS_ALL == 2, "logits");

int abi_has_its_newest_field(const sr_host_api *host);
int abi_has_its_newest_field(const sr_host_api *host) { return SR_HAS(host, get_list_item); }
