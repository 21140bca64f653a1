#include <algorithm>
#include <optional>
#include <unordered_set>

#include "host/patch/equal.h"
#include "host/patch/keyed.h"
#include "host/patch/patch.h"

namespace sr::host::patch {
namespace {

constexpr std::size_t kFew = 8;  // operations up to which their length does not matter

// About as many bytes as the value has when written.
std::size_t weight(const Json& value) {
  std::size_t sum = 2;
  if (value.is_object()) {
    for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
      sum += name.size() + 4 + weight(member);
    }
  } else if (value.is_array()) {
    for (const auto& element : value) sum += 1 + weight(element);
  } else if (value.is_string()) {
    sum += value.get_ref<const std::string&>().size();
  } else {
    sum += 4;
  }
  return sum;
}

// The members by which an array's elements are told apart.
using KeyNames = std::vector<std::string>;

// Their values in each element, if all elements have them and no two have the same.
std::optional<std::vector<std::string>> keys_of(const Json& array, const KeyNames& names) {
  std::vector<std::string> keys;
  std::unordered_set<std::string> seen;
  keys.reserve(array.size());
  for (const auto& element : array) {
    if (!element.is_object()) return std::nullopt;
    auto& key = keys.emplace_back();
    for (const auto& name : names) {
      const auto part = element.find(name);
      if (part == element.end() || part->is_structured() || part->is_null()) return std::nullopt;
      key += canonical(*part) + ",";
    }
    if (!seen.insert(key).second) return std::nullopt;
  }
  return keys;
}

class Differ {
 public:
  Json run(const Json& before, const Json& after) {
    if (before.is_object() && after.is_object()) {
      object(before, after, Level::kView);
    } else {
      value(before, after);
    }
    return std::move(operations_);
  }

 private:
  // What the object being compared is: its arrays are matched accordingly.
  enum class Level { kView, kComponent, kOther };

  // The path while inside a member or element.
  class Step {
   public:
    Step(std::string& path, const std::string& token) : path_(path), size_(path.size()) {
      path.append(1, '/').append(escape(token));
    }
    Step(std::string& path, std::size_t index) : path_(path), size_(path.size()) {
      path.append(1, '/').append(std::to_string(index));
    }
    ~Step() { path_.resize(size_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    std::string& path_;
    std::size_t size_;
  };

  void emit(const char* op, const Json* value) {
    Json operation = {{"op", op}, {"path", path_}};
    if (value != nullptr) operation["value"] = *value;
    operations_.push_back(std::move(operation));
  }

  void value(const Json& before, const Json& after) {
    if (before.is_object() && after.is_object()) {
      object(before, after, Level::kOther);
    } else if (before.is_array() && after.is_array()) {
      array(before, after, {}, Level::kOther);
    } else if (!equal(before, after)) {
      emit("replace", &after);
    }
  }

  void object(const Json& before, const Json& after, Level level) {
    Members in_after(after), in_before(before);
    std::size_t position = 0;
    for (const auto& [name, old] : before.get_ref<const Json::object_t&>()) {
      const Step step(path_, name);
      const Json* now = in_after.find(name, position++);
      if (now == nullptr) {
        emit("remove", nullptr);
      } else if (old.is_array() && now->is_array()) {
        array(old, *now, key_names(name, after, level),
              level == Level::kView ? Level::kComponent : Level::kOther);
      } else {
        value(old, *now);
      }
    }
    position = 0;
    for (const auto& [name, now] : after.get_ref<const Json::object_t&>()) {
      if (in_before.find(name, position++) != nullptr) continue;
      const Step step(path_, name);
      emit("add", &now);
    }
  }

  // The members that identify the elements of the array `name` of an object; empty: none do.
  static KeyNames key_names(const std::string& name, const Json& owner, Level level) {
    if (level == Level::kView) return name == "components" ? KeyNames{"id"} : KeyNames{};
    if (level != Level::kComponent) return {};
    const auto key = owner.find("key");
    if (key == owner.end()) return {};
    if (key->is_string()) return {key->get<std::string>()};
    KeyNames names;
    for (const auto& part : *key) {
      if (!part.is_string()) return {};
      names.push_back(part.get<std::string>());
    }
    return names;
  }

  // Writes an array's operations, then puts one replacement in their place if that is shorter.
  void array(const Json& before, const Json& after, const KeyNames& key, Level elements) {
    const auto first = operations_.size();
    const auto keys_before = key.empty() ? std::nullopt : keys_of(before, key);
    const auto keys_after = keys_before ? keys_of(after, key) : std::nullopt;
    if (keys_after) {
      keyed(before, after, change_keys(*keys_before, *keys_after), elements);
    } else {
      by_position(before, after);
    }
    const auto count = operations_.size() - first;
    if (count <= kFew) return;
    std::size_t length = 0;
    for (auto i = first; i < operations_.size(); ++i) length += weight(operations_[i]);
    if (length > weight(after)) replace_from(first, after);
  }

  void replace_from(std::size_t first, const Json& after) {
    operations_.erase(operations_.begin() + static_cast<std::ptrdiff_t>(first), operations_.end());
    emit("replace", &after);
  }

  void keyed(const Json& before, const Json& after, const KeyedChange& change, Level elements) {
    if (change.kept == 0 && change.steps.size() > 1) {
      emit("replace", &after);
      return;
    }
    for (const auto& step : change.steps) {
      switch (step.kind) {
        case KeyedStep::kRemove: {
          const Step at(path_, step.at);
          emit("remove", nullptr);
          break;
        }
        case KeyedStep::kInsert: {
          const Step at(path_, step.to);
          emit("add", &after[step.after]);
          break;
        }
        case KeyedStep::kMove: {
          const auto place = path_ + "/";
          operations_.push_back({{"op", "move"},
                                 {"from", place + std::to_string(step.at)},
                                 {"path", place + std::to_string(step.to)}});
          break;
        }
      }
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (change.before_of[i] == KeyedChange::kNew) continue;
      const Step at(path_, i);
      element(before[change.before_of[i]], after[i], elements);
    }
  }

  void element(const Json& before, const Json& after, Level level) {
    if (level == Level::kComponent && !same_type(before, after)) {
      emit("replace", &after);
    } else {
      object(before, after, level);
    }
  }

  static bool same_type(const Json& before, const Json& after) {
    const auto a = before.find("type"), b = after.find("type");
    if (a == before.end() || b == after.end()) return a == before.end() && b == after.end();
    return equal(*a, *b);
  }

  // Equal ends are left alone; between them elements are compared one by one.
  void by_position(const Json& before, const Json& after) {
    const auto shorter = std::min(before.size(), after.size());
    std::size_t head = 0, tail = 0;
    while (head < shorter && equal(before[head], after[head])) ++head;
    while (tail < shorter - head &&
           equal(before[before.size() - 1 - tail], after[after.size() - 1 - tail])) {
      ++tail;
    }
    const auto old_end = before.size() - tail, new_end = after.size() - tail;
    for (auto i = old_end; i > new_end; --i) {
      const Step at(path_, i - 1);
      emit("remove", nullptr);
    }
    for (auto i = head; i < new_end; ++i) {
      const Step at(path_, i);
      if (i < old_end) {
        value(before[i], after[i]);
      } else {
        emit("add", &after[i]);
      }
    }
  }

  std::string path_;
  Json operations_ = Json::array();
};

}  // namespace

Json diff_views(const Json& before, const Json& after) { return Differ().run(before, after); }

}  // namespace sr::host::patch
