// Whether a text has a format, by its standard, without regular expressions: a slow second reading
// that shares no code with the engine.
#pragma once

#include <string>

namespace sr::testing {

// date, time, date-time (RFC 3339), uuid (RFC 9562), email (RFC 5321, without quotes and literals), hostname (RFC 1123, 1035),
// ipv4, ipv6 (RFC 4291), uri (RFC 3986), json-pointer (RFC 6901).
bool has_format(const std::string& format, const std::string& text);

// Texts of the standard that the engine does not offer: leap seconds, addresses of a future IP.
bool left_out(const std::string& format, const std::string& text);

}  // namespace sr::testing
