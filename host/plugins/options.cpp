#include "host/plugins/options.h"

#include <set>

#include "host/plugins/words.h"
#include "host/plugins/instance.h"
#include "host/plugins/option_value.h"

namespace sr::host {
namespace {

std::vector<const sr_option*> table_of(const sr_component& component) {
  std::vector<const sr_option*> out;
  if (component.options != nullptr) {
    for (const auto* const* o = component.options; *o != nullptr; ++o) out.push_back(*o);
  }
  return out;
}

OptionProblem unknown(const std::vector<const sr_option*>& table, const std::string& name) {
  std::vector<std::string> names;
  for (const auto* option : table) names.push_back(option->name);
  return {name, "unknown option \"" + name + "\"", nearest(name, names), true, false};
}

// ---- what a plugin reads during create() ----

const Options::Value* value_of(const sr_config* config, const char* name) {
  return reinterpret_cast<const Options*>(config)->find(name);
}

sr_code get_string(const sr_config* config, const char* name, sr_str* out) noexcept {
  const auto* value = value_of(config, name);
  if (value == nullptr) return SR_NOT_FOUND;
  *out = str(value->text);
  return SR_OK;
}

sr_code get_int(const sr_config* config, const char* name, std::int64_t* out) noexcept {
  const auto* value = value_of(config, name);
  if (value == nullptr) return SR_NOT_FOUND;
  const auto type = value->type;
  if (type != SR_BOOL && type != SR_INT && type != SR_DURATION && type != SR_SIZE) {
    return SR_INVALID_ARGUMENT;
  }
  *out = value->integer;
  return SR_OK;
}

sr_code get_float(const sr_config* config, const char* name, double* out) noexcept {
  const auto* value = value_of(config, name);
  if (value == nullptr) return SR_NOT_FOUND;
  if (!has_bounds(value->type)) return SR_INVALID_ARGUMENT;
  *out = value->real;
  return SR_OK;
}

sr_code get_list_size(const sr_config* config, const char* name, std::size_t* out) noexcept {
  const auto* value = value_of(config, name);
  if (value == nullptr) return SR_NOT_FOUND;
  if (value->type != SR_LIST) return SR_INVALID_ARGUMENT;
  *out = value->items.size();
  return SR_OK;
}

sr_code get_list_item(const sr_config* config, const char* name, std::size_t i,
                      sr_str* out) noexcept {
  const auto* value = value_of(config, name);
  if (value == nullptr) return SR_NOT_FOUND;
  if (value->type != SR_LIST || i >= value->items.size()) return SR_INVALID_ARGUMENT;
  *out = str(value->items[i]);
  return SR_OK;
}

}  // namespace

Options Options::check(const sr_component& component, const std::vector<OptionInput>& inputs,
                       const std::filesystem::path& base, std::vector<OptionProblem>& problems) {
  Options out;
  const auto table = table_of(component);
  std::set<std::string, std::less<>> given;
  for (const auto& input : inputs) {
    const sr_option* option = nullptr;
    for (const auto* candidate : table) {
      if (input.name == candidate->name) option = candidate;
    }
    if (option == nullptr) {
      problems.push_back(unknown(table, input.name));
      continue;
    }
    if (!given.insert(input.name).second) {
      problems.push_back({input.name, "is given twice", {}, true, false});
      continue;
    }
    if ((option->flags & SR_DEPRECATED) != 0) {
      problems.push_back({input.name, "is deprecated: " + std::string(option->doc), {}, true, true});
    }
    Value value;
    if (auto wrong = read_bounded(*option, input, base, value)) {
      auto near = option->type == SR_ENUM ? nearest(input.text, choices_of(*option)) : "";
      problems.push_back({input.name, std::move(*wrong), std::move(near), false, false});
      continue;
    }
    out.values_.insert_or_assign(input.name, std::move(value));
  }
  for (const auto* option : table) {
    if (given.contains(option->name)) continue;
    if ((option->flags & SR_REQUIRED) != 0) {
      problems.push_back({option->name, "is required", {}, false, false});
    } else if (option->default_value != nullptr) {
      Value value;
      if (auto wrong = read_declared(*option, option->default_value, base, value)) {
        problems.push_back({option->name, "has a bad default: it " + *wrong, {}, false, false});
      } else {
        out.values_.insert_or_assign(option->name, std::move(value));
      }
    }
  }
  return out;
}

const Options::Value* Options::find(std::string_view name) const {
  const auto at = values_.find(name);
  return at == values_.end() ? nullptr : &at->second;
}

void serve_options(sr_host_api& api) {
  api.get_string = get_string;
  api.get_int = get_int;
  api.get_float = get_float;
  api.get_list_size = get_list_size;
  api.get_list_item = get_list_item;
}

}  // namespace sr::host
