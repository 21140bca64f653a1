// host/plugins/option_value.h - the text of one option as the value its type means.
//
// Used for what YAML gives and for what an option table declares (defaults, bounds), so that both
// obey the same rules. Pure functions; any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/options.h"

namespace sr::host {

// "int", "duration", …; empty when the number is not a type of this ABI.
std::string_view type_name(sr_option_type type);
// Can a value of this type have a minimum and a maximum?
bool has_bounds(sr_option_type type);
std::vector<std::string> choices_of(const sr_option& option);

// Reads `input` into `value`, without regard to bounds. The result is what is wrong with it
// (`must be a whole number, not "ten"`), or nothing.
std::optional<std::string> read_value(const sr_option& option, const OptionInput& input,
                                      const std::filesystem::path& base, Options::Value& value);
// The same, and checks the bounds.
std::optional<std::string> read_bounded(const sr_option& option, const OptionInput& input,
                                        const std::filesystem::path& base, Options::Value& value);
// Reads a default or a bound as it stands in the option table.
std::optional<std::string> read_declared(const sr_option& option, const char* text,
                                         const std::filesystem::path& base, Options::Value& value);

}  // namespace sr::host
