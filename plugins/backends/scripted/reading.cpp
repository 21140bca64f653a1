#include "reading.h"

namespace sr::scripted {

namespace {
constexpr std::string_view kEventTag = "event ", kRefusedTag = "refused ", kEmitTag = "emit ";
}

void Reading::append(std::int32_t token) {
  ++length_;
  if (token == kEnd) return;
  if (token != '\n') {
    line_.push_back(static_cast<char>(token));
    return;
  }
  if (line_.starts_with(kEventTag)) {
    event_ = std::make_shared<Event>();
    event_->json = line_.substr(kEventTag.size());
    refusals_ = 0;
  } else if (line_.starts_with(kRefusedTag)) {
    ++refusals_;
  }
  line_ = {};
}

std::optional<std::string_view> Reading::said() const noexcept {
  if (!line_.starts_with(kEmitTag)) return std::nullopt;
  return std::string_view(line_).substr(kEmitTag.size());
}

void Reading::share_event(const Reading& other) {
  if (event_ && other.event_ && event_->json == other.event_->json) event_ = other.event_;
}

}  // namespace sr::scripted
