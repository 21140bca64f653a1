#include "host/config/interpolate.h"

#include <cctype>
#include <cstdlib>
#include <optional>

#include "host/config/yaml.h"

namespace sr::host::config {
namespace {

bool is_name(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  }
  return true;
}

// The '}' that closes the "${" at `open`; npos when there is none.
std::size_t closing(std::string_view text, std::size_t open) {
  int depth = 0;
  for (auto i = open; i < text.size(); ++i) {
    if (text.compare(i, 2, "${") == 0) {
      ++depth;
      ++i;
    } else if (text[i] == '}' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

class Interpolation {
 public:
  Interpolation(Node& node, const std::filesystem::path& folder, Diagnostics& diagnostics)
      : node_(node), folder_(folder), diagnostics_(diagnostics) {}

  void run() {
    auto text = expand(node_.text);
    if (secret_ && text != node_.text) {
      node_.text = std::move(text);
      make_secret(node_, diagnostics_);
    } else {
      node_.text = std::move(text);
    }
  }

 private:
  std::string expand(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.compare(i, 2, "$$") == 0) {
        out += '$';
        ++i;
      } else if (text.compare(i, 2, "${") == 0) {
        const auto end = closing(text, i);
        if (end == std::string_view::npos) {
          fail(text.substr(i), "\"${\" is never closed; write $$ for a plain dollar sign");
          return out + std::string(text.substr(i));
        }
        const auto whole = text.substr(i, end + 1 - i);
        out += reference(whole, whole.substr(2, whole.size() - 3));
        i = end;
      } else {
        out += text[i];
      }
    }
    return out;
  }

  std::string reference(std::string_view whole, std::string_view inner) {
    if (inner.rfind("file:", 0) == 0) return from_file(whole, inner.substr(5));
    const auto colon = inner.find(':');
    const auto name = inner.substr(0, colon);
    const auto rest = colon == std::string_view::npos ? std::string_view() : inner.substr(colon);
    const bool fallback = rest.rfind(":-", 0) == 0, demand = rest.rfind(":?", 0) == 0;
    if (!is_name(name) || !(rest.empty() || fallback || demand)) {
      fail(whole, std::string(whole) +
                      " is not understood; write ${VAR}, ${VAR:-default}, ${VAR:?message} or "
                      "${file:/path}");
      return {};
    }
    const std::string variable(name);
    const char* value = std::getenv(variable.c_str());
    const bool missing = value == nullptr || (*value == '\0' && !rest.empty());
    if (!missing) {
      secret_ = secret_ || sounds_secret(name);
      return value;
    }
    if (fallback) return expand(rest.substr(2));
    if (demand && rest.size() > 2) {
      fail(whole, variable + ": " + std::string(rest.substr(2)));
    } else {
      fail(whole, "the environment variable " + variable + " is not set; set it, or write ${" +
                      variable + ":-default}");
    }
    return {};
  }

  std::string from_file(std::string_view whole, std::string_view name) {
    std::string why;
    auto text = name.empty() ? std::nullopt : read_text(folder_ / name, why);
    if (!text) {
      fail(whole, name.empty() ? "${file:…} needs a path" : std::string(name) + ": " + why);
      return {};
    }
    secret_ = true;
    if (!text->empty() && text->back() == '\n') text->pop_back();
    if (!text->empty() && text->back() == '\r') text->pop_back();
    return std::move(*text);
  }

  // Points at the reference itself when it stands in one line as it is.
  void fail(std::string_view part, std::string what) {
    auto at = node_.at;
    if (at.source && at.line > 0 && at.line == node_.extent.line) {
      const auto line = at.source->line(at.line);
      const auto found = line.find(part, static_cast<std::size_t>(at.column - 1));
      if (found != std::string_view::npos) {
        at.column = static_cast<int>(found) + 1;
        at.length = static_cast<int>(part.size());
      }
    }
    node_.broken = true;
    diagnostics_.error(at, std::move(what));
  }

  Node& node_;
  const std::filesystem::path& folder_;
  Diagnostics& diagnostics_;
  bool secret_ = false;
};

}  // namespace

void interpolate(Node& node, const std::filesystem::path& folder, Diagnostics& diagnostics) {
  if (node.is_scalar() && node.text.find('$') != std::string::npos) {
    Interpolation(node, folder, diagnostics).run();
  }
  for (auto& item : node.items) {
    interpolate(item, folder, diagnostics);
    node.broken = node.broken || item.broken;
  }
  for (auto& m : node.members) interpolate(m.value, folder, diagnostics);
}

}  // namespace sr::host::config
