#include "json_schema/formats.h"

#include <map>

namespace sr::json_schema {

namespace {

// RFC 3339, with leap years and without leap seconds.
const std::string kDate =
    R"((?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8])))"
    R"(|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29))";
const std::string kTime =
    R"((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d))";
// RFC 1123 labels; RFC 1035 allows names of 253.
const std::string kLabel = R"([A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)";
const std::string kByte = R"((?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d))";
const std::string kIpv4 = "(?:" + kByte + R"(\.){3})" + kByte;
// RFC 4291: eight groups, one run of zero groups as ::, an IPv4 address for the last two.
const std::string kH = "[0-9A-Fa-f]{1,4}";
const std::string kTail = "(?:" + kH + ":" + kH + "|" + kIpv4 + ")";
const std::string kIpv6 =
    "(?:(?:" + kH + ":){6}" + kTail + "|::(?:" + kH + ":){5}" + kTail + "|(?:" + kH +
    ")?::(?:" + kH + ":){4}" + kTail + "|(?:(?:" + kH + ":){0,1}" + kH + ")?::(?:" + kH + ":){3}" +
    kTail + "|(?:(?:" + kH + ":){0,2}" + kH + ")?::(?:" + kH + ":){2}" + kTail + "|(?:(?:" + kH +
    ":){0,3}" + kH + ")?::" + kH + ":" + kTail + "|(?:(?:" + kH + ":){0,4}" + kH + ")?::" + kTail +
    "|(?:(?:" + kH + ":){0,5}" + kH + ")?::" + kH + "|(?:(?:" + kH + ":){0,6}" + kH + ")?::)";
// RFC 3986.
const std::string kPct = "%[0-9A-Fa-f]{2}";
const std::string kPchar = R"((?:[A-Za-z0-9._~!$&'()*+,;=:@-]|)" + kPct + ")";
const std::string kAuthority = R"((?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|)" + kPct + R"()*@)?(?:\[)" +
                               kIpv6 + R"(\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|)" + kPct +
                               R"()*)(?::\d*)?)";
const std::string kUri = "[A-Za-z][A-Za-z0-9+.-]*:(?://" + kAuthority + "(?:/" + kPchar +
                         "*)*|/(?:" + kPchar + "+(?:/" + kPchar + "*)*)?|" + kPchar + "+(?:/" +
                         kPchar + R"(*)*|)(?:\?(?:)" + kPchar + "|[/?])*)?(?:#(?:" + kPchar +
                         "|[/?])*)?";
// RFC 5321 without quoted local parts and address literals; a local part has at most 64 bytes, a
// path 256 with its brackets.
const std::string kAtom = R"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)";
const std::string kEmail = kAtom + R"((?:\.)" + kAtom + ")*@" + kLabel + R"((?:\.)" + kLabel + ")*";

std::string whole(const std::string& pattern) { return "^(?:" + pattern + ")$"; }

}  // namespace

const Format* find_format(const std::string& name) {
  static const std::map<std::string, Format> kFormats = {
      {"date", {{whole(kDate)}}},
      {"time", {{whole(kTime)}}},
      {"date-time", {{whole(kDate + "[Tt]" + kTime)}}},
      {"uuid", {{whole("[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")}}},
      {"email", {{whole(kEmail), "^[^@]{1,64}@"}, 254}},
      {"hostname", {{whole(kLabel + R"((?:\.)" + kLabel + ")*")}, 253}},
      {"ipv4", {{whole(kIpv4)}}},
      {"ipv6", {{whole(kIpv6)}}},
      {"uri", {{whole(kUri)}}},
      {"json-pointer", {{whole("(?:/(?:[^/~]|~[01])*)*")}}},
  };
  const auto at = kFormats.find(name);
  return at == kFormats.end() ? nullptr : &at->second;
}

}  // namespace sr::json_schema
