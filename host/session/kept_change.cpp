#include "host/session/kept_change.h"

#include <cmath>
#include <limits>

namespace sr::host {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

std::string hex_of(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 0xf];
  }
  return out;
}

std::optional<Bytes> bytes_of(const std::string& hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  const std::string digits = kDigits;
  Bytes out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto high = digits.find(hex[i]), low = digits.find(hex[i + 1]);
    if (high == std::string::npos || low == std::string::npos) return std::nullopt;
    out.data += static_cast<char>(high << 4 | low);
  }
  return out;
}

Json side(const Json& row) { return row.is_object() ? row : Json(nullptr); }

bool is_row(const Json& row) {
  return row.is_object() && row.value("table", Json()).is_string() &&
         row.value("key", Json()).is_object();
}

std::uint64_t seq_of(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

Json exact_json(const Value& value) {
  struct ToJson {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(bool b) const { return b; }
    Json operator()(std::int64_t i) const { return i; }
    Json operator()(double d) const {
      if (std::isfinite(d)) return d;
      return {{"real", std::isnan(d) ? "NaN" : d < 0 ? "-Infinity" : "Infinity"}};
    }
    Json operator()(const std::string& s) const { return s; }
    Json operator()(const Bytes& b) const { return {{"bytes", hex_of(b.data)}}; }
  };
  return std::visit(ToJson{}, value);
}

std::optional<Value> exact_value(const Json& json) {
  if (json.is_null()) return Value();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_object() || json.size() != 1 || !json.begin()->is_string()) return std::nullopt;
  const auto& text = json.begin()->get_ref<const std::string&>();
  if (json.begin().key() == "bytes") {
    auto bytes = bytes_of(text);
    return bytes ? std::optional<Value>(std::move(*bytes)) : std::nullopt;
  }
  if (json.begin().key() != "real") return std::nullopt;
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  return text.starts_with('-') ? -infinity : infinity;
}

Json body_of(const KeptChange& change) {
  Json body = Json::object();
  if (!change.says.empty()) body["says"] = change.says;
  if (change.undoes != 0) body["undoes"] = change.undoes;
  if (change.redoes != 0) body["redoes"] = change.redoes;
  if (!change.why_not.empty()) {
    body["not"] = change.why_not;
    return body;
  }
  body["rows"] = Json::array();
  for (const auto& row : change.rows) {
    body["rows"].push_back(
        {{"table", row.table}, {"key", row.key}, {"before", row.before}, {"after", row.after}});
  }
  return body;
}

Result<KeptChange> read_kept_change(const std::string& text) {
  const Error damaged{SR_CORRUPT, "log", "the rows of a change cannot be read", {}};
  const auto body = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return damaged;
  KeptChange out;
  if (const auto says = body.find("says"); says != body.end() && says->is_string()) {
    out.says = says->get<std::string>();
  }
  out.undoes = seq_of(body, "undoes");
  out.redoes = seq_of(body, "redoes");
  if (const auto why = body.find("not"); why != body.end()) {
    if (!why->is_string()) return damaged;
    out.why_not = why->get<std::string>();
    return out;
  }
  const auto rows = body.value("rows", Json());
  if (!rows.is_array()) return damaged;
  for (const auto& row : rows) {
    if (!is_row(row)) return damaged;
    out.rows.push_back({row["table"].get<std::string>(), row["key"], side(row.value("before", Json())),
                        side(row.value("after", Json()))});
  }
  return out;
}

}  // namespace sr::host
