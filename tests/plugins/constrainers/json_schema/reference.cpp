#include "reference.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace sr::testing {

namespace {

using Json = nlohmann::ordered_json;
using Next = std::function<void(std::size_t)>;  // called for every place where a part may end
using Conj = std::vector<const Json*>;          // schemas that hold together

constexpr int kMostSpaces = 64;

bool valid_code(std::uint32_t code, std::size_t bytes) {
  constexpr std::uint32_t kFirst[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kFirst[bytes] && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

// One character of a JSON string: its bytes in the text, or nothing when it is wrong.
struct Character {
  std::size_t length = 0;
  std::string decoded;
};

std::string encode(std::uint32_t c) {
  std::string out;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
  return out;
}

std::optional<std::uint32_t> hex4(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return {};
  std::uint32_t value = 0;
  for (int i = 2; i < 6; ++i) {
    const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(text[i] | 0x20));
    if (digit == std::string_view::npos || (text[i] < '0')) return {};
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

std::optional<Character> whole_character(std::string_view text) {
  const auto b = static_cast<unsigned char>(text[0]);
  if (b == '\\') {
    if (text.size() < 2) return {};
    static const std::string kShort = "\"\\/bfnrt", kMeaning = "\"\\/\b\f\n\r\t";
    if (const auto at = kShort.find(text[1]); at != std::string::npos) {
      return Character{2, std::string(1, kMeaning[at])};
    }
    const auto code = hex4(text);
    if (!code) return {};
    if (*code < 0xD800 || *code > 0xDFFF) return Character{6, encode(*code)};
    const auto low = *code <= 0xDBFF ? hex4(text.substr(6)) : std::nullopt;
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return {};
    return Character{12, encode(0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00))};
  }
  if (b < 0x80)
    return b < 0x20 ? std::nullopt : std::optional(Character{1, std::string(1, text[0])});
  const std::size_t size = b >= 0xF8 ? 0 : b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 0;
  if (size == 0 || text.size() < size) return {};
  std::uint32_t code = b & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return {};
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  }
  if (!valid_code(code, size)) return {};
  return Character{size, std::string(text.substr(0, size))};
}

bool may_be_low(std::string_view text) {
  return text.size() < 2 ||
         (text[1] == 'u' && std::all_of(text.begin() + 2, text.end(), [](char c) {
            return std::isxdigit(static_cast<unsigned char>(c)) != 0;
          }));
}

// Can the last bytes of the text become a character? Tries what could be put behind them.
bool unfinished_character(std::string text) {
  const auto b = static_cast<unsigned char>(text[0]);
  if (b == '\\') {
    if (!may_be_low(std::string_view(text).substr(0, 6))) return false;
    if (text.size() < 6) {
      // Fill up with the digits that matter: of an ordinary code, and of a high surrogate.
      const auto with = [&](const std::string& tail) { return text + tail.substr(text.size()); };
      for (const char* tail : {"\\u0000", "\\ud800", "\\u0fff", "\\uffff"}) {
        if (whole_character(with(tail))) return true;
        if (whole_character(with(tail) + "\\udc00")) return true;
      }
      return false;
    }
    if (text.size() >= 12 || text[6] != '\\' || !may_be_low(std::string_view(text).substr(6))) {
      return text.size() == 6 && whole_character(text + "\\udc00").has_value();
    }
    return whole_character(text + std::string("\\udc00").substr(text.size() - 6)) ||
           whole_character(text + std::string("\\udfff").substr(text.size() - 6));
  }
  static const std::string kNext = "\x80\x8f\x90\x9f\xa0\xbf";
  if (b < 0xC0 || text.size() > 3) return false;
  return std::any_of(kNext.begin(), kNext.end(), [&](char c) {
    return whole_character(text + c).has_value() || unfinished_character(text + c);
  });
}

class Reader {
 public:
  Reader(const Json& root, std::string_view text, bool flexible)
      : root_(root), text_(text), flexible_(flexible) {}

  Verdict run() {
    value({&root_}, 0, [&](std::size_t at) { complete_ = complete_ || at == text_.size(); });
    return complete_ ? Verdict::kComplete : prefix_ ? Verdict::kPrefix : Verdict::kRefused;
  }

 private:
  // The text must go on with these bytes.
  void expect(std::string_view bytes, std::size_t at, const Next& next) {
    const auto there = text_.substr(at, bytes.size());
    if (there == bytes) return next(at + bytes.size());
    if (bytes.substr(0, there.size()) == there) prefix_ = true;
  }
  void spaces(std::size_t at, const Next& next) {
    next(at);
    for (int n = 0; flexible_ && n < kMostSpaces; ++n) {
      if (at == text_.size() ||
          std::string_view(" \t\r\n").find(text_[at]) == std::string_view::npos)
        return;
      next(++at);
    }
  }

  const Json& follow(const std::string& ref) const {
    return root_.at(Json::json_pointer(ref.substr(1)));
  }

  // Takes $ref and allOf apart, then each option of every anyOf and oneOf in turn.
  void value(const Conj& schemas, std::size_t at, const Next& next) {
    choose({}, schemas, {}, at, next);
  }
  void choose(Conj flat, Conj more, std::vector<const Json*> unions, std::size_t at,
              const Next& next) {
    for (std::size_t i = 0; i < more.size(); ++i) {
      const Json& schema = *more[i];
      if (schema.is_boolean()) {
        if (!schema.get<bool>()) return;
        continue;
      }
      flat.push_back(more[i]);
      if (schema.contains("$ref")) more.push_back(&follow(schema["$ref"]));
      if (schema.contains("allOf")) {
        for (const auto& part : schema["allOf"]) more.push_back(&part);
      }
      for (const char* keyword : {"anyOf", "oneOf"}) {
        if (schema.contains(keyword)) unions.push_back(&schema[keyword]);
      }
    }
    if (unions.empty()) return plain_value(flat, at, next);
    const Json& options = *unions.back();
    unions.pop_back();
    for (const auto& option : options) choose(flat, {&option}, unions, at, next);
  }

  static std::set<std::string> types(const Conj& conj) {
    std::set<std::string> all = {"null",   "boolean", "integer", "number",
                                 "string", "array",   "object"};
    for (const auto* s : conj) {
      if (!s->contains("type")) continue;
      const auto& type = (*s)["type"];
      const auto has = [&](const char* name) {
        return type.is_array() ? std::find(type.begin(), type.end(), name) != type.end()
                               : type == name;
      };
      std::erase_if(all, [&](const std::string& name) {
        return !has(name.c_str()) && !(name == "integer" && has("number"));
      });
    }
    return all;
  }

  static double bound(const Conj& conj, const char* keyword, double none, bool least) {
    double out = none;
    for (const auto* s : conj) {
      if (s->contains(keyword)) {
        const double v = (*s)[keyword];
        out = least ? std::min(out, v) : std::max(out, v);
      }
    }
    return out;
  }

  void plain_value(const Conj& conj, std::size_t at, const Next& next) {
    for (const auto* s : conj) {
      if (!s->contains("enum") && !s->contains("const")) continue;
      // The tests put constants beside nothing but a type that fits them.
      const auto values = s->contains("enum") ? (*s)["enum"] : Json::array({(*s)["const"]});
      for (const auto& v : values) constant(v, at, next);
      return;
    }
    const auto allowed = types(conj);
    if (allowed.count("null")) expect("null", at, next);
    if (allowed.count("boolean")) expect("true", at, next), expect("false", at, next);
    if (allowed.count("number")) {
      number(at, true, next);
    } else if (allowed.count("integer")) {
      number(at, false, next);
    }
    if (allowed.count("string")) {
      expect("\"", at, [&](std::size_t inside) {
        string(inside, "", 0, bound(conj, "minLength", 0, false),
               bound(conj, "maxLength", 1e9, true), {}, next);
      });
    }
    if (allowed.count("array")) {
      expect("[", at, [&](std::size_t inside) {
        spaces(inside, [&](std::size_t p) { items(conj, p, 0, next); });
      });
    }
    if (allowed.count("object")) {
      expect("{", at, [&](std::size_t inside) {
        spaces(inside, [&](std::size_t p) { members(conj, p, 0, true, next); });
      });
    }
  }

  void constant(const Json& v, std::size_t at, const Next& next) {
    if (!v.is_structured() || !flexible_) return expect(v.dump(), at, next);
    Json schema;
    if (v.is_array()) {
      schema = {{"type", "array"},
                {"minItems", v.size()},
                {"maxItems", v.size()},
                {"prefixItems", Json::array()}};
      for (const auto& item : v) schema["prefixItems"].push_back({{"const", item}});
    } else {
      schema = {{"type", "object"},
                {"properties", Json::object()},
                {"required", Json::array()},
                {"additionalProperties", false}};
      for (const auto& [name, member] : v.items()) {
        schema["properties"][name] = {{"const", member}};
        schema["required"].push_back(name);
      }
    }
    plain_value({&schema}, at, next);
  }

  // Digits that follow, at least one; every place where they may stop.
  void digits(std::size_t at, const Next& next) {
    if (at == text_.size()) prefix_ = true;
    while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9') next(++at);
  }
  void number(std::size_t at, bool fraction, const Next& next) {
    const auto exponent = [&](std::size_t p) {
      next(p);
      if (!fraction || p == text_.size() || (text_[p] | 0x20) != 'e') return;
      ++p;
      digits(p, next);
      if (p < text_.size() && (text_[p] == '+' || text_[p] == '-')) digits(p + 1, next);
    };
    const auto behind_whole = [&](std::size_t p) {
      exponent(p);
      if (fraction && p < text_.size() && text_[p] == '.') digits(p + 1, exponent);
    };
    if (at < text_.size() && text_[at] == '-') ++at;
    if (at == text_.size()) prefix_ = true;
    if (at < text_.size() && text_[at] == '0') return behind_whole(at + 1);
    digits(at, behind_whole);
  }

  // `seen` characters and `decoded` stand before `at`. With `other_than`, a name.
  void string(std::size_t at, std::string decoded, double seen, double min, double max,
              const std::set<std::string>& other_than, const Next& next) {
    for (;;) {
      if (at == text_.size()) {
        prefix_ = true;
        return;
      }
      if (text_[at] == '"') {
        if (seen >= min && other_than.count(decoded) == 0) next(at + 1);
        return;
      }
      if (seen == max) return;
      const auto character = whole_character(text_.substr(at));
      if (!character) {
        if (unfinished_character(std::string(text_.substr(at)))) prefix_ = true;
        return;
      }
      decoded += character->decoded;
      at += character->length;
      ++seen;
    }
  }

  static Conj item(const Conj& conj, std::size_t index) {
    Conj out;
    for (const auto* s : conj) {
      if (s->contains("prefixItems") && index < (*s)["prefixItems"].size()) {
        out.push_back(&(*s)["prefixItems"][index]);
      } else if (s->contains("items")) {
        out.push_back(&(*s)["items"]);
      }
    }
    return out;
  }
  static bool impossible(const Conj& conj) {
    return std::any_of(conj.begin(), conj.end(), [](const Json* s) { return *s == false; });
  }
  void items(const Conj& conj, std::size_t at, std::size_t count, const Next& next) {
    if (count >= bound(conj, "minItems", 0, false)) expect("]", at, next);
    if (count >= bound(conj, "maxItems", 1e9, true)) return;
    const auto schema = item(conj, count);
    if (impossible(schema)) return;
    const auto one = [&](std::size_t p) {
      value(schema, p, [&](std::size_t end) {
        spaces(end, [&](std::size_t q) { items(conj, q, count + 1, next); });
      });
    };
    if (count == 0) return one(at);
    expect(",", at, [&](std::size_t p) { spaces(p, one); });
  }

  struct Declared {
    std::vector<std::string> names;
    std::set<std::string> required;
  };
  static Declared declared(const Conj& conj) {
    Declared d;
    const auto add = [&](const std::string& name) {
      if (std::find(d.names.begin(), d.names.end(), name) == d.names.end()) d.names.push_back(name);
    };
    for (const auto* s : conj) {
      if (!s->contains("properties")) continue;
      for (const auto& [name, schema] : (*s)["properties"].items()) add(name);
    }
    for (const auto* s : conj) {
      if (!s->contains("required")) continue;
      for (const auto& name : (*s)["required"]) add(name), d.required.insert(name);
    }
    return d;
  }
  static Conj member(const Conj& conj, const std::string& name) {
    Conj out;
    for (const auto* s : conj) {
      if (s->contains("properties") && (*s)["properties"].contains(name)) {
        out.push_back(&(*s)["properties"][name]);
      } else if (s->contains("additionalProperties")) {
        out.push_back(&(*s)["additionalProperties"]);
      }
    }
    return out;
  }
  // Declared members before `from` are done.
  void members(const Conj& conj, std::size_t at, std::size_t from, bool first, const Next& next) {
    const auto d = declared(conj);
    const bool whole =
        std::none_of(d.names.begin() + static_cast<std::ptrdiff_t>(from), d.names.end(),
                     [&](const std::string& name) { return d.required.count(name) > 0; });
    if (whole) expect("}", at, next);
    const auto pair = [&](std::size_t p) { names(conj, d, p, from, whole, next); };
    if (first) return pair(at);
    const Conj free = member(conj, "\x01 not declared");
    if (from == d.names.size() && (!whole || impossible(free))) return;
    expect(",", at, [&](std::size_t p) { spaces(p, pair); });
  }
  void names(const Conj& conj, const Declared& d, std::size_t at, std::size_t from, bool whole,
             const Next& next) {
    const auto behind_name = [&](const Conj& schema, std::size_t done) -> Next {
      return [=, this, &conj](std::size_t p) {
        spaces(p, [&](std::size_t q) {
          expect(":", q, [&](std::size_t r) {
            spaces(r, [&](std::size_t v) {
              value(schema, v, [&](std::size_t end) {
                spaces(end, [&](std::size_t e) { members(conj, e, done, false, next); });
              });
            });
          });
        });
      };
    };
    for (auto i = from; i < d.names.size(); ++i) {
      expect(Json(d.names[i]).dump(), at, behind_name(member(conj, d.names[i]), i + 1));
      if (d.required.count(d.names[i]) > 0) break;
    }
    const Conj free = member(conj, "\x01 not declared");
    if (!whole || impossible(free)) return;
    expect("\"", at, [&](std::size_t p) {
      string(p, "", 0, 0, 1e9, {d.names.begin(), d.names.end()}, behind_name(free, d.names.size()));
    });
  }

  const Json& root_;
  const std::string_view text_;
  const bool flexible_;
  bool prefix_ = false, complete_ = false;
};

}  // namespace

Verdict judge(const Json& schema, std::string_view text, bool flexible) {
  return Reader(schema, text, flexible).run();
}

}  // namespace sr::testing
