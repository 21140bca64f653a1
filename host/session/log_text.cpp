#include "host/session/log_text.h"

#include <algorithm>
#include <array>

#include "host/app/named_row.h"
#include "host/base/words.h"

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

constexpr std::size_t kText = 512;      // bytes of one text
constexpr std::size_t kShortText = 32;  // and of one among many

// A byte is a token at most, so no line takes more than an eighth of what the model can hold.
std::size_t share_of(const sr_backend_info& info) {
  constexpr std::uint64_t kOfNoLimit = 8192, kLeast = 256;
  const auto limit = info.context_limit == 0 ? kOfNoLimit : info.context_limit;
  return static_cast<std::size_t>(std::max(limit / 8, kLeast));
}

Json with_short_texts(const Json& value, std::size_t bytes) {
  if (value.is_string()) return shortened(value.get_ref<const std::string&>(), bytes);
  if (!value.is_structured()) return value;
  Json out = value;
  for (auto& member : out) member = with_short_texts(member, bytes);
  return out;
}

// Long texts are cut first, so that keys and names stay; what is still too long has too many
// members.
std::string fitted(const Json& value, std::size_t most) {
  auto text = compact(value);
  for (auto bytes = kText; text.size() > most && bytes >= kShortText; bytes /= 4) {
    text = compact(with_short_texts(value, bytes));
  }
  return shortened(text, most);
}

std::string fitted_text(std::string_view body, std::size_t most) {
  if (body.size() <= most) return std::string(body);
  const Json value = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  return value.is_structured() ? fitted(value, most) : shortened(std::string(body), most);
}

// Of an event the model reads the payload only, and of the row that a command names its key.
std::string payload_of(std::string_view body, std::size_t most) {
  Json event = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object() || !event.contains("payload")) return fitted_text(body, most);
  auto& payload = event["payload"];
  if (event.value("kind", Json()) == "command" && payload.is_object() && payload.contains("row")) {
    payload["command"] = command_of(payload);
    payload.erase("row");
  }
  return fitted(payload, most);
}

}  // namespace

std::string compact(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

LogText::LogText(LoadedBackend backend)
    : backend_(std::move(backend)),
      special_tags_(has_special_tags(backend_.vocabulary())),
      most_(share_of(backend_.describe())) {}

std::string LogText::tag(std::string_view name) const {
  return special_tags_ ? "<|" + std::string(name) + "|>" : std::string(name) + " ";
}

std::string LogText::line(std::string_view kind, std::string_view body) const {
  const auto text = std::string(body);
  if (kind == "app" || kind == "shown") return tag(kind) + text + "\n";
  if (kind == "mentions") return tag("shown") + text + "\n";
  if (kind == "result") return tag(kind) + fitted_text(body, most_) + "\n";
  if (kind == "event") {
    // What a person scrolls to is told by `shown`; nothing is asked of the model.
    if (body.starts_with(R"({"kind":"window")")) return {};
    return tag("event") + payload_of(body, most_) + "\n";
  }
  if (kind == "action" || kind == "manifest" || kind == "patch") return opener() + text + "\n";
  if (kind == "refusal") {
    const bool by_model = body.starts_with(R"({"kind":"refuse")");
    return by_model ? opener() + text + "\n" : tag("refused") + fitted_text(body, most_) + "\n";
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
