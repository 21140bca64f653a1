#include "host/session/window.h"

#include <algorithm>
#include <charconv>

#include "host/session/log_text.h"
#include "host/session/manifest.h"

namespace sr::host {
namespace {

constexpr std::uint64_t kLastOffset = 1'000'000'000;
constexpr std::size_t kMostKeys = 8;       // of sort, and of filters
constexpr std::size_t kLongestText = 200;  // bytes that are looked for

struct Wrong {
  std::string why;
};

std::uint64_t number(const Json& asked, const char* name, std::uint64_t least, std::uint64_t most,
                     std::uint64_t otherwise) {
  const auto found = asked.find(name);
  if (found == asked.end()) return otherwise;
  const bool fits = found->is_number_unsigned() && found->get<std::uint64_t>() >= least &&
                    found->get<std::uint64_t>() <= most;
  if (!fits) {
    throw Wrong{"a window's " + std::string(name) + " is a whole number from " +
                std::to_string(least) + " to " + std::to_string(most)};
  }
  return found->get<std::uint64_t>();
}

class Reader {
 public:
  Reader(const Binding& binding, const sql::Policy& policy) : binding_(binding), policy_(policy) {}

  sql::Window read(const Json& asked) {
    for (const auto& [name, value] : asked.items()) {
      const bool known = name == "component" || name == "offset" || name == "limit" ||
                         name == "sort" || name == "search" || name == "filters";
      if (!known) {
        throw Wrong{"a window has no member " + compact(name) +
                    "; known: component, offset, limit, sort, search, filters"};
      }
    }
    sql::Window out;
    out.offset = number(asked, "offset", 0, kLastOffset, 0);
    out.limit = number(asked, "limit", 1, policy_.binding_max_rows, policy_.binding_window);
    if (const auto sort = asked.find("sort"); sort != asked.end()) read_sort(*sort, out);
    if (const auto search = asked.find("search"); search != asked.end()) read_search(*search, out);
    if (const auto filters = asked.find("filters"); filters != asked.end()) {
      read_filters(*filters, out);
    }
    return out;
  }

 private:
  const sql::PlannedColumn& column(const std::string& name) const {
    const auto& columns = binding_.plan.columns;
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& c) { return c.name == name; });
    if (found != columns.end()) return *found;
    throw Wrong{"the component " + compact(binding_.component) + " has no column " + compact(name)};
  }

  void read_sort(const Json& given, sql::Window& out) const {
    const char* const kShape = R"(a window's sort is a list of {"column":"…","descending":true or false})";
    if (!given.is_array() || given.size() > kMostKeys) {
      throw Wrong{std::string(kShape) + ", at most " + std::to_string(kMostKeys)};
    }
    for (const auto& key : given) {
      const auto name = key.is_object() ? key.value("column", Json()) : Json();
      const auto down = key.is_object() ? key.value("descending", Json(false)) : Json();
      if (!name.is_string() || !down.is_boolean()) throw Wrong{kShape};
      const auto& sorted = column(name.get<std::string>()).name;
      const bool twice = std::any_of(out.sort.begin(), out.sort.end(),
                                     [&](const auto& other) { return other.column == sorted; });
      if (twice) throw Wrong{"a window is sorted by " + compact(sorted) + " twice"};
      out.sort.push_back({sorted, down.get<bool>()});
    }
  }

  void read_search(const Json& given, sql::Window& out) const {
    if (!given.is_string() || given.get_ref<const std::string&>().size() > kLongestText) {
      throw Wrong{"a window's search is a text of at most " + std::to_string(kLongestText) + " bytes"};
    }
    out.search = given.get<std::string>();
    const auto& columns = binding_.plan.columns;
    const bool text = std::any_of(columns.begin(), columns.end(),
                                  [](const auto& c) { return c.type == sql::Type::kText; });
    if (!out.search.empty() && !text) {
      throw Wrong{"the component " + compact(binding_.component) + " has no column of text to search"};
    }
  }

  void read_filters(const Json& given, sql::Window& out) const {
    if (!given.is_object() || given.size() > kMostKeys) {
      throw Wrong{R"(a window's filters are {"column":value}, at most )" + std::to_string(kMostKeys)};
    }
    for (const auto& [name, value] : given.items()) {
      out.filters.push_back({name, value_for(column(name), value)});
    }
  }

  // As values stand in a view.
  static Value value_for(const sql::PlannedColumn& column, const Json& given) {
    if (given.is_null()) return std::monostate();
    switch (column.type) {
      case sql::Type::kBoolean:
        if (given.is_boolean()) return given.get<bool>();
        break;
      case sql::Type::kInteger:
        if (given.is_number_integer()) return given.get<std::int64_t>();
        if (given.is_string()) {
          const auto& digits = given.get_ref<const std::string&>();
          std::int64_t whole = 0;
          const auto* end = digits.data() + digits.size();
          const auto read = std::from_chars(digits.data(), end, whole);
          if (!digits.empty() && read.ec == std::errc() && read.ptr == end) return whole;
        }
        break;
      case sql::Type::kReal:
        if (given.is_number_integer()) return given.get<std::int64_t>();
        if (given.is_number()) return given.get<double>();
        if (given.is_string()) {
          const auto& digits = given.get_ref<const std::string&>();
          double real = 0;
          const auto* end = digits.data() + digits.size();
          const auto read = std::from_chars(digits.data(), end, real);
          if (!digits.empty() && read.ec == std::errc() && read.ptr == end) return digits;
        }
        break;
      default:
        if (given.is_string() && given.get_ref<const std::string&>().size() <= kLongestText) {
          return given.get<std::string>();
        }
    }
    throw Wrong{"the column " + compact(column.name) + " cannot be " + compact(given)};
  }

  const Binding& binding_;
  const sql::Policy& policy_;
};

}  // namespace

Binding* table_of(std::vector<Binding>& bindings, std::string_view component) {
  const auto found = std::find_if(bindings.begin(), bindings.end(), [&](const Binding& b) {
    return b.component == component && b.property.as == BindingProperty::As::kTable;
  });
  return found == bindings.end() ? nullptr : &*found;
}

Result<sql::Window> read_window(const Json& asked, const Binding& binding, const sql::Policy& policy) {
  try {
    return Reader(binding, policy).read(asked);
  } catch (const Wrong& wrong) {
    return Error{SR_INVALID_ARGUMENT, "window", wrong.why, {}};
  }
}

std::string window_mistake(const Screen& screen, const sql::Policy& policy, const Json& payload) {
  const auto id = payload.value("component", std::string());
  if (component_index(screen.view, id) < 0) {
    return "there is no component " + compact(Json(id)) + " on screen";
  }
  auto bindings = screen.bindings;
  const auto* binding = table_of(bindings, id);
  if (binding == nullptr) return "the component " + compact(Json(id)) + " shows no table";
  const auto window = read_window(payload, *binding, policy);
  return window ? std::string() : window.error().what;
}

void keep_windows(const Json& view, const sql::Policy& policy, std::vector<Binding>& bindings) {
  for (auto& binding : bindings) {
    const int index = component_index(view, binding.component);
    if (index < 0) continue;
    const auto& component = view["components"][static_cast<std::size_t>(index)];
    binding.error = component.value("error", std::string());
    if (binding.property.as != BindingProperty::As::kTable) continue;
    const auto asked = component.find("window");
    if (asked == component.end() || !asked->is_object()) continue;
    if (auto window = read_window(*asked, binding, policy)) {
      binding.window = std::move(*window);
      binding.moved = true;
    }
  }
}

}  // namespace sr::host
