// plugins/transports/websocket/request_check.h - whether a request may be answered at all: is it
// HTTP/1.1 as RFC 9112 wants it, is it meant for this server, and does it come from a page that
// may speak to it. Pure functions but for own_address(); any thread.
//
// A page of another origin reaches a server by having its own name resolve to the server's address
// (DNS rebinding). Its requests then carry that name as Host: only names that this server is known
// by are answered, whatever is asked for.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "settings.h"

namespace sr::websocket {

using Request = boost::beast::http::request<boost::beast::http::string_body>;

// Why a request is not answered.
struct Refusal {
  unsigned status;
  std::string why;      // one sentence
  bool notable = false; // somebody was turned away whom an option could let in: worth a line in the log
};

// What is asked of this server, once nothing speaks against it.
struct Target {
  std::string path, query;
};

// The target in any form that RFC 9112 allows, or what is wrong with the request's header.
std::optional<Refusal> check_syntax(const Request&, Target& target);

// `listening` is the address that the server is bound to. An address that is no name of this
// server is one of its interfaces' when it listens on all of them.
std::optional<Refusal> check_host(const Settings&, const boost::asio::ip::address& listening,
                                  const Request&);

// The page that sent the request, where the browser says so. `names_its_page`: it is a fetch, whose
// Referer names the page even where browsers leave Origin out.
std::optional<Refusal> check_origin(const Settings&, const Request&, bool names_its_page);

// A script, style or picture of a page, or the page itself: files that no other page can read.
bool is_part_of_page(const Request&);

// The request comes from a script and not from a person following a link.
bool is_fetch(const Request&);

// One of the addresses of this machine's interfaces, as they are now.
bool own_address(const std::string& address);

// Is `wanted` one of the names in a Sec-WebSocket-Protocol header?
bool offers(std::string_view protocols, std::string_view wanted);

}  // namespace sr::websocket
