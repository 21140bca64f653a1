#include "host/session/log_text.h"

#include <algorithm>
#include <array>

namespace sr::host {
namespace {

constexpr std::array<std::string_view, 6> kTags = {"app",    "event", "emit",
                                                   "result", "shown", "refused"};

bool has_special_tags(const sr_vocabulary& v) {
  return std::all_of(kTags.begin(), kTags.end(), [&](std::string_view tag) {
    const auto text = "<|" + std::string(tag) + "|>";
    return std::any_of(v.specials, v.specials + v.special_count,
                       [&](const sr_special_token& s) { return view(s.text) == text; });
  });
}

// Of an event the model reads the payload only.
std::string payload_of(std::string_view body) {
  const Json event = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  return event.is_object() && event.contains("payload") ? compact(event["payload"])
                                                        : std::string(body);
}

}  // namespace

std::string compact(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

LogText::LogText(LoadedBackend backend)
    : backend_(std::move(backend)), special_tags_(has_special_tags(backend_.vocabulary())) {}

std::string LogText::tag(std::string_view name) const {
  return special_tags_ ? "<|" + std::string(name) + "|>" : std::string(name) + " ";
}

std::string LogText::line(std::string_view kind, std::string_view body) const {
  const auto text = std::string(body);
  if (kind == "app" || kind == "result" || kind == "shown") return tag(kind) + text + "\n";
  if (kind == "event") {
    // What a person scrolls to is told by `shown`; nothing is asked of the model.
    if (body.starts_with(R"({"kind":"window")")) return {};
    return tag("event") + payload_of(body) + "\n";
  }
  if (kind == "action" || kind == "manifest" || kind == "patch") return opener() + text + "\n";
  if (kind == "refusal") {
    const bool by_model = body.starts_with(R"({"kind":"refuse")");
    return (by_model ? opener() : tag("refused")) + text + "\n";
  }
  return {};
}

Result<std::vector<std::int32_t>> LogText::tokens(std::string_view text) const {
  // Only the tag is a special token: "<|emit|>" in what people type or tables hold is text.
  std::size_t tag = 0;
  for (const auto name : kTags) {
    const auto special = "<|" + std::string(name) + "|>";
    if (special_tags_ && text.starts_with(special)) tag = special.size();
  }
  auto rest = backend_.tokenize(text.substr(tag), /*specials=*/false);
  if (tag == 0 || !rest) return rest;
  auto all = backend_.tokenize(text.substr(0, tag), /*specials=*/true);
  if (all) all->insert(all->end(), rest->begin(), rest->end());
  return all;
}

Result<std::vector<std::int32_t>> LogText::tokens_of(const LogEntry& entry) const {
  if (!entry.tokens.empty() && entry.vocabulary == vocabulary()) return entry.tokens;
  const auto text = line(entry.kind, entry.body);
  if (text.empty()) return std::vector<std::int32_t>();
  return tokens(text);
}

std::string LogText::vocabulary() const {
  return std::string(view(backend_.vocabulary().fingerprint));
}

}  // namespace sr::host
