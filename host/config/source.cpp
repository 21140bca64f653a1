#include "host/config/source.h"

#include <algorithm>
#include <cctype>

namespace sr::host::config {
namespace {

constexpr int kWidth = 120;  // characters of a source line that are shown

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }

int characters(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::size_t indent(std::string_view line) {
  const auto at = line.find_first_not_of(' ');
  return at == std::string_view::npos ? line.size() : at;
}

// The end of the name that ends just before `end` (a ':' stands there), without quotes.
std::string_view name_before(std::string_view line, std::size_t end) {
  while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '"' || line[end - 1] == '\'')) --end;
  auto begin = end;
  while (begin > 0 && (std::isalnum(static_cast<unsigned char>(line[begin - 1])) != 0 ||
                       line[begin - 1] == '_' || line[begin - 1] == '-')) {
    --begin;
  }
  return line.substr(begin, end - begin);
}

}  // namespace

std::shared_ptr<Source> Source::file(std::string name, std::string_view text) {
  auto source = std::make_shared<Source>();
  source->name_ = std::move(name);
  for (std::size_t at = 0;;) {
    const auto end = text.find('\n', at);
    auto line = text.substr(at, end == std::string_view::npos ? end : end - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    source->lines_.emplace_back(line);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return source;
}

std::shared_ptr<Source> Source::option(std::string name) {
  auto source = std::make_shared<Source>();
  source->name_ = std::move(name);
  return source;
}

std::string_view Source::line(int number) const {
  if (number < 1 || number > line_count()) return {};
  return lines_[static_cast<std::size_t>(number - 1)];
}

Extent Source::at_offset(std::size_t offset) const {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (offset <= lines_[i].size()) {
      const int line = static_cast<int>(i) + 1, column = static_cast<int>(offset) + 1;
      return {line, column, line, column + 1};
    }
    offset -= lines_[i].size() + 1;
  }
  return {line_count(), 1, line_count(), 2};
}

void Source::hide(const Extent& extent) {
  if (extent.line > 0) hidden_.push_back(extent);
}

void Source::hide_suspects() {
  for (int n = 1; n <= line_count(); ++n) {
    const auto text = line(n);
    for (auto colon = text.find(':'); colon != std::string_view::npos;
         colon = text.find(':', colon + 1)) {
      if (!sounds_secret(name_before(text, colon))) continue;
      int last = n;  // deeper lines below belong to the value
      while (last < line_count() && indent(line(last + 1)) > indent(text)) ++last;
      const auto begin = std::min(text.find_first_not_of(' ', colon + 1), text.size());
      hide({n, static_cast<int>(begin) + 1, last, static_cast<int>(line(last).size()) + 1});
      break;
    }
  }
}

Source::Shown Source::show(int number, int column, int length) const {
  const auto text = line(number);
  const int size = static_cast<int>(text.size());
  // One mark a byte: hidden or not.
  std::vector<bool> hidden(text.size(), false);
  for (const auto& h : hidden_) {
    if (number < h.line || number > h.end_line) continue;
    const int from = number == h.line ? h.column : 1;
    const int to = number == h.end_line ? h.end_column : size + 1;
    for (int i = std::max(from, 1); i < std::min(to, size + 1); ++i) hidden[i - 1] = true;
  }
  std::string out;
  int caret = -1, caret_end = -1;
  for (int i = 0; i <= size; ++i) {
    const bool starts_hidden = i < size && hidden[i] && (i == 0 || !hidden[i - 1]);
    if (starts_hidden) {
      // A caret anywhere inside a hidden part points at its stand-in.
      int end = i;
      while (end < size && hidden[end]) ++end;
      if (caret < 0 && column - 1 < end) caret = characters(out);
      out += kRedacted;
      if (caret >= 0 && caret_end < 0 && column - 1 + length <= end) caret_end = characters(out);
      i = end - 1;
      continue;
    }
    if (caret < 0 && i >= column - 1) caret = characters(out);
    if (caret >= 0 && caret_end < 0 && i >= column - 1 + length) caret_end = characters(out);
    // Control characters would act on a terminal.
    if (i < size) out += is_control(text[i]) ? '?' : text[i];
  }
  if (caret < 0) caret = characters(out);
  if (caret_end <= caret) caret_end = caret + 1;

  // Cut to a window around the caret.
  const int total = characters(out);
  const int from = total <= kWidth ? 0 : std::clamp(caret - kWidth / 2, 0, total - kWidth);
  Shown shown;
  int at = -1;
  for (const char c : out) {
    if (starts_character(c)) ++at;
    if (at < from || at >= from + kWidth) continue;
    shown.text += c;
    if (starts_character(c) && at < caret) shown.padding += c == '\t' ? '\t' : ' ';
  }
  if (from > 0) {
    shown.text.insert(0, "…");
    shown.padding.insert(0, " ");
  }
  if (from + kWidth < total) shown.text += "…";
  if (caret >= total) shown.padding.append(static_cast<std::size_t>(caret - total), ' ');
  shown.width = std::min(caret_end - caret, kWidth);
  return shown;
}

int Source::character_column(int number, int column) const {
  const auto text = line(number);
  const auto before = std::min(text.size(), static_cast<std::size_t>(std::max(column - 1, 0)));
  return characters(text.substr(0, before)) + 1;
}

bool sounds_secret(std::string_view name) {
  const auto text = lower(name);
  for (const char* word : {"password", "passwd", "passphrase", "secret", "credential", "api_key",
                           "apikey", "private_key"}) {
    if (text.find(word) != std::string::npos) return true;
  }
  return text.size() >= 5 && text.compare(text.size() - 5, 5, "token") == 0;
}

std::string display_path(const std::filesystem::path& path) {
  std::error_code failed;
  const auto here = std::filesystem::current_path(failed);
  if (failed || !path.is_absolute()) return path.lexically_normal().string();
  const auto relative = path.lexically_normal().lexically_relative(here);
  if (relative.empty() || *relative.begin() == "..") return path.lexically_normal().string();
  return relative.string();
}

}  // namespace sr::host::config
