#include "transport.h"

namespace sr::websocket {
namespace {

constexpr auto kListen =
    option({.name = "listen",
            .type = SR_STRING,
            .fallback = "127.0.0.1:8080",
            .doc = "Host and port to listen on. Port 0 takes a free one; the host prints which.",
            .example = "0.0.0.0:8080"});
constexpr auto kPath =
    option({.name = "path",
            .type = SR_STRING,
            .fallback = "/ws",
            .doc = "Where WebSockets are opened. Every other path is plain HTTP for the host."});
constexpr auto kHosts = option(
    {.name = "hosts",
     .type = SR_LIST,
     .fallback = "",
     .doc = "Names by which this server is reached, beside those of the address it listens on and "
            "localhost: \"name\", \"name:port\", \"*.name\" for every name below it, \"*\" for all. "
            "Requests for other names are answered 403.",
     .example = "ops.example.org"});
constexpr auto kOrigins = option(
    {.name = "origins",
     .type = SR_LIST,
     .fallback = "",
     .doc = "Origins whose pages may connect, as browsers send them, with \"*.\" before a host for "
            "every name below it; \"*\" allows all. Their hosts need not be listed under `hosts`. "
            "Empty: only pages that came from the host that the request names.",
     .example = "https://ops.example.org"});
constexpr auto kRequireOrigin =
    option({.name = "require_origin",
            .type = SR_BOOL,
            .fallback = "false",
            .doc = "Refuse clients that send no Origin header. Browsers always send one."});
constexpr auto kMaxMessage = option(
    {.name = "max_message",
     .type = SR_SIZE,
     .fallback = "64KiB",
     .min = "1",
     .max = "64MiB",
     .doc = "The longest message that a client may send. A longer one closes it with code 1009."});
constexpr auto kMaxHeader =
    option({.name = "max_header",
            .type = SR_SIZE,
            .fallback = "8KiB",
            .min = "256",
            .max = "1MiB",
            .doc = "The longest header of an HTTP request. A longer one is answered 431."});
constexpr auto kMaxConnections =
    option({.name = "max_connections",
            .type = SR_INT,
            .fallback = "10000",
            .min = "1",
            .doc = "Open sockets, HTTP and WebSocket together. One more is answered 503. Fewer, when "
                   "this process may not open so many files."});
constexpr auto kHandshakeTimeout = option(
    {.name = "handshake_timeout",
     .type = SR_DURATION,
     .fallback = "5s",
     .min = "1ms",
     .doc = "A request must have arrived whole by then, also the next one on a connection that is "
            "kept alive."});
constexpr auto kPingInterval = option(
    {.name = "ping_interval",
     .type = SR_DURATION,
     .fallback = "25s",
     .min = "1ms",
     .doc = "A client that was silent for so long is pinged, and is closed when it does not answer "
            "within the same time."});
constexpr auto kSendHighWater = option(
    {.name = "send_high_water",
     .type = SR_SIZE,
     .flags = SR_ADVANCED,
     .fallback = "1MiB",
     .min = "1",
     .doc = "Bytes that may wait for one slow client, beside the largest message of them, before "
            "further messages to it are refused."});
constexpr auto kSendLowWater =
    option({.name = "send_low_water",
            .type = SR_SIZE,
            .flags = SR_ADVANCED,
            .fallback = "256KiB",
            .min = "0",
            .doc = "Waiting bytes at which a slow client is sent to again."});
constexpr auto kCloseTimeout = option(
    {.name = "close_timeout",
     .type = SR_DURATION,
     .flags = SR_ADVANCED,
     .fallback = "2s",
     .min = "1ms",
     .doc = "How long closing may take: sending what is queued and the client's own close frame. "
            "Stopping the host takes no longer."});
constexpr auto kAnswerTimeout = option(
    {.name = "answer_timeout",
     .type = SR_DURATION,
     .flags = SR_ADVANCED,
     .fallback = "30s",
     .min = "1ms",
     .doc = "How long an HTTP request waits for the host, and its client for the whole answer. "
            "Later it is answered 503."});

}  // namespace

const sr_option* const WebsocketTransport::kOptions[] = {
    &kListen,       &kPath,           &kHosts,          &kOrigins,          &kRequireOrigin, &kMaxMessage,
    &kMaxHeader,    &kMaxConnections, &kHandshakeTimeout, &kPingInterval,  &kSendHighWater,
    &kSendLowWater, &kCloseTimeout,   &kAnswerTimeout,    nullptr};

}  // namespace sr::websocket
