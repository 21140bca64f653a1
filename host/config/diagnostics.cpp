#include "host/config/diagnostics.h"

#include <algorithm>
#include <ostream>
#include <tuple>

namespace sr::host::config {
namespace {

// Shorter texts occur in messages by chance; a value as short is redacted where it is echoed.
constexpr std::size_t kShortestScrubbed = 4;

std::string count(std::size_t n, const char* word) {
  return std::to_string(n) + " " + word + (n == 1 ? "" : "s");
}

}  // namespace

std::string text_of(const Place& at) {
  if (!at.source) return {};
  if (at.line == 0) return at.source->name() + ": ";
  return at.source->name() + ":" + std::to_string(at.line) + ":" +
         std::to_string(at.source->character_column(at.line, at.column)) + ": ";
}

void Diagnostics::error(Place at, std::string what, std::string suggestion, std::string note) {
  all_.push_back({Severity::kError, std::move(at), std::move(what), std::move(suggestion),
                  std::move(note)});
}

void Diagnostics::warning(Place at, std::string what, std::string suggestion, std::string note) {
  all_.push_back({Severity::kWarning, std::move(at), std::move(what), std::move(suggestion),
                  std::move(note)});
}

std::size_t Diagnostics::errors() const {
  return static_cast<std::size_t>(std::count_if(
      all_.begin(), all_.end(), [](const auto& d) { return d.severity == Severity::kError; }));
}

std::size_t Diagnostics::warnings() const { return all_.size() - errors(); }

void Diagnostics::keep_secret(std::string text) {
  if (text.size() >= kShortestScrubbed) secrets_.push_back(std::move(text));
}

std::string Diagnostics::scrub(std::string text) const {
  for (const auto& secret : secrets_) text = redact(std::move(text), secret);
  // Values may hold control characters, which would act on a terminal.
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') c = '?';
  }
  return text;
}

void Diagnostics::print(std::ostream& out) const {
  // Sources in the order in which they were first complained about.
  std::vector<const Source*> order;
  for (const auto& d : all_) {
    if (std::find(order.begin(), order.end(), d.at.source.get()) == order.end()) {
      order.push_back(d.at.source.get());
    }
  }
  std::vector<const Diagnostic*> sorted;
  for (const auto& d : all_) sorted.push_back(&d);
  const auto rank = [&](const Diagnostic* d) {
    const auto source = std::find(order.begin(), order.end(), d->at.source.get());
    return std::tuple(source - order.begin(), d->at.line, d->at.column);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto* a, const auto* b) { return rank(a) < rank(b); });

  for (const auto* d : sorted) {
    const bool bad = d->severity == Severity::kError;
    out << text_of(d->at) << (bad ? "error: " : "warning: ") << scrub(d->what) << '\n';
    const auto meant =
        d->suggestion.empty() ? "" : "did you mean \"" + scrub(d->suggestion) + "\"?";
    if (d->at.source && d->at.line > 0 && d->at.source->has_lines()) {
      const auto shown = d->at.source->show(d->at.line, d->at.column, d->at.length);
      const auto number = std::to_string(d->at.line);
      const std::string gutter(number.size() < 5 ? 5 - number.size() : 0, ' ');
      out << gutter << number << " | " << shown.text << '\n'
          << std::string(gutter.size() + number.size(), ' ') << " | " << shown.padding << '^'
          << std::string(static_cast<std::size_t>(shown.width - 1), '~')
          << (meant.empty() ? "" : " ") << meant << '\n';
    } else if (!meant.empty()) {
      out << "  " << meant << '\n';
    }
    if (!d->note.empty()) out << "  " << scrub(d->note) << '\n';
  }
  if (!all_.empty()) out << summary() << '\n';
}

std::string Diagnostics::summary() const {
  if (all_.empty()) return {};
  const auto bad = errors(), odd = warnings();
  if (bad == 0) return count(odd, "warning") + ".";
  return count(bad, "error") + (odd > 0 ? ", " + count(odd, "warning") : "") +
         ". Nothing was started.";
}

std::string redact(std::string text, std::string_view secret) {
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + kRedacted.size())) {
    text.replace(at, secret.size(), kRedacted);
  }
  return text;
}

}  // namespace sr::host::config
