#include "host/app/component_schema.h"

#include <map>
#include <set>

#include "host/app/located_json.h"
#include "host/plugins/words.h"

namespace sr::host {
namespace {

const std::vector<std::string> kAs = {"table", "rows", "value"};

class Checker {
 public:
  Checker(ComponentType& out, const LocatedJson& file, config::Diagnostics& diagnostics)
      : out_(out), file_(file), diagnostics_(diagnostics) {}

  void run() {
    const auto& schema = file_.value;
    if (!schema.is_object() || schema.value("type", Json()) != "object") {
      const bool has_type = schema.is_object() && schema.contains("type");
      diagnostics_.error(file_.at(has_type ? "/type" : ""),
                         "the schema of a component must have \"type\": \"object\"");
      return;
    }
    if (!schema.contains("properties") || !schema["properties"].is_object()) {
      diagnostics_.error(file_.at(schema.contains("properties") ? "/properties" : ""),
                         "the schema of a component must have \"properties\", an object");
      return;
    }
    if (schema.contains("additionalProperties") && schema["additionalProperties"] != false) {
      diagnostics_.error(file_.at("/additionalProperties"),
                         "additionalProperties must be false: a component has only the "
                         "properties that its schema names");
    }
    for (const auto& [name, property] : schema["properties"].items()) {
      check_property(name, property);
    }
    check_required(schema);
    check_fills();
    walk(schema, "", 0);
    out_.schema = schema;
  }

 private:
  static std::string pointer_of(const std::string& name) {
    return "/properties/" + name;  // names with '/' or '~' are refused
  }

  void check_property(const std::string& name, const Json& property) {
    const auto at = pointer_of(name);
    if (name.empty() || name.find_first_of("/~") != std::string::npos) {
      diagnostics_.error(file_.at("/properties"), "\"" + name +
                                                      "\" cannot name a property; use letters, "
                                                      "digits, _ and -");
      return;
    }
    if (name == "type" || name == "id") {
      diagnostics_.error(file_.key_at(at), "a property cannot be named \"" + name +
                                               "\": the runtime gives every component one");
    }
    if (!property.is_object()) {
      diagnostics_.error(file_.at(at), "the schema of a property must be an object");
      return;
    }
    if (!property.contains("x-binding")) return;
    if (property.value("type", Json()) != "string") {
      diagnostics_.error(file_.key_at(at + "/x-binding"),
                         "only a property with \"type\": \"string\" can hold a query");
    }
    read_binding(name, property["x-binding"], at + "/x-binding");
  }

  void read_binding(const std::string& name, const Json& binding, const std::string& at) {
    if (!binding.is_object()) {
      diagnostics_.error(file_.at(at), "x-binding must be an object with \"fills\" and \"as\"");
      return;
    }
    BindingProperty out;
    out.property = name;
    bool unknown = false;
    for (const auto& [key, value] : binding.items()) {
      if (key != "fills" && key != "as") {
        unknown = true;
        diagnostics_.error(file_.key_at(at + "/" + key),
                           "x-binding: unknown member \"" + key + "\"",
                           nearest(key, {"fills", "as"}), "known: fills, as");
      } else if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
        diagnostics_.error(file_.at(at + "/" + key), "\"" + key + "\" must be a text");
        return;
      }
    }
    for (const char* key : {"fills", "as"}) {
      if (binding.contains(key)) continue;
      if (!unknown) {
        diagnostics_.error(file_.at(at), std::string("x-binding lacks \"") + key + "\"");
      }
      return;
    }
    const auto as = binding["as"].get<std::string>();
    if (as == "table") {
      out.as = BindingProperty::As::kTable;
    } else if (as == "rows") {
      out.as = BindingProperty::As::kRows;
    } else if (as == "value") {
      out.as = BindingProperty::As::kValue;
    } else {
      diagnostics_.error(file_.at(at + "/as"), "\"as\" must be one of " + listed(kAs) +
                                                   ", not \"" + as + "\"",
                         nearest(as, kAs));
      return;
    }
    out.fills = binding["fills"].get<std::string>();
    out_.bindings.push_back(std::move(out));
  }

  void check_required(const Json& schema) {
    if (!schema.contains("required")) return;
    if (!schema["required"].is_array()) {
      diagnostics_.error(file_.at("/required"), "required must be a list of property names");
      return;
    }
    std::vector<std::string> names;
    for (const auto& item : schema["properties"].items()) names.push_back(item.key());
    for (std::size_t i = 0; i < schema["required"].size(); ++i) {
      const auto& name = schema["required"][i];
      if (name.is_string() && schema["properties"].contains(name.get<std::string>())) continue;
      const auto text = name.is_string() ? name.get<std::string>() : name.dump();
      diagnostics_.error(file_.at("/required/" + std::to_string(i)),
                         "required names \"" + text + "\", which is not a property",
                         nearest(text, names));
    }
  }

  // What bindings fill must not collide with anything else in the component.
  void check_fills() {
    std::map<std::string, std::string> taken = {{"type", "the component's type"},
                                                {"id", "the component's id"}};
    for (const auto& item : file_.value["properties"].items()) {
      taken.emplace(item.key(), "a property of that name");
    }
    const bool has_places = taken.contains("places");
    for (const char* said : {"error", "total", "more", "window", "new_row"}) {
      if (out_.bindings.empty() || !taken.contains(said)) continue;
      diagnostics_.error(file_.at("/properties/" + std::string(said)),
                         "\"" + std::string(said) +
                             "\" is what the host says of what queries fill; choose another name");
    }
    for (const auto& binding : out_.bindings) {
      if (has_places && binding.as != BindingProperty::As::kRows) {
        diagnostics_.error(file_.at("/properties/places"),
                           "\"places\" is what bindings say of their decimals; choose another name");
      }
      std::vector<std::string> fills = {binding.fills};
      if (binding.as == BindingProperty::As::kTable) fills.insert(fills.end(), {"columns", "key"});
      for (const auto& name : fills) {
        const auto [found, fresh] = taken.emplace(name, "what \"" + binding.property + "\" fills");
        if (fresh) continue;
        diagnostics_.error(file_.at(pointer_of(binding.property) + "/x-binding/fills"),
                           "this binding fills \"" + name + "\", which collides with " +
                               found->second);
      }
    }
  }

  // x-binding and $ref in places where they could not work.
  void walk(const Json& schema, const std::string& at, int depth) {
    if (schema.is_array()) {
      for (std::size_t i = 0; i < schema.size(); ++i) {
        walk(schema[i], at + "/" + std::to_string(i), depth + 1);
      }
    } else if (schema.is_object()) {
      for (const auto& [key, value] : schema.items()) {
        if (key == "const" || key == "enum" || key == "default" || key == "examples") continue;
        const auto below = at + "/" + key;
        if (key == "x-binding") {
          if (depth != 2) {
            diagnostics_.error(file_.key_at(below),
                               "x-binding belongs to a component's own properties, not deeper");
          }
        } else if (key == "$ref" && value.is_string()) {
          diagnostics_.error(file_.key_at(below),
                             "$ref is not supported in a component; write the schema out");
        } else {
          walk(value, below, depth + 1);
        }
      }
    }
  }

  ComponentType& out_;
  const LocatedJson& file_;
  config::Diagnostics& diagnostics_;
};

}  // namespace

ComponentType load_component(const std::string& name, const std::filesystem::path& file,
                             const config::Place& named_at, config::Diagnostics& diagnostics) {
  ComponentType out;
  out.name = name;
  out.schema = Json::object();
  if (const auto json = read_json(file, named_at, diagnostics)) {
    Checker(out, *json, diagnostics).run();
  }
  return out;
}

}  // namespace sr::host
