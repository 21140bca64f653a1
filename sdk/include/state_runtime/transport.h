/* state_runtime/transport.h - what a transport implements ("sr.transport/1").
 *
 * A transport carries messages (the JSON of docs/protocol.md, or its own encoding of the same)
 * between clients and the host, and plain HTTP requests if it speaks HTTP. It owns its threads
 * and its executor.
 */
#ifndef STATE_RUNTIME_TRANSPORT_H
#define STATE_RUNTIME_TRANSPORT_H

#include "state_runtime/abi.h"

#ifdef __cplusplus
extern "C" {
#endif
#define SR_TRANSPORT_ID "sr.transport/1"

typedef struct sr_header {
  sr_str name;  /* lower case */
  sr_str value;
} sr_header;

/* Since 1.2. message() of this connection may block until the host can take more: nobody is refused
 * because what was said came too fast. Such a connection has a thread of its own for it. */
enum { SR_PEER_WAITS = 1 };

typedef struct sr_peer {
  uint32_t struct_size;
  sr_str address;           /* "127.0.0.1:50312", "stdin" */
  sr_str user;              /* as the transport authenticated it; empty: anonymous */
  const sr_header *headers; /* (header_count) */
  size_t header_count;
  uint32_t flags;           /* since 1.2: SR_PEER_* */
} sr_peer;

typedef struct sr_request {
  uint32_t struct_size;
  sr_str method, path;      /* path without the query */
  sr_str query;
  sr_str body;
  const sr_header *headers; /* (header_count) */
  size_t header_count;
} sr_request;

typedef struct sr_response {
  uint32_t struct_size;
  uint32_t status;          /* 200 */
  sr_str body;
  const sr_header *headers; /* (header_count) */
  size_t header_count;
} sr_response;

/* Why a connection ends. Transports map these to their own codes (WebSocket: 1000, 1001, …). */
typedef enum sr_close {
  SR_CLOSE_NORMAL = 0,      /* 1000 */
  SR_CLOSE_GOING_AWAY = 1,  /* 1001 */
  SR_CLOSE_PROTOCOL = 2,    /* 1002 */
  SR_CLOSE_POLICY = 3,      /* 1008 */
  SR_CLOSE_TOO_BIG = 4,     /* 1009 */
  SR_CLOSE_INTERNAL = 5,    /* 1011 */
  SR_CLOSE_OVERLOADED = 6   /* 1013 */
} sr_close;

/* The host's side. Called from threads of the transport; never after stop() has returned. For
 * one connection: opened, then messages in order, then closed exactly once. */
typedef struct sr_transport_events {
  uint32_t struct_size;
  void *context;
  void (*opened)(void *context, uint64_t connection, const sr_peer *) SR_NOEXCEPT;
  void (*message)(void *context, uint64_t connection, sr_str text) SR_NOEXCEPT;
  /* Queued bytes have fallen below the low-water mark after a send() was SR_EXHAUSTED. */
  void (*writable)(void *context, uint64_t connection) SR_NOEXCEPT;
  void (*closed)(void *context, uint64_t connection, sr_str reason) SR_NOEXCEPT;
  /* Answer once with respond(exchange), from any thread, now or later. */
  void (*request)(void *context, uint64_t exchange, const sr_request *) SR_NOEXCEPT;
  /* The transport has nothing more to carry (stdin has ended): the host may shut down. */
  void (*finished)(void *context) SR_NOEXCEPT;
  /* Since 1.2. Something that the client said could not be read; the host tells it why, and the
   * connection goes on. */
  void (*unread)(void *context, uint64_t connection, sr_str why) SR_NOEXCEPT;
} sr_transport_events;

typedef struct sr_transport {
  uint32_t struct_size;
  /* [control] Listens. *events is copied. SR_UNAVAILABLE when the address is taken. */
  sr_code (*start)(sr_instance *, const sr_transport_events *, sr_error *) SR_NOEXCEPT;
  /* [any] Where people reach it once started ("http://127.0.0.1:8080/"); returns its length. */
  size_t (*address)(sr_instance *, char *text, size_t capacity) SR_NOEXCEPT;
  /* [any] Queues one message. SR_EXHAUSTED: over the high-water mark, nothing was queued, wait
   * for writable(). SR_NOT_FOUND: the connection is gone. */
  sr_code (*send)(sr_instance *, uint64_t connection, sr_str text, sr_error *) SR_NOEXCEPT;
  /* [any] Sends what is queued, then closes. closed() follows. */
  void (*close)(sr_instance *, uint64_t connection, sr_close why, sr_str reason) SR_NOEXCEPT;
  /* [any] */
  sr_code (*respond)(sr_instance *, uint64_t exchange, const sr_response *, sr_error *) SR_NOEXCEPT;
  /* [any] Accepts no new connections from now on; open ones go on. */
  void (*drain)(sr_instance *) SR_NOEXCEPT;
  /* [control] Closes everything and joins the threads; no callback runs after it. */
  void (*stop)(sr_instance *) SR_NOEXCEPT;
} sr_transport;

#ifdef __cplusplus
}
#endif
#endif
