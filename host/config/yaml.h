// host/config/yaml.h - YAML text to our own tree: the only place that knows yaml-cpp.
//
// Beyond what yaml-cpp refuses by itself: duplicate keys, merge keys, tags, keys that are not
// plain text, a value that contains itself, aliases that blow up, a quote that is never closed,
// text that is not UTF-8, a second document. Start-up only, one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host::config {

// Nothing when the text cannot be read at all; problems that leave a tree are only reported, so
// that later checks can find more. `named_at` is blamed when the file cannot be opened.
std::optional<Node> read_yaml(const std::filesystem::path& file, Diagnostics&,
                              const Place& named_at = {});
std::optional<Node> decode_yaml(const std::shared_ptr<Source>&, std::string_view text,
                                Diagnostics&);

// A whole file, or why it could not be read ("no such file", "is not UTF-8 text", …).
std::optional<std::string> read_text(const std::filesystem::path& file, std::string& why);

}  // namespace sr::host::config
