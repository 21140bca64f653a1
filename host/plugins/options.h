// host/plugins/options.h - the option table of a component against what YAML gave it.
//
// check() reports every mistake at once; the config room adds positions. The checked values are
// what a plugin reads through sr_config during create(). Not thread safe; used at start-up.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/base/result.h"
#include "state_runtime/abi.h"

namespace sr::host {

// One option as written: a scalar's text, or the items of a list.
struct OptionInput {
  std::string name;
  std::string text;
  std::vector<std::string> items;
  bool is_list = false;
};

struct OptionProblem {
  std::string option;      // empty: about the component as a whole
  std::string what;        // `unknown option "modle"`, `must be at least 1, not 0`
  std::string suggestion;  // `model`, when one is near
  bool on_key = false;     // the key is wrong rather than the value
  bool warning = false;    // a deprecated option: said once, stops nothing
};

class Options {
 public:
  // Relative paths are made absolute against base. Adds to `problems`; the result is usable only
  // when nothing but warnings was added.
  static Options check(const sr_component&, const std::vector<OptionInput>&,
                       const std::filesystem::path& base, std::vector<OptionProblem>& problems);

  // What the plugin is given; valid while this object lives.
  const sr_config* config() const noexcept { return reinterpret_cast<const sr_config*>(this); }

  struct Value {
    std::string text;  // as given or the default; absolute for SR_PATH
    std::vector<std::string> items;
    std::int64_t integer = 0;
    double real = 0;
    sr_option_type type = SR_STRING;
  };
  const Value* find(std::string_view name) const;

 private:
  std::map<std::string, Value, std::less<>> values_;
};

// Points the option getters of `api` at Options::find.
void serve_options(sr_host_api& api);

}  // namespace sr::host
